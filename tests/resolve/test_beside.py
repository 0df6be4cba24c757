"""Steps 7 and 8 of DESIGN 5: another contact holds something else that the record says."""

from dataclasses import replace

import pytest

from onefold.model.outcome import Purpose
from onefold.model.policy import Contradiction, HeldElsewhere, SecondMatch
from tests.frames import book_of, records, shown, words
from tests.resolve.deciding import became, reasons, taken

OUTCOME = ("status", "reason", "contact_id", "other_contact_id")
REVIEW = ("kind", "contact_id", "other_contact_id", "identifier", "value")
PAIR = book_of("email phone", "a -", "- 1")
BOTH = records("email phone", "a 1")


# Step 7: a second contact


@pytest.mark.parametrize(
    ("knob", "outcome", "keeper", "asked"),
    [
        (SecondMatch.MERGE_COMPLEMENTARY, "Updated merged 1 2", "email=a phone=1", []),
        (SecondMatch.MERGE, "Updated merged 1 2", "email=a phone=1", []),
        (
            SecondMatch.KEEP_APART,
            "Updated kept_apart 1 2",
            "email=a phone~1:held_elsewhere",
            ["pending_link 1 2 phone 1"],
        ),
        (SecondMatch.REJECT, "Error identifier_taken - 2", "email=a", []),
    ],
)
def test_what_becomes_of_a_second_contact(
    knob: SecondMatch, outcome: str, keeper: str, asked: list[str]
) -> None:
    decided = taken(BOTH, PAIR, second_match=knob)
    assert words(decided.decisions, *OUTCOME) == [outcome]
    assert shown(decided.after, 1) == keeper
    assert words(decided.reviews, *REVIEW) == asked


def test_of_several_that_are_kept_apart_the_one_with_the_lowest_number_is_named() -> None:
    """Whatever order they stand in: an earlier round leaves those that it changed behind the others."""
    told = records("contact_id crm_id", "1 c")
    several = book_of("crm_id", "d", "c", "c")
    backwards = replace(several, contacts=several.contacts.reverse())
    for book in (several, backwards):
        assert words(taken(told, book).reviews, *REVIEW) == ["kept_apart 1 2 crm_id c"]


def test_the_one_that_is_merged_keeps_its_values_and_points_to_the_keeper() -> None:
    assert became(BOTH, PAIR, of=2) == "phone=1 merged_into=1"


@pytest.mark.parametrize(
    ("source", "proven", "complementary", "merge"),
    [
        ("import", "-", "merged", "merged"),
        ("console", "-", "merged", "merged"),
        ("form", "email+phone", "merged", "merged"),
        ("form", "email", "kept_apart", "merged"),
        ("form", "phone", "kept_apart", "merged"),
        ("form", "-", "kept_apart", "merged"),
    ],
)
def test_a_merge_asks_for_proof_of_both_identifiers_unless_the_knob_does_not(
    source: str, proven: str, complementary: str, merge: str
) -> None:
    told = records("email phone source proven", f"a 1 {source} {proven}")
    assert reasons(told, PAIR) == [complementary]
    assert reasons(told, PAIR, second_match=SecondMatch.MERGE) == [merge]


def test_the_knob_may_differ_by_source() -> None:
    told = records("email phone source", "a 1 checkout", "b 2 api")
    book = book_of("email phone", "a -", "- 1", "b -", "- 2")
    knobs = {
        "second_match": SecondMatch.MERGE,
        "second_match_by_source": {"checkout": SecondMatch.KEEP_APART},
    }
    assert reasons(told, book, **knobs) == ["kept_apart", "merged"]


@pytest.mark.parametrize(
    ("second", "told", "merges"),
    [
        ("- - - 1", "C - a 1", True),
        ("D - - 1", "C - a 1", False),
        ("- L - 1", "C M a 1", False),
        # The kind that finds the second counts itself, where the second is found by an alias.
        ("- - - 2", "C - a 1", False),
        # A kind weaker than the finding one does not count.
        ("- - b -", "C - b 1", True),
    ],
)
def test_a_second_contact_that_differs_from_the_record_is_somebody_else(
    second: str, told: str, merges: bool
) -> None:
    aliases = ["2 phone 1 second"] if second == "- - - 2" else []
    book = book_of("crm_id loyalty_id email phone", "C - - -", second, aliases=aliases)
    said = records("crm_id loyalty_id email phone", told)
    knob = {"second_match": SecondMatch.MERGE}
    assert reasons(said, book, **knob) == ["merged" if merges else "kept_apart"]


@pytest.mark.parametrize(("second", "merges"), [("- 1", True), ("b 1", False), ("a 1", True)])
def test_where_the_record_is_silent_the_target_speaks(second: str, merges: bool) -> None:
    book = book_of("crm_id email phone", "C a -", f"- {second}")
    decided = reasons(records("crm_id phone", "C 1"), book)
    assert decided == ["merged" if merges else "kept_apart"]


def test_blocked_values_make_nobody_somebody_else() -> None:
    book = book_of("crm_id email phone", "C info@x -", "- info@y 1")
    assert reasons(records("crm_id phone", "C 1"), book) == ["merged"]


def test_a_third_contact_is_always_kept_apart() -> None:
    book = book_of("crm_id email phone", "C - -", "- a -", "- - 1")
    decided = taken(records("crm_id email phone", "C a 1"), book)
    assert words(decided.decisions, *OUTCOME) == ["Updated merged 1 2"]
    assert shown(decided.after, 1) == "crm_id=C email=a phone~1:held_elsewhere"
    assert words(decided.reviews, *REVIEW) == ["kept_apart 1 3 phone 1"]


def test_a_second_contact_is_found_by_the_strongest_kind_that_is_left() -> None:
    book = book_of("crm_id loyalty_id email phone", "C - - -", "- - - 1", "- - a -")
    assert words(taken(records("crm_id email phone", "C a 1"), book).decisions, *OUTCOME) == [
        "Updated merged 1 3"
    ]


def test_a_contact_dropped_for_contradiction_is_not_the_second() -> None:
    book = book_of("crm_id email phone", "C - -", "D a -", "- - 1")
    decided = taken(records("crm_id email phone", "C a 1"), book)
    assert words(decided.decisions, *OUTCOME) == ["Updated merged 1 3"]
    assert shown(decided.after, 1) == "crm_id=C phone=1 email~a:held_elsewhere"
    assert words(decided.reviews, *REVIEW) == ["kept_apart 1 2 email a"]


def test_a_new_contact_keeps_what_it_wanted_as_an_alias() -> None:
    decided = taken(records("crm_id phone", "D 1"), book_of("crm_id phone", "C 1"))
    assert words(decided.decisions, *OUTCOME) == ["Imported kept_apart -1 1"]
    assert shown(decided.after, -1) == "crm_id=D phone~1:held_elsewhere"
    assert shown(decided.after, 1) == "crm_id=C phone=1"
    assert words(decided.reviews, *REVIEW) == ["kept_apart -1 1 phone 1"]


def test_overwriting_takes_the_stronger_identifier_from_the_record() -> None:
    told, book = records("crm_id phone", "D 1"), book_of("crm_id phone", "C 1")
    assert became(told, book, contradiction=Contradiction.OVERWRITE) == "crm_id=D phone=1"
    kept = became(told, book, contradiction=Contradiction.OVERWRITE, do_not_overwrite=True)
    assert kept == "crm_id=C phone=1"


def test_the_words_for_a_taken_identifier_are_the_policys() -> None:
    knobs = {"second_match": SecondMatch.REJECT, "duplicate_contact_kinds": ("phone",)}
    assert reasons(BOTH, PAIR, **knobs) == ["duplicate_contact"]


# Step 8: identifiers that do not recognise here


HELD = book_of("email phone", "a -", "b 1")


@pytest.mark.parametrize(
    ("knob", "outcome", "after", "asked"),
    [
        (
            HeldElsewhere.WITHHOLD,
            "Updated kept_apart 1 2",
            "email=a phone~1:held_elsewhere",
            ["kept_apart 1 2 phone 1"],
        ),
        (HeldElsewhere.REJECT, "Error identifier_taken - 2", "email=a", []),
        (HeldElsewhere.ALLOW, "Updated updated 1 -", "email=a phone=1", []),
    ],
)
def test_what_becomes_of_an_identifier_that_another_holds(
    knob: HeldElsewhere, outcome: str, after: str, asked: list[str]
) -> None:
    decided = taken(BOTH, HELD, chosen="email", held_elsewhere=knob)
    assert words(decided.decisions, *OUTCOME) == [outcome]
    assert shown(decided.after, 1) == after
    assert words(decided.reviews, *REVIEW) == asked


def test_the_knob_may_differ_by_kind() -> None:
    told = records("loyalty_id email phone", "L a -", "M - 1")
    book = book_of("loyalty_id email phone", "X a -", "Y - 1")
    knobs = {"held_elsewhere": HeldElsewhere.ALLOW, "held_elsewhere_by_kind": {"phone": HeldElsewhere.REJECT}}
    assert reasons(told, book, chosen="loyalty_id", **knobs) == ["created", "identifier_taken"]


def test_a_second_identifier_of_another_is_held_and_a_former_one_is_not() -> None:
    for why, reason in (("second", "kept_apart"), ("former", "updated"), ("claimed", "updated")):
        book = book_of("email phone", "a -", "b 2", aliases=[f"2 phone 1 {why}"])
        assert reasons(BOTH, book, chosen="email") == [reason]


def test_what_the_target_has_itself_is_not_held_elsewhere() -> None:
    book = book_of("email phone", "a 1", "b 1")
    assert reasons(BOTH, book, chosen="email", held_elsewhere=HeldElsewhere.REJECT) == ["unchanged"]


def test_blocked_and_shared_values_are_nobodys_to_withhold() -> None:
    told = records("phone email", "1 info@x", "2 b")
    book = book_of("phone email", "1 -", "2 -", "3 info@x", "4 b")
    options = {"chosen": "phone", "held_elsewhere": HeldElsewhere.REJECT}
    assert reasons(told, book, "email b shared", **options) == ["updated", "updated"]


def test_adding_all_allows_everything() -> None:
    options = {"purpose": Purpose.ADD_ALL, "held_elsewhere": HeldElsewhere.REJECT}
    assert reasons(BOTH, HELD, **options) == ["created"]


def test_a_number_that_is_set_aside_is_not_held_elsewhere() -> None:
    book = book_of("email phone", "a 2", "b 1", aliases=["1 phone 1 released"])
    options = {"chosen": "email", "held_elsewhere": HeldElsewhere.REJECT}
    assert reasons(BOTH, book, **options) == ["unchanged"]


def test_the_contact_being_merged_in_holds_nothing_against_the_row() -> None:
    book = book_of("crm_id email phone", "C - -", "- a 1")
    told = records("crm_id email phone", "C a 1")
    options = {"match_on": ("crm_id", "email"), "held_elsewhere": HeldElsewhere.REJECT}
    assert reasons(told, book, **options) == ["merged"]


@pytest.mark.parametrize("knob", list(HeldElsewhere))
def test_what_the_bin_holds_is_taken_whatever_the_kind_and_the_knob(knob: HeldElsewhere) -> None:
    book = book_of("email phone in_bin", "a - false", "b 1 true")
    decided = taken(BOTH, book, chosen="email", held_elsewhere=knob)
    assert words(decided.decisions, *OUTCOME) == ["Error identifier_taken - 2"]
    assert "in the bin" in decided.decisions["detail"][0]
