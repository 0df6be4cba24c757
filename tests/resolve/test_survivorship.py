"""Whose value stays when two contacts become one, by the policy's knob."""

from dataclasses import replace
from typing import Any

import pytest

from onefold.model.frames import SET_BY_SCHEMA, Contacts
from onefold.model.policy import Survivorship
from onefold.resolve.merge import merge_contacts
from tests.frames import book_of, lines, records, rules, shown
from tests.resolve.deciding import taken

BOOK = book_of("crm_id phone first_name full_name field_1", "C - Ana Ana_S 1", "- 1 Beatriz Bea 2")
FORM_FIRST = ("form", "import")


def told(book: Contacts, *who_set: str) -> Contacts:
    """Contacts of whose values it is known who set them: `2 first_name 7 form`."""
    return replace(book, set_by=lines(SET_BY_SCHEMA, *who_set))


def merged(book: Contacts, **knobs: Any) -> str:
    return shown(merge_contacts(book, 1, 2, rules(**knobs)), 1)


def paired(book: Contacts, **knobs: Any) -> str:
    """The same by a record that names both."""
    resolution = taken(records("crm_id phone", "C 1"), book, **knobs)
    assert resolution.decisions["reason"].to_list() == ["merged"]
    return shown(resolution.after, 1)


@pytest.mark.parametrize("become_one", [merged, paired])
@pytest.mark.parametrize(
    ("knobs", "who_set", "kept"),
    [
        ({}, ["1 - 1 form", "2 - 9 form"], "Ana Ana_S 1.0"),
        ({"survivorship": Survivorship.LONGEST}, [], "Beatriz Ana_S 1.0"),
        ({"survivorship": Survivorship.NEWEST}, ["1 - 1 -", "2 - 2 -"], "Beatriz Bea 2.0"),
        ({"survivorship": Survivorship.NEWEST}, ["1 - 2 -", "2 - 1 -"], "Ana Ana_S 1.0"),
        ({"survivorship": Survivorship.NEWEST}, ["1 - 2 -", "2 - 2 -"], "Ana Ana_S 1.0"),
        ({"survivorship": Survivorship.NEWEST}, [], "Ana Ana_S 1.0"),
        (
            {"survivorship": Survivorship.NEWEST},
            ["1 - 1 -", "1 full_name 5 -", "2 - 2 -", "2 field_1 3 -"],
            "Beatriz Ana_S 2.0",
        ),
        ({"survivorship": FORM_FIRST}, ["1 - 1 import", "2 - 2 form"], "Beatriz Bea 2.0"),
        ({"survivorship": FORM_FIRST}, ["1 - 1 form", "2 - 2 import"], "Ana Ana_S 1.0"),
        ({"survivorship": FORM_FIRST}, ["1 - 1 -", "2 - 2 import"], "Beatriz Bea 2.0"),
        ({"survivorship": FORM_FIRST}, ["1 - 1 checkout", "2 - 2 api"], "Ana Ana_S 1.0"),
        (
            {"survivorship_by_column": {"full_name": Survivorship.NEWEST, "visits": FORM_FIRST}},
            ["1 - 1 -", "2 - 2 form"],
            "Ana Bea 2.0",
        ),
    ],
)
def test_one_value_stays(become_one: Any, knobs: dict[str, Any], who_set: list[str], kept: str) -> None:
    first, full, visits = kept.split()
    becomes = become_one(told(BOOK, *who_set), **knobs)
    assert becomes == f"crm_id=C phone=1 first_name={first} full_name={full} field_1={visits}"


@pytest.mark.parametrize("how", [*Survivorship, FORM_FIRST])
def test_a_value_that_only_one_has_stays(how: Survivorship | tuple[str, ...]) -> None:
    book = told(book_of("crm_id phone first_name last_name", "C - Ana -", "- 1 - Sousa"), "2 - 9 form")
    assert merged(book, survivorship=how) == "crm_id=C phone=1 first_name=Ana last_name=Sousa"


@pytest.mark.parametrize("how", [*Survivorship, FORM_FIRST])
def test_identifiers_stay_those_of_the_kept_contact(how: Survivorship | tuple[str, ...]) -> None:
    book = told(book_of("email phone", "a 1", "longer 222"), "1 - 1 import", "2 - 9 form")
    assert merged(book, survivorship=how) == "email=a phone=1 email~longer:second phone~222:second"


def test_what_the_record_says_goes_before_both() -> None:
    told_all = records("crm_id phone first_name", "C 1 Ana_Beatriz")
    after = taken(told_all, BOOK, survivorship=Survivorship.LONGEST).after
    assert "first_name=Ana_Beatriz" in shown(after, 1)
    spared = taken(
        records("crm_id phone first_name", "C 1 Ana_Beatriz_Sousa"),
        BOOK,
        survivorship=Survivorship.LONGEST,
        do_not_overwrite=True,
    ).after
    assert "first_name=Beatriz" in shown(spared, 1)


def test_rows_of_one_input_follow_each_other() -> None:
    rows = records("crm_id phone first_name", "C - Ana", "- 1 Bea", "C 1 -")
    nobody = BOOK.nobody()
    after = taken(rows, nobody, survivorship=Survivorship.NEWEST).after
    assert shown(after, -1) == "crm_id=C phone=1 first_name=Bea"
    rows = records("crm_id phone first_name", "- 1 Bea", "C - Ana", "C 1 -")
    assert "first_name=Ana" in shown(taken(rows, nobody, survivorship=Survivorship.NEWEST).after, -2)


def test_nobody_is_asked_who_set_what_where_no_policy_wants_it() -> None:
    rows = records("crm_id phone first_name", "C - Ana", "- 1 Bea")
    for how in (Survivorship.KEPT, Survivorship.LONGEST):
        assert taken(rows, BOOK.nobody(), survivorship=how).after.set_by.is_empty()
