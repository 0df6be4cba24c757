"""Columns of many contacts are what the contacts themselves are, however they are fetched."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

import onefold
from onefold.book import Book
from onefold.model.frames import contact_schema
from tests.way.at_the_desk import Clock, file

TEXTS = [
    "",
    "plain",
    'a "quote"',
    "back\\slash",
    "line\nend\r\n",
    "\x01\x1f",
    "😀 é ＝",
    "null",
    "[1,2]",
    "x" * 300,
]


@pytest.fixture
def many(opened: Callable[[], Book]) -> Book:
    """People with texts, numbers of up to 15 digits, and yes and no."""
    book = opened()
    chance = random.Random(5)
    book.add_field("Note", "text")
    book.add_field("Score", "number")
    book.add_field("VIP", "yes_no")
    digits = ["".join(chance.choices("0123456789", k=14)) for _ in range(100)]
    numbers = [f"-1{text[: place % 14]}.{text[place % 14 :]}" for place, text in enumerate(digits)]
    records = [
        {
            "source": "api",
            "email": f"{place}@example.com",
            "fields": {"Note": TEXTS[place % len(TEXTS)], "Score": number, "VIP": place % 3 == 0},
        }
        for place, number in enumerate(numbers)
    ]
    answers = book.take(records)
    assert {answer.status for answer in answers} == {"Imported"}
    return book


def test_they_are_the_same_as_one_by_one(many: Book) -> None:
    with many._store.reader() as reader:
        ids = reader.live_ids().sort()
        whole = reader.contacts(ids).contacts.sort("id")
        columns = [name for name in contact_schema(reader.own_kinds(), reader.fields()) if name != "id"]
        assert reader.columns_of(ids, columns).equals(whole.select("id", *columns))
        assert reader.columns_of(ids.clear(), columns).equals(whole.select("id", *columns).clear())


def test_texts_that_are_too_long_together_are_fetched_apart(tmp_path: Path, clock: Clock) -> None:
    with onefold.open(tmp_path / "book.db", clock=clock) as book:
        book.import_file(file("email,full_name", *(f"{n}@example.com,{'x' * 300}" for n in range(50))))
        with book._store.reader() as reader:
            driver = reader._connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 3_000)
            found = reader.columns_of(reader.live_ids().sort(), ["full_name"])
        assert found["full_name"].to_list() == ["x" * 300] * 50
