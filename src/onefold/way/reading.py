"""A file in: spooled, checked against the policy's limits, its columns mapped and their spellings settled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import polars as pl

from onefold.model.error import UsageError
from onefold.model.field import Field, FieldType
from onefold.model.identifier import BUILT_IN_KINDS
from onefold.model.outcome import Purpose
from onefold.model.policy import Limits
from onefold.normalise.date import DateOrder, DateOrders, survey_dates
from onefold.normalise.number import NumberStyles, number_columns, survey_numbers
from onefold.normalise.spreadsheet import unguarded
from onefold.normalise.text import trimmed
from onefold.sources.file_options import FileOptions
from onefold.sources.input import Input, cell
from onefold.sources.mapping import HeaderMapping, map_headers
from onefold.sources.result_columns import bears_result_columns
from onefold.sources.spool import Spool
from onefold.sources.table_file import TableFile, find_table, read_table
from onefold.way.request import ImportRequest
from onefold.way.terms import Terms, column_of, field_names, with_columns


@dataclass(frozen=True)
class MappedInput:
    """A file whose columns have found their fields. `columns`: header index by contact column."""

    input: Input
    mapping: HeaderMapping
    columns: Mapping[str, int]
    new_fields: tuple[Field, ...]

    def cells(self, number: int) -> pl.DataFrame:
        """Batch `number` as `normalise` reads it: its cells under the contact columns that they fill."""
        batch = self.input.batch(number)
        cells = [pl.col(cell(index)).alias(column) for column, index in self.columns.items()]
        if bears_result_columns(self.input.headers):
            cells = [unguarded(one) for one in cells]
        return batch.select("row", "malformed", "undecodable", *cells)


def read_file(
    file: Path | BinaryIO, request: ImportRequest, limits: Limits, spool: Spool, batch_rows: int
) -> Input:
    """Spools the file; raises `UsageError` where the policy's limits are passed (RIO-02, RIO-03, RIO-05)."""
    if isinstance(file, Path):
        _check_name(file, limits)
    table = find_table(file, spool)
    _check_table(table, limits)
    options = FileOptions(request.encoding, request.delimiter, request.header_row, request.sheet)
    read = read_table(table, options, spool, batch_rows)
    if limits.max_rows is not None and read.rows >= limits.max_rows:
        raise UsageError(
            f"{read.name} has {read.rows:,} rows; this policy takes fewer than {limits.max_rows:,}",
            code="too_many_rows",
            hint="split the file, or choose another policy",
        )
    return read


def _check_name(file: Path, limits: Limits) -> None:
    """What can be refused before it is read, which may take long."""
    ending = file.suffix.removeprefix(".").lower()
    if limits.formats is not None and ending not in limits.formats:
        raise _format_not_taken(str(file), limits.formats)
    if limits.max_bytes is not None and file.is_file() and file.stat().st_size >= limits.max_bytes:
        raise _too_large(str(file), file.stat().st_size, limits.max_bytes)


def _check_table(table: TableFile, limits: Limits) -> None:
    if limits.formats is not None and table.kind not in limits.formats:
        raise _format_not_taken(table.raw.name, limits.formats)
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


def map_columns(read: Input, request: ImportRequest, terms: Terms) -> tuple[MappedInput, Terms]:
    """Maps headers to fields, makes fields of the rest if asked to, and settles how dates and numbers are
    written.

    Raises `UsageError`: a header or field that is not there, an identifier that is not mapped (RIO-07,
    RIO-16).
    """
    names = field_names(terms.rules)
    given = {header: name for header, name in request.mapping.items() if name is not None}
    skipped = [header for header, name in request.mapping.items() if name is None]
    mapping = map_headers(read.headers, names, given, skipped)
    unmapped = [header for header in mapping.left_out if not _repeats_a_field(header, mapping)]
    new = _new_fields(read, unmapped, terms) if request.new_fields else ()
    mapping = _with_new_fields(mapping, new)
    terms = with_columns(terms, set(filter(None, mapping.fields.values())), _by_field(request, mapping), new)
    columns = {
        column_of(name, terms.rules): read.headers.index(header)
        for header, name in mapping.fields.items()
        if name
    }
    mapped = MappedInput(read, mapping, columns, new)
    _check_mapping(mapped, request, terms)
    return mapped, _with_spellings(mapped, request, terms)


def _repeats_a_field(header: str, mapping: HeaderMapping) -> bool:
    """Whether a column was left out because another one fills its field."""
    return any(note.startswith(f"column {header!r} is left out") for note in mapping.notes)


def _by_field(request: ImportRequest, mapping: HeaderMapping) -> ImportRequest:
    """Columns not to be overwritten are named by their header; the rules know fields."""
    unknown = [name for name in request.do_not_overwrite_columns if mapping.fields.get(name) is None]
    if unknown:
        mapped = ", ".join(header for header, name in mapping.fields.items() if name)
        raise UsageError(
            f"the file has no mapped column {unknown[0]!r} whose values could be spared",
            code="unknown_header",
            hint=f"its mapped columns are {mapped}",
        )
    fields = tuple(str(mapping.fields[name]) for name in request.do_not_overwrite_columns)
    return replace(request, do_not_overwrite_columns=fields)


def _check_mapping(mapped: MappedInput, request: ImportRequest, terms: Terms) -> None:
    if not mapped.columns:
        raise UsageError(
            f"no column of {mapped.input.name} is mapped to a field",
            code="nothing_mapped",
            hint='map at least one, like --map "Header=email"',
        )
    if request.purpose is Purpose.ADD_ALL:
        return
    rules = terms.rules
    needed = (rules.chosen,) if rules.chosen else rules.all_kinds
    if not any(kind in mapped.columns for kind in needed):
        wanted = rules.chosen or f"an identifier ({', '.join(needed)})"
        raise UsageError(
            f"no column of {mapped.input.name} is mapped to {wanted}",
            code="identifier_not_mapped",
            hint=f'name the column, like --map "Header={rules.chosen or BUILT_IN_KINDS[2]}"',
        )


def _with_spellings(mapped: MappedInput, request: ImportRequest, terms: Terms) -> Terms:
    """Settles day-month order and decimal mark of each column over the whole file (RIO-09 ours)."""
    dates: dict[str, DateOrders] = {}
    numbers: dict[str, NumberStyles] = {}
    of_type = {custom.column: custom.type for custom in terms.rules.fields if custom.column in mapped.columns}
    date_columns = [column for column, type_ in of_type.items() if type_ is FieldType.DATE]
    numeric = [column for column, type_ in of_type.items() if type_ is FieldType.NUMBER]
    if date_columns or numeric:
        for number in range(mapped.input.batches):
            cells = mapped.cells(number)
            for column in date_columns:
                dates[column] = dates.get(column, DateOrders()).merged(survey_dates(cells[column]))
            for column in numeric:
                numbers[column] = numbers.get(column, NumberStyles()).merged(survey_numbers(cells[column]))
    asked = _asked_order(request.date_order)
    spelling = replace(
        terms.spelling,
        date_orders={column: asked or orders.settled for column, orders in dates.items()},
        number_styles={column: styles.settled for column, styles in numbers.items()},
    )
    return replace(terms, spelling=spelling)


def _asked_order(asked: str | None) -> DateOrder | None:
    if asked is None or asked in set(DateOrder):
        return None if asked is None else DateOrder(asked)
    raise UsageError(
        f"{asked!r} is no order of dates", code="bad_value", hint=f"choose one of {', '.join(DateOrder)}"
    )


def _new_fields(read: Input, headers: list[str], terms: Terms) -> tuple[Field, ...]:
    """A field for each of these columns, of the type that all its values show; its real id comes when it is
    made.
    """
    types = {header: set(_TYPES) for header in headers}
    for number in range(read.batches):
        batch = read.batch(number)
        for header, possible in types.items():
            values = batch[cell(read.headers.index(header))]
            possible.intersection_update(type_ for type_ in tuple(possible) if _all_read(values, type_))
    empty = set(_TYPES)
    return tuple(
        Field(
            -1 - place,
            header,
            next((t for t in _TYPES if t in possible), FieldType.TEXT)
            if possible != empty
            else FieldType.TEXT,
        )
        for place, (header, possible) in enumerate(types.items())
    )


_TYPES = (FieldType.YES_NO, FieldType.DATE, FieldType.NUMBER)


def _all_read(values: pl.Series, type_: FieldType) -> bool:
    """Whether every value can be read as that type without losing how it was written."""
    written = values.to_frame("v").select(trimmed(pl.col("v")))["v"].drop_nulls().unique()
    if type_ is FieldType.YES_NO:
        return bool(written.str.to_lowercase().is_in(["yes", "no", "true", "false"]).all())
    if type_ is FieldType.DATE:
        return bool(written.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$").all())
    as_is = bool(written.str.contains(r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?$").all())
    return as_is and number_columns(written, None)["refusal"].null_count() == len(written)


def _with_new_fields(mapping: HeaderMapping, new: tuple[Field, ...]) -> HeaderMapping:
    if not new:
        return mapping
    fields = {**mapping.fields, **{custom.name: custom.name for custom in new}}
    notes = tuple(note for note in mapping.notes if not note.startswith("columns that fill no field"))
    return replace(mapping, fields=fields, notes=notes)


PLAINLY_READ = "read as UTF-8, delimiter comma"
"""What nobody needs to be warned of."""


def warnings_of(mapped: MappedInput, doubtful: list[str], foreign: list[str]) -> Iterator[str]:
    """What the operator should know of this file."""
    yield from (note for note in mapped.input.notes if note != PLAINLY_READ)
    yield from mapped.mapping.notes
    if doubtful:
        yield f"{_count(doubtful, 'number')} taken that could exist but are not known to, like {doubtful[0]}"
    if foreign:
        yield f"{_count(foreign, 'contact id')} of another book or system ignored, like {foreign[0]}"


def _count(things: list[str], word: str) -> str:
    return f"{len(things):,} {word}{'' if len(things) == 1 else 's'}"
