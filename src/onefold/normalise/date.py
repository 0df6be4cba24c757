"""Date values: many spellings, one ISO 8601 day; where the order is open, the whole column decides."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

import polars as pl

from onefold.normalise.months import MONTHS
from onefold.normalise.text import shown, trimmed
from onefold.normalise.ways import Ways, ways_of


class DateOrder(StrEnum):
    """In which order the numbers of a date stand (`--date-order`); four digits first are always a year."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


FIRST_YEAR_OF_1900S: Final = 69
"""Two-digit years: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068 (POSIX, strptime `%y`)."""

_CLOCK: Final = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
_ZONE: Final = r"(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})"
_TIME: Final = rf"(?:(?:T|,?\s+){_CLOCK}\s*(?:[ap]\.?m\.?)?\s*{_ZONE}?)?"
_GAP: Final = r"[\s\-/.,]*(?:(?:de|of)\s+)?"
_WEEKDAY: Final = r"(?:\p{L}{2,}\.?,\s*)?"
_DAY: Final = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|º|er)?"
_MONTH: Final = r"(?P<month>\p{L}{3,})"
_YEAR: Final = r"(?P<year>[0-9]{4}|[0-9]{2})"
_NUMBERS: Final = (
    r"(?i)^(?P<first>[0-9]{1,4})(?P<gap>[-/. ])(?P<second>[0-9]{1,2})"
    rf"(?P<other_gap>[-/. ])(?P<third>[0-9]{{1,4}}){_TIME}$"
)
_COMPACT: Final = r"^(?P<year>1[89][0-9][0-9]|2[01][0-9][0-9])(?P<month>[0-9]{2})(?P<day>[0-9]{2})$"
_NAMED: Final = (
    rf"(?i)^{_WEEKDAY}{_DAY}{_GAP}{_MONTH}{_GAP}{_YEAR}{_TIME}$",
    rf"(?i)^{_WEEKDAY}{_MONTH}{_GAP}{_DAY}[\s\-/.,]+{_YEAR}{_TIME}$",
    rf"(?i)^(?P<year>[0-9]{{4}}){_GAP}{_MONTH}{_GAP}{_DAY}{_TIME}$",
)
_PLACES: Final[Mapping[DateOrder, tuple[str, str, str]]] = {
    DateOrder.DMY: ("third", "second", "first"),
    DateOrder.MDY: ("third", "first", "second"),
    DateOrder.YMD: ("first", "second", "third"),
}
_SPREADSHEET_DAY: Final = r"^[0-9]{5}(?:\.[0-9]+)?$"


def survey_dates(spelled: pl.Series, lines: pl.Series) -> Ways[DateOrder]:
    """What cells show of their order; `lines` are those of the file that they stand in, lowest first."""
    cells = pl.DataFrame({"spelled": spelled, "line": lines})
    cells = cells.unique("spelled", keep="first", maintain_order=True)
    read = _read(cells["spelled"]).with_columns(cells["line"])
    anyhow = pl.any_horizontal(pl.col(order).is_not_null() for order in DateOrder)
    excluded = {order: anyhow & pl.col(order).is_null() for order in DateOrder}
    return ways_of(read, tuple(DateOrder), excluded, _readings(DateOrder).list.len() > 1)


def date_columns(spelled: pl.Series, order: DateOrder | None) -> pl.DataFrame:
    """`value` (String, `YYYY-MM-DD`) and `refusal` (String) of cells that hold a date.

    Of a date with a time its day is kept, as written: no zone is converted. Without an order, cells that
    only one order can read are read so, and others refused (RIO-09); so are days as spreadsheets number them.
    """
    read = _read(spelled.unique())
    orders = list(DateOrder) if order is None else [order]
    read = read.with_columns(readings=_readings(orders))
    count = pl.col("readings").list.len()
    value = pl.coalesce("certain", pl.when(count == 1).then(pl.col("readings").list.first()))
    several = (
        shown(pl.col("cell"))
        + " could be "
        + pl.col("readings").list.join(" or ")
        + ", and the column does not show which: give --date-order dmy, mdy or ymd"
    )
    serial = (
        shown(pl.col("cell"))
        + " is a day as spreadsheets number them: format the column as a date and save it again"
    )
    ending = " is not a date" if order is None else f" is not a date in the order {order}"
    refusal = (
        pl.when(pl.col("cell").is_null() | value.is_not_null())
        .then(None)
        .when(count > 1)
        .then(several)
        .when(pl.col("cell").str.contains(_SPREADSHEET_DAY))
        .then(serial)
        .otherwise(shown(pl.col("cell")) + pl.lit(ending))
    )
    answers = read.select("spelled", value=value, refusal=refusal)
    cells = spelled.to_frame("spelled")
    return cells.join(answers, on="spelled", how="left", nulls_equal=True, maintain_order="left").drop(
        "spelled"
    )


def _readings(orders: Iterable[DateOrder]) -> pl.Expr:
    """The different days that these orders make of a cell."""
    days = pl.concat_list(pl.col(order) for order in orders)
    return days.list.drop_nulls().list.unique(maintain_order=True)


def _read(spelled: pl.Series) -> pl.DataFrame:
    """`spelled`; `cell`, trimmed; `certain`, a day that needs no order; and by order, the day it makes."""
    cells = spelled.to_frame("spelled").with_columns(cell=trimmed(pl.col("spelled")))
    parts = cells.with_columns(numbers=pl.col("cell").str.extract_groups(_NUMBERS)).unnest("numbers")
    alike = pl.col("gap") == pl.col("other_gap")
    year_first = pl.col("first").str.len_chars() == 4
    return parts.select(
        "spelled",
        "cell",
        certain=pl.coalesce(
            pl.when(alike & year_first).then(_day(*(pl.col(place) for place in _PLACES[DateOrder.YMD]))),
            _day_of_groups(_COMPACT),
            *(_day_of_groups(pattern) for pattern in _NAMED),
        ),
        **{
            order.value: pl.when(alike & ~year_first).then(_day(*(pl.col(place) for place in places)))
            for order, places in _PLACES.items()
        },
    )


def _day_of_groups(pattern: str) -> pl.Expr:
    groups = pl.col("cell").str.extract_groups(pattern)
    month = groups.struct.field("month")
    number = month.str.to_lowercase().replace_strict(MONTHS, default=month, return_dtype=pl.String)
    return _day(groups.struct.field("year"), number, groups.struct.field("day"))


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """The ISO day of three texts of digits; null where there is no such day."""
    written = year.str.len_chars()
    short = year.cast(pl.Int32, strict=False)
    century = pl.when(short < FIRST_YEAR_OF_1900S).then(pl.lit("20")).otherwise(pl.lit("19"))
    whole = pl.when(written == 2).then(century + year).when((written == 4) & (year >= "1000")).then(year)
    iso = pl.concat_str([whole, month.str.zfill(2), day.str.zfill(2)], separator="-")
    return pl.when(iso.str.to_date("%Y-%m-%d", strict=False).is_not_null()).then(iso)
