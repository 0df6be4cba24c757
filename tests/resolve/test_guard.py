"""The guard's measure: how many contacts an import would change in who they are."""

import polars as pl
import pytest

from onefold.model.frames import Contacts
from onefold.resolve.guard import Risk, risk, together
from tests.frames import book_of, records, rules
from tests.resolve.deciding import taken


def measured(risky: int, touched: int) -> Risk:
    return Risk(pl.Series(range(touched), dtype=pl.Int64), pl.Series(range(risky), dtype=pl.Int64))


@pytest.mark.parametrize(
    ("risky", "touched", "too_much"),
    [
        (99, 99, False),
        (100, 100, True),
        (100, 499, True),
        (100, 500, False),
        (101, 500, True),
        (200, 1000, False),
        (201, 1000, True),
        (0, 0, False),
    ],
)
def test_too_much_is_more_than_a_fifth_and_at_least_a_hundred(
    risky: int, touched: int, too_much: bool
) -> None:
    assert measured(risky, touched).too_much is too_much


def test_a_contact_counts_once() -> None:
    twice = together([measured(60, 100), measured(60, 100)])
    assert (twice.at_risk.n_unique(), twice.too_much) == (60, False)


def test_batches_count_together() -> None:
    far = Risk(pl.Series(range(1000, 1100), dtype=pl.Int64), pl.Series(range(1000, 1060), dtype=pl.Int64))
    assert together([measured(60, 100), far]).too_much
    assert not together([]).too_much


def at_risk(told: pl.DataFrame, book: Contacts, *mark: str, **options: object) -> tuple[list[int], list[int]]:
    decided = taken(told, book, *mark, **options)
    found = risk(decided.decisions, book, decided.after, rules(**options).kinds)
    return found.touched.sort().to_list(), found.at_risk.sort().to_list()


@pytest.mark.parametrize(
    ("told", "risky"),
    [
        ("C - a - Ana", []),
        ("C - - 1 -", []),
        ("C - b - -", [1]),
        ("C - UNSET - -", [1]),
        ("C M a - -", [1]),
        ("D - z - -", []),
    ],
)
def test_an_identifier_that_is_replaced_or_emptied_is_a_risk(told: str, risky: list[int]) -> None:
    book = book_of("crm_id loyalty_id email first_name", "C L a Anna")
    assert at_risk(records("crm_id loyalty_id email phone first_name", told), book)[1] == risky


def test_only_rows_that_are_taken_touch_a_contact() -> None:
    told = records("crm_id phone refusal", "C - -", "D - -", "E - bad_phone")
    assert at_risk(told, book_of("crm_id", "C", "D", "E"), purpose="add_new")[0] == []
    assert at_risk(told, book_of("crm_id", "C", "E"))[0] == [-2, 1]


def test_a_merge_of_two_that_only_complete_each_other_is_none() -> None:
    book = book_of("crm_id email phone", "C a -", "- - 1")
    assert at_risk(records("crm_id phone", "C 1"), book) == ([1], [])


def test_a_merge_in_which_an_identifier_becomes_a_second_one_is_a_risk() -> None:
    book = book_of("crm_id loyalty_id phone", "C - 1", "- L 2")
    assert at_risk(records("crm_id loyalty_id", "C L"), book) == ([1], [1])


def test_contacts_that_the_import_made_are_not_at_risk() -> None:
    told = records("crm_id email", "C a", "C b")
    assert at_risk(told, book_of("id")) == ([-1, -1], [])
