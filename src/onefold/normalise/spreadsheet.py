"""Text that a spreadsheet would run as a formula: guarded by one leading apostrophe, and back again.

OWASP, "CSV Injection": a cell is run where it begins with one of `= + - @`, a tab or a line end; full-width
forms count, and spaces before it do not help. Text that already stands behind apostrophes is guarded like
what they guard, so that taking one guard off always gives back what was written.
"""

import re
from collections.abc import Iterable
from typing import Final

import polars as pl

_FORMULA: Final = r"^'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])"
_GUARDED: Final = "^'" + _FORMULA[1:]
_FORMULA_TEXT: Final = re.compile(_FORMULA)
_GUARDED_TEXT: Final = re.compile(_GUARDED)


def would_run(cells: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet would run String cells; null where there is nothing in them."""
    return cells.str.contains(_FORMULA)


def guarded(cells: pl.Expr) -> pl.Expr:
    """String cells with an apostrophe before those that a spreadsheet would run."""
    return pl.when(~would_run(cells)).then(cells).otherwise("'" + cells)


def unguarded(cells: pl.Expr) -> pl.Expr:
    """String cells as they were before `guarded`."""
    return pl.when(cells.str.contains(_GUARDED)).then(cells.str.slice(1)).otherwise(cells)


def guarded_headers(headers: Iterable[str]) -> list[str]:
    """Headers are cells too: the same for them."""
    return ["'" + header if _FORMULA_TEXT.match(header) else header for header in headers]


def unguarded_headers(headers: Iterable[str]) -> list[str]:
    """Headers as they were before `guarded_headers`."""
    return [header[1:] if _GUARDED_TEXT.match(header) else header for header in headers]
