"""Contacts as a workbook: dates as dates, phones as text, safe to open, on as many sheets as it takes."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from onefold.normalise.spreadsheet import guarded_headers
from onefold.report.cells import text_cells
from onefold.report.export_columns import NO_FORMULAS, Column, Kind
from onefold.report.spreadsheet import neutralise

ROWS: Final = 1_048_575
"""Of one sheet, below its header."""
LONGEST: Final = 32_767
"""Characters of a cell."""
AS_THEY_ARE: Final = (Kind.WHOLE, Kind.NUMBER, Kind.YES_NO)
FIRST_DAY: Final = "1900-03-01"
"""Before it spreadsheets count a day that never was: such dates are text."""
WIDTH: Final = 18


class XlsxExport:
    """Sheets that are written row by row and not kept in memory."""

    def __init__(self, file: Path, columns: Sequence[Column], *, rows: int = ROWS) -> None:
        import xlsxwriter  # most exports are no workbooks, and need not wait for it

        self._columns = columns
        self._rows = rows
        self._sheets = 0
        self._next = rows
        self._too_long: dict[str, int] = {}
        options = {"constant_memory": True, "tmpdir": str(file.parent), "default_date_format": "yyyy-mm-dd"}
        self._book = xlsxwriter.Workbook(file, options)
        self._book.use_zip64()
        self._open = True
        self._heading = self._book.add_format({"bold": True})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._new_sheet()

    def add(self, frame: pl.DataFrame) -> None:
        """Writes the next contacts."""
        exempt = [column.header for column in self._columns if column.kind in NO_FORMULAS]
        cells = neutralise(text_cells(frame, self._columns), exempt)
        values = [
            self._values(column, frame[column.key], text)
            for column, text in zip(self._columns, cells.iter_columns(), strict=True)
        ]
        for row in zip(*values, strict=True):
            if self._next == self._rows:
                self._new_sheet()
            self._next += 1
            self._write(row)

    def finish(self) -> tuple[str, ...]:
        """Writes the workbook, and says on how many sheets it is and which cells are too long for it."""
        self._store()
        told = []
        if self._sheets > 1:
            told.append(
                f"a sheet has {self._rows:,} rows at most, so the contacts are on {self._sheets} sheets"
            )
        for header, count in self._too_long.items():
            cells = f"{count:,} cells of {header!r} are" if count > 1 else f"a cell of {header!r} is"
            told.append(f"{cells} longer than a workbook can hold ({LONGEST:,} characters), and left blank")
        return tuple(told)

    def close(self) -> None:
        """Lets go of the file, whole or not."""
        with suppress(OSError):
            self._store()

    def _store(self) -> None:
        from xlsxwriter.exceptions import FileCreateError

        if not self._open:
            return
        self._open = False
        try:
            self._book.close()
        except FileCreateError as problem:
            raise problem.args[0] from None

    def _new_sheet(self) -> None:
        self._sheets += 1
        self._next = 0
        self._sheet = self._book.add_worksheet(
            "Contacts" if self._sheets == 1 else f"Contacts {self._sheets}"
        )
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(len(self._columns) - 1, 0), WIDTH)
        headers = guarded_headers(column.header for column in self._columns)
        for place, header in enumerate(headers):
            self._sheet.write_string(0, place, header[:LONGEST], self._heading)

    def _values(self, column: Column, cells: pl.Series, text: pl.Series) -> list[Any]:
        """The cells of a column as the workbook takes them."""
        if column.kind in AS_THEY_ARE:
            return cells.to_list()
        if column.kind is Kind.DATE:
            return [_day(day) for day in cells]
        if column.kind is Kind.MOMENT:
            return cells.str.to_datetime("%Y-%m-%dT%H:%M:%SZ").to_list()
        length = text.str.len_chars()
        if (length > LONGEST // 2).any():
            # A workbook counts in halves of UTF-16.
            length = text.map_elements(
                lambda cell: len(cell.encode("utf-16-le")) // 2, return_dtype=pl.UInt32
            )
            too_long = int((length > LONGEST).sum())
            if too_long:
                self._too_long[column.header] = self._too_long.get(column.header, 0) + too_long
            text = text.set(length > LONGEST, None)
        return text.to_list()

    def _write(self, row: Sequence[Any]) -> None:
        sheet, number = self._sheet, self._next
        for place, value in enumerate(row):
            match value:
                case None:
                    pass
                case str():
                    sheet.write_string(number, place, value)
                case bool():
                    sheet.write_boolean(number, place, value)
                case datetime():
                    sheet.write_datetime(number, place, value, self._moment)
                case date():
                    sheet.write_datetime(number, place, value, self._day)
                case _:
                    sheet.write_number(number, place, value)


def _length(text: str) -> int:
    """As a workbook counts: in halves of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def _day(day: str | None) -> date | str | None:
    return day if day is None or day < FIRST_DAY else date.fromisoformat(day)
