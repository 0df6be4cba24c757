"""What every reader of a file makes of it: rows of text cells, in batches, with where they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from onefold.model.error import UsageError
from onefold.model.nfc import in_nfc
from onefold.sources.spool import Spool

FRAME: Final = "input"
"""The name under which the batches of an input are spooled."""
BATCH_BYTES: Final = 128 * 1024 * 1024
"""A batch is closed before it has all its rows where they are this large in memory."""

CELLS: Final = 1_000_000_000
"""A million rows of a thousand columns. A few bytes a row could ask for more than any disk has."""


def cell(column: int) -> str:
    """The name of the column of an input's batch that holds the cells under the header of that index."""
    return f"cell:{column}"


@dataclass(frozen=True)
class Input:
    """A file that was read whole and spooled.

    `headers` are unique. `notes` say what was decided while reading, for people. `bytes` and `sha256` are of
    the file as it came.
    """

    name: str
    headers: tuple[str, ...]
    rows: int
    batches: int
    notes: tuple[str, ...]
    bytes: int
    sha256: str
    spool: Spool

    def batch(self, number: int) -> pl.DataFrame:
        """Batch `number`, from 0.

        `row` (UInt32, from 0 over the whole file), `line` (UInt32, from 1: where in the file the row starts),
        `malformed` (String: what is wrong with the row as a row, or null), `undecodable` (Boolean: it has
        bytes that are no text, and `malformed` says so too), and for each header `cell:0`, `cell:1`, …
        (String, as it stands in the file; null where the row ends before it).
        """
        return self.spool.get(FRAME, number)


class BatchWriter:
    """Cuts frames of any size into batches of `batch_rows` rows and spools them, numbering the rows.

    Raises `UsageError` (`too_large`) for more than `CELLS` cells.
    """

    def __init__(self, spool: Spool, batch_rows: int) -> None:
        self.rows = 0
        self.batches = 0
        self._spool = spool
        self._batch_rows = batch_rows
        self._cells = 0
        self._waiting: list[pl.DataFrame] = []
        self._waiting_rows = 0
        self._waiting_bytes = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Take the next rows: a frame with the columns of a batch, without `row`."""
        self._cells += frame.height * frame.width
        if self._cells > CELLS:
            raise UsageError(
                f"the table has more than {CELLS:,} cells",
                code="too_large",
                hint="leave out columns, or split the file",
            )
        self._waiting.append(frame)
        self._waiting_rows += frame.height
        self._waiting_bytes += int(frame.estimated_size())
        while self._waiting_rows >= self._batch_rows or self._waiting_bytes >= BATCH_BYTES:
            self._write()

    def finish(self) -> None:
        """Write what is left; `rows` and `batches` then count the whole."""
        while self._waiting_rows:
            self._write()

    def _write(self) -> None:
        waiting = pl.concat(self._waiting)
        batch, rest = waiting.head(self._batch_rows), waiting.slice(self._batch_rows)
        self._spool.put(FRAME, self.batches, batch.with_row_index("row", offset=self.rows))
        self.rows += batch.height
        self.batches += 1
        self._waiting = [rest] if rest.height else []
        self._waiting_rows = rest.height
        self._waiting_bytes = int(rest.estimated_size()) if rest.height else 0


def batch_schema(columns: int) -> dict[str, type[pl.DataType]]:
    """The columns of a frame that `BatchWriter.add` takes, for an input of that many columns."""
    schema: dict[str, type[pl.DataType]] = {
        "line": pl.UInt32,
        "malformed": pl.String,
        "undecodable": pl.Boolean,
    }
    return schema | {cell(column): pl.String for column in range(columns)}


def unique_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """A name for each column, in NFC: white space at the ends and in a row is one space, an empty one is
    `column 3`, and one that was there before gets ` (2)`, ` (3)`, …
    """
    taken: set[str] = set()
    headers = []
    for position, text in enumerate(cells, start=1):
        plain = in_nfc(" ".join(text.split())) or f"column {position}"
        header, repeat = plain, 1
        while header in taken:
            repeat += 1
            header = f"{plain} ({repeat})"
        taken.add(header)
        headers.append(header)
    return tuple(headers)
