"""Any file that holds one table: what it is, and then its rows by the reader that its kind has."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Final

from onefold.model.error import UsageError
from onefold.sources.csv import read_csv
from onefold.sources.file_kind import FileKind, kind_of
from onefold.sources.file_options import FileOptions
from onefold.sources.input import Input
from onefold.sources.raw_file import RawFile, lay_down
from onefold.sources.spool import Spool

Reader = Callable[[RawFile, FileOptions, Spool, int], Input]

_READERS: Final = {
    FileKind.XLSX: ("xlsx", "read_xlsx"),
    FileKind.PARQUET: ("parquet", "read_parquet"),
    FileKind.JSON_LINES: ("json_lines", "read_json_lines"),
    FileKind.VCARD: ("vcard", "read_vcard"),
}


@dataclass(frozen=True)
class TableFile:
    """A file with one table in it: its bytes as they came, and what kind of file they are."""

    raw: RawFile
    kind: FileKind


def find_table(file: Path | BinaryIO, spool: Spool) -> TableFile:
    """Look the file over, without reading its rows.

    Raises `UsageError` for what cannot be opened or is no table (its `code` says why), and `OnefoldError`
    where the disk of the spool fails.
    """
    raw = lay_down(file, spool)
    return TableFile(raw, kind_of(raw))


def read_table(table: TableFile, options: FileOptions, spool: Spool, batch_rows: int) -> Input:
    """Read all rows of the table into `spool`, in batches of at most `batch_rows` rows.

    Raises `UsageError` for a file that cannot be read as a table (its `code` says why) and `OnefoldError`
    where the disk of the spool fails.
    """
    if options.sheet is not None and table.kind is not FileKind.XLSX:
        raise UsageError(
            f"--sheet {options.sheet!r} goes with a workbook, and {table.raw.name} is none",
            code="no_sheets",
            hint="leave --sheet out",
        )
    return _reader(table)(table.raw, options, spool, batch_rows)


def _reader(table: TableFile) -> Reader:
    """The reader of the kind, loaded only when there is such a file."""
    if table.kind is FileKind.CSV:
        return read_csv
    module, function = _READERS.get(table.kind, ("", ""))
    try:
        reader: Reader = getattr(import_module(f"onefold.sources.{module}"), function)
    except ImportError:
        raise UsageError(
            f"{table.raw.name} is a .{table.kind} file, and these are not read yet",
            code="not_a_table",
            hint="save it as CSV",
        ) from None
    return reader
