"""Books to torture, and the process that does it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from onefold.stores.opening import database_at
from tests.older_books import as_first_made
from tests.torture import people
from tests.torture.content import content, left_over, results

NUMBERS = count(1)


@dataclass(frozen=True)
class Place:
    """Where a book is, and where its files lie."""

    address: str
    folder: Path

    @property
    def given(self) -> dict[str, str]:
        return {"address": self.address, "folder": str(self.folder)}

    @property
    def file(self) -> Path:
        """The file that is imported into it."""
        return self.folder / "people.csv"

    def content(self) -> dict[str, Any]:
        return content(self.address)

    def results(self) -> list[list[list[str]]]:
        return results(self.folder)

    def left_over(self) -> list[str]:
        return left_over(self.folder)


class Zygote:
    """The process of `tests.torture.zygote`, asked in Python."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "POLARS_MAX_THREADS": "1"},
        )

    def ask(self, **order: Any) -> Any:
        """The answer to an order, however it went."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def do(self, deed: str, place: Place, **given: Any) -> dict[str, Any]:
        """A deed that nobody disturbs, and that must succeed."""
        answer: dict[str, Any] = self.ask(deed=deed, given=place.given | given)
        assert "error" not in answer, answer["error"]
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    process = Zygote()
    yield process
    process.close()


class Places:
    """Makes empty places for books on one engine, and copies of books."""

    def __init__(self, folder: Path, server: str | None) -> None:
        self._folder = folder
        self._server = server

    def new(self) -> Place:
        """Nothing is there yet."""
        folder = self._folder / f"place-{next(NUMBERS)}"
        folder.mkdir()
        if self._server is None:
            return Place(str(folder / "book.db"), folder)
        self._execute("CREATE DATABASE {}", folder.name)
        return Place(self._server.replace("/postgres?", f"/{folder.name}?"), folder)

    def copy(self, place: Place) -> Place:
        """The same book, elsewhere; nobody may have it open."""
        folder = self._folder / f"place-{next(NUMBERS)}"
        shutil.copytree(place.folder, folder)
        if self._server is None:
            return Place(str(folder / "book.db"), folder)
        self._execute("CREATE DATABASE {} TEMPLATE {}", folder.name, place.folder.name)
        return Place(self._server.replace("/postgres?", f"/{folder.name}?"), folder)

    def drop(self, place: Place) -> None:
        shutil.rmtree(place.folder)
        if self._server is not None:
            self._execute("DROP DATABASE {} WITH (FORCE)", place.folder.name)

    def _execute(self, statement: str, *names: str) -> None:
        assert self._server is not None
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Places:
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    return Places(tmp_path_factory.mktemp("places"), server)


@dataclass(frozen=True)
class Story:
    """A book before an import, and all it holds after it where nothing disturbed that."""

    before: Place
    after: Place
    run: dict[str, Any]
    content: dict[str, Any]
    results: list[list[list[str]]]


@pytest.fixture(scope="session")
def story(places: Places, zygote: Zygote) -> Story:
    before = places.new()
    zygote.do("make_book", before)
    before.file.write_text(people.file(1))
    after = places.copy(before)
    run = zygote.do("import_people", after, file=str(after.file))
    return Story(before, after, run, after.content(), after.results())


def older_book(places: Places, story: Story) -> Place:
    """As the first version made it."""
    place = places.copy(story.before)
    engine = database_at(place.address).engine
    as_first_made(engine)
    engine.dispose()
    return place
