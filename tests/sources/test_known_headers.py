from collections import Counter

import pytest

from onefold.sources.known_headers import KNOWN_FIELDS, known_headers


def test_no_header_stands_for_two_fields() -> None:
    known = known_headers()
    fields = Counter(header for field in KNOWN_FIELDS for header in known.places[field])
    assert [header for header, count in fields.items() if count > 1] == []


def test_a_column_by_which_another_system_knows_people_fills_nothing_by_itself() -> None:
    known = known_headers()
    taken = {header for field in KNOWN_FIELDS for header in known.places[field]}
    assert not {header for header in known.ids if header in taken and header.endswith("id")}


@pytest.mark.parametrize(
    "header",
    ["Customer ID", "record_id", "Student Number", "Kunden-Nr.", "N° client", "ID", "学号", "External Key"],
)
def test_headers_that_look_like_an_id(header: str) -> None:
    assert known_headers().looks_like_an_id(header)


@pytest.mark.parametrize("header", ["Number", "Code", "Phone Number", "House No", "Paid", "ZIP Code"])
def test_headers_that_do_not(header: str) -> None:
    assert not known_headers().looks_like_an_id(header)
