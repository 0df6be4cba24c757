"""Step 4 of DESIGN 5, what a row is for, and which of several problems is told."""

import pytest

from onefold.model.outcome import Purpose
from onefold.model.policy import Contradiction, HeldElsewhere, Limits, SecondMatch
from tests.frames import book_of, records, words
from tests.resolve.deciding import became, reasons, taken

OUTCOME = ("row", "status", "reason", "contact_id")


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        (Purpose.ADD_NEW, ["0 Skipped exists 1", "1 Imported created -2"]),
        (Purpose.UPDATE_EXISTING, ["0 Updated updated 1", "1 Skipped not_found -"]),
        (Purpose.ADD_AND_UPDATE, ["0 Updated updated 1", "1 Imported created -2"]),
        (Purpose.ADD_ALL, ["0 Imported created -1", "1 Imported created -2"]),
    ],
)
def test_the_purpose_says_what_is_done_with_who_is_there_and_who_is_not(
    purpose: Purpose, expected: list[str]
) -> None:
    told = records("email first_name", "a Ana", "b Bea")
    decided = taken(told, book_of("email", "a"), purpose=purpose)
    assert words(decided.decisions, *OUTCOME) == expected


def test_a_row_that_changes_nothing_is_unchanged() -> None:
    book = book_of("email first_name", "a Ana")
    told = records("email first_name", "a Ana", "a -", "a Bea")
    assert reasons(told, book) == ["unchanged", "unchanged", "updated"]


def test_adding_only_never_merges_nor_changes() -> None:
    told, book = records("email phone", "a 1"), book_of("email phone", "a -", "- 1")
    decided = taken(told, book, purpose=Purpose.ADD_NEW)
    assert words(decided.decisions, *OUTCOME) == ["0 Skipped exists 1"]
    assert became(told, book, purpose=Purpose.ADD_NEW) == "email=a"


def test_adding_all_recognises_nobody_and_keeps_what_others_hold() -> None:
    told = records("contact_id email phone", "1 a 1")
    assert became(told, book_of("email phone", "a 1"), of=-1, purpose=Purpose.ADD_ALL) == "email=a phone=1"


def test_a_policy_may_want_a_first_name_to_add() -> None:
    told = records("email first_name", "a -", "b -", "c Carla")
    assert reasons(told, book_of("email", "a"), limits=Limits(required_to_add=("first_name",))) == [
        "unchanged",
        "first_name_missing",
        "created",
    ]


def test_refusals_that_rows_bring_along_are_told_as_they_are() -> None:
    decided = taken(records("email refusal", "a bad_phone", "a -"), book_of("email", "a"))
    assert words(decided.decisions, *OUTCOME) == ["0 Error bad_phone -", "1 Updated unchanged 1"]
    assert decided.decisions["detail"][0] == "it cannot be read"


REJECTING = {"contradiction": Contradiction.REJECT, "second_match": SecondMatch.REJECT}


@pytest.mark.parametrize(
    ("book", "options", "says"),
    [
        # In the order in which they are told: the first problem of a row is the one it is refused for.
        ("C - - - true|D a - - -", REJECTING, "in the bin"),
        ("X a - - -|- - 1 - -|- - 1 - -", REJECTING, "whose stronger identifiers differ"),
        ("- a - - -|- a - - -|- - 1 - -", REJECTING, "several contacts have email a"),
        ("- a - - -|- - 1 - -", {"purpose": Purpose.ADD_NEW}, "already in the book"),
        ("- a - - -|- - 1 - -", REJECTING | {"purpose": Purpose.ADD_NEW}, "already in the book"),
        ("- a - - -|- - 1 - -", REJECTING, "phone 1 belongs to another contact"),
    ],
)
def test_the_first_of_several_problems_is_told(book: str, options: dict[str, object], says: str) -> None:
    known = book_of("crm_id email phone first_name in_bin", *book.split("|"))
    [detail] = taken(records("crm_id email phone", "C a 1"), known, **options).decisions["detail"]
    assert says in detail


def test_what_another_holds_is_told_before_what_is_missing_to_add() -> None:
    told, book = records("email phone", "a 1"), book_of("phone", "1")
    options = {"chosen": "email", "limits": Limits(required_to_add=("first_name",))}
    assert reasons(told, book, held_elsewhere=HeldElsewhere.REJECT, **options) == ["identifier_taken"]
    assert reasons(told, book, **options) == ["first_name_missing"]


def test_an_import_that_only_updates_does_not_ask_what_others_hold() -> None:
    told, book = records("email phone", "a 1"), book_of("phone", "1")
    options = {"chosen": "email", "held_elsewhere": HeldElsewhere.REJECT}
    assert reasons(told, book, purpose=Purpose.UPDATE_EXISTING, **options) == ["not_found"]
