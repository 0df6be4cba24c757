"""One writer, and readers that never wait."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from onefold.model.field import FieldType
from onefold.stores import Store, open_store, postgresql
from tests.stores.building import NOW, create


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(store: Store) -> None:
    with store.writer() as writer:
        create(writer, {})
    with store.reader() as before:
        with store.writer() as writer:
            create(writer, {})
            with store.reader() as meanwhile:
                assert meanwhile.count_contacts() == 1
        assert before.count_contacts() == 1
        assert before.revision() == 1
    with store.reader() as after:
        assert (after.count_contacts(), after.revision()) == (2, 2)


def test_a_second_writer_says_that_it_waits_and_then_sees_what_the_first_wrote(store: Store) -> None:
    waits, said = Event(), []

    def waiting() -> None:
        said.append("waiting")
        waits.set()

    def second() -> int:
        with store.writer(waiting=waiting) as writer:
            return writer.count_contacts()

    with ThreadPoolExecutor(1) as threads:
        with store.writer(waiting=lambda: said.append("never")) as writer:
            create(writer, {}, {})
            answer = threads.submit(second)
            assert waits.wait(timeout=60)
        assert answer.result(timeout=60) == 2
    assert said == ["waiting"]


def test_writers_in_turn_lose_nothing(store: Store) -> None:
    def write(_: int) -> list[int]:
        with store.writer() as writer:
            return create(writer, {})

    with ThreadPoolExecutor(4) as threads:
        given = [number for numbers in threads.map(write, range(12)) for number in numbers]
    assert sorted(given) == list(range(1, 13))
    with store.reader() as reader:
        assert reader.revision() == 12
        assert reader.problems() == []


def test_a_book_can_be_opened_and_read_while_it_is_written(store: Store, database_url: str) -> None:
    with store.writer() as writer:
        create(writer, {})
        with (
            open_store(database_url, now=NOW, new_code=lambda: "zzzz") as other,
            other.reader() as reader,
        ):
            assert reader.count_contacts() == 0


def test_who_gives_contacts_a_column_lets_readers_go_by(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = Event()
    monkeypatch.setattr(postgresql, "sleep", lambda _: tried.set())

    def add_field() -> str:
        with store.writer() as writer:
            added = writer.add_field("City", FieldType.TEXT).name
        tried.set()
        return added

    with ThreadPoolExecutor(1) as threads:
        with store.reader() as long:
            assert long.count_contacts() == 0
            added = threads.submit(add_field)
            assert tried.wait(timeout=60)
            with store.reader() as short:
                assert short.count_contacts() == 0
        assert added.result(timeout=60) == "City"
