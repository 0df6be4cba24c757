"""The families of values beside email and phone: examples, and parity with plain definitions, row by row."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.normalise.choice import choice_columns
from onefold.normalise.date import DateOrder, date_columns, survey_dates
from onefold.normalise.number import NumberStyle, number_columns, survey_numbers
from onefold.normalise.text import text_columns
from onefold.normalise.ways import Ways
from onefold.normalise.yes_no import NO, YES, yes_no_columns
from tests.shared_data import SHARED_DATA, needs_shared_data

DMY, MDY, YMD = DateOrder.DMY, DateOrder.MDY, DateOrder.YMD
POINT, COMMA = NumberStyle.POINT, NumberStyle.COMMA


def texts(*cells: str | None) -> pl.Series:
    return pl.Series("cells", cells, dtype=pl.String)


def values(answers: pl.DataFrame) -> list[object]:
    assert answers.columns == ["value", "refusal"]
    assert (
        answers.select((pl.col("value").is_not_null() & pl.col("refusal").is_not_null()).any()).item()
        is False
    )
    return answers["value"].to_list()


def refused(answers: pl.DataFrame) -> str:
    sentence = answers["refusal"].item()
    assert isinstance(sentence, str)
    return sentence


def dates_seen(*cells: str | None, first_line: int = 2) -> Ways[DateOrder]:
    return survey_dates(texts(*cells), lines(len(cells), first_line))


def numbers_seen(*cells: str | None, first_line: int = 2) -> Ways[NumberStyle]:
    return survey_numbers(texts(*cells), lines(len(cells), first_line))


def lines(count: int, first: int) -> pl.Series:
    return pl.Series(range(first, first + count), dtype=pl.UInt32)


# --- text ---------------------------------------------------------------------------------------------------


def test_text_is_trimmed_and_blank_is_nothing() -> None:
    cells = texts(" Ana ", "\u00a0", "", None, "a\0b", "\0", "e\u0301", "\u200b")
    assert values(text_columns(cells)) == ["Ana", None, None, None, "ab", None, "e\u0301", "\u200b"]


@needs_shared_data
def test_every_family_answers_naughty_strings_without_a_stumble() -> None:
    strings = json.loads((SHARED_DATA / "hostile" / "blns" / "blns.json").read_text(encoding="utf-8"))
    cells = texts(*strings)
    plain = [text.replace("\0", "").strip() for text in strings]
    assert values(text_columns(cells)) == [text or None for text in plain]
    for answers in (
        date_columns(cells, None),
        date_columns(cells, MDY),
        number_columns(cells, None),
        number_columns(cells, COMMA),
        yes_no_columns(cells),
        choice_columns(cells, ["undef", "NaN"]),
    ):
        said = answers.select(pl.any_horizontal(pl.all().is_not_null())).to_series().to_list()
        assert said == [bool(text) for text in plain]


# --- yes or no, choices -------------------------------------------------------------------------------------


def test_yes_and_no_in_any_case() -> None:
    assert values(yes_no_columns(texts("Yes", " NO ", "TRUE", "0", "Ja", "NÃO", "Sí", "", None))) == [
        True, False, True, False, True, False, True, None, None,
    ]  # fmt: skip
    assert refused(yes_no_columns(texts("perhaps"))) == '"perhaps" is neither yes nor no'
    assert not set(YES) & set(NO)


@given(st.lists(st.sampled_from([*YES, *NO, "Yes", "OFF", "x", "", " ", "yes no"])))
def test_yes_no_by_definition(cells: list[str]) -> None:
    def one(cell: str) -> bool | None:
        word = cell.strip().lower()
        return True if word in YES else False if word in NO else None

    assert values(yes_no_columns(texts(*cells))) == [one(cell) for cell in cells]


def test_choices_are_spelled_as_the_field_does() -> None:
    answers = choice_columns(texts("gold", " SILVER", None, ""), ["Gold", "Silver"])
    assert values(answers) == ["Gold", "Silver", None, None]
    assert refused(choice_columns(texts("bronze"), ["Gold", "Silver"])) == (
        '"bronze" is none of the choices Gold, Silver'
    )
    assert refused(choice_columns(texts("x"), list("abcdefghij"))).endswith("a, b, c, d, e, f, g, h, …")


def test_a_refusal_quotes_no_more_than_is_of_use() -> None:
    assert refused(yes_no_columns(texts("a\n" + "b" * 10_000))) == f'"a {"b" * 37}…" is neither yes nor no'


# --- dates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelled", "day"),
    [
        ("2019-10-30", "2019-10-30"), ("2019-10-30T14:52:08.000Z", "2019-10-30"), ("2019/1/2", "2019-01-02"),
        ("2020-1-2 3:04 PM", "2020-01-02"), ("2020.12.31 23:59:59+02:00", "2020-12-31"),
        ("19560409", "1956-04-09"), ("24-May-11", "2011-05-24"), ("24 May 2011", "2011-05-24"),
        ("Mar 1 1970", "1970-03-01"),
        ("March 1st, 1970", "1970-03-01"), ("Thu, 24 May 2011 10:00", "2011-05-24"),
        ("2011-May-24", "2011-05-24"), ("24. Mai 2011", "2011-05-24"),
        ("1 de enero de 2020", "2020-01-01"), ("1er août 1999", "1999-08-01"),
        ("5/5/18", "2018-05-05"), ("13/11/1978", "1978-11-13"), ("11/13/1978", "1978-11-13"),
        ("31.12.68", "2068-12-31"), ("31.12.69", "1969-12-31"), ("29/2/2020", "2020-02-29"),
    ],
)  # fmt: skip
def test_dates_that_can_be_read_one_way_only(spelled: str, day: str) -> None:
    assert values(date_columns(texts(spelled), None)) == [day]


@pytest.mark.parametrize(
    "spelled",
    [
        "31/02/2020", "0000-00-00", "2019-13-01", "May 2011", "1-2/2018", "99/99/99", "10000-01-01", "x",
        "0001-01-01", "٣/٣/٢٠٢٠", "12", "2020-W01-1", "29/2/2019",
    ],
)  # fmt: skip
def test_what_is_no_date(spelled: str) -> None:
    assert refused(date_columns(texts(spelled), None)) == f'"{spelled}" is not a date'


def test_a_spreadsheets_day_number_is_refused_by_name() -> None:
    assert "as spreadsheets number them" in refused(date_columns(texts("43831"), DMY))


def test_an_open_order_is_settled_by_the_column_or_refused_with_what_to_do() -> None:
    cells = texts("1/2/18", "12/11/1978")
    assert dates_seen(*cells).settled is None
    answer = date_columns(cells.head(1), None)
    assert refused(answer) == (
        '"1/2/18" could be 2018-02-01 or 2018-01-02, and the column does not show which: '
        "give --date-order dmy, mdy or ymd"
    )
    settled = dates_seen(*cells).merged(dates_seen("13/11/1978", first_line=4)).settled
    assert settled is DMY
    assert values(date_columns(cells, settled)) == ["2018-02-01", "1978-11-12"]
    assert values(date_columns(cells, MDY)) == ["2018-01-02", "1978-12-11"]


def test_a_column_that_contradicts_itself_settles_nothing() -> None:
    orders = dates_seen("13/1/2011", "1/13/2011", "1/2/2011")
    assert (orders.possible, orders.settled, orders.settled_by) == ((), None, None)
    answers = date_columns(texts("13/1/2011", "1/13/2011", "1/2/2011"), orders.settled)
    assert answers["value"].to_list() == ["2011-01-13", "2011-01-13", None]


def test_what_is_no_date_rules_no_order_out() -> None:
    seen = dates_seen("99/99/2011", "x", None, "", "2011-01-13")
    assert (seen.possible, seen.several) == ((DMY, MDY, YMD), None)


def test_two_digits_first_may_be_a_year() -> None:
    assert dates_seen("01/02/03").possible == (DMY, MDY, YMD)
    assert dates_seen("78/11/12").settled is YMD
    assert values(date_columns(texts("01/02/03"), YMD)) == ["2001-02-03"]


def test_an_order_that_does_not_fit_is_said() -> None:
    assert refused(date_columns(texts("13/25/2011"), DMY)) == '"13/25/2011" is not a date in the order dmy'


days = st.dates(min_value=date(1000, 1, 1)) | st.dates(min_value=date(1990, 1, 1), max_value=date(2030, 1, 1))


@settings(deadline=None)
@given(
    st.lists(days, min_size=1), st.sampled_from(["dmy", "mdy", "ymd"]), st.sampled_from("/.- "), st.booleans()
)
def test_every_day_is_read_in_every_order(some: list[date], order: str, gap: str, padded: bool) -> None:
    def spelled(day: date) -> str:
        parts = {"d": day.day, "m": day.month, "y": day.year}
        return gap.join(f"{parts[part]:02d}" if padded else str(parts[part]) for part in order)

    answers = date_columns(texts(*map(spelled, some)), DateOrder(order))
    assert values(answers) == [day.isoformat() for day in some]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 14), st.integers(0, 99)), min_size=1),
    st.sampled_from([DMY, MDY]),
)
def test_short_dates_by_definition(numbers: list[tuple[int, int, int]], order: DateOrder) -> None:
    def one(first: int, second: int, year: int) -> str | None:
        day, month = (first, second) if order is DMY else (second, first)
        try:
            return date(year + (1900 if year >= 69 else 2000), month, day).isoformat()
        except ValueError:
            return None

    cells = texts(*(f"{first}/{second}/{year:02d}" for first, second, year in numbers))
    assert values(date_columns(cells, order)) == [one(*parts) for parts in numbers]


def test_a_survey_of_parts_is_the_survey_of_the_whole() -> None:
    cells = [(date(2011, 1, 1) + timedelta(days=number)).strftime("%m/%d/%Y") for number in range(20)]
    parts = dates_seen(*cells[:3])
    for place in range(3, 20, 3):
        parts = parts.merged(dates_seen(*cells[place : place + 3], first_line=2 + place))
    assert parts == dates_seen(*cells)
    assert parts.settled is MDY


def test_the_survey_names_the_cell_that_settles_and_the_first_that_was_open() -> None:
    seen = dates_seen("2011-01-01", "1/2/2011", "5/5/2011", "1/2/2011", " 13/1/2011 ", "14/1/2011")
    assert (str(seen.several), str(seen.settled_by)) == ("1/2/2011 in line 3", "13/1/2011 in line 6")
    assert dates_seen("5/5/2011").several is None
    styles = numbers_seen("1,234", "1,234.50")
    assert (str(styles.several), str(styles.settled_by)) == ("1,234 in line 2", "1,234.50 in line 3")


# --- numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelled", "number"),
    [
        ("100", 100.0), ("-5", -5.0), ("+5", 5.0), ("\u22125", -5.0), ("007", 7.0), ("-0", 0.0), ("1.5", 1.5),
        ("1,5", 1.5), ("1,234.50", 1234.5), ("1.234,50", 1234.5), ("1 234,50", 1234.5), ("1'234.50", 1234.5),
        ("12\u00a0345", 12345.0), ("200.000.000", 200e6), ("1,234,567", 1234567.0), ("1,23,456.50", 123456.5),
        ("0,123", 0.123), (".5", 0.5), ("0.1000000000000000000", 0.1), ("123456789012345", 123456789012345.0),
        ("1 234.567", 1234.567), (".0", 0.0), ("-.0", 0.0),
    ],
)  # fmt: skip
def test_numbers_that_can_be_read_one_way_only(spelled: str, number: float) -> None:
    assert values(number_columns(texts(spelled), None)) == [number]


@pytest.mark.parametrize(
    "spelled", ["inf", "nan", "1e5", "$5", "5.", "1,2,3", "12 34", "0x10", "٣", "-", "1.2.3"]
)
def test_what_is_no_number(spelled: str) -> None:
    assert refused(number_columns(texts(spelled), None)) == f'"{spelled}" is not a number'


def test_a_number_that_would_not_come_back_as_it_was() -> None:
    assert "has more than 15 digits" in refused(number_columns(texts("1234567890123456"), None))
    assert "has more than 15 digits" in refused(number_columns(texts("0.1234567890123456"), POINT))


def test_an_open_mark_is_settled_by_the_column_or_refused() -> None:
    assert numbers_seen("1,234", "5").settled is None
    assert refused(number_columns(texts("1,234"), None)) == (
        '"1,234" could be 1234 or 1.234, and the column does not show which: give --decimal point or comma'
    )
    assert numbers_seen("1,234").merged(numbers_seen("5.25", first_line=3)).settled is POINT
    assert values(number_columns(texts("1,234"), POINT)) == [1234.0]
    assert values(number_columns(texts("1,234"), COMMA)) == [1.234]
    assert numbers_seen("1,5", "5.5").possible == ()
    assert numbers_seen("x", None, "", "12").possible == (POINT, COMMA)


decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)


@settings(deadline=None)
@given(st.lists(decimals, min_size=1), st.sampled_from([POINT, COMMA]), st.booleans())
def test_every_number_is_read_in_its_style(some: list[Decimal], style: NumberStyle, grouped: bool) -> None:
    def spelled(number: Decimal) -> str:
        english = f"{number:,.2f}" if grouped else f"{number:.2f}"
        return english if style is POINT else english.translate(str.maketrans(",.", ".,"))

    assert values(number_columns(texts(*map(spelled, some)), style)) == [float(number) for number in some]


@settings(deadline=None)
@given(st.lists(st.text(alphabet="0123459.,- ", max_size=9)), st.sampled_from([POINT, COMMA]))
def test_numbers_by_definition(cells: list[str], style: NumberStyle) -> None:
    decimal, group = (".", ",") if style is POINT else (",", ".")

    def one(cell: str) -> float | None:
        bare = cell.strip()
        fraction = rf"(?:{re.escape(decimal)}[0-9]+)"
        spaced = re.fullmatch(rf"-?[0-9]{{1,3}}(?: [0-9]{{3}})+{fraction}?", bare)
        plain = re.fullmatch(rf"-?(?:[0-9]+{fraction}?|{fraction})", bare)
        parted = re.escape(group)
        grouped = re.fullmatch(
            rf"-?[1-9][0-9]{{0,2}}(?:{parted}[0-9]{{2,3}})*{parted}[0-9]{{3}}{fraction}?", bare
        )
        if not (spaced or plain or grouped):
            return None
        return float(bare.replace(" ", "").replace(group, "").replace(decimal, ".")) or 0.0

    assert values(number_columns(texts(*cells), style)) == [one(cell) for cell in cells]
