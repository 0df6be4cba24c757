"""Books with a clock that tests put forward."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import onefold
from onefold.book import Book
from onefold.way.texts import Received
from tests.way.at_the_desk import ONE, Clock
from tests.way.texting import Send


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book just made: to copy it is quicker than to make one."""
    path = tmp_path_factory.mktemp("empty") / "people.db"
    onefold.open(path, clock=Clock()).close()
    return path


@pytest.fixture
def book(empty_book: Path, tmp_path: Path, clock: Clock) -> Iterator[Book]:
    """An empty book."""
    with onefold.open(shutil.copy(empty_book, tmp_path / "people.db"), clock=clock) as opened:
        yield opened


@pytest.fixture
def two_at_once(database_url: str, clock: Clock) -> Iterator[tuple[Book, Book]]:
    """One book, opened by two people."""
    with onefold.open(database_url, clock=clock) as one, onefold.open(database_url, clock=clock) as other:
        yield one, other


@pytest.fixture
def opened(database_url: str, clock: Clock) -> Iterator[Callable[[], Book]]:
    """Opens the book anew, as the next run of the command would."""
    books: list[Book] = []

    def again() -> Book:
        books.append(onefold.open(database_url, clock=clock, batch_rows=2))
        return books[-1]

    yield again
    for book in books:
        book.close()


@pytest.fixture
def send(book: Book, clock: Clock) -> Send:
    """Sends a text to the book, a minute after the last one."""

    def text(body: str, *, sender: str = ONE, **more: str) -> Received:
        clock.forward(minutes=1)
        return book.receive_text(from_=sender, body=body, **more)

    return text
