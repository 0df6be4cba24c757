"""What the whole input shows before anything is decided: folds, refusals, tangles, crowded identifiers."""

from typing import Any

import pytest

from onefold.model.outcome import Purpose
from onefold.model.policy import HeldElsewhere, Repeated
from onefold.survey.survey import Survey, survey, what_the_survey_reads
from tests.frames import book_of, marks, records, rules, words

NOBODY = book_of("id")


def test_rows_are_folded_only_where_the_policy_says_so() -> None:
    told = records("email", "a", "a")
    assert words(survey(told, NOBODY, marks(), rules()).repeats) == ["1 0"]
    in_order = rules(repeated_in_file=Repeated.IN_ORDER)
    assert words(survey(told, NOBODY, marks(), in_order).repeats) == []


def test_nothing_is_folded_where_everybody_is_new() -> None:
    told = records("email", "a", "a")
    assert words(survey(told, NOBODY, marks(), rules(purpose=Purpose.ADD_ALL)).repeats) == []


def test_rows_that_are_refused_already_are_not_looked_at() -> None:
    told = records("email refusal", "a bad_phone", "a -", "a -")
    assert words(survey(told, NOBODY, marks(), rules()).repeats) == ["2 1"]
    rejecting = rules(repeated_in_file=Repeated.REJECT_ALL)
    found = survey(records("email refusal", "a bad_phone", "a -"), NOBODY, marks(), rejecting)
    assert words(found.refused) == []


def test_repeats_are_all_refused_with_the_identifier_named() -> None:
    told = records("email", "a", "b", "a")
    found = survey(told, NOBODY, marks(), rules(repeated_in_file=Repeated.REJECT_ALL))
    assert words(found.refused, "row", "reason") == ["0 identifier_repeated", "2 identifier_repeated"]
    assert (
        found.refused["detail"][0] == "email a stands in more than one row of the file; none of them is taken"
    )


def refused(told: Survey) -> list[str]:
    return words(told.refused, "row", "reason")


def chain(rows: int) -> list[str]:
    """Emails and phones of rows that hang together, one by a phone and the next by an email."""
    return [f"{(number + 1) // 2} {number // 2}" for number in range(rows)]


@pytest.mark.parametrize("rows", [3, 4])
def test_a_tangle_is_one_row_more_than_the_limit(rows: int) -> None:
    found = survey(records("email phone", *chain(rows), "alone 99"), NOBODY, marks(), rules(group_limit=3))
    assert refused(found) == ([] if rows == 3 else [f"{row} conflict" for row in range(rows)])


def test_a_tangle_tells_how_many_rows_hang_together() -> None:
    found = survey(records("email phone", "a 1", "a 2", "b 2"), NOBODY, marks(), rules(group_limit=2))
    assert found.refused["detail"][0].startswith(
        "this row hangs together with 2 others through shared identifiers, "
        "more than the 2 that could be one person"
    )


def test_rows_hang_together_through_contacts_of_the_book() -> None:
    told = records("email phone", "a -", "- 1", "b -")
    book = book_of("email phone", "a 1")
    assert refused(survey(told, book, marks(), rules(group_limit=1))) == ["0 conflict", "1 conflict"]


def test_contacts_do_not_count_towards_the_limit() -> None:
    told = records("email", "a")
    book = book_of("email phone", "a 1", "- 1", "- 1")
    assert refused(survey(told, book, marks(), rules(group_limit=1))) == []


def test_folded_rows_count_once_and_fall_with_the_row_that_speaks_for_them() -> None:
    told = records("email phone", "a 1", "a 1", "a 1", "b 1")
    small, large = (survey(told, NOBODY, marks(), rules(group_limit=limit)) for limit in (2, 1))
    assert (words(small.repeats), refused(small)) == (["1 0", "2 0"], [])
    assert (words(large.repeats), refused(large)) == ([], [f"{row} conflict" for row in range(4)])


def test_a_kind_that_several_contacts_may_have_makes_no_tangle() -> None:
    told = records("email phone", "a 1", "b 1")
    for_email: dict[str, Any] = {"group_limit": 1, "chosen": "email"}
    assert refused(survey(told, NOBODY, marks(), rules(**for_email))) == ["0 conflict", "1 conflict"]
    allowing = rules(**for_email, held_elsewhere=HeldElsewhere.ALLOW)
    assert refused(survey(told, NOBODY, marks(), allowing)) == []
    assert refused(survey(told, NOBODY, marks(), rules(group_limit=1, purpose=Purpose.ADD_ALL))) == []


def test_people_who_could_come_to_the_same_name_at_a_shared_address_hang_together() -> None:
    told = records(
        "email phone first_name last_name",
        "desk 1 Ana -",
        "desk 1 Bob Silva",
        "desk 2 Ana Silva",
        "desk 3 Bea -",
    )
    shared = marks("email desk shared")
    assert refused(survey(told, NOBODY, shared, rules(group_limit=2))) == [
        "0 conflict", "1 conflict", "2 conflict",
    ]  # fmt: skip
    assert refused(survey(told, NOBODY, shared, rules(group_limit=3))) == []


def test_a_mark_undoes_a_tangle() -> None:
    told = records("phone first_name", "1 Ana", "1 Bea", "1 Carla")
    plain, marked = (
        survey(told, NOBODY, marks(*mark), rules(group_limit=2)) for mark in ((), ("phone 1 shared",))
    )
    assert len(plain.refused) == 3
    assert len(marked.refused) == 0


def test_what_the_survey_finds_crowded_makes_no_tangle() -> None:
    told = records("phone first_name", "1 Ana", "1 Bea", "1 Carla")
    found = survey(told, NOBODY, marks(), rules(group_limit=2, people_per_identifier=2))
    assert words(found.crowded) == ["phone 1 shared"]
    assert len(found.refused) == 0


def test_the_survey_reads_no_more_than_its_columns() -> None:
    told = records("email phone first_name visits", "a 1 Ana 3", "a 1 Ana 4")
    found = survey(what_the_survey_reads(told, rules()), NOBODY, marks(), rules())
    assert words(found.repeats) == ["1 0"]
