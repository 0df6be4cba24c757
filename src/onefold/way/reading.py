"""A file in: spooled, checked against the policy's limits."""

from dataclasses import replace
from pathlib import Path

from onefold.model.error import UsageError
from onefold.model.policy import Limits
from onefold.sources.file_options import FileOptions
from onefold.sources.input import Input
from onefold.sources.remote import AnyFile
from onefold.sources.result_columns import headers_without_guards, what_is_ours
from onefold.sources.spool import Spool
from onefold.sources.table_file import TableFile, find_table, read_table
from onefold.way.request import ImportRequest


def read_file(file: AnyFile, request: ImportRequest, limits: Limits, spool: Spool, batch_rows: int) -> Input:
    """Spools the file; raises `UsageError` where the policy's limits are passed (RIO-02, RIO-03, RIO-05)."""
    if isinstance(file, Path):
        _check_name(file, limits)
    table = find_table(file, spool)
    _check_table(table, limits)
    options = FileOptions(request.encoding, request.delimiter, request.header_row, request.sheet)
    read = read_table(table, options, spool, batch_rows)
    check_rows(read, limits)
    if what_is_ours(read, ()).guarded:
        return replace(read, headers=headers_without_guards(read.headers))
    return read


def check_rows(read: Input, limits: Limits) -> None:
    """Raises `UsageError` (`too_many_rows`) for an input of more rows than the policy takes (RIO-05)."""
    if limits.max_rows is not None and read.rows >= limits.max_rows:
        raise UsageError(
            f"{read.name} has {read.rows:,} rows; this policy takes fewer than {limits.max_rows:,}",
            code="too_many_rows",
            hint="split the file, or choose another policy",
        )


def _check_name(file: Path, limits: Limits) -> None:
    """What can be refused before it is read, which may take long."""
    ending = file.suffix.removeprefix(".").lower()
    if limits.formats is not None and ending not in limits.formats:
        raise _format_not_taken(str(file), limits.formats)
    if limits.max_bytes is not None and file.is_file() and file.stat().st_size >= limits.max_bytes:
        raise _too_large(str(file), file.stat().st_size, limits.max_bytes)


def _check_table(table: TableFile, limits: Limits) -> None:
    if limits.formats is not None and not {table.came_kind, table.kind}.issubset(limits.formats):
        raise _format_not_taken(table.came.name, limits.formats)
    if limits.max_bytes is not None and table.raw.bytes >= limits.max_bytes:
        raise _too_large(table.raw.name, table.raw.bytes, limits.max_bytes)


def _format_not_taken(name: str, formats: tuple[str, ...]) -> UsageError:
    return UsageError(
        f"{name} is no {' or '.join(formats).upper()} file, and this policy takes nothing else",
        code="format_not_taken",
        hint="save it as one of these, or choose another policy",
    )


def _too_large(name: str, size: int, limit: int) -> UsageError:
    return UsageError(
        f"{name} has {size:,} bytes; this policy takes fewer than {limit:,}",
        code="file_too_large",
        hint="split the file, or choose another policy",
    )
