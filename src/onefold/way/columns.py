"""The columns of an input find their fields."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from onefold.model.error import UsageError
from onefold.model.identifier import BUILT_IN_KINDS
from onefold.model.outcome import Purpose
from onefold.sources.google_contacts import hold_several, may_hold_several
from onefold.sources.input import Input, cell
from onefold.sources.mapping import HeaderMapping, map_headers
from onefold.sources.result_columns import what_is_ours
from onefold.way.consent_mapping import check_consent
from onefold.way.consent_reading import with_columns_read
from onefold.way.mapped_input import MappedInput
from onefold.way.new_fields import new_fields
from onefold.way.remembering import is_named, remembered_note, said_of_columns
from onefold.way.request import ImportRequest
from onefold.way.seeming import bare_list, mapping_that_would_do
from onefold.way.spellings import settle_spellings
from onefold.way.terms import Terms, column_of, names_for_columns, with_columns


def map_columns(read: Input, request: ImportRequest, terms: Terms) -> tuple[MappedInput, Terms]:
    """Maps headers to fields, makes fields of the rest if asked to, and settles how dates and numbers are
    written.

    Raises `UsageError`: a header or field that is not there, an identifier that is not mapped (RIO-07,
    RIO-16).
    """
    names = names_for_columns(terms.rules)
    said = said_of_columns(request, read.headers, names)
    remembered = remembered_note(request, said, names)
    given = {header: name for header, name in said.items() if name is not None}
    skipped = [header for header, name in said.items() if name is None]
    ours = what_is_ours(read, names)
    mapping = map_headers(read.headers, names, given, skipped, ours)
    if request.consent or not any(map(is_named, read.headers)):
        mapping = bare_list(read, mapping, terms)
    of_every_row = {f"--consent {channel}": f"consent.{channel}" for channel in request.consent}
    check_consent({**mapping.fields, **of_every_row})
    retired = _retired(mapping, terms)
    open_ = [header for header in mapping.unknown if header not in retired]
    new = new_fields(read, open_) if request.new_fields else ()
    mapping = replace(mapping, fields={**mapping.fields, **{custom.name: custom.name for custom in new}})
    terms = with_columns(terms, set(filter(None, mapping.fields.values())), _by_field(request, mapping), new)
    columns = _columns(read, mapping, terms)
    mapped = MappedInput(read, mapping, columns, new, said, ours)
    _check_mapping(mapped, request, terms)
    terms, notes = settle_spellings(mapped, request, terms)
    terms = with_columns_read(mapped, terms)
    told = (*remembered, *mapping.notes, *_retired_note(retired), *_several(mapped), *notes)
    return replace(mapped, notes=told), terms


def _columns(read: Input, mapping: HeaderMapping, terms: Terms) -> dict[str, int]:
    """Header index by contact column. Of several columns of one field each but the first has a number."""
    columns: dict[str, int] = {}
    for header, name in mapping.fields.items():
        if name:
            column = first = column_of(name, terms.rules)
            place = 1
            while column in columns:
                place += 1
                column = f"{first} {place}"
            columns[column] = read.headers.index(header)
    return columns


def _retired(mapping: HeaderMapping, terms: Terms) -> list[str]:
    """Headers that are the name of a retired field, which no other field can have."""
    names = {custom.name.casefold() for custom in terms.rules.retired}
    return [header for header in mapping.unknown if header.casefold() in names]


def _retired_note(headers: Sequence[str]) -> Iterator[str]:
    for header in headers:
        yield f"the field {header!r} is retired, which is why its column fills nothing"


def _several(mapped: MappedInput) -> Iterator[str]:
    """What is said of columns with several values in one cell."""
    read = mapped.input
    for index in mapped.columns.values():
        cells = (read.batch(number)[cell(index)] for number in range(read.batches))
        if may_hold_several(read.headers[index]) and any(map(hold_several, cells)):
            yield f"of several values in one cell of {read.headers[index]!r} the first is taken"


def _by_field(request: ImportRequest, mapping: HeaderMapping) -> ImportRequest:
    """Columns not to be overwritten are named by their header; the rules know fields."""
    mapped = [header for header, name in mapping.fields.items() if name]
    for header in request.do_not_overwrite_columns:
        if header not in mapped:
            near = get_close_matches(header, mapped, n=1)
            raise UsageError(
                f"the file has no mapped column {header!r} whose values could be spared",
                code="unknown_header",
                hint=f"did you mean {near[0]!r}?" if near else f"its mapped columns are {', '.join(mapped)}",
            )
    fields = tuple(str(mapping.fields[header]) for header in request.do_not_overwrite_columns)
    return replace(request, do_not_overwrite_columns=fields)


def _check_mapping(mapped: MappedInput, request: ImportRequest, terms: Terms) -> None:
    name = mapped.input.name
    if not mapped.columns:
        raise UsageError(
            f"no column of {name} is mapped to a field",
            code="nothing_mapped",
            hint=mapping_that_would_do(mapped.input, mapped.mapping, BUILT_IN_KINDS, terms)
            or 'map at least one, like --map "Header=email"',
        )
    if request.purpose is Purpose.ADD_ALL:
        return
    rules = terms.rules
    needed = (rules.chosen,) if rules.chosen else rules.all_kinds
    if not any(kind in mapped.columns for kind in needed):
        wanted = rules.chosen or f"an identifier ({', '.join(needed)})"
        raise UsageError(
            f"no column of {name} is mapped to {wanted}",
            code="identifier_not_mapped",
            hint=mapping_that_would_do(mapped.input, mapped.mapping, needed, terms)
            or f'name the column, like --map "Header={rules.chosen or BUILT_IN_KINDS[2]}"',
        )
