"""The process that reads a Parquet file into a spool: asked in JSON on its command line, it answers in JSON.

It ends when the one that asked has ended: then its standard input does.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Final

import polars as pl

from onefold.model.error import OnefoldError, UsageError
from onefold.model.label import LABEL_COLUMNS
from onefold.normalise.labels import labels_text
from onefold.sources.archive import UNPACKED_BYTES
from onefold.sources.column_text import flat_columns, is_list, text_of
from onefold.sources.input import BatchWriter, cell, unique_headers
from onefold.sources.parquet import bad_parquet
from onefold.sources.records import COLUMNS
from onefold.sources.spool import Spool

_MOST_MEMORY: Final = 6 * 1024**3
_CELLS_AT_ONCE: Final = 1_000_000
_BYTES_AT_ONCE: Final = 8 * 1024**2
"""Of the file, packed as it is."""


def read(path: Path, name: str, file_bytes: int, spool: Spool, batch_rows: int) -> dict[str, object]:
    """Read the file part by part; the answer has `headers`, `rows`, `batches` and `notes` of an input."""
    rows = pl.scan_parquet(path, glob=False, hive_partitioning=False)
    schema = rows.collect_schema()
    columns = [flat for one, kind in schema.items() for flat in flat_columns(one, pl.col(one), kind)]
    total = int(rows.select(pl.len()).collect().item())
    _check(name, len(columns), total)
    frames = _frames(rows, columns, total, _rows_at_once(total, len(columns), file_bytes))
    batches = BatchWriter(spool, batch_rows)
    no_text = [0] * len(columns)
    size = 0
    for texts, missing in frames:
        no_text = [one + more for one, more in zip(no_text, missing, strict=True)]
        size += int(texts.estimated_size())
        if size > UNPACKED_BYTES:
            raise _too_large(name, f"unpacks to more than {UNPACKED_BYTES // 1024**3} GiB")
        batches.add(texts)
    batches.finish()
    headers = unique_headers([header for header, _, _ in columns])
    kinds = [kind for _, _, kind in columns]
    return {
        "headers": headers,
        "rows": batches.rows,
        "batches": batches.batches,
        "notes": list(_notes(headers, kinds, no_text)),
    }


def _check(name: str, columns: int, rows: int) -> None:
    if columns > COLUMNS:
        raise _too_large(name, f"has more than {COLUMNS:,} columns")
    if not columns:
        raise UsageError(f"{name} has no columns", code="empty_file", hint="give a file with a table")
    if not rows:
        raise UsageError(
            f"{name} has columns but no rows", code="no_rows", hint="give a file with at least one row"
        )
    if rows >= 2**32 - 1:
        raise _too_large(name, f"has {rows:,} rows")


def _rows_at_once(total: int, columns: int, file_bytes: int) -> int:
    of_its_size = _BYTES_AT_ONCE * total // max(1, file_bytes)
    return max(1, min(_CELLS_AT_ONCE // columns, of_its_size))


def _frames(
    rows: pl.LazyFrame, columns: list[tuple[str, pl.Expr, pl.DataType]], total: int, at_once: int
) -> Iterator[tuple[pl.DataFrame, list[int]]]:
    """The rows as `BatchWriter` takes them, and by column how many values are bytes that are no text."""
    texts = {cell(place): _text(*column) for place, column in enumerate(columns)}
    for start in range(0, total, at_once):
        height = min(at_once, total - start)
        part = rows.slice(start, height).collect()
        if part.height != height:
            raise ValueError("some of its rows are missing")
        frame = part.select(**texts)
        missing = [
            frame[cell(place)].null_count() - part.select(_empty(column)).item()
            if isinstance(kind, pl.Binary)
            else 0
            for place, (_, column, kind) in enumerate(columns)
        ]
        lines = pl.int_range(start + 1, start + height + 1, dtype=pl.UInt32, eager=True)
        yield (
            frame.select(
                line=lines,
                malformed=pl.lit(None, pl.String),
                undecodable=pl.lit(False),
                **{c: pl.col(c) for c in texts},
            ),
            missing,
        )


def _text(name: str, column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    # Names of tags and lists are parted again: one with a comma in it is quoted.
    names = name in LABEL_COLUMNS and kind == pl.List(pl.String)
    return labels_text(column) if names else text_of(column, kind)


def _empty(column: pl.Expr) -> pl.Expr:
    return (column.is_null() | (column.bin.size() == 0)).sum()


def _notes(headers: tuple[str, ...], kinds: list[pl.DataType], no_text: list[int]) -> Iterator[str]:
    lists = [header for header, kind in zip(headers, kinds, strict=True) if is_list(kind)]
    if lists:
        yield f"lists are read as one text, their values parted by commas: {', '.join(lists)}"
    for header, count in zip(headers, no_text, strict=True):
        if count:
            yield f"bytes in {header!r} that are no text are read as blank: {count:,}"


def _too_large(name: str, what: str) -> UsageError:
    return UsageError(
        f"{name} {what}", code="too_large", hint="check that it has a row for each person, or split it"
    )


def main() -> None:
    """Do what the command line asks for."""
    asked = json.loads(sys.argv[1])
    Thread(target=_end_with_the_one_that_asked, daemon=True).start()
    with suppress(ValueError, OSError):
        # A system may have a lower limit already, or know of none.
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    try:
        answer = read(
            Path(asked["path"]),
            asked["name"],
            asked["bytes"],
            Spool(Path(asked["folder"])),
            asked["batch_rows"],
        )
    except OnefoldError as problem:
        answer = _error(problem)
    except Exception as problem:
        why = str(problem).partition("\n")[0].strip() or type(problem).__name__
        answer = _error(bad_parquet(asked["name"], why))
    sys.stdout.write(json.dumps(answer))


def _error(problem: OnefoldError) -> dict[str, object]:
    return {
        "error": problem.message,
        "code": problem.code,
        "hint": problem.hint,
        "exit_status": problem.exit_status,
    }


def _end_with_the_one_that_asked() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
