"""What the tests of the readers share: a file read whole, as plain rows."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import polars as pl

from onefold.sources.file_options import FileOptions
from onefold.sources.input import Input
from onefold.sources.spool import Spool
from onefold.sources.table_file import find_table, read_table


def read(file: bytes | Path | BinaryIO, spool: Spool, batch_rows: int = 50_000, **options: object) -> Input:
    return read_table(
        find_table(BytesIO(file) if isinstance(file, bytes) else file, spool),
        FileOptions(**options),  # type: ignore[arg-type]
        spool,
        batch_rows,
    )


def whole(table: Input) -> pl.DataFrame:
    return pl.concat(table.batch(number) for number in range(table.batches))


def cells(table: Input) -> list[tuple[str | None, ...]]:
    return whole(table).select(pl.col("^cell:.*$")).rows()
