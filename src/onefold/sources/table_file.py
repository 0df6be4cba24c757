"""Any file that holds one table: what it is, and then its rows by the reader that its kind has."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from onefold.model.error import UsageError
from onefold.sources.archive import unpack_gzip, unpack_zip
from onefold.sources.csv import read_csv
from onefold.sources.file_kind import ARCHIVES, FileKind, kind_of
from onefold.sources.file_options import FileOptions
from onefold.sources.input import Input
from onefold.sources.raw_file import RawFile, forget_copies, lay_down
from onefold.sources.remote import AnyFile
from onefold.sources.spool import Spool

Reader = Callable[[RawFile, FileOptions, Spool, int], Input]

_ARCHIVES_IN_ARCHIVES: Final = 2


@dataclass(frozen=True)
class TableFile:
    """A file with one table in it: as it came and of what kind, as it lies unpacked and of what kind."""

    came: RawFile
    came_kind: FileKind
    raw: RawFile
    kind: FileKind


def find_table(file: AnyFile, spool: Spool) -> TableFile:
    """Look the file over, and what is in it where it is an archive, without reading its rows.

    Raises `UsageError` for what cannot be opened or is no table (its `code` says why), and `OnefoldError`
    where the disk of the spool fails.
    """
    came = raw = lay_down(file, spool)
    kind = came_kind = kind_of(raw)
    for unpacked in range(_ARCHIVES_IN_ARCHIVES + 1):
        if kind not in ARCHIVES:
            break
        if unpacked == _ARCHIVES_IN_ARCHIVES:
            raise UsageError(
                f"{came.name} is an archive in an archive in an archive",
                code="bad_archive",
                hint="unpack it and give the file in it",
            )
        unpack = unpack_gzip if kind is FileKind.GZIP else unpack_zip
        raw = unpack(raw, came, spool)
        kind = kind_of(raw)
    return TableFile(came, came_kind, raw, kind)


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
    read = _reader(table.kind)(table.raw, options, spool, batch_rows)
    forget_copies(spool)
    came = table.came
    return replace(read, name=came.name, bytes=came.bytes, sha256=came.sha256)


def _reader(kind: FileKind) -> Reader:
    """The reader of the kind, loaded only when there is such a file: some of them take their time."""
    match kind:
        case FileKind.XLSX:
            from onefold.sources.xlsx import read_xlsx

            return read_xlsx
        case FileKind.PARQUET:
            from onefold.sources.parquet import read_parquet

            return read_parquet
        case FileKind.JSON_LINES:
            from onefold.sources.json_lines import read_json_lines

            return read_json_lines
        case FileKind.VCARD:
            from onefold.sources.vcard import read_vcard

            return read_vcard
    return read_csv
