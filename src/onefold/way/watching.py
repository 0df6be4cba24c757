"""A folder that is watched: each complete file is taken in once, and lies in `done` or `failed` then."""

import errno
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import Any, Final

from filelock import FileLock, Timeout

from onefold.model.error import OnefoldError, Refused, UsageError
from onefold.model.receipt import Receipt
from onefold.sources.laid_files import LaidFiles, moments_to_look
from onefold.way.plan import Plan

SETTLE: Final = 10.0
"""Seconds for which a file must not change."""
LOCK: Final = ".onefold.lock"
"""In the folder; who takes a file holds it. Two who watch one folder take turns."""
DONE: Final = "done"
FAILED: Final = "failed"
RESULTS: Final = ".results.csv"
ERRORS: Final = ".errors.csv"
TOLD: Final = ".txt"
LONGEST_NAME: Final = 200
"""Bytes: as much as leaves room for the endings."""
NOT_THE_FILES_FAULT: Final = ("book_unreachable", "no_permission")
"""What the next file would meet too."""


class Fate(StrEnum):
    """What became of a file. `LEFT`: it is still being written, and waits for the next time."""

    DONE = "done"
    SAME = "same"
    FAILED = "failed"
    LEFT = "left"


@dataclass(frozen=True)
class Taken:
    """What came of a file: the receipt of its import, or of the earlier one that had the `same` bytes; or why
    it was refused, with the plan that was.
    """

    receipt: Receipt | None = None
    same: bool = False
    error: OnefoldError | None = None
    plan: Plan | None = None


@dataclass(frozen=True)
class Laid:
    """A file that was laid into the folder, and what became of it; `moved_to`, `results` and `errors` are
    where it and its files lie now.
    """

    file: str
    fate: Fate
    moved_to: Path | None = None
    receipt: Receipt | None = None
    error: OnefoldError | None = None
    results: Path | None = None
    errors: Path | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same as one JSON object."""
        receipt, error = self.receipt, self.error
        told = {name: str(path) if path else None for name, path in vars(self).items() if name in FILES}
        return {
            "file": self.file,
            "fate": self.fate.value,
            **told,
            "import": receipt.id if receipt is not None else None,
            "receipt": receipt.as_dict() if receipt is not None else None,
            "error": error and {"code": error.code, "message": error.message, "hint": error.hint},
        }


FILES: Final = ("moved_to", "results", "errors")
Take = Callable[[Path, Callable[[], bool]], Taken | None]
"""Reads a file and imports it, unless it has changed meanwhile."""
Write = Callable[[Plan | int, Path, bool], object]
"""Writes the results (or only the errors) of a plan or a receipt to a path."""
Command = Callable[[Path], str]
"""What to type to import a file that a guard refused all the same."""


class WatchedFolder:
    """One folder, with what is done with its files. Raises `UsageError` (`folder_unreadable`,
    `folder_denied`) where it cannot be used.
    """

    def __init__(self, folder: Path, settle: float, take: Take, write: Write, command: Command) -> None:
        self._folder = folder
        self._files = LaidFiles(folder, settle)
        self._settle = settle
        self._take = take
        self._write = write
        self._command = command
        self._files.complete(time.monotonic())
        for beside in (DONE, FAILED):
            with plain_errors_of(folder):
                (folder / beside).mkdir(exist_ok=True)

    def once(self, stop: Event) -> Iterator[Laid]:
        """Takes the files that are there and complete; what is still being written is left."""
        self._files.complete(time.monotonic())
        at_first = self._files.names
        if not at_first or stop.wait(self._settle):
            return
        complete = self._files.complete(time.monotonic())
        yield from self._each(complete, stop, wait=True)
        taken = [file.name for file in complete]
        for name in at_first:
            if name not in taken and name in self._files.names:
                yield Laid(name, Fate.LEFT)

    def as_they_come(self, stop: Event) -> Iterator[Laid]:
        """Takes each file when it is complete, until `stop` is set."""
        for _ in moments_to_look(self._folder, stop):
            yield from self._each(self._files.complete(time.monotonic()), stop, wait=False)

    def _each(self, files: list[Path], stop: Event, *, wait: bool) -> Iterator[Laid]:
        """`wait`: for another who takes files of this folder, instead of leaving the file to them."""
        for file in files:
            if stop.is_set():
                return
            with self._lock(stop, wait=wait) as ours:
                laid = self._one(file) if ours else None
            if laid is not None:
                yield laid

    @contextmanager
    def _lock(self, stop: Event, *, wait: bool) -> Iterator[bool]:
        lock = FileLock(self._folder / LOCK)
        try:
            with plain_errors_of(self._folder), suppress(Timeout):
                lock.acquire(timeout=-1 if wait else 0, cancel_check=stop.is_set)
            yield lock.is_locked
        finally:
            lock.release()

    def _one(self, file: Path) -> Laid | None:
        """One complete file: taken, and laid aside with what is told of it; None where another took it."""
        if not self._files.is_as_it_was(file):
            return self._left(file)
        try:
            taken = self._take(file, lambda: self._files.is_as_it_was(file))
        except UsageError as error:
            if error.code in NOT_THE_FILES_FAULT:
                raise
            taken = Taken(error=error)
        if taken is None:
            return self._left(file)
        try:
            with plain_errors_of(self._folder):
                return self._laid_aside(file, taken) if self._files.is_as_it_was(file) else self._left(file)
        finally:
            if taken.plan is not None:
                taken.plan.discard()

    def _left(self, file: Path) -> Laid | None:
        self._files.forget(file)
        return Laid(file.name, Fate.LEFT) if file.exists() else None

    def _laid_aside(self, file: Path, taken: Taken) -> Laid:
        fate = Fate.FAILED if taken.error else Fate.SAME if taken.same else Fate.DONE
        goal = _free(self._folder / (FAILED if taken.error else DONE), file.name)
        error = taken.error
        if isinstance(error, Refused):
            error = Refused(error.message, code=error.code, hint=f"to go on: {self._command(goal)}")
        results, errors = self._lay_files_beside(goal, taken)
        if told := _line(file.name, taken.receipt if taken.same else None, error):
            beside(goal, TOLD).write_text(told + "\n", encoding="utf-8", errors="replace")
        file.rename(goal)
        return Laid(file.name, fate, goal, taken.receipt, error, results, errors)

    def _lay_files_beside(self, goal: Path, taken: Taken) -> tuple[Path | None, Path | None]:
        of: Plan | int | None = taken.plan
        receipt = taken.plan.receipt if taken.plan is not None else taken.receipt
        if taken.plan is None and receipt is not None:
            of = receipt.id
        if of is None or receipt is None:
            return None, None
        results, errors = beside(goal, RESULTS), beside(goal, ERRORS)
        try:
            self._write(of, results, False)
            if receipt.error:
                self._write(of, errors, True)
        except UsageError:
            # Those of an earlier import are kept for a while only.
            return None, None
        return results, errors if receipt.error else None


def beside(file: Path, ending: str) -> Path:
    """Where something that belongs to a file lies."""
    return file.with_name(file.name + ending)


def _free(folder: Path, name: str) -> Path:
    """Where a file of that name can lie without taking the place of another, or of what belongs to one."""
    stem, suffix, number = Path(name).stem, Path(name).suffix, 1
    if len(name.encode(errors="replace")) > LONGEST_NAME:
        stem, suffix = stem[: LONGEST_NAME // 6], suffix[: LONGEST_NAME // 12]
    path = folder / f"{stem}{suffix}"
    while any(beside(path, ending).exists() for ending in ("", RESULTS, ERRORS, TOLD)):
        number += 1
        path = folder / f"{stem} ({number}){suffix}"
    return path


def _line(name: str, same_as: Receipt | None, error: OnefoldError | None) -> str | None:
    """What is to be told of a file beside it, where its results do not."""
    if error is not None:
        return f"{name!r} was not imported: {error}"
    if same_as is not None:
        return f"{name!r} was not imported: it is the same as import {same_as.id}"
    return None


@contextmanager
def plain_errors_of(folder: Path) -> Iterator[None]:
    """Errors of the folder's disk in one line."""
    try:
        yield
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OnefoldError(
                f"the disk of {folder} is full", code="disk_full", hint="free some space and start again"
            ) from problem
        raise UsageError(
            f"files in {folder} cannot be moved and written ({problem.strerror or problem})",
            code="folder_denied",
            hint="check who may write in that folder, and in done and failed in it",
        ) from None
