"""A workbook to an input: one of its sheets, read row by row."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

import polars as pl

from onefold.model.error import UsageError
from onefold.model.nfc import in_nfc
from onefold.sources.archive import check_zip, open_zip
from onefold.sources.file_options import FileOptions
from onefold.sources.input import BatchWriter, Input, batch_schema
from onefold.sources.raw_file import RawFile
from onefold.sources.sheet_header import SheetHeader, find_sheet_header
from onefold.sources.sheet_rows import SheetRow, SheetRows
from onefold.sources.spool import Spool
from onefold.sources.workbook import Sheet, Workbook
from onefold.sources.workbook_xml import plain_workbook_errors

_UNPACKED_BYTES: Final = 4 * 1024**3
"""A full sheet of a million rows and thirty columns is less."""
_CELLS_AT_ONCE: Final = 500_000
_NAMES_SHOWN: Final = 10


def read_xlsx(raw: RawFile, options: FileOptions, spool: Spool, batch_rows: int) -> Input:
    """Read one sheet into `spool`: the one asked for, else the first that people see and that has cells.

    Rows without anything in them are no rows. Raises `UsageError` for a workbook that cannot be read as a
    table (its `code` says why) and `OnefoldError` where the disk of the spool fails.
    """
    check_zip(raw, _UNPACKED_BYTES)
    with plain_workbook_errors(raw.name), open_zip(raw) as archive:
        workbook = Workbook(archive)
        reading = _Reading(workbook)
        sheet = reading.choose(raw.name, options.sheet)
        where = f"sheet {sheet.name!r} of {raw.name}"
        rows = reading.rows(sheet)
        header, rest = find_sheet_header(where, rows, options.header_row)
        table = _Table(header)
        batches = BatchWriter(spool, batch_rows)
        for frame in table.frames(rest):
            batches.add(frame)
    batches.finish()
    if not batches.rows:
        raise UsageError(
            f"{where} has a header but no rows", code="no_rows", hint="give one with at least one row"
        )
    return Input(
        name=raw.name,
        headers=header.headers,
        rows=batches.rows,
        batches=batches.batches,
        notes=(*_sheet_notes(workbook, sheet), *header.notes, *reading.notes(sheet), *table.notes()),
        bytes=raw.bytes,
        sha256=raw.sha256,
        spool=spool,
    )


class _Reading:
    """The sheets of one workbook, which share their texts and formats."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._texts = workbook.texts()
        self._formats = workbook.formats()
        self._last: SheetRows | None = None

    def rows(self, sheet: Sheet) -> Iterator[SheetRow]:
        """The rows of the sheet that have something in them."""
        self._last = SheetRows(self._texts, self._formats, from_1904=self._workbook.from_1904)
        with self._workbook.open(sheet) as stream:
            yield from self._last.read(stream)

    def choose(self, name: str, asked: str | None) -> Sheet:
        """The sheet to read. Raises `UsageError` (`unknown_sheet`, `empty_file`)."""
        sheets = self._workbook.sheets
        seen = [sheet for sheet in sheets if not sheet.hidden]
        if asked is not None:
            return _asked_sheet(name, asked, sheets, seen)
        for sheet in seen:
            if next(self.rows(sheet), None) is not None:
                return sheet
        hidden = [sheet for sheet in sheets if sheet.hidden]
        raise UsageError(
            f"no sheet of {name} that people see has anything in it",
            code="empty_file",
            hint=f"name a hidden one with --sheet: {_names(hidden)}" if hidden else "give one with a table",
        )

    def notes(self, sheet: Sheet) -> Iterator[str]:
        """What was met in the sheet read last and may surprise."""
        rows = self._last
        if rows is None:
            return
        if rows.formulas_without_value:
            yield (
                f"formulas without a stored value are read as blank: {rows.formulas_without_value:,} "
                "(open the workbook in a spreadsheet program and save it, and they have one)"
            )
        if rows.errors:
            yield f"cells with an error such as #N/A are read as blank: {rows.errors:,}"
        if rows.merged:
            yield f"merged cells have their value in the first cell only: {rows.merged:,}"
        if rows.hidden_rows:
            yield f"hidden rows are read like all others: {rows.hidden_rows:,}"


def _asked_sheet(name: str, asked: str, sheets: tuple[Sheet, ...], seen: list[Sheet]) -> Sheet:
    for same in (str.__eq__, lambda one, other: one.strip().casefold() == other.strip().casefold()):
        for sheet in sheets:
            if same(in_nfc(sheet.name), in_nfc(asked)):
                return sheet
    if asked.isascii() and asked.isdigit() and 0 < int(asked[:9]) <= len(seen):
        return seen[int(asked) - 1]
    raise UsageError(
        f"{name} has no sheet {asked!r}", code="unknown_sheet", hint=f"its sheets are {_names(sheets)}"
    )


def _sheet_notes(workbook: Workbook, read: Sheet) -> Iterator[str]:
    others = [sheet for sheet in workbook.sheets if sheet is not read]
    if others:
        yield f"sheet {read.name!r} is read; --sheet NAME reads another: {_names(others)}"


def _names(sheets: tuple[Sheet, ...] | list[Sheet]) -> str:
    names = [repr(sheet.name) + (" (hidden)" if sheet.hidden else "") for sheet in sheets[:_NAMES_SHOWN]]
    return ", ".join(names) + (
        f" and {len(sheets) - _NAMES_SHOWN} more" if len(sheets) > _NAMES_SHOWN else ""
    )


class _Table:
    """The rows under a header, and what stands beside them."""

    def __init__(self, header: SheetHeader) -> None:
        self._first = header.first_column
        self._columns = len(header.headers)
        self._blank = [None] * self._columns
        self._beside = 0
        self._first_beside = ""

    def frames(self, rows: Iterator[SheetRow]) -> Iterator[pl.DataFrame]:
        """The rows in frames of `batch_schema`."""
        schema = batch_schema(self._columns)
        at_once = max(1, _CELLS_AT_ONCE // len(schema))
        while some := list(islice(rows, at_once)):
            table = [self._row(row) for row in some]
            yield pl.DataFrame([cells for cells in table if cells is not None], schema=schema, orient="row")

    def notes(self) -> Iterator[str]:
        """What was left out."""
        if self._beside:
            yield f"cells beside the table are left out: {self._beside:,}, the first is {self._first_beside}"

    def _row(self, row: SheetRow) -> list[object] | None:
        cells: list[object] = [row.number, None, False, *self._blank]
        filled = False
        for column, text in row.cells.items():
            if 0 <= column - self._first < self._columns:
                cells[column - self._first + 3] = text
                filled = True
            else:
                self._beside += 1
                self._first_beside = self._first_beside or f"{column_letters(column)}{row.number}"
        return cells if filled else None


def column_letters(column: int) -> str:
    """The letters over a column, from 0: A, B, … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
