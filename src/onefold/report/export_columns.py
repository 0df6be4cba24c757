"""The columns of an export: what each is called, and what its cells are."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl


class Kind(StrEnum):
    """What the cells of a column are. `PHONE` and `NUMBER` are no formulas, whatever they look like."""

    TEXT = "text"
    PHONE = "phone"
    WHOLE = "whole"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"
    NAMES = "names"
    ALIASES = "aliases"


FRAME_TYPES: Final[dict[Kind, pl.DataType]] = {
    Kind.WHOLE: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.YES_NO: pl.Boolean(),
    Kind.NAMES: pl.List(pl.String),
    Kind.ALIASES: pl.List(pl.Struct({"kind": pl.String, "value": pl.String, "why": pl.String})),
}
"""How frames of an export hold their cells, where not as text: days and moments are ISO 8601 there."""
NO_FORMULAS: Final = (Kind.PHONE, Kind.NUMBER)


@dataclass(frozen=True)
class Column:
    """A column of an export.

    `key`: what it is called in frames; `name`: for people and programs, as in `--columns` and JSON;
    `header`: in tables, as an import knows it again; `custom`: whether it is a field of the book's own.
    """

    key: str
    name: str
    header: str
    kind: Kind
    custom: bool = False

    @property
    def frame_type(self) -> pl.DataType:
        """How frames hold its cells."""
        return FRAME_TYPES.get(self.kind, pl.String())
