"""In which ways a column can be read: what its cells exclude, and which of them settles it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

import polars as pl

Way = TypeVar("Way", bound=StrEnum)
SHOWN_CHARACTERS: Final = 40


@dataclass(frozen=True)
class Evidence:
    """A cell, and the line of the file that it stands in."""

    line: int
    cell: str

    def __str__(self) -> str:
        return f"{' '.join(self.cell.split())[:SHOWN_CHARACTERS]} in line {self.line:,}"


@dataclass(frozen=True)
class Ways(Generic[Way]):
    """What was seen of a column. `excluded`: by way, the first cell that cannot be read so, and can in
    another; `several`: the first cell that can be read in several, and means something else in each.
    """

    all: tuple[Way, ...]
    excluded: Mapping[Way, Evidence]
    several: Evidence | None

    def merged(self, other: "Ways[Way]") -> "Ways[Way]":
        """What this and a later part of the column show together."""
        return Ways(self.all, {**other.excluded, **self.excluded}, self.several or other.several)

    @property
    def possible(self) -> tuple[Way, ...]:
        """The ways in which every cell can be read that can be read in any."""
        return tuple(way for way in self.all if way not in self.excluded)

    @property
    def settled(self) -> Way | None:
        """The way of the column; None where its cells allow several, or contradict each other."""
        return self.possible[0] if len(self.possible) == 1 else None

    @property
    def settled_by(self) -> Evidence | None:
        """The cell after which one way was left."""
        if self.settled is None:
            return None
        return max(self.excluded.values(), key=lambda evidence: evidence.line, default=None)


def ways_of(
    read: pl.DataFrame, all_ways: tuple[Way, ...], excluded: Mapping[Way, pl.Expr], several: pl.Expr
) -> Ways[Way]:
    """Looks for evidence in cells (`line`, `cell`, in the order of the file) by what holds for each of them:
    that it excludes a way, that it could be read in several.
    """
    found = {way: _first(read, holds) for way, holds in excluded.items()}
    return Ways(
        all_ways,
        {way: evidence for way, evidence in found.items() if evidence is not None},
        _first(read, several),
    )


def _first(read: pl.DataFrame, holds: pl.Expr) -> Evidence | None:
    rows = read.lazy().filter(holds).select("line", "cell").head(1).collect().rows()
    return Evidence(*rows[0]) if rows else None
