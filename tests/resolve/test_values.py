"""Step 10 of DESIGN 5: which value each contact ends up with."""

import pytest

from onefold.model.outcome import Purpose
from onefold.model.policy import Claims, Overwrite, PhoneSpelling
from tests.frames import book_of, records, words
from tests.resolve.deciding import became, reasons, taken

ANA = book_of("email phone first_name last_name field_1", "a 1 Ana Silva 3")
FULL = "email=a phone=1 first_name=Ana last_name=Silva field_1=3.0"


def test_blank_keeps_a_value_and_unset_empties_it() -> None:
    told = records("email phone first_name last_name field_1", "a UNSET - UNSET UNSET")
    assert became(told, ANA) == "email=a first_name=Ana"


def test_a_value_replaces_what_is_there_and_fills_what_is_not() -> None:
    told = records("email first_name full_name field_2", "a Bea Bea_Sousa true")
    assert became(told, ANA) == (
        "email=a phone=1 first_name=Bea last_name=Silva full_name=Bea_Sousa field_1=3.0 field_2=True"
    )


def test_do_not_overwrite_fills_only_what_is_empty_and_empties_nothing() -> None:
    told = records("email phone first_name last_name full_name", "a 2 Bea UNSET Bea_Sousa")
    filled = "email=a phone=1 first_name=Ana last_name=Silva full_name=Bea_Sousa field_1=3.0"
    assert became(told, ANA, do_not_overwrite=True) == filled
    assert became(told, ANA, overwrite=Overwrite.FILL_EMPTY) == filled


def test_do_not_overwrite_may_be_of_some_columns() -> None:
    told = records("email phone first_name last_name", "a 2 Bea Sousa")
    spared = {"do_not_overwrite_columns": frozenset({"phone", "first_name"})}
    by_policy = {"overwrite_by_column": {"phone": Overwrite.FILL_EMPTY, "first_name": Overwrite.FILL_EMPTY}}
    for option in (spared, by_policy):
        assert became(told, ANA, **option) == "email=a phone=1 first_name=Ana last_name=Sousa field_1=3.0"


def test_a_column_may_overwrite_where_others_only_fill() -> None:
    told = records("email first_name last_name", "a Bea Sousa")
    knobs = {"overwrite": Overwrite.FILL_EMPTY, "overwrite_by_column": {"last_name": Overwrite.ALWAYS}}
    assert became(told, ANA, **knobs) == "email=a phone=1 first_name=Ana last_name=Sousa field_1=3.0"


def test_an_edit_in_the_console_always_wins() -> None:
    told = records("email first_name last_name source", "a Bea UNSET console")
    options = {"overwrite": Overwrite.FILL_EMPTY}
    assert became(told, ANA, **options) == "email=a phone=1 first_name=Bea field_1=3.0"


# What is merely claimed


@pytest.mark.parametrize(
    ("source", "proven", "first_name", "last_name"),
    [
        # Who proves the identifier that finds the contact may replace and empty values,
        ("form", "email", "first_name=Bea", ""),
        ("import", "-", "first_name=Bea", ""),
        # and who merely types it fills only what is empty.
        ("form", "-", "first_name=Ana", "last_name=Silva "),
        ("form", "phone", "first_name=Ana", "last_name=Silva "),
    ],
)
def test_values_replace_others_only_if_the_identifier_that_found_the_target_is_proven(
    source: str, proven: str, first_name: str, last_name: str
) -> None:
    told = records("email first_name last_name field_2 source proven", f"a Bea UNSET true {source} {proven}")
    after = f"email=a phone=1 {first_name} {last_name}field_1=3.0 field_2=True"
    assert became(told, ANA) == after
    applied = became(told, ANA, claims=Claims.APPLY)
    assert applied == "email=a phone=1 first_name=Bea field_1=3.0 field_2=True"


def test_a_typed_identifier_waits_even_where_there_is_none_yet() -> None:
    told = records("email phone source proven", "a 1 form email")
    decided = taken(told, book_of("email", "a"))
    assert became(told, book_of("email", "a")) == "email=a phone~1:claimed"
    assert words(decided.reviews, "kind", "contact_id", "other_contact_id", "identifier", "value") == [
        "claimed_value 1 - phone 1"
    ]
    assert reasons(told, book_of("email", "a"), claims=Claims.APPLY) == ["updated"]
    assert became(told, book_of("email", "a"), claims=Claims.APPLY) == "email=a phone=1"


def test_a_typed_identifier_that_the_contact_has_already_waits_for_nothing() -> None:
    told = records("email phone source", "a 1 form")
    assert became(told, ANA) == FULL
    assert len(taken(told, ANA).reviews) == 0
    known = book_of("email phone", "a 2", aliases=["1 phone 1 second"])
    assert became(told, known) == "email=a phone=2 phone~1:second"
    assert len(taken(told, known).reviews) == 0


def test_a_typed_unset_of_an_identifier_empties_nothing() -> None:
    told = records("email phone source proven", "a UNSET form email")
    assert became(told, ANA) == FULL
    assert became(told, ANA, claims=Claims.APPLY) == FULL.replace("phone=1 ", "")


def test_a_proven_identifier_waits_too_where_a_typed_one_names_the_contact() -> None:
    told = records("email phone source proven", "a 2 form phone")
    assert became(told, ANA) == f"{FULL} phone~2:claimed"
    assert became(told, ANA, claims=Claims.APPLY).startswith("email=a phone=2 ")


def test_a_proven_identifier_is_applied_where_a_proven_one_names_the_contact() -> None:
    told = records("email phone source proven", "a 2 form email+phone")
    assert became(told, ANA).startswith("email=a phone=2 ")


def test_a_typed_record_makes_a_contact_with_all_it_says() -> None:
    told = records("email phone first_name source", "b 2 Bea form")
    assert became(told, ANA, of=-1) == "email=b phone=2 first_name=Bea"
    assert len(taken(told, ANA).reviews) == 0


# Identifiers


def test_a_blocked_value_only_fills() -> None:
    book = book_of("crm_id email", "C a", "D -")
    told = records("crm_id email", "C info@x", "D info@x", "E info@x")
    assert [became(told, book, of=of) for of in (1, 2, -3)] == [
        "crm_id=C email=a",
        "crm_id=D email=info@x",
        "crm_id=E email=info@x",
    ]


def test_a_blocked_value_that_is_typed_waits_for_nothing() -> None:
    told = records("phone email source proven", "1 info@x form phone")
    assert became(told, book_of("phone email", "1 a")) == "email=a phone=1"
    assert len(taken(told, book_of("phone email", "1 a")).reviews) == 0


def test_a_second_identifier_changes_nothing_but_by_hand() -> None:
    book = book_of("crm_id email", "C a", aliases=["1 email b second"])
    assert became(records("crm_id email", "C b"), book) == "crm_id=C email=a email~b:second"
    by_hand = records("crm_id email source", "C b console")
    assert became(by_hand, book) == "crm_id=C email=b email~a:former"


def test_the_spelling_goes_with_the_address() -> None:
    book = book_of("crm_id phone phone_as_written email email_as_written", "C 1 01 a A")
    told = records("crm_id phone phone_as_written email", "C 2 02 b")
    assert became(told, book) == "crm_id=C email=b phone=2 phone_as_written=02 email~a:former phone~1:former"
    assert became(records("crm_id phone", "C 2"), book).startswith(
        "crm_id=C email=a email_as_written=A phone=2 "
    )


def test_the_same_address_spelled_otherwise_changes_nothing() -> None:
    book = book_of("crm_id phone phone_as_written", "C 1 01")
    told = records("crm_id phone phone_as_written", "C 1 001")
    assert reasons(told, book) == ["unchanged"]
    assert became(told, book) == "crm_id=C phone=1 phone_as_written=01"


def test_an_address_that_is_emptied_takes_its_spelling_along() -> None:
    book = book_of("crm_id phone phone_as_written", "C 1 01")
    assert became(records("crm_id phone", "C UNSET"), book) == "crm_id=C"


def test_a_number_written_otherwise_is_another_one_where_that_counts() -> None:
    book = book_of("email phone phone_as_written", "a 1 -")
    told = records("email phone phone_as_written", "a 1 01")
    options = {"phone_spelling": PhoneSpelling.AS_WRITTEN, "chosen": "email"}
    assert became(told, book, **options) == "email=a phone=1 phone_as_written=01 phone~1:former"


# A merge


def test_the_keepers_own_values_go_before_the_others_and_the_record_on_top() -> None:
    book = book_of("crm_id email phone first_name last_name field_1", "C a - Ana - 3", "- - 1 Anna Silva 4")
    told = records("crm_id phone last_name", "C 1 -", "C 1 Sousa")
    assert became(told[:1], book) == "crm_id=C email=a phone=1 first_name=Ana last_name=Silva field_1=3.0"
    assert became(told[1:], book) == "crm_id=C email=a phone=1 first_name=Ana last_name=Sousa field_1=3.0"


def test_an_address_and_its_spelling_come_from_one_contact() -> None:
    book = book_of("crm_id loyalty_id phone phone_as_written", "C - 1 -", "- L 2 02", "D - - -", "- M 3 03")
    told = records("crm_id loyalty_id", "C L", "D M")
    assert became(told, book) == "crm_id=C loyalty_id=L phone=1 phone~2:second"
    assert became(told, book, of=3) == "crm_id=D loyalty_id=M phone=3 phone_as_written=03"


def test_every_row_that_adds_all_is_somebody_new() -> None:
    told = records("email", "a", "a")
    decided = taken(told, ANA, purpose=Purpose.ADD_ALL)
    assert words(decided.after.contacts, "id", "email") == ["-1 a", "-2 a", "1 a"]
