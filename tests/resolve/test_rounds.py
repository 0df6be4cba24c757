"""A batch of records: taken in order where they touch the same person, together where they do not."""

import polars as pl
import pytest

from onefold.model.frames import Contacts
from tests.frames import book_of, records, shown, words
from tests.resolve.deciding import reasons, taken

OUTCOME = ("row", "reason", "contact_id")


def test_rows_about_the_same_person_are_taken_in_order() -> None:
    told = records("email first_name last_name", "a Ana -", "a Anna Silva", "a UNSET -")
    decided = taken(told, book_of("id"))
    assert words(decided.decisions, *OUTCOME) == ["0 created -1", "1 updated -1", "2 updated -1"]
    assert shown(decided.after, -1) == "email=a last_name=Silva"


def test_each_row_sees_what_those_before_it_decided() -> None:
    told = records("crm_id email phone", "C a -", "- a 1", "- - 1", "C - 2", "- - 1")
    decided = taken(told, book_of("id"))
    assert decided.decisions["reason"].to_list() == [
        "created",
        "updated",
        "unchanged",
        "updated",
        "unchanged",
    ]
    assert shown(decided.after, -1) == "crm_id=C email=a phone=2 phone~1:former"


def test_a_cascade_of_merges_over_many_rows() -> None:
    book = book_of("crm_id loyalty_id email phone", "C - - -", "- L - -", "- - a -", "- - - 1")
    told = records("crm_id loyalty_id email phone", "- - a 1", "- L a -", "C L - -", "- - - 1")
    decided = taken(told, book)
    assert words(decided.decisions, *OUTCOME) == ["0 merged 3", "1 merged 2", "2 merged 1", "3 unchanged 1"]
    assert shown(decided.after, 1) == "crm_id=C loyalty_id=L email=a phone=1"
    assert [shown(decided.after, of) for of in (2, 3, 4)] == [
        "loyalty_id=L email=a phone=1 merged_into=1",
        "email=a phone=1 merged_into=2",
        "phone=1 merged_into=3",
    ]


def test_a_contact_made_by_the_batch_can_merge() -> None:
    told = records("email phone", "a -", "- 1", "a 1")
    decided = taken(told, book_of("id"))
    assert words(decided.decisions, *OUTCOME) == ["0 created -1", "1 created -2", "2 merged -1"]
    assert shown(decided.after, -2) == "phone=1 merged_into=-1"


def test_the_decisions_are_in_the_order_of_the_rows() -> None:
    told = records("email refusal", "b -", "a -", "a bad_phone", "b -", "c -")
    decided = taken(told, book_of("email", "a", "b"))
    assert decided.decisions["row"].to_list() == [0, 1, 2, 3, 4]


def test_contacts_that_no_row_touches_stay_as_they_are() -> None:
    book = book_of("email first_name", "a Ana", "b Bea", aliases=["2 phone 1 former"])
    decided = taken(records("email first_name", "a Anna"), book)
    assert shown(decided.after, 2) == "email=b first_name=Bea phone~1:former"


def test_an_empty_batch_changes_nothing() -> None:
    book = book_of("email", "a")
    decided = taken(records("email"), book)
    assert (len(decided.decisions), shown(decided.after, 1)) == (0, "email=a")


def test_rows_joined_by_a_contact_are_one_group_though_they_share_nothing() -> None:
    book = book_of("email phone first_name", "a 1 -")
    told = records("email phone first_name", "a - Ana", "- 1 Anna")
    decided = taken(told, book)
    assert shown(decided.after, 1) == "email=a phone=1 first_name=Anna"
    assert decided.decisions["reason"].to_list() == ["updated", "updated"]


def test_a_shared_number_joins_those_who_come_to_have_the_same_name() -> None:
    book = book_of("crm_id loyalty_id first_name", "C - ANA", "- L -")
    told = records(
        "crm_id loyalty_id phone first_name source proven",
        "C - 1 - keyword phone",
        "- L 1 Ana profile_update -",
    )
    by_the_batch = taken(told, book, "phone 1 shared")
    first = taken(told[:1], book, "phone 1 shared")
    second = taken(told[1:], first.after, "phone 1 shared")
    assert by_the_batch.decisions["reason"].to_list()[1] == second.decisions["reason"].item()


BOOKS = {
    "nobody": book_of("id"),
    "a pair": book_of("crm_id email phone", "C a -", "- - 1", aliases=["1 phone 2 former"]),
    "a household": book_of("crm_id email phone first_name", "C - 1 Ana", "D - 1 Bea", "- a - -"),
}
STORIES = {
    "a number moves on": ("C a 1 Ana", "D b 1 Bea", "C a 2 Ana", "- - 1 -"),
    "a chain": ("- a 1 -", "C a - -", "- b 1 -", "C b 3 -", "- - 3 Ana"),
    "a quarrel": ("C a 1 -", "D a 1 -", "C b 1 -", "D - 2 -", "- a 2 -"),
}


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("book", BOOKS)
def test_a_batch_comes_to_the_same_as_its_rows_one_by_one(book: str, story: str) -> None:
    told = records("crm_id email phone first_name", *STORIES[story])
    together = taken(told, BOOKS[book])
    alone, after = one_by_one(told, BOOKS[book])
    assert words(together.decisions) == words(alone)
    assert words(together.after.contacts) == words(after.contacts)
    assert words(together.after.aliases) == words(after.aliases)


def one_by_one(told: pl.DataFrame, book: Contacts) -> tuple[pl.DataFrame, Contacts]:
    decisions = []
    for row in range(told.height):
        alone = taken(told[row : row + 1], book)
        decisions.append(alone.decisions)
        book = alone.after
    return pl.concat(decisions), book


def test_reviews_and_changed_numbers_are_those_of_every_round() -> None:
    book = book_of("crm_id email phone", "C a 2", "D - 1", "E - -", aliases=["1 phone 3 former"])
    told = records("crm_id phone", "C 3", "E 1", "E 1", "C 3")
    decided = taken(told, book)
    assert words(decided.reviews, "row", "kind", "contact_id") == ["1 kept_apart 3", "2 kept_apart 3"]
    assert words(decided.changed_numbers) == ["1 3", "1 3"]


def test_the_sentences_name_the_identifier() -> None:
    decided = taken(records("crm_id phone", "E 1"), book_of("crm_id phone", "D 1"))
    assert decided.decisions["detail"].to_list() == [
        "phone 1 stays with another contact; see `onefold review`"
    ]
    assert decided.reviews["message"].to_list() == ["phone 1 stays with the other contact"]


def test_several_holders_go_to_review_with_the_first_two_of_them() -> None:
    book = book_of("email", "a", "a", "a")
    decided = taken(records("email", "a"), book)
    assert words(decided.reviews, "kind", "contact_id", "other_contact_id", "identifier", "value") == [
        "shared_identifier 1 2 email a"
    ]
    assert reasons(records("email", "a"), book) == ["identifier_shared"]
