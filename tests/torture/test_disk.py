"""A disk that fills up, a server that goes away: one clear line, an intact book, and the import goes on."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from onefold.book import Book
from onefold.model.error import OnefoldError
from tests.torture.conftest import Place, Places, Story, Zygote
from tests.torture.content import differences
from tests.torture.deeds import OPTIONS, open_book

ON_SQLITE = pytest.mark.parametrize("places", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "places", [pytest.param("postgresql", marks=pytest.mark.servers)], indirect=True
)


@pytest.fixture
def book(places: Places, story: Story) -> Place:
    return places.copy(story.before)


def fails(opened: Book, place: Place, **options: Any) -> OnefoldError:
    """The one line in which an import of the file ends."""
    with pytest.raises(OnefoldError) as told:
        opened.import_file(place.file, **OPTIONS | options)
    assert "\n" not in str(told.value)
    return told.value


def goes_on(zygote: Zygote, place: Place, story: Story) -> None:
    assert zygote.do("check", place)["gave"] == []
    zygote.do("go_on", place, file=str(place.file), way="again")
    assert differences(place.content(), story.content) == []
    assert place.results() == story.results


@ON_SQLITE
@pytest.mark.parametrize("pages", [1, 3, 6, 9])
def test_the_disk_of_the_book_is_full(book: Place, story: Story, zygote: Zygote, pages: int) -> None:
    with open_book(*book.given.values()) as opened:
        engine = opened._store._database.engine
        with engine.connect() as connection:
            size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        engine.dispose()

        @event.listens_for(engine, "connect")
        def no_more_room(driver: Any, _: object) -> None:
            driver.execute(f"PRAGMA max_page_count = {size + pages}")

        problem = fails(opened, book)
    assert (problem.code, problem.exit_status) == ("disk_full", 1)
    goes_on(zygote, book, story)


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """Whatever this process writes beyond that fails, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@ON_SQLITE
@pytest.mark.parametrize("size", [100, 3_000, 6_000])
def test_the_disk_of_the_working_files_is_full(book: Place, story: Story, zygote: Zygote, size: int) -> None:
    with open_book(*book.given.values()) as opened, files_no_longer_than(size):
        problem = fails(opened, book)
    assert problem.exit_status == 1
    goes_on(zygote, book, story)


@ON_POSTGRESQL
@pytest.mark.parametrize("rows", [20, 60])
def test_the_server_goes_away(book: Place, story: Story, zygote: Zygote, rows: int) -> None:
    def end_all(stage: str, done: int, _: int) -> None:
        if (stage, done) == ("applying", rows):
            with psycopg.connect(book.address, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    with open_book(*book.given.values()) as opened:
        problem = fails(opened, book, progress=end_all)
    assert problem.code == "book_unreachable"
    assert "--resume 4 goes on" in problem.hint.replace("`", "")
    goes_on(zygote, book, story)
