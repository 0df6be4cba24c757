"""Which row of a table is its header: not the titles and notes above it, and not a person."""

import re
from collections.abc import Sequence
from typing import Final

from onefold.sources.known_headers import KNOWN_FIELDS, known_headers

Rows = Sequence[Sequence[str]]

ROWS_LOOKED_AT: Final = 100
_ROWS_ABOVE: Final = 30
_LONGEST_HEADER: Final = 100
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"\+?[\d ()./-]{7,24}")
_DATE: Final = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}([T ].*)?")
_NUMBER: Final = re.compile(r"[-+$€£]?\s?[\d.,' ]*\d\s?[%€]?")
_FEWEST_DIGITS: Final = 7


def header_place(rows: Rows) -> int | None:
    """The place of the header among `rows`, the first ones of a table that are not blank; None without one.

    It is the first row, but for two cases. Above a table stand lines that fill less than half of it: then it
    is the first row that fills it with words of which one is a known header, or has numbers, dates or
    addresses below it. And the first row is no header where it has an address or a phone number, and the rows
    below have such too.
    """
    rows = [[cell.strip() for cell in row] for row in rows[:ROWS_LOOKED_AT]]
    if not rows or _is_person(rows):
        return 0 if not rows else None
    filled = [sum(map(bool, row)) for row in rows]
    width = sorted(filled)[3 * len(filled) // 4]
    if len(rows) == 1 or width < 2 or _known(rows[0]):
        return 0
    fills = filled[0] > 1 and 2 * filled[0] > width
    for place, row in enumerate(rows[1:_ROWS_ABOVE], start=1):
        if filled[place] > filled[0] and _has_names(row) and _known(row) > 1:
            return place
        if fills or 2 * filled[place] <= width or not _has_names(row):
            continue
        if _has_data_below(rows, place) or _known(row):
            return place
    return 0


def _is_person(rows: Rows) -> bool:
    for column, first in enumerate(rows[0]):
        kind = _contact_kind(first)
        if kind is None:
            continue
        below = [row[column] for row in rows[1:] if column < len(row) and row[column]]
        same = sum(_contact_kind(cell) is kind for cell in below)
        if 2 * same > len(below) or len(rows) == 1:
            return True
    return False


def _contact_kind(cell: str) -> re.Pattern[str] | None:
    if _EMAIL.fullmatch(cell):
        return _EMAIL
    if _PHONE.fullmatch(cell) and not _DATE.fullmatch(cell):
        return _PHONE if sum(map(str.isdecimal, cell)) >= _FEWEST_DIGITS else None
    return None


def _has_names(row: Sequence[str]) -> bool:
    """Whether all that stands in the row could be headers: words, none of them twice."""
    names = [cell for cell in row if cell]
    return len(set(names)) == len(names) and not any(map(_is_data, names))


def _is_data(cell: str) -> bool:
    return (
        len(cell) > _LONGEST_HEADER
        or not any(map(str.isalpha, cell))
        or any(pattern.fullmatch(cell) for pattern in (_EMAIL, _DATE, _NUMBER))
    )


def _has_data_below(rows: Rows, place: int) -> bool:
    """Whether some column of mostly numbers, dates or addresses begins below that row."""
    for column, name in enumerate(rows[place]):
        below = [row[column] for row in rows[place + 1 :] if column < len(row) and row[column]]
        if name and below and 2 * sum(map(_is_data, below)) > len(below):
            return True
    return False


def _known(row: Sequence[str]) -> int:
    known = known_headers()
    return sum(
        known.looks_like_an_id(cell) or any(known.place(cell, field) for field in KNOWN_FIELDS)
        for cell in row
        if 0 < len(cell) <= _LONGEST_HEADER
    )
