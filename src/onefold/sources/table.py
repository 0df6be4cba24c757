"""Text to frames: by Polars where that is proven to give what the strict reader gives, else by that one."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

import polars as pl

from onefold.sources.decoding import DAMAGED, DecodedText
from onefold.sources.input import batch_schema, cell
from onefold.sources.records import CELL_CHARACTERS, FITTING_DELIMITERS, Lines, Record, Records

_RECORDS_AT_ONCE: Final = 10_000
_UNDECODABLE: Final = "the row has bytes that are no text in the encoding that the file is read in"
_SHOWN_CHARACTERS: Final = 80
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class Table:
    """The rows under a header of `columns` columns, in frames of `batch_schema(columns)`; `blank_lines` were
    left out, as far as it was read.
    """

    def __init__(self, columns: int, delimiter: str) -> None:
        self.blank_lines = 0
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

        Polars reads as long as nothing is met that it might read otherwise; that part the strict reader does.
        """
        while True:
            block = next(blocks, None)
            if block is None:
                yield from self._last_frames(text, rest, line)
                return
            end = _end_of_records(rest)
            if not end and len(rest) <= CELL_CHARACTERS:
                rest += block
                continue
            frame = self.read_clean(rest[:end], line) if end else None
            if frame is not None:
                yield frame
                line += rest.count("\n", 0, end) if '"' in rest else frame.height
                rest = rest[end:] + block
                continue
            lines = Lines(chain((rest, block), blocks), line)
            yield from self.read_strictly(text, lines, len(rest))
            rest, line = lines.rest(), lines.next_line

    def _last_frames(self, text: DecodedText, rest: str, line: int) -> Iterator[pl.DataFrame]:
        whole = rest.rstrip("\r\n")
        if not whole:
            self.blank_lines += len(_LINE_END.findall(rest))
            return
        frame = self.read_clean(whole + ("\r\n" if "\r\n" in rest else "\n"), line)
        if frame is None:
            yield from self.read_strictly(text, Lines([rest], line), len(rest))
        else:
            self.blank_lines += max(len(_LINE_END.findall(rest, len(whole))) - 1, 0)
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
        breaks_in_cells = text.count("\n") > frame.height
        if breaks_in_cells and self._swallows(frame):
            return None
        # In a single column, a blank line looks like an empty cell.
        if self._columns == 1 and frame.select((pl.all() == "").any()).item():
            return None
        return frame.select(
            line=_lines_of(frame, line, breaks_in_cells=breaks_in_cells),
            malformed=pl.lit(None, pl.String),
            undecodable=pl.lit(False),
            **{name: pl.col(name) for name in self._cells},
        )

    def _swallows(self, frame: pl.DataFrame) -> bool:
        """Whether a cell has so many lines and delimiters in it that they may be rows (`looks_like_rows`)."""
        texts = pl.all().str
        return bool(
            frame.select(
                pl.any_horizontal(
                    (texts.count_matches("\n", literal=True) > 1)
                    & (texts.count_matches(self._delimiter, literal=True) >= FITTING_DELIMITERS)
                ).any()
            ).item()
        )

    def read_strictly(self, text: DecodedText, lines: Lines, until: int) -> Iterator[pl.DataFrame]:
        """The rows of `lines` as `Records` sees them, of all that begin in the first `until` characters."""
        records = Records(lines, self._delimiter, self._columns)
        rows = []
        for record in records:
            rows.append(self._row(record, damaged=text.damaged))
            if len(rows) == _RECORDS_AT_ONCE:
                yield self._framed(rows)
                rows = []
            if lines.characters >= until:
                break
        if rows:
            yield self._framed(rows)
        self.blank_lines += records.blank_lines

    def _framed(self, rows: list[tuple[object, ...]]) -> pl.DataFrame:
        """Rows as a frame. Where all are short, nobody goes through the cells that none of them has."""
        width = max(map(len, rows))
        names = list(self._schema)
        rows = [(*row, *[None] * (width - len(row))) for row in rows]
        frame = pl.DataFrame(rows, schema={name: self._schema[name] for name in names[:width]}, orient="row")
        return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in names[width:])

    def _row(self, record: Record, *, damaged: bool) -> tuple[object, ...]:
        cells: list[str | None] = [*record.cells]
        malformed = record.malformed
        if len(cells) != self._columns:
            beyond = record.cells[self._columns :]
            if any(map(str.strip, beyond)) and not malformed:
                malformed = self._too_many(record.cells)
            cells = cells[: self._columns]
        undecodable = damaged and any(map(DAMAGED.search, record.cells))
        if undecodable:
            cells = [text and DAMAGED.sub("\ufffd", text) for text in cells]
            malformed = DAMAGED.sub("\ufffd", f"{malformed}; {_UNDECODABLE}") if malformed else _UNDECODABLE
        return (record.line, malformed, undecodable, *cells)

    def _too_many(self, cells: list[str]) -> str:
        beyond = " ".join(self._delimiter.join(cells[self._columns :]).split())
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
