"""Books with a clock that tests put forward."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import onefold
from onefold.book import Book
from tests.way.at_the_desk import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(tmp_path: Path, clock: Clock) -> Iterator[Book]:
    """An empty book."""
    with onefold.open(tmp_path / "people.db", clock=clock) as opened:
        yield opened


@pytest.fixture
def two_at_once(database_url: str, clock: Clock) -> Iterator[tuple[Book, Book]]:
    """One book, opened by two people."""
    with onefold.open(database_url, clock=clock) as one, onefold.open(database_url, clock=clock) as other:
        yield one, other
