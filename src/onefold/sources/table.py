"""Text to frames: by Polars where that is proven to give what the strict reader gives, else by that one."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

import polars as pl

from onefold.sources.decoding import DAMAGED, DecodedText
from onefold.sources.input import batch_schema, cell
from onefold.sources.records import CELL_CHARACTERS, Lines, Record, Records

_RECORDS_AT_ONCE: Final = 10_000
_UNDECODABLE: Final = "the row has bytes that are no text in the encoding that the file is read in"
_SHOWN_CHARACTERS: Final = 80


class Table:
    """The rows under a header of `columns` columns, in frames of `batch_schema(columns)`."""

    def __init__(self, columns: int, delimiter: str) -> None:
        self._columns = columns
        self._delimiter = delimiter
        plain = rf'[^"{re.escape(delimiter)}\r\n]*+'
        quoted = r'"[^"]*+(?:""[^"]*+)*+"'
        self._well_quoted = re.compile(rf"(?:(?:{quoted}|{plain})(?:{re.escape(delimiter)}|\r?\n))*+")
        self._schema = batch_schema(columns)
        self._cells = [cell(column) for column in range(columns)]

    def frames(
        self, text: DecodedText, rest: str, line: int, blocks: Iterator[str]
    ) -> Iterator[pl.DataFrame]:
        """The rows of `rest`, which starts at `line` of the file, and of the `blocks` that follow it.

        Polars reads until something is met that it might read otherwise; from there on the strict reader.
        """
        for block in blocks:
            end = _end_of_records(rest)
            if end:
                frame = self.read_clean(rest[:end], line)
                if frame is None:
                    yield from self.read_strictly(text, chain((rest, block), blocks), line)
                    return
                yield frame
                line += rest.count("\n", 0, end) if '"' in rest else frame.height
                rest = rest[end:]
            elif len(rest) > CELL_CHARACTERS:
                yield from self.read_strictly(text, chain((rest, block), blocks), line)
                return
            rest += block
        whole = rest.rstrip("\r\n")
        if not whole:
            return
        frame = self.read_clean(whole + ("\r\n" if "\r\n" in rest else "\n"), line)
        if frame is None:
            yield from self.read_strictly(text, [rest], line)
        else:
            yield frame

    def read_clean(self, text: str, line: int) -> pl.DataFrame | None:
        """The rows of `text`, whole lines, by Polars; None where the strict reader might see it otherwise.

        Where every quote is in its place, Polars refuses a row that is too long and drops nothing but
        delimiters, line ends and quotes. So when what is missing from its cells is exactly what full rows
        need, no row was short and no line blank.
        """
        if len(text) > CELL_CHARACTERS:
            return None
        bare_returns = "\r" in text and text.count("\r") != text.count("\r\n")
        quotes = text.count('"')
        # Polars would leave out what looks like a mark of the encoding, wherever it stands.
        if bare_returns or text.startswith("\ufeff") or (quotes and not self._well_quoted.fullmatch(text)):
            return None
        try:
            data = text.encode()
            frame = pl.read_csv(
                data,
                has_header=False,
                separator=self._delimiter,
                schema=dict.fromkeys(self._cells, pl.String()),
                empty_string_is_null=False,
            )
        except (UnicodeEncodeError, pl.exceptions.PolarsError):
            return None
        kept = _total(frame, pl.all().str.len_bytes())
        quotes_kept = _total(frame, pl.all().str.count_matches('"', literal=True)) if quotes else 0
        a_row = self._columns - 1 + (2 if "\r" in text else 1)
        if len(data) - kept - (quotes - quotes_kept) != frame.height * a_row:
            return None
        # In a single column, a blank line looks like an empty cell.
        if self._columns == 1 and frame.select((pl.all() == "").any()).item():
            return None
        return frame.select(
            line=_lines_of(frame, line, breaks_in_cells=bool(quotes)),
            malformed=pl.lit(None, pl.String),
            undecodable=pl.lit(False),
            **{name: pl.col(name) for name in self._cells},
        )

    def read_strictly(self, text: DecodedText, blocks: Iterable[str], line: int) -> Iterator[pl.DataFrame]:
        """The rows of `blocks` as `Records` sees them."""
        records = iter(Records(Lines(blocks, line), self._delimiter))
        while some := list(islice(records, _RECORDS_AT_ONCE)):
            rows = [self._row(record, damaged=text.damaged) for record in some]
            yield pl.DataFrame(rows, schema=self._schema, orient="row")

    def _row(self, record: Record, *, damaged: bool) -> tuple[object, ...]:
        cells: list[str | None] = [*record.cells]
        malformed = record.malformed
        if len(cells) != self._columns:
            beyond = record.cells[self._columns :]
            if any(map(str.strip, beyond)) and not malformed:
                malformed = self._too_many(record.cells)
            cells = cells[: self._columns] + [None] * (self._columns - len(cells))
        undecodable = damaged and any(map(DAMAGED.search, record.cells))
        if undecodable:
            cells = [text and DAMAGED.sub("\ufffd", text) for text in cells]
            malformed = DAMAGED.sub("\ufffd", f"{malformed}; {_UNDECODABLE}") if malformed else _UNDECODABLE
        return (record.line, malformed, undecodable, *cells)

    def _too_many(self, cells: list[str]) -> str:
        beyond = self._delimiter.join(cells[self._columns :])
        shown = beyond if len(beyond) <= _SHOWN_CHARACTERS else beyond[: _SHOWN_CHARACTERS - 1] + "…"
        return f"the row has {len(cells)} cells, the header {self._columns}; beyond it stands: {shown}"


def _end_of_records(text: str) -> int:
    """Where the last line ends that is not inside a quoted cell, if quotes are where they belong."""
    end = text.rfind("\n") + 1
    if '"' not in text:
        return end
    inside = text.count('"', 0, end) % 2
    while end and inside:
        earlier = text.rfind("\n", 0, end - 1) + 1
        inside ^= text.count('"', earlier, end) % 2
        end = earlier
    return end


def _lines_of(frame: pl.DataFrame, first: int, *, breaks_in_cells: bool) -> pl.Expr:
    rows_above = pl.int_range(pl.len(), dtype=pl.UInt32)
    if not breaks_in_cells:
        return rows_above + first
    breaks = pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))
    return rows_above + first + (breaks.cum_sum() - breaks).cast(pl.UInt32)


def _total(frame: pl.DataFrame, counts: pl.Expr) -> int:
    return int(frame.select(pl.sum_horizontal(counts.sum())).item())
