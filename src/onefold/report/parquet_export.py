"""Contacts as Parquet: typed columns under the names of fields, in row groups."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from onefold.report.export_columns import Column, Kind

ROW_GROUP: Final = 100_000


class ParquetExport:
    """Parts that lie beside the file until all are there; they become one without all being in memory."""

    def __init__(self, file: Path, columns: Sequence[Column]) -> None:
        self._file = file
        self._columns = columns
        self._parts: list[Path] = []
        self.add(pl.DataFrame(schema={column.key: column.frame_type for column in columns}))

    def add(self, frame: pl.DataFrame) -> None:
        """Writes the next contacts."""
        part = self._file.with_name(f"part-{len(self._parts):06}.arrow")
        frame.select(map(_typed, self._columns)).write_ipc(part)
        self._parts.append(part)

    def finish(self) -> tuple[str, ...]:
        """Makes one file of the parts; nothing has to be said of it."""
        pl.scan_ipc(self._parts).sink_parquet(self._file, row_group_size=ROW_GROUP)
        return ()

    def close(self) -> None:
        """Nothing is open between two parts."""


def _typed(column: Column) -> pl.Expr:
    cells = pl.col(column.key).alias(column.name)
    if column.kind is Kind.DATE:
        return cells.str.to_date("%Y-%m-%d")
    if column.kind is Kind.MOMENT:
        return cells.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="ms").dt.replace_time_zone("UTC")
    return cells
