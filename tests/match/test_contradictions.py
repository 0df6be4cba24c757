"""When a contact that an identifier finds is somebody else all the same."""

import polars as pl
import pytest

from onefold.match.contradictions import contradicts
from tests.frames import lines

KINDS = ("crm_id", "email", "phone")
SAID = {"row": pl.UInt32} | dict.fromkeys(KINDS, pl.String)
OWN = {"holder": pl.Int64} | dict.fromkeys(KINDS, pl.String)
FOUND = {"row": pl.UInt32, "holder": pl.Int64, "strength": pl.Int8}


@pytest.mark.parametrize(
    ("said", "own", "found_by", "contradicted"),
    [
        ("C a 1", "C a 1", "phone", False),
        ("C a 1", "D a 1", "phone", True),
        ("C a 1", "D a 1", "email", True),
        ("C a 1", "D a 1", "crm_id", False),
        ("C a 1", "C b 1", "phone", True),
        ("C a 1", "C b 1", "crm_id", False),
        # Only where both have a value can they differ.
        ("- a 1", "D a 1", "phone", False),
        ("C a 1", "- a 1", "phone", False),
        ("- - 1", "- - 1", "phone", False),
        # A kind that is weaker than the finding one, or the finding one itself, says nothing.
        ("C a 1", "C a 2", "email", False),
        ("C a 1", "C a 2", "phone", False),
    ],
)
def test_a_stronger_identifier_that_differs_contradicts(
    said: str, own: str, found_by: str, contradicted: bool
) -> None:
    hit = lines(FOUND, f"0 1 {KINDS.index(found_by)}")
    found = contradicts(hit, lines(SAID, f"0 {said}"), lines(OWN, f"1 {own}"), KINDS)
    assert found.to_list() == [contradicted]


@pytest.mark.parametrize(
    ("own", "found_by", "contradicted"),
    [
        ("C a 2", "phone", True),
        ("C a -", "phone", False),
        ("C b 1", "email", True),
        ("C a 2", "email", False),
    ],
)
def test_the_finding_kind_counts_where_it_is_told_to(own: str, found_by: str, contradicted: bool) -> None:
    hit = lines(FOUND, f"0 1 {KINDS.index(found_by)}")
    said, owned = lines(SAID, "0 C a 1"), lines(OWN, f"1 {own}")
    assert contradicts(hit, said, owned, KINDS, inclusive=True).to_list() == [contradicted]


def test_the_answers_are_in_the_order_of_the_questions() -> None:
    hits = lines(FOUND, "1 5 2", "0 6 2", "1 6 2")
    said, own = lines(SAID, "0 C - 1", "1 D - 1"), lines(OWN, "5 D - 1", "6 C - 1")
    assert contradicts(hits, said, own, KINDS).to_list() == [False, False, True]
