"""A merge that somebody asked for, and what parts the two again (law 4)."""

import polars as pl
import pytest

from onefold.model.frames import MEMBERSHIP_SCHEMA, Contacts
from onefold.resolve.changes import changes_between, from_ledger
from onefold.resolve.merge import merge_contacts
from onefold.resolve.reversal import Book
from onefold.resolve.split import brought_by
from tests.frames import book_of, lines, marks, records, rules, shown, words
from tests.resolve.deciding import taken


def test_the_keeper_has_its_own_values_and_else_the_others() -> None:
    book = book_of("crm_id email phone first_name last_name field_1", "C a - Ana - -", "D - 1 Anna Silva 3")
    merged = merge_contacts(book, 1, 2, rules())
    assert (
        shown(merged, 1)
        == "crm_id=C email=a phone=1 first_name=Ana last_name=Silva field_1=3.0 crm_id~D:second"
    )
    assert shown(merged, 2) == "crm_id=D phone=1 first_name=Anna last_name=Silva field_1=3.0 merged_into=1"


def test_the_newer_can_be_the_keeper() -> None:
    book = book_of("email phone", "a 1", "b -", aliases=["1 phone 9 former"])
    assert shown(merge_contacts(book, 2, 1, rules()), 2) == "email=b phone=1 email~a:second phone~9:former"


def test_a_merge_by_hand_overwrites_nothing_whatever_the_policy() -> None:
    book = book_of("email first_name", "a Ana", "b Bea")
    for options in ({}, {"do_not_overwrite": True}, {"chosen": "phone"}, {"purpose": "add_all"}):
        assert (
            shown(merge_contacts(book, 1, 2, rules(**options)), 1) == "email=a first_name=Ana email~b:second"
        )


def test_it_comes_to_the_same_as_a_record_that_pairs_the_two() -> None:
    book = book_of(
        "crm_id loyalty_id email phone first_name", "C - a 1 -", "- L b 2 Bea", aliases=["2 phone 3 former"]
    )
    by_hand = merge_contacts(book, 1, 2, rules())
    by_record = taken(records("crm_id loyalty_id", "C L"), book).after
    assert [shown(by_hand, of) for of in (1, 2)] == [shown(by_record, of) for of in (1, 2)]


# Splitting


def parted(before: Contacts, after: Contacts, *memberships: str) -> list[str]:
    """What has to be put back: `contact key before` of the part of a batch that merged 2 into 1."""
    now = Book(after, lines(MEMBERSHIP_SCHEMA, *memberships), marks())
    added = lines(MEMBERSHIP_SCHEMA, *(line for line in memberships if line.startswith("1 ")))
    ledger = changes_between(before, after, memberships_added=added).ledger
    ledger = ledger.select(pl.lit(1, dtype=pl.Int64).alias("batch_id"), "contact_id", "before")
    return words(from_ledger(brought_by(ledger, now, 2, 1, rules())), "contact_id", "key", "before")


PAIR = book_of("crm_id email phone first_name", "C a - -", "D - 1 Bea", aliases=["2 phone 9 former"])


def test_the_pointer_and_all_that_came_from_the_other_go_back() -> None:
    assert parted(PAIR, merge_contacts(PAIR, 1, 2, rules()), "2 tag vip", "1 tag vip") == [
        "1 alias:crm_id:D -",
        "1 alias:phone:9 -",
        "1 first_name -",
        "1 phone -",
        "1 tag:vip -",
        "2 merged_into -",
    ]


def test_what_the_record_said_besides_stays() -> None:
    book = book_of("crm_id email phone last_name", "C a - Silva", "- - 1 -")
    after = taken(records("crm_id phone last_name", "C 1 Sousa"), book).after
    assert parted(book, after) == ["1 phone -", "2 merged_into -"]


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_an_address_goes_back_with_its_spelling(kind: str) -> None:
    book = book_of(f"crm_id {kind} {kind}_as_written", "C - -", "- 1 01")
    assert parted(book, merge_contacts(book, 1, 2, rules())) == [
        f"1 {kind} -",
        f"1 {kind}_as_written -",
        "2 merged_into -",
    ]


def test_of_a_keeper_made_by_the_same_batch_only_what_is_the_others_goes() -> None:
    nobody = Contacts(PAIR.contacts.clear(), PAIR.aliases.clear())
    merged = merge_contacts(PAIR, 1, 2, rules())
    told = parted(nobody, merged)
    assert {"2 merged_into -", "1 phone -", "1 alias:crm_id:D -", "1 alias:phone:9 -"} <= set(told)
    assert not {"1 email -", "1 crm_id -"} & set(told)
