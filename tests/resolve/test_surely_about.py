"""Whom a record is about that is not applied."""

import pytest

from onefold.model.frames import HOLDER_SCHEMA
from onefold.resolve.surely_about import surely_about
from tests.frames import lines, records, rules, words


def about(header: str, row: str, *holders: str) -> list[str]:
    return words(surely_about(records(header, row), lines(HOLDER_SCHEMA, *holders), rules()))


@pytest.mark.parametrize(
    ("row", "holders", "whom"),
    [
        ("A7 1", ["crm_id A7 1 current"], ["0 1"]),
        ("A7 1", ["crm_id A7 1 current", "phone 1 2 current"], ["0 1"]),
        ("A7 1", ["phone 1 2 second"], ["0 2"]),
        ("A7 1", ["phone 1 2 former"], []),
        ("A7 1", ["phone 1 2 current", "phone 1 3 current"], []),
        ("- 1", [], []),
    ],
)
def test_the_strongest_identifier_that_one_contact_has_says_it(
    row: str, holders: list[str], whom: list[str]
) -> None:
    assert about("crm_id phone", row, *holders) == whom


def test_who_typed_a_name_is_nobody_for_sure() -> None:
    assert about("source proven crm_id", "form - A7", "crm_id A7 1 current") == []
    assert about("source proven crm_id", "form crm_id A7", "crm_id A7 1 current") == ["0 1"]
