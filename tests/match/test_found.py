"""Whom a record's identifiers find."""

import polars as pl

from onefold.match.found import found, found_by_former
from onefold.match.holdings import holdings
from onefold.model.frames import Contacts
from onefold.resolve.round import Round, said_lines
from tests.frames import book_of, marks, records, rules, words

KINDS = ("crm_id", "email", "phone")


def finds(told: pl.DataFrame, book: Contacts, *mark: str) -> list[str]:
    """`row kind value holder` of everybody that is found."""
    this = Round(told, book, marks(*mark), rules())
    lines = said_lines(this.said(KINDS), KINDS)
    return words(found(lines, holdings(book, KINDS, rules()), this.marks), "row", "kind", "value", "holder")


def finds_former(told: pl.DataFrame, book: Contacts, *mark: str) -> list[str]:
    this = Round(told, book, marks(*mark), rules())
    lines = said_lines(this.said(KINDS), KINDS)
    former = found_by_former(lines, holdings(book, KINDS, rules()), book, this.marks)
    return words(former, "row", "kind", "value", "holder")


def test_each_identifier_finds_whoever_holds_it() -> None:
    book = book_of("crm_id email phone", "C a -", "- - 1", "- a -", aliases=["2 email b second"])
    told = records("crm_id email phone", "C b 1", "- a -", "- - 9")
    assert finds(told, book) == ["0 crm_id C 1", "0 email b 2", "0 phone 1 2", "1 email a 1", "1 email a 3"]


def test_strength_and_trust_go_along() -> None:
    told = records("email phone source proven", "a 1 form phone")
    book = book_of("email phone", "a 1")
    this = Round(told, book, marks(), rules())
    hits = found(said_lines(this.said(KINDS), KINDS), holdings(book, KINDS, rules()), this.marks)
    assert words(hits, "kind", "strength", "trust") == ["email 1 0", "phone 2 1"]


def test_a_blocked_value_finds_nobody() -> None:
    book = book_of("email phone", "info@x 1")
    assert finds(records("email phone", "info@x 1"), book, "phone 1 blocked") == []


def test_a_shared_value_finds_only_a_contact_of_the_same_full_name() -> None:
    book = book_of("phone full_name", "1 Ana_Silva", "1 Bea_Silva", "1 -")
    told = records("phone first_name last_name", "1 ANA Silva", "1 Carla Silva", "1 - -", "1 Bea -")
    assert finds(told, book, "phone 1 shared") == ["0 phone 1 1"]
    assert len(finds(told, book)) == 12


def test_the_mark_of_one_kind_is_not_that_of_another() -> None:
    book = book_of("email", "1")
    assert finds(records("email", "1"), book, "phone 1 shared") == ["0 email 1 1"]


FORMER = book_of("crm_id email phone", "C a 2", "D b 3", aliases=["1 phone 1 former"])


def test_a_former_number_finds_who_had_it() -> None:
    assert finds_former(records("phone", "1"), FORMER) == ["0 phone 1 1"]


def test_a_former_number_finds_for_attested_records_only() -> None:
    told = records("phone source proven", "1 form -", "1 keyword phone", "1 api -", "1 console -")
    assert finds_former(told, FORMER) == ["2 phone 1 1", "3 phone 1 1"]


def test_a_former_number_that_somebody_holds_finds_nobody() -> None:
    book = book_of("phone full_name", "2 -", "1 Bea", aliases=["1 phone 1 former"])
    assert finds_former(records("phone", "1"), book) == []
    second = book_of("phone", "2", "3", aliases=["1 phone 1 former", "2 phone 1 second"])
    assert finds_former(records("phone", "1"), second) == []


def test_a_former_number_of_two_contacts_finds_neither() -> None:
    book = book_of("phone", "2", "3", aliases=["1 phone 1 former", "2 phone 1 former"])
    assert finds_former(records("phone", "1"), book) == []


def test_a_marked_former_number_finds_nobody() -> None:
    assert finds_former(records("phone", "1"), FORMER, "phone 1 shared") == []
    assert finds_former(records("phone", "1"), FORMER, "phone 1 blocked") == []


def test_a_released_number_finds_nobody() -> None:
    book = book_of("phone", "2", aliases=["1 phone 1 released"])
    assert finds_former(records("phone", "1"), book) == []


def test_the_strongest_former_identifier_speaks() -> None:
    book = book_of("phone", "2", "3", aliases=["1 phone 1 former", "2 email a former"])
    assert finds_former(records("email phone", "a 1"), book) == ["0 email a 2"]


def test_the_former_number_of_a_merged_contact_is_not_asked_of_it() -> None:
    book = book_of("phone merged_into", "2 2", "3 -", aliases=["1 phone 1 former", "2 phone 1 former"])
    assert finds_former(records("phone", "1"), book) == ["0 phone 1 2"]
