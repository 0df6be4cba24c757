"""Rows that name their own cells, as those of JSON and vCard do, to rows under one header."""

from collections.abc import Callable, Hashable, Iterable
from itertools import islice
from typing import Any, Final, Generic, NamedTuple, TypeVar

import polars as pl

from onefold.model.error import UsageError
from onefold.sources.decoding import DAMAGED
from onefold.sources.input import BatchWriter, batch_schema, cell
from onefold.sources.records import COLUMNS
from onefold.sources.spool import Spool

_RAGGED: Final = "ragged_rows"
"""The name under which rows are spooled as long as not all columns are known."""
_CELLS_AT_ONCE: Final = 500_000
_ROWS_AT_ONCE: Final = 10_000
_SHOWN_CHARACTERS: Final = 60
_UNDECODABLE: Final = "the row has characters that are no text"

Key = TypeVar("Key", bound=Hashable)


class KeyedRow(NamedTuple, Generic[Key]):
    """One row: the line of the file that it starts on, its cells by key, and what is wrong with it."""

    line: int
    cells: dict[Key, str]
    malformed: str | None = None


def write_rows(
    rows: Iterable[KeyedRow[Key]],
    name: str,
    spool: Spool,
    batches: BatchWriter,
    rank: Callable[[Key], Any] | None = None,
) -> list[Key]:
    """Write the rows of the file called `name` into `batches`, and answer with the key of each column.

    Columns are in the order in which their keys first appear, or by `rank`. Raises `UsageError`: `too_large`
    for more columns than a table has, `no_rows`, and `not_a_table` where no row has a cell.
    """
    places: dict[Key, int] = {}
    count, first = 0, None
    remaining = iter(rows)
    while some := list(islice(remaining, max(1, min(_ROWS_AT_ONCE, _CELLS_AT_ONCE // (len(places) + 1))))):
        first = first or some[0]
        for row in some:
            _place(row, places, name)
        spool.put(_RAGGED, count, _frame(some, places))
        count += 1
    if first is None:
        raise UsageError(f"{name} has no rows", code="no_rows", hint="give a file with at least one row")
    if not places:
        raise UsageError(
            f"no row of {name} has anything to read: {first.malformed or 'all of them are empty'}"
            f" (line {first.line})",
            code="not_a_table",
            hint="check that it is what its name says",
        )
    keys = sorted(places, key=rank) if rank else list(places)
    for number in range(count):
        batches.add(_aligned(spool.get(_RAGGED, number), [places[key] for key in keys]))
        spool.forget(_RAGGED, number)
    batches.finish()
    return keys


def shown(text: str) -> str:
    """The beginning of what cannot be read, on one line, for people to find it."""
    line = " ".join(text[: 4 * _SHOWN_CHARACTERS].split())
    return line if len(line) <= _SHOWN_CHARACTERS else line[: _SHOWN_CHARACTERS - 1] + "…"


def _place(row: KeyedRow[Key], places: dict[Key, int], name: str) -> None:
    for key in row.cells:
        if key not in places:
            places[key] = len(places)
            if len(places) > COLUMNS:
                raise UsageError(
                    f"line {row.line} of {name} makes more than {COLUMNS:,} columns",
                    code="too_large",
                    hint="check that it holds a row for each person",
                )


def _frame(rows: list[KeyedRow[Key]], places: dict[Key, int]) -> pl.DataFrame:
    nothing = [None] * len(places)
    table = []
    for row in rows:
        malformed, undecodable = _sound(row.malformed) if row.malformed else (None, False)
        cells: list[object] = [row.line, malformed, undecodable, *nothing]
        for key, text in row.cells.items():
            if not text.isascii():
                text, damaged = _sound(text)
                if damaged:
                    cells[1:3] = malformed or _UNDECODABLE, True
            cells[places[key] + 3] = text
        table.append(cells)
    return pl.DataFrame(table, schema=batch_schema(len(places)), orient="row")


def _aligned(frame: pl.DataFrame, places: list[int]) -> pl.DataFrame:
    """The frame with all columns: those that first appear below it are blank in it."""
    known = frame.width - len(batch_schema(0))
    columns = [
        pl.col(cell(place)) if place < known else pl.lit(None, pl.String).alias(cell(place))
        for place in places
    ]
    renamed = [column.alias(cell(number)) for number, column in enumerate(columns)]
    return frame.select(*batch_schema(0), *renamed)


def _sound(text: str) -> tuple[str, bool]:
    """The text, what is damaged in it made visible, and whether anything was."""
    return (DAMAGED.sub("\ufffd", text), True) if DAMAGED.search(text) else (text, False)
