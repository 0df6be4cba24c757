"""Rows that say nothing new: the short way and the long one come to the same."""

from typing import Any

import polars as pl
import pytest

from onefold.model.field import Field, FieldType
from onefold.model.outcome import Purpose
from onefold.model.policy import PhoneSpelling
from onefold.resolve.nothing_new import nothing_new
from onefold.survey.meetings import PAIR_SCHEMA
from tests.frames import FIELDS, book_of, marks, records, rules, words
from tests.resolve.deciding import reasons

HEADER = "email phone first_name field_1"
BOOK = ("email phone first_name field_1", "a 1 Ana 3")


def in_short(header: str, row: str, *mark: str, book: tuple[str, ...] = BOOK, **options: Any) -> list[str]:
    pairs = pl.DataFrame([(0, 1)], schema=PAIR_SCHEMA, orient="row")
    contacts = book_of(*book).contacts
    return words(nothing_new(records(header, row), pairs, contacts, marks(*mark), rules(**options)), "reason")


@pytest.mark.parametrize(
    "row",
    [
        "a 1 Ana 3",
        "a - - -",
        "- 1 - 3",
        "a 1 - 4",
        "a 1 Bea -",
        "b 1 - -",
        "a 2 - -",
        "a UNSET - -",
        "a 1 - UNSET",
    ],
)
def test_the_short_way_is_taken_only_where_the_long_one_comes_to_the_same(row: str) -> None:
    short, long = in_short(HEADER, row), reasons(records(HEADER, row), book_of(*BOOK))
    assert short == (["unchanged"] if long == ["unchanged"] else [])


def test_a_contact_in_the_bin_is_not_recognised() -> None:
    assert in_short("email", "a", book=("email in_bin", "a true")) == []


def test_what_recognises_nobody_is_left_to_the_long_way() -> None:
    assert in_short("email", "a", "email a blocked") == []
    assert in_short("email phone", "- 1", chosen="email") == []


def test_a_purpose_that_does_not_update_has_words_of_its_own() -> None:
    assert in_short("email", "a", purpose=Purpose.ADD_NEW) == []


def test_another_spelling_is_new_where_spellings_count() -> None:
    book = ("email phone phone_as_written", "a 1 01")
    told = ("email phone phone_as_written", "a 1 001")
    assert in_short(*told, book=book) == ["unchanged"]
    assert in_short(*told, book=book, phone_spelling=PhoneSpelling.AS_WRITTEN) == []


def test_a_column_that_the_book_has_not_yet_is_new_if_anything_stands_in_it() -> None:
    pairs = pl.DataFrame([(0, 1), (1, 2)], schema=PAIR_SCHEMA, orient="row")
    contacts = book_of("email", "a", "b").contacts.drop("field_1")
    told = records("email field_1", "a 3", "b -")
    assert words(nothing_new(told, pairs, contacts, marks(), rules()), "row", "reason") == ["1 unchanged"]


def test_a_refused_row_stays_refused() -> None:
    assert in_short("email refusal", "a bad_phone") == []


def test_the_default_is_nothing_new_to_who_has_nothing() -> None:
    vip = (Field(1, "visits", FieldType.NUMBER, default="3.0"), FIELDS[1])
    told = [("a 3", "unchanged"), ("a 4", "updated"), ("b 3", "updated"), ("b 4", "unchanged")]
    book = ("email field_1", "a -", "b 4")
    for row, reason in told:
        said = records("email field_1", row)
        assert reasons(said, book_of(*book), fields=vip) == [reason]
    pairs = pl.DataFrame([(0, 1), (1, 2)], schema=PAIR_SCHEMA, orient="row")
    said = records("email field_1", "a 3", "b 3")
    short = nothing_new(said, pairs, book_of(*book).contacts, marks(), rules(fields=vip))
    assert words(short, "row") == ["0"]
