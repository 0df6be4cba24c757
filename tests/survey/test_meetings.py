"""Whom the rows of an input could meet: strangers, pairs, and rows that hang together."""

from typing import Any

from onefold.model.frames import HOLDER_SCHEMA
from onefold.model.policy import PhoneSpelling
from onefold.survey.meetings import Meetings, fingerprints, meetings, wanted
from tests.frames import lines, marks, records, rules, words


def test_every_identifier_is_looked_up() -> None:
    told = records("contact_id crm_id loyalty_id email phone", "7 C L a 1", "- - - - 2")
    assert words(wanted(told, rules())) == [
        "contact_id 7",
        "crm_id C",
        "email a",
        "loyalty_id L",
        "phone 1",
        "phone 2",
    ]


def test_a_number_is_looked_up_both_ways_where_its_spelling_counts() -> None:
    told = records("phone phone_as_written", "1 01")
    assert words(wanted(told, rules(phone_spelling=PhoneSpelling.AS_WRITTEN)).unique()) == [
        "phone 01",
        "phone 1",
    ]


def met(
    header: str, *rows: str, held: tuple[str, ...] = (), mark: tuple[str, ...] = (), **knobs: Any
) -> Meetings:
    """`held`: like `email a 7 current`."""
    prints = fingerprints(records(header, *rows), rules(**knobs))
    return meetings(prints, lines(HOLDER_SCHEMA, *held), marks(*mark), rules(**knobs))


def several(found: Meetings) -> list[int]:
    return found.several["row"].to_list()


def test_rows_that_say_what_nobody_else_says_are_strangers() -> None:
    found = met("email phone", "a 1", "b 2", "- -", held=("email c 7 current",))
    assert (several(found), words(found.pairs), found.contacts.to_list()) == ([], [], [])


def test_rows_that_say_the_same_could_meet() -> None:
    assert several(met("email phone", "a 1", "b 2", "c 1")) == [0, 2]
    assert several(met("email crm_id", "a -", "- a")) == []


def test_a_row_and_a_contact_that_only_have_to_do_with_each_other_are_a_pair() -> None:
    found = met("email phone", "a 1", "b 2", held=("email a 7 current", "phone 1 7 former"))
    assert (several(found), words(found.pairs), found.contacts.to_list()) == ([], ["0 7"], [])


def test_two_contacts_of_one_row_make_no_pair() -> None:
    found = met("email phone", "a 1", held=("email a 7 current", "phone 1 8 held_elsewhere"))
    assert (several(found), words(found.pairs), found.contacts.sort().to_list()) == ([0], [], [7, 8])


def test_two_rows_of_one_contact_make_no_pair() -> None:
    found = met("email phone", "a -", "- 1", held=("email a 7 current", "phone 1 7 current"))
    assert (several(found), words(found.pairs)) == ([0, 1], [])


def test_a_row_that_another_row_ties_is_nobodys_pair() -> None:
    found = met("email phone", "a 1", "b 1", held=("email a 7 current",))
    assert (several(found), words(found.pairs)) == ([0, 1], [])


def test_a_shared_identifier_could_meet_anybody() -> None:
    assert several(met("email phone", "a 1", "b 2", mark=("phone 1 shared", "phone 2 blocked"))) == [0]


def test_there_are_no_pairs_where_two_people_are_one_too_many() -> None:
    found = met("email", "a", held=("email a 7 current",), people_per_identifier=1)
    assert (several(found), words(found.pairs)) == ([0], [])


def test_a_number_meets_by_its_spelling_where_that_counts() -> None:
    spelled = ("phone phone_as_written", "1 01", "2 02")
    found = met(*spelled, held=("phone 01 7 current",), phone_spelling=PhoneSpelling.AS_WRITTEN)
    assert words(found.pairs) == ["0 7"]
    assert words(met(*spelled, held=("phone 01 7 current",)).pairs) == []
