"""A book that is open: it hands out readers, and one writer at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from onefold.stores.backup import copy_book
from onefold.stores.database import Database
from onefold.stores.reader import Reader
from onefold.stores.writer import Writer


class Store:
    """One book. Readers and the writer may be used from any thread, each from one at a time."""

    def __init__(self, database: Database, files: Path) -> None:
        self._database = database
        self.name = database.name
        """Where the book is, for people: a path, or an address without its password."""
        self.files = files
        """The folder for spools and results; it is made by whoever first lays something there."""

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """One consistent snapshot of the book. It never waits for the writer."""
        with plain_errors(self._database), self._database.engine.begin() as connection:
            self._database.begin_reading(connection)
            reader = Reader(self._database, connection, self.files)
            reader.revision()  # the first question fixes the moment
            yield reader

    @contextmanager
    def writer(self, *, waiting: Callable[[], None] | None = None) -> Iterator[Writer]:
        """The book's writer lock: all that is written is committed at the end, or nothing on any exception.

        `waiting` is called once if another writer has to end first.
        """
        with plain_errors(self._database), self._database.engine.begin() as connection:
            self._database.begin_writing(connection, waiting)
            yield Writer(self._database, connection, self.files)

    @contextmanager
    def turn(self, waiting: Callable[[], None]) -> Iterator[None]:
        """An import's turn: others wait for theirs until the block ends, or the process that is in it.

        It keeps nobody from writing or reading. `waiting` is called once if another has to end first; what it
        raises gives the turn up.
        """
        with plain_errors(self._database), self._database.turn(self.files, waiting):
            yield

    def follow_search(self) -> None:
        """Bring the search index up to date, in transactions of its own."""
        more = True
        while more:
            with self.writer() as writer:
                more = writer.follow_search()

    def write_anew(self) -> dict[str, bool]:
        """Write the storage anew, so that what was deleted is nowhere in it, and tell what of that was done:
        `written_anew`, and of a file `log_written_back`.
        """
        with plain_errors(self._database):
            return self._database.write_anew()

    def backup(self, copy: Path) -> None:
        """Write a consistent copy of the book into a new file, while others may go on writing.

        The copy is a book in one file, of a book on PostgreSQL too. Raises `UsageError` where a file of that
        name is there already.
        """
        with plain_errors(self._database):
            copy_book(self._database, copy)

    def close(self) -> None:
        """Let go of the database. The store cannot be used afterwards."""
        self._database.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def plain_errors(database: Database) -> Iterator[None]:
    """Errors of the database that are the world's fault, in words for people."""
    try:
        yield
    except Exception as error:
        plain = database.explain(error)
        if plain is None:
            raise
        raise plain from error
