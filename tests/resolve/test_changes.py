"""From what was and what will be to what is written, with the ledger to take it back."""

import json

import polars as pl
import pytest

from onefold.model.frames import ENTRY_SCHEMA, MARK_SCHEMA, MEMBERSHIP_SCHEMA, Contacts
from onefold.resolve.changes import as_ledger, changes_between, from_ledger
from tests.frames import book_of, lines, words

BEFORE = book_of(
    "id email phone first_name field_1 field_2 merged_into",
    "1 a - Ana - - -",
    "2 b 1 Bea 3 true -",
    "3 c - - - - -",
    aliases=["2 phone 2 former", "2 email d second"],
)


def entries(ledger: pl.DataFrame) -> list[str]:
    return words(from_ledger(ledger), "contact_id", "key", "before")


def test_nothing_changed_is_nothing_to_write() -> None:
    changes = changes_between(BEFORE, BEFORE)
    assert changes.nothing
    assert len(changes.ledger) == 0


def test_a_changed_contact_is_written_whole_and_ledgered_by_value() -> None:
    after = book_of(
        "id email phone first_name field_1 field_2 merged_into",
        "1 a - Anna - - -",
        "2 b - Bea 4 false 1",
        "3 c - - - - -",
        aliases=["2 phone 2 former", "2 email d second"],
    )
    changes = changes_between(BEFORE, after)
    assert changes.updated["id"].sort().to_list() == [1, 2]
    assert changes.updated.columns == BEFORE.contacts.columns
    assert entries(changes.ledger) == [
        "1 first_name Ana",
        "2 field_1 3.0",
        "2 field_2 true",
        "2 merged_into -",
        "2 phone 1",
    ]


def test_a_new_contact_is_ledgered_as_one_that_was_not_there() -> None:
    after = Contacts(
        pl.concat([BEFORE.contacts, book_of("id email", "-1 z").contacts]),
        pl.concat([BEFORE.aliases, book_of("id", "9", aliases=["-1 phone 9 claimed"]).aliases]),
    )
    changes = changes_between(
        BEFORE, after, memberships_added=lines(MEMBERSHIP_SCHEMA, "-1 tag new", "1 tag new")
    )
    assert words(changes.created, "id", "email") == ["-1 z"]
    assert changes.ledger.filter(contact_id=-1)["before"].to_list() == [None]
    assert words(changes.aliases_added) == ["-1 phone 9 claimed"]
    assert entries(changes.ledger) == ["1 tag:new -"]


def test_aliases_are_ledgered_with_what_they_were() -> None:
    after = Contacts(
        BEFORE.contacts, book_of("id", "1", aliases=["2 phone 2 released", "1 email z claimed"]).aliases
    )
    changes = changes_between(BEFORE, after)
    assert words(changes.aliases_added) == ["1 email z claimed", "2 phone 2 released"]
    assert words(changes.aliases_removed) == ["2 email d second", "2 phone 2 former"]
    assert entries(changes.ledger) == [
        "1 alias:email:z -",
        "2 alias:email:d second",
        "2 alias:phone:2 former",
    ]
    assert len(changes.updated) == 0


def test_tags_and_lists_are_ledgered() -> None:
    changes = changes_between(
        BEFORE,
        BEFORE,
        memberships_added=lines(MEMBERSHIP_SCHEMA, "1 tag vip"),
        memberships_removed=lines(MEMBERSHIP_SCHEMA, "1 list News"),
    )
    assert entries(changes.ledger) == ["1 list:News 1", "1 tag:vip -"]


def test_marks_are_ledgered_with_the_book() -> None:
    changes = changes_between(
        BEFORE,
        BEFORE,
        marks_added=lines(MARK_SCHEMA, "phone 1 shared"),
        marks_removed=lines(MARK_SCHEMA, "email a blocked"),
    )
    assert entries(changes.ledger) == ["0 blocked:email:a 1", "0 shared:phone:1 -"]


def test_a_contact_that_goes_is_ledgered_whole() -> None:
    after = Contacts(BEFORE.contacts.filter(pl.col("id") != 2), BEFORE.aliases.clear())
    changes = changes_between(BEFORE, after, memberships_removed=lines(MEMBERSHIP_SCHEMA, "2 tag vip"))
    assert changes.deleted.to_list() == [2]
    assert len(changes.aliases_removed) == 0  # they go with the contact
    assert entries(changes.ledger) == [
        "2 alias:email:d second",
        "2 alias:phone:2 former",
        "2 contact 1",
        "2 email b",
        "2 field_1 3.0",
        "2 field_2 true",
        "2 first_name Bea",
        "2 in_bin false",
        "2 phone 1",
        "2 tag:vip 1",
    ]


# The ledger as text


AWKWARD = [
    'say "cheese"',
    "back\\slash \\n",
    "two\nlines\r\n\ttab",
    "",
    " ",
    "null",
    "[1,2]",
    '["key","value"]',
    "Zoë Ψάπφω 山田太郎 👩‍👩‍👧",
    "\u0001 \u001f \u007f \u2028",
    "a:b:c",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_whatever_a_value_was_comes_back_from_the_ledger(text: str) -> None:
    told = pl.DataFrame(
        [(7, "first_name", text), (7, f"tag:{text}", "1"), (8, "email", None)],
        schema=ENTRY_SCHEMA,
        orient="row",
    )
    ledger = as_ledger(told)
    assert sorted(from_ledger(ledger).select(list(ENTRY_SCHEMA)).rows()) == sorted(told.rows())
    [before] = ledger.filter(contact_id=7)["before"].to_list()
    assert json.loads(before) == [["first_name", text], [f"tag:{text}", "1"]]


def test_a_line_of_the_ledger_has_all_of_a_contact_in_the_order_of_the_keys() -> None:
    told = lines(ENTRY_SCHEMA, "2 phone 1", "1 email a", "2 email -")
    assert as_ledger(told).rows() == [(1, '[["email","a"]]'), (2, '[["email",null],["phone","1"]]')]


def test_what_stands_beside_a_line_goes_along() -> None:
    ledger = as_ledger(lines(ENTRY_SCHEMA, "1 email a", "1 phone -")).with_columns(batch_id=pl.lit(5))
    assert words(from_ledger(ledger), "batch_id", "contact_id", "key", "before") == [
        "5 1 email a",
        "5 1 phone -",
    ]


def test_lines_of_new_contacts_and_empty_lines_have_no_entries() -> None:
    ledger = pl.DataFrame({"contact_id": [1, 2], "before": [None, "[]"]})
    assert from_ledger(ledger).rows() == []
