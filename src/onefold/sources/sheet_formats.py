"""What a number of a workbook is by its format: a day, a time, a code (ECMA-376 part 1, 18.8.30, 18.17.4)."""

import math
import re
from datetime import date, timedelta
from enum import Enum
from typing import Final, NamedTuple


class Clock(Enum):
    """What a number is by its format, where it is more than a number."""

    CALENDAR = "calendar"
    ELAPSED = "elapsed"


class CellFormat(NamedTuple):
    """`clock`: whether it is a day or a time. `digits`: how many a code such as a postal code has."""

    clock: Clock | None = None
    digits: int = 0


_BUILT_IN: Final = {
    **dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), Clock.CALENDAR),
    46: Clock.ELAPSED,
}
"""Formats that a workbook need not spell out."""
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
_CALENDAR: Final = re.compile(r"[dmyhs]", re.IGNORECASE)
_DAY_MILLISECONDS: Final = 86_400_000
_LAST_DAY: Final = {False: 2_958_465, True: 2_957_003}
"""The 31st of December 9999, where days count from 1900 and where from 1904."""


def cell_format(format_id: int, codes: dict[int, str]) -> CellFormat:
    """What numbers of that format are; `codes` are those that the workbook spells out."""
    code = codes.get(format_id)
    if code is None:
        return CellFormat(_BUILT_IN.get(format_id))
    if code.strip("0") == "":
        return CellFormat(digits=len(code))
    code = _LITERAL.sub("", code)
    if _ELAPSED.search(code):
        return CellFormat(Clock.ELAPSED)
    return CellFormat(Clock.CALENDAR if _CALENDAR.search(_BRACKETS.sub("", code)) else None)


def date_text(written: str, clock: Clock, *, from_1904: bool) -> str | None:
    """The day, the day and time, or the time of day; None where the number is none of them."""
    serial = float(written)
    if not math.isfinite(serial) or not 0 <= serial < _LAST_DAY[from_1904] + 1:
        return None
    days, milliseconds = divmod(round(serial * _DAY_MILLISECONDS), _DAY_MILLISECONDS)
    if clock is Clock.ELAPSED:
        return _time(24 * 3_600_000 * days + milliseconds)
    if days == 0 and milliseconds:
        return _time(milliseconds)
    day = _day(days, from_1904=from_1904)
    return day and (f"{day}T{_time(milliseconds)}" if milliseconds else day)


def _day(days: int, *, from_1904: bool) -> str | None:
    if from_1904:
        return str(date(1904, 1, 1) + timedelta(days))
    # A day of 1900 that never was, the 29th of February, is number 60; before it all are one off.
    if days in (0, 60):
        return None
    return str(date(1899, 12, 31 if days < 60 else 30) + timedelta(days))


def _time(milliseconds: int) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{fraction:03}" if fraction else text
