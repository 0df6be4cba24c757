"""Google Contacts writes several values into one cell: `ana@example.com ::: ana@example.org`."""

import re
from typing import Final

import polars as pl

_BETWEEN: Final = " ::: "
_HEADER: Final = re.compile(r"(?:E-mail|Phone) [0-9]+ - Value")


def may_hold_several(header: str) -> bool:
    """Whether a column of that name is one in which Google Contacts puts several addresses or numbers."""
    return _HEADER.fullmatch(header) is not None


def hold_several(cells: pl.Series) -> bool:
    """Whether any of these cells has several values."""
    return bool(cells.str.contains(_BETWEEN, literal=True).any())


def first_value(cells: pl.Expr) -> pl.Expr:
    """The first of the values in each cell."""
    return cells.str.split(_BETWEEN).list.first()
