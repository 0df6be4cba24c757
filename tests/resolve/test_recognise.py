"""Steps 1 to 6 of DESIGN 5: whose record is this?"""

import pytest

from onefold.model.policy import Contradiction, FormerNumbers, SharedIdentifier
from tests.frames import book_of, records, words
from tests.resolve.deciding import reasons, recognised

TARGET = ("row", "target", "target_kind", "target_strength", "target_trust")
OTHER = ("row", "holder", "kind", "dropped")


# Step 2: the target


def test_the_strongest_kind_that_finds_anyone_names_the_target() -> None:
    book = book_of("crm_id loyalty_id email phone", "C - - -", "- L - -", "- - a -", "- - - 1")
    told = records(
        "contact_id crm_id loyalty_id email phone",
        "4 C L a 1",
        "- C L a 1",
        "- X L a 1",
        "- X X a 1",
        "- X X X 1",
    )
    assert words(recognised(told, book).targets, *TARGET) == [
        "0 4 contact_id 0 2",
        "1 1 crm_id 1 2",
        "2 2 loyalty_id 2 2",
        "3 3 email 3 2",
        "4 4 phone 4 2",
    ]


def test_a_record_that_is_nobodys_has_no_target() -> None:
    assert words(recognised(records("email", "b"), book_of("email", "a")).targets) == []


def test_the_trust_of_the_kind_that_names_the_target_goes_along() -> None:
    told = records("email phone source proven", "a 1 form phone", "b 1 form phone")
    found = recognised(told, book_of("email phone", "a -", "- 1"))
    assert words(found.targets, *TARGET) == ["0 1 email 3 0", "1 2 phone 4 1"]


def test_a_chosen_kind_is_the_only_one_that_recognises() -> None:
    found = recognised(records("crm_id email", "C a"), book_of("crm_id email", "C -", "- a"), chosen="email")
    assert words(found.targets, "target", "target_kind") == ["2 email"]
    assert words(found.others) == []


def test_a_second_identifier_recognises() -> None:
    book = book_of("email", "a", aliases=["1 email b second"])
    assert words(recognised(records("email", "b"), book).targets, "target") == ["1"]


def test_a_claimed_or_held_elsewhere_alias_recognises_nobody() -> None:
    book = book_of("email", "a", "c", aliases=["1 email b claimed", "2 email d held_elsewhere"])
    assert words(recognised(records("email", "b", "d"), book).targets) == []


def test_a_shared_value_without_name_or_anything_else_is_not_told_whose_it_is() -> None:
    told = records("phone email first_name", "1 - -", "1 b -", "1 - Ana", "1 info@x -")
    found = recognised(told, book_of("phone first_name", "1 Ana"), "phone 1 shared")
    assert words(found.targets, "row", "target") == ["2 1"]
    assert words(found.problems, "row", "reason") == ["0 identifier_shared", "3 identifier_shared"]


# Step 3: former identifiers


FORMER = ["1 phone 1 former"]


def test_a_former_number_recognises_only_where_nothing_else_finds_anybody() -> None:
    book = book_of("email phone", "a 2", "b -", aliases=FORMER)
    found = recognised(records("email phone", "- 1", "b 1"), book)
    assert words(found.targets, "row", "target") == ["0 1", "1 2"]
    assert words(found.others) == []


def test_a_former_number_of_somebody_who_contradicts_recognises_nobody() -> None:
    book = book_of("crm_id phone", "C 2", aliases=FORMER)
    for knob in (Contradiction.NEW_CONTACT, Contradiction.REJECT):
        found = recognised(records("crm_id phone", "D 1"), book, contradiction=knob)
        assert (len(found.targets), len(found.others), len(found.problems)) == (0, 0, 0)
    found = recognised(records("crm_id phone", "D 1"), book, contradiction=Contradiction.OVERWRITE)
    assert words(found.targets, "target") == ["1"]


@pytest.mark.parametrize("why", ["former", "released"])
def test_a_number_that_the_target_once_had_is_set_aside(why: str) -> None:
    book = book_of("email phone", "a 2", "b -", aliases=[f"1 phone 1 {why}"])
    told = records("email phone", "a 1", "b 1", "a 2")
    assert words(recognised(told, book).set_aside) == ["0"]
    assert words(recognised(told, book, former_numbers=FormerNumbers.REPLACE).set_aside) == []


def test_a_number_that_is_set_aside_finds_nobody_besides() -> None:
    book = book_of("email phone", "a 2", "- 1", "- 1", aliases=FORMER)
    found = recognised(records("email phone", "a 1"), book)
    assert (words(found.set_aside), len(found.others), len(found.problems)) == (["0"], 0, 0)


def test_an_edit_in_the_console_is_never_set_aside() -> None:
    book = book_of("email phone", "a 2", aliases=FORMER)
    told = records("email phone source", "a 1 console", "a 1 api")
    assert words(recognised(told, book).set_aside) == ["1"]


def test_a_former_email_is_not_set_aside() -> None:
    book = book_of("crm_id email", "C b", aliases=["1 email a former"])
    assert words(recognised(records("crm_id email", "C a"), book).set_aside) == []


# Step 5: contradiction


def test_a_contact_whose_stronger_identifier_differs_is_dropped() -> None:
    found = recognised(records("crm_id phone", "D 1"), book_of("crm_id phone", "C 1"))
    assert words(found.targets) == []
    assert words(found.others, *OTHER) == ["0 1 phone True"]


def test_recognition_goes_on_with_the_rest() -> None:
    book = book_of("crm_id email phone", "C a -", "- - 1")
    found = recognised(records("crm_id email phone", "D a 1"), book)
    assert words(found.targets, "target", "target_kind") == ["2 phone"]
    assert words(found.others, *OTHER) == ["0 1 email True"]


def test_a_contact_is_judged_at_the_strongest_kind_that_finds_it() -> None:
    book = book_of("email phone", "a 1", aliases=["1 email b second"])
    assert words(recognised(records("email phone", "b 1"), book).targets, "target") == ["1"]


def test_blocked_values_contradict_nobody() -> None:
    book = book_of("email phone", "info@x 1", "a 2")
    told = records("email phone", "b 1", "info@y 2")
    assert words(recognised(told, book).targets, "row", "target") == ["0 1", "1 2"]


def test_overwriting_drops_nobody() -> None:
    told, book = records("crm_id phone", "D 1"), book_of("crm_id phone", "C 1")
    found = recognised(told, book, contradiction=Contradiction.OVERWRITE)
    assert words(found.targets, "target") == ["1"]


def test_rejecting_refuses_where_everybody_found_contradicts() -> None:
    told, book = records("crm_id phone", "D 1"), book_of("crm_id phone", "C 1")
    found = recognised(told, book, contradiction=Contradiction.REJECT)
    assert words(found.problems, "reason", "kind", "value", "other_contact_id") == [
        "identifier_taken phone 1 1"
    ]
    in_other_words = {"contradiction": Contradiction.REJECT, "duplicate_contact_kinds": ("phone",)}
    assert words(recognised(told, book, **in_other_words).problems, "reason") == ["duplicate_contact"]


def test_rejecting_goes_by_the_strongest_kind_that_finds_anyone() -> None:
    book = book_of("crm_id email phone", "- a -", "C - 1")
    told = records("crm_id email phone", "D a 1", "D - 1")
    found = recognised(told, book, contradiction=Contradiction.REJECT)
    assert words(found.problems, "row", "reason") == ["1 identifier_taken"]
    assert words(found.targets, "row", "target") == ["0 1"]
    assert "0 2 phone False" in words(found.others, *OTHER)


# Step 6: several contacts by accident


SEVERAL = book_of("id email phone", "4 a -", "3 a -", "5 - 1", "6 - 1")


@pytest.mark.parametrize("knob", [SharedIdentifier.REVIEW, SharedIdentifier.REJECT])
def test_several_holders_cannot_be_told_apart(knob: SharedIdentifier) -> None:
    found = recognised(records("email", "a"), SEVERAL, shared_identifier=knob)
    assert words(found.targets) == []
    columns = ("reason", "kind", "other_contact_id", "another_contact_id")
    assert words(found.problems, *columns) == ["identifier_shared email 3 4"]


def test_the_oldest_of_several_is_the_one_with_the_lowest_number() -> None:
    found = recognised(records("email", "a"), SEVERAL, shared_identifier=SharedIdentifier.OLDEST)
    assert words(found.targets, "target") == ["3"]
    assert len(found.problems) == 0


def test_whoever_is_in_the_book_is_older_than_whoever_is_being_made() -> None:
    oldest = {"shared_identifier": SharedIdentifier.OLDEST}
    book = book_of("id email", "-1 a", "-2 a", "9 a")
    assert words(recognised(records("email", "a"), book, **oldest).targets, "target") == ["9"]
    made = book_of("id email", "-2 a", "-1 a")
    assert words(recognised(records("email", "a"), made, **oldest).targets, "target") == ["-1"]


def test_several_at_a_weaker_kind_are_as_unclear_unless_the_target_is_one_of_them() -> None:
    book = book_of("email phone", "a -", "- 1", "- 1", "b 1")
    found = recognised(records("email phone", "a 1", "b 1"), book)
    assert words(found.problems, "row", "kind", "other_contact_id") == ["0 phone 2"]
    assert words(found.others.filter(found.others["row"] == 1)) == []


def test_the_oldest_of_several_is_the_second_match_too() -> None:
    book = book_of("email phone", "a -", "- 1", "- 1")
    found = recognised(records("email phone", "a 1"), book, shared_identifier=SharedIdentifier.OLDEST)
    assert words(found.others, *OTHER) == ["0 2 phone False"]


def test_of_several_those_who_contradict_do_not_count() -> None:
    book = book_of("crm_id phone", "C 1", "D 1")
    found = recognised(records("crm_id phone", "D 1", "E 1", "- 1"), book)
    assert words(found.targets, "row", "target") == ["0 2"]
    assert words(found.problems, "row", "reason") == ["2 identifier_shared"]


# Step 9: the bin


def test_an_identifier_that_the_bin_holds_is_taken() -> None:
    book = book_of("email phone in_bin", "a - true", "- 1 false")
    found = recognised(records("email phone", "a 1", "- 1"), book)
    assert words(found.problems, "row", "priority", "reason", "other_contact_id") == [
        "0 1 identifier_taken 1"
    ]
    assert "restore it, or empty the bin first" in found.problems["detail"][0]


def test_whoever_is_in_the_bin_is_not_found_by_a_former_number_either() -> None:
    book = book_of("email phone in_bin", "a 2 true", aliases=["1 phone 1 former"])
    found = recognised(records("phone", "1"), book)
    assert (len(found.targets), len(found.others), len(found.set_aside)) == (0, 0, 0)


def test_who_has_proven_to_be_a_contact_may_be_a_second_one_too() -> None:
    book = book_of("email phone", "a -", "- 1")
    told = "contact_id phone source proven"
    assert reasons(records(told, "1 1 form contact_id+phone"), book) == ["merged"]
    assert reasons(records(told, "1 1 form contact_id"), book) == ["kept_apart"]
    assert reasons(records(told, "1 1 api -"), book) == ["kept_apart"]
