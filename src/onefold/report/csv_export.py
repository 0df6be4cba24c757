"""Contacts as CSV: UTF-8, RFC 4180, safe to open in a spreadsheet."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from onefold.report.cells import text_cells
from onefold.report.export_columns import NO_FORMULAS, Column
from onefold.report.spreadsheet import neutralise


class CsvExport:
    """One table, a part at a time."""

    def __init__(self, file: Path, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._exempt = {column.header for column in columns if column.kind in NO_FORMULAS}
        self._file = file.open("wb")
        nobody = pl.DataFrame(schema={column.key: column.frame_type for column in columns})
        self._write(nobody, header=True)

    def add(self, frame: pl.DataFrame) -> None:
        """Writes the next contacts."""
        self._write(frame, header=False)

    def _write(self, frame: pl.DataFrame, *, header: bool) -> None:
        cells = neutralise(text_cells(frame, self._columns), self._exempt)
        # A single empty cell would be a blank line, which is no row.
        alone = cells.width == 1
        (cells.fill_null("") if alone else cells).write_csv(
            self._file,
            include_header=header,
            line_terminator="\r\n",
            quote_style="always" if alone else "necessary",
        )

    def finish(self) -> tuple[str, ...]:
        """Writes what is left; nothing has to be said of it."""
        self._file.flush()
        return ()

    def close(self) -> None:
        """Lets go of the file, whole or not."""
        self._file.close()
