"""Tags and lists: whom a batch adds them to."""

import polars as pl
import pytest

from onefold.model.frames import MEMBERSHIP_SCHEMA
from onefold.resolve.memberships import memberships_added, memberships_of_merges
from tests.frames import book_of, lines, words

LABELS = {"row": pl.UInt32, "kind": pl.String, "name": pl.String}
NONE = lines(MEMBERSHIP_SCHEMA)


def applied(*rows: str) -> pl.DataFrame:
    """`row contact_id`."""
    return lines({"row": pl.UInt32, "contact_id": pl.Int64}, *rows)


def added(
    told: pl.DataFrame, labels: tuple[str, ...], *before: str, book: tuple[str, ...] = ("1 -", "2 -")
) -> list[str]:
    after = book_of("id merged_into", *book)
    return words(memberships_added(told, lines(LABELS, *labels), after, lines(MEMBERSHIP_SCHEMA, *before)))


def test_every_contact_to_which_a_row_was_applied_gets_the_labels_of_the_import() -> None:
    told = applied("0 -1", "1 1")
    assert added(told, ("- tag spring", "- list News")) == [
        "-1 list News",
        "-1 tag spring",
        "1 list News",
        "1 tag spring",
    ]


def test_a_record_brings_its_own_labels() -> None:
    told = applied("0 -1", "1 1")
    assert added(told, ("0 tag a", "1 tag b", "2 tag c")) == ["-1 tag a", "1 tag b"]


def test_what_a_contact_has_already_is_not_added() -> None:
    told = applied("0 1", "1 2")
    assert added(told, ("- tag spring",), "1 tag spring", "2 list spring") == ["2 tag spring"]


def test_rows_of_one_contact_add_a_label_once() -> None:
    told = applied("0 -1", "1 -1")
    assert added(told, ("- tag spring", "1 tag spring")) == ["-1 tag spring"]


def test_the_keeper_of_a_merge_gets_those_of_the_other() -> None:
    told = applied("0 1")
    assert added(told, (), "1 tag a", "2 tag a", "2 tag b", "2 list News", book=("1 -", "2 1")) == [
        "1 list News",
        "1 tag b",
    ]


def test_the_keeper_gets_what_the_same_batch_gave_the_other() -> None:
    told = applied("0 2", "1 1")
    assert added(told, ("0 tag a",), book=("1 -", "2 1")) == ["1 tag a", "2 tag a"]


@pytest.mark.parametrize("book", [("1 -", "2 1", "3 2"), ("1 2", "2 3", "3 -")])
def test_a_chain_of_merges_leads_to_its_end(book: tuple[str, ...]) -> None:
    known = lines(MEMBERSHIP_SCHEMA, "1 tag a", "2 tag b", "3 tag c")
    gained = memberships_of_merges(book_of("id merged_into", *book), known)
    last = "1" if book[0] == "1 -" else "3"
    everything = {"1 tag a", "2 tag b", "3 tag c"} | set(words(gained))
    assert {f"{last} tag {name}" for name in "abc"} <= everything


def test_nobody_merged_gains_nothing() -> None:
    assert words(memberships_of_merges(book_of("id", "1"), lines(MEMBERSHIP_SCHEMA, "1 tag a"))) == []
    assert words(memberships_of_merges(book_of("id merged_into", "1 -", "2 1"), NONE)) == []
