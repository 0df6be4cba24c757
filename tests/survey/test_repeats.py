"""Rows of one input that repeat an identifier: folded into one where they agree, or all refused."""

import polars as pl
import pytest

from onefold.model.policy import PhoneSpelling
from onefold.survey.repeats import fold, folded_rows, rows_that_repeat
from tests.frames import marks, records, rules, words


def folded(header: str, *rows: str) -> list[str]:
    """`row repeat_of` of the rows that fold into another."""
    return words(folded_rows(records(header, *rows), rules()))


def test_rows_with_equal_identifiers_and_names_that_agree_fold_into_the_first() -> None:
    assert folded("email first_name", "a Ana", "b Ana", "a ANA", "a -") == ["2 0", "3 0"]


def test_names_are_compared_without_case_and_double_spaces() -> None:
    assert folded("email full_name", "a Ana_Silva", "a ANA__silva") == ["1 0"]


def test_one_name_that_disagrees_keeps_all_rows_of_those_identifiers_apart() -> None:
    assert folded("email first_name", "a Ana", "a Ana", "a Bea") == []
    assert folded("email first_name last_name", "a Ana Silva", "a Ana Sousa") == []


def test_different_columns_of_a_name_do_not_disagree() -> None:
    assert folded("email first_name full_name", "a Ana -", "a - Bea_Silva") == ["1 0"]


def test_all_identifiers_must_be_equal_blank_ones_too() -> None:
    assert folded("email phone crm_id", "a 1 -", "a - -", "a 1 C") == []
    assert folded("email phone loyalty_id contact_id", "a 1 L 7", "a 1 L 7", "a 1 L 8") == ["1 0"]


def test_rows_with_nothing_but_a_name_do_not_fold() -> None:
    assert folded("first_name", "Ana", "Ana") == []


def test_an_emptied_identifier_is_no_identifier() -> None:
    assert folded("email phone", "a UNSET", "a -") == ["1 0"]
    assert folded("email", "UNSET", "UNSET") == []


def test_records_of_different_sources_or_trust_do_not_fold() -> None:
    assert folded("email source proven", "a import -", "a form -", "a form email", "a form email") == ["3 2"]


def test_a_phone_that_is_written_otherwise_is_another_one_where_that_counts() -> None:
    told = records("phone phone_as_written", "1 01", "1 -", "1 01")
    assert words(folded_rows(told, rules())) == ["1 0", "2 0"]
    assert words(folded_rows(told, rules(phone_spelling=PhoneSpelling.AS_WRITTEN))) == ["2 0"]


def test_a_fold_says_in_each_cell_the_last_that_is_not_blank() -> None:
    told = records("email first_name last_name field_1", "a Ana - 3", "a - Silva -", "a ANA - -")
    [spoken] = fold(told, folded_rows(told, rules())).to_dicts()
    assert (spoken["row"], spoken["email"]) == (0, "a")
    assert (spoken["first_name"], spoken["last_name"], spoken["field_1"]) == ("ANA", "Silva", 3.0)


@pytest.mark.parametrize(
    ("cells", "said", "clears"),
    [
        (("Ana", "UNSET"), None, True),
        (("UNSET", "Ana"), "Ana", False),
        (("UNSET", "-"), None, True),
        (("Ana", "-"), "Ana", False),
    ],
)
def test_emptying_a_value_counts_as_not_blank(cells: tuple[str, str], said: str | None, clears: bool) -> None:
    rows = [f"a {cell}" for cell in cells]
    together = pl.concat([records("email first_name", *rows)], how="diagonal")
    if "clear:first_name" not in together.columns:
        together = together.with_columns(pl.lit(False).alias("clear:first_name"))
    [spoken] = fold(together, folded_rows(together, rules())).to_dicts()
    assert (spoken["first_name"], spoken["clear:first_name"]) == (said, clears)


def test_several_folds_at_once_each_speak_for_themselves() -> None:
    told = records("email first_name", "a Ana", "b Bea", "a -", "b -")
    assert words(fold(told, folded_rows(told, rules())), "row", "email", "first_name") == [
        "0 a Ana",
        "1 b Bea",
    ]


def test_every_row_that_repeats_an_identifier_is_named_the_first_too() -> None:
    told = records("email phone", "a 1", "b 2", "a 3", "c 2", "d 4")
    assert words(rows_that_repeat(told, marks(), rules())) == [
        "0 email a",
        "1 phone 2",
        "2 email a",
        "3 phone 2",
    ]


def test_only_kinds_that_recognise_repeat() -> None:
    told = records("email phone", "a 1", "b 1")
    assert words(rows_that_repeat(told, marks(), rules(chosen="email"))) == []
    assert words(rows_that_repeat(told, marks(), rules(chosen="phone"))) == ["0 phone 1", "1 phone 1"]


def test_blocked_and_shared_values_say_nothing_of_whose_a_row_is() -> None:
    told = records("email phone", "info@x 1", "info@x 2", "b 3", "c 3", "d 4", "e 4")
    assert words(rows_that_repeat(told, marks("phone 3 shared", "phone 4 blocked"), rules())) == []
