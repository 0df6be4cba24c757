"""Identifiers that too many people share are marked as shared."""

import pytest

from onefold.model.policy import PhoneSpelling
from onefold.survey.people import crowded_identifiers
from tests.frames import book_of, marks, records, rules, words

NOBODY = book_of("id")
TWO = rules(people_per_identifier=2)


@pytest.mark.parametrize(
    ("header", "rows", "crowded"),
    [
        ("phone crm_id", ("1 A", "1 B"), False),
        ("phone crm_id", ("1 A", "1 B", "1 C"), True),
        ("phone first_name", ("1 Ana", "1 Bea", "1 Carla"), True),
        ("phone first_name", ("1 Ana", "1 ANA", "1 Bea"), False),
        ("phone full_name", ("1 Ana_Silva", "1 ana__silva", "1 Bea"), False),
        ("phone email", ("1 a", "1 b", "1 c"), True),
        ("phone email", ("1 a", "1 a", "1 b"), False),
        # A CRM ID is stronger than a name, and a name than the other identifiers.
        ("phone crm_id first_name", ("1 A Ana", "1 A Bea", "1 A Carla"), False),
        ("phone email first_name", ("1 a Ana", "1 b Ana", "1 c Ana"), False),
        # One person may be told in each of the three ways.
        ("phone crm_id first_name email", ("1 A - -", "1 - Ana -", "1 - - a"), True),
    ],
)
def test_people_are_counted_by_crm_id_or_else_name_or_else_other_identifiers(
    header: str, rows: tuple[str, ...], crowded: bool
) -> None:
    found = crowded_identifiers(records(header, *rows), NOBODY, marks(), TWO)
    assert words(found) == (["phone 1 shared"] if crowded else [])


def test_the_book_counts_with_the_file() -> None:
    told = records("phone first_name", "1 Ana")
    book = book_of("phone first_name", "1 Bea", "1 Carla")
    assert words(crowded_identifiers(told, book, marks(), TWO)) == ["phone 1 shared"]
    same = book_of("phone first_name", "1 Bea", "1 Ana")
    assert words(crowded_identifiers(told, same, marks(), TWO)) == []


def test_contacts_that_became_part_of_another_do_not_count() -> None:
    book = book_of("phone first_name merged_into", "1 Bea -", "1 Carla 1", "1 Dora 1")
    assert words(crowded_identifiers(records("phone first_name", "1 Ana"), book, marks(), TWO)) == []


def test_email_phone_and_the_books_own_kinds_can_be_crowded() -> None:
    told = records("email phone loyalty_id crm_id", "a 1 L A", "a 1 L B", "a 1 L C")
    assert words(crowded_identifiers(told, NOBODY, marks(), TWO)) == [
        "email a shared",
        "loyalty_id L shared",
        "phone 1 shared",
    ]


def test_what_is_marked_or_blocked_already_is_left_out() -> None:
    told = records("email phone loyalty_id crm_id", "info@x 1 L A", "info@x 1 L B", "info@x 1 L C")
    known = marks("phone 1 shared", "loyalty_id L blocked")
    assert words(crowded_identifiers(told, NOBODY, known, TWO)) == []


def test_without_a_number_nothing_is_crowded() -> None:
    told = records("phone crm_id", *(f"1 {number}" for number in range(20)))
    assert words(crowded_identifiers(told, NOBODY, marks(), rules(people_per_identifier=None))) == []


def test_a_number_is_crowded_as_it_is_written_where_that_counts() -> None:
    told = records("phone phone_as_written crm_id", "1 01 A", "1 01 B", "1 01 C", "1 - D", "1 - E")
    written = rules(people_per_identifier=2, phone_spelling=PhoneSpelling.AS_WRITTEN)
    assert words(crowded_identifiers(told, NOBODY, marks(), written)) == ["phone 01 shared"]
