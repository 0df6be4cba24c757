"""Two imports at once: one is under way, and holds still until the other has something to say."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, Final
from unittest import mock

import onefold
from onefold.interfaces.cli import importing
from tests.behaviour.world import World

PATIENCE: Final = 60


def import_while(world: World, other: str, file: str) -> None:
    """Imports a file while another one, of two rows at least, is between two of its batches."""
    world.settle()
    world.keep_what_is()
    under_way, go_on, say = Event(), Event(), importing.message

    def hold(stage: str, done: int, _: int) -> None:
        if (stage, done) == ("applying", 1):
            under_way.set()
            assert go_on.wait(PATIENCE), "the second import says nothing"

    def import_other() -> None:
        with onefold.open(world.address, clock=world.clock, batch_rows=1) as book:
            book.import_file(world.folder / other, policy=world.policy, progress=hold)

    def say_and_let_go(*parts: Any) -> None:
        say(*parts)
        go_on.set()

    with ThreadPoolExecutor(1) as thread, mock.patch.object(importing, "message", say_and_let_go):
        first = thread.submit(import_other)
        try:
            assert under_way.wait(PATIENCE)
            world.do_import("", file=file)
        finally:
            go_on.set()
        first.result()
