"""Rows that name their own cells, as those of JSON and vCard do, to rows under one header."""

from collections.abc import Hashable, Iterable
from itertools import islice
from typing import Final, Generic, NamedTuple, TypeVar

import polars as pl

from onefold.model.error import UsageError
from onefold.sources.decoding import DAMAGED, file_changed
from onefold.sources.input import BatchWriter, batch_schema
from onefold.sources.records import COLUMNS

_ROWS_AT_ONCE: Final = 10_000
_UNDECODABLE: Final = "the row has characters that are no text"


Key = TypeVar("Key", bound=Hashable)


class KeyedRow(NamedTuple, Generic[Key]):
    """One row: the line of the file that it starts on, its cells by key, and what is wrong with it."""

    line: int
    cells: dict[Key, str]
    malformed: str | None = None


def keys_of(rows: Iterable[KeyedRow[Key]], name: str) -> list[Key]:
    """Every key of the rows, in the order in which they first appear.

    Raises `UsageError`: `too_large` for more columns than a table has, `not_a_table` where no row has a cell
    though there are rows, `no_rows` where there are none.
    """
    keys: dict[Key, None] = {}
    first: KeyedRow[Key] | None = None
    for row in rows:
        first = first or row
        if not row.cells.keys() <= keys.keys():
            keys.update(dict.fromkeys(row.cells))
            if len(keys) > COLUMNS:
                raise UsageError(
                    f"line {row.line} of {name} makes more than {COLUMNS:,} columns",
                    code="too_large",
                    hint="check that it holds a row for each person",
                )
    if first is None:
        raise UsageError(f"{name} has no rows", code="no_rows", hint="give a file with at least one row")
    if not keys:
        raise UsageError(
            f"no row of {name} has anything to read: {first.malformed or 'all of them are empty'}"
            f" (line {first.line})",
            code="not_a_table",
            hint="check that it is what its name says",
        )
    return list(keys)


def write_rows(rows: Iterable[KeyedRow[Key]], keys: list[Key], batches: BatchWriter, name: str) -> None:
    """The rows in the order of `keys`, into `batches`.

    Raises `UsageError` (`file_changed`) where a row has a key that was not there before.
    """
    places = {key: place for place, key in enumerate(keys, start=3)}
    schema = batch_schema(len(keys))
    remaining = iter(rows)
    at_once = max(1, min(_ROWS_AT_ONCE, 1_000_000 // len(schema)))
    nothing = [None] * len(keys)
    while some := list(islice(remaining, at_once)):
        table = []
        for row in some:
            malformed, undecodable = _sound(row.malformed) if row.malformed else (None, False)
            cells: list[object] = [row.line, malformed, undecodable, *nothing]
            for key, text in row.cells.items():
                if key not in places:
                    raise file_changed(name)
                if not text.isascii():
                    text, damaged = _sound(text)
                    if damaged:
                        cells[1:3] = malformed or _UNDECODABLE, True
                cells[places[key]] = text
            table.append(cells)
        batches.add(pl.DataFrame(table, schema=schema, orient="row"))


def _sound(text: str) -> tuple[str, bool]:
    """The text, what is damaged in it made visible, and whether anything was."""
    return (DAMAGED.sub("\ufffd", text), True) if DAMAGED.search(text) else (text, False)
