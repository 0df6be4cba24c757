"""Columns that filled a field the last time and are called otherwise now, or are gone (MAI-05 ours)."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Final

from onefold.model.consent import REFUSED_COLUMNS
from onefold.sources.raw_file import STANDARD_INPUT
from onefold.sources.result_columns import own_headers
from onefold.stores import ImportedHeader, Reader
from onefold.way.mapped_input import MappedInput
from onefold.way.remembering import header_keys, source_keys
from onefold.way.terms import Terms, names_for_columns

LAST_IMPORTS: Final = 20
"""As many imports are looked back at for a header line that is nearly the same."""
ALIKE: Final = 0.5
NEARLY_THE_SAME: Final = 0.75
"""The share of columns with the same names that makes two header lines one source's: by the name of the file,
and without it.
"""


def changes_since_last_time(reader: Reader, mapped: MappedInput, terms: Terms) -> tuple[str, ...]:
    """What the last import of the same source filled and this one does not, a line each."""
    last = _last_time(reader, mapped.input.name, mapped.input.headers)
    return () if last is None else tuple(_changes(last, mapped, names_for_columns(terms.rules)))


def _last_time(reader: Reader, name: str, headers: tuple[str, ...]) -> ImportedHeader | None:
    """The import that this one goes on from: of the same header line, else of the same source, else of nearly
    the same header line.
    """
    keys = header_keys(headers)
    if not keys:
        return None
    same = reader.last_with_header(keys)
    if same is not None:
        return same
    from_source = None if name == STANDARD_INPUT else reader.last_from_source(source_keys(name))
    if from_source is not None and _likeness(from_source.headers, headers) >= ALIKE:
        return from_source
    others = reader.last_headers(LAST_IMPORTS)
    return next((last for last in others if _likeness(last.headers, headers) >= NEARLY_THE_SAME), None)


def _likeness(some: tuple[str, ...], others: tuple[str, ...]) -> float:
    """The share of columns that two files have in common."""
    one, other = set(own_headers(some)), set(own_headers(others))
    return len(one & other) / max(len(one), len(other))


def _changes(last: ImportedHeader, mapped: MappedInput, fields: Collection[str]) -> Iterator[str]:
    now = mapped.mapping.fields
    filled = {field: header for header, field in now.items() if field is not None}
    new = [header for header in now if header not in last.headers]
    gone = [header for header, field in last.mapping.items() if field is not None and header not in now]
    for header, field in last.mapping.items():
        if field is None or field not in fields:
            continue
        others_fill_it = field in filled and field not in REFUSED_COLUMNS
        if now.get(header) == field or (others_fill_it and filled[field] in mapped.by_hand):
            continue
        was = f"column {header!r} of the last import of {last.source_name}"
        if header in now:
            if now[header] is None and not others_fill_it and header not in mapped.mapping.skipped:
                yield f'{was} filled {field}, and fills nothing now: --map "{header}={field}"'
            continue
        successor = filled[field] if others_fill_it else _successor(header, last, mapped, new, gone)
        if successor is None:
            yield f"{was} filled {field}, and is not in this file"
        elif successor not in new:
            yield f"{was} is not in this file: {field} is taken from {successor!r} now"
        elif now[successor] == field:
            yield f"{was} is called {successor!r} now"
        else:
            yield f'{was} seems to be called {successor!r} now: --map "{successor}={field}"'


def _successor(
    header: str, last: ImportedHeader, mapped: MappedInput, new: list[str], gone: list[str]
) -> str | None:
    """The new column that may be an old one under another name: it fills nothing, and is named nearly so, or
    stands in its place, or is the only one.
    """
    left_out = [one for one in new if mapped.mapping.fields[one] is None]
    near = get_close_matches(header, left_out, n=1)
    if near:
        return near[0]
    position = last.headers.index(header)
    in_place = mapped.input.headers[position : position + 1]
    if in_place and in_place[0] in left_out and len(last.headers) == len(mapped.input.headers):
        return in_place[0]
    return left_out[0] if len(left_out) == len(gone) == 1 else None
