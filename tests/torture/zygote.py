"""A process that has imported everything and done nothing: each deed is done by a child that it forks.

To start Python and import Onefold takes a second; to fork takes a few milliseconds. Polars must not have
worked here before, since its threads do not outlive a fork. Orders come in as lines of JSON and are answered
so.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import alembic.command  # noqa: F401
import psycopg  # noqa: F401
from sqlalchemy import Engine, event

from tests.torture.crowd import CROWD
from tests.torture.deeds import DEEDS

FILES = ("open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "fcntl.flock")
"""What Python tells its audit hooks when something is done to a file."""


class Events:
    """Counts what a process does to files and to the database, and ends or stops it before one of them."""

    def __init__(self, fatal: int | None, signal_: int) -> None:
        self.count = 0
        self._fatal = fatal
        self._signal = signal_

    def one_more(self, *_: object) -> None:
        self.count += 1
        if self.count == self._fatal:
            os.kill(os.getpid(), self._signal)

    def watch(self) -> None:
        sys.addaudithook(lambda name, _: self.one_more() if name in FILES else None)
        for name in ("before_cursor_execute", "commit", "rollback"):
            event.listen(Engine, name, self.one_more)
        event.listen(Engine, "connect", self._watch_statements)

    def _watch_statements(self, driver: Any, _: object) -> None:
        if hasattr(driver, "set_trace_callback"):
            driver.set_trace_callback(self.one_more)


def child(order: dict[str, Any], answer: int) -> None:
    """Does a deed, and writes what came of it."""
    events = Events(order.get("event"), signal.SIGSTOP if order.get("stop") else signal.SIGKILL)
    events.watch()
    told: dict[str, Any] = {}
    started = time.perf_counter()
    try:
        told["gave"] = (DEEDS | CROWD)[order["deed"]](**order["given"])
    except BaseException as error:
        import traceback

        told["error"] = "".join(traceback.format_exception(error))
    told |= {"events": events.count, "seconds": time.perf_counter() - started}
    os.write(answer, json.dumps(told).encode())


def fork(order: dict[str, Any]) -> tuple[int, int]:
    """The child's process, and the pipe on which it answers."""
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.close(read)
            child(order, write)
        finally:
            os._exit(0)
    os.close(write)
    return process, read


def outcome(process: int, pipe: int) -> dict[str, Any]:
    """How a child ended: what it told, or that it was killed, or that it is stopped."""
    _, status = os.waitpid(process, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        os.close(pipe)
        return {"stopped": process}
    with os.fdopen(pipe, "rb") as told:
        return {"killed": True} if os.WIFSIGNALED(status) else json.load(told)


def do(order: dict[str, Any]) -> dict[str, Any]:
    process, pipe = fork(order)
    if order.get("seconds") is not None:
        time.sleep(order["seconds"])
        os.kill(process, signal.SIGKILL)
    return outcome(process, pipe)


def do_all(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Several deeds at once."""
    return [outcome(*forked) for forked in [fork(each) for each in order["all"]]]


def end(order: dict[str, Any]) -> None:
    """Ends a child that is stopped."""
    os.kill(order["end"], signal.SIGKILL)
    os.waitpid(order["end"], 0)


ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {"deed": do, "all": do_all, "end": end}


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        (answered,) = (answer for name, answer in ORDERS.items() if name in order)
        sys.stdout.write(json.dumps(answered(order)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
