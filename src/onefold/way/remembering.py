"""A mapping that was made by hand is remembered by the header line, and used again (MAI-04 ours)."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from onefold.model.consent import REFUSED_COLUMNS
from onefold.model.identifier import CRM_ID, EMAIL, PHONE
from onefold.model.nfc import every_spelling
from onefold.model.policy import Policy
from onefold.sources.input import Input
from onefold.sources.known_headers import known_headers
from onefold.sources.mapping import HEADERS_NAMED
from onefold.sources.result_columns import bears_result_columns, own_headers
from onefold.stores import Reader, Writer
from onefold.way.mapped_input import MappedInput
from onefold.way.request import ImportRequest

KINDS_WITH_HEADERS: Final = (CRM_ID, EMAIL, PHONE)
"""Kinds of identifier whose columns are known by their headers."""

_NAMED_BY_US = re.compile(r"column [0-9]+")


def with_remembered(reader: Reader, read: Input, request: ImportRequest, policy: Policy) -> ImportRequest:
    """The request with what was said of the same header line in the last import that had it."""
    keys = header_keys(read.headers)
    if not (keys and request.remembered_mapping and policy.remember_mapping):
        return request
    last = reader.last_with_header(keys)
    if last is None:
        return request
    filled = set(last.mapping.values())
    said = {
        header: field
        for header, field in last.by_hand.items()
        if field is not None or bears_result_columns(read.headers) or not _left_a_kind_out(header, filled)
    }
    return replace(request, as_before=said, mapped_as_in=last.receipt_id) if said else request


def _left_a_kind_out(header: str, filled: Collection[str | None]) -> bool:
    """Whether an import went without emails, phones or CRM IDs by leaving this column out. That is said for
    one import: the same file is read again with them (DOT-11, DOT-17).
    """
    known = known_headers()
    return any(known.place(header, kind) is not None and kind not in filled for kind in KINDS_WITH_HEADERS)


def remember(writer: Writer, receipt_id: int, mapped: MappedInput) -> None:
    """Keeps what was said of the columns of an import, for the next file with the same header line."""
    keys = header_keys(mapped.input.headers)
    if keys:
        writer.keep_header(receipt_id, keys[0], source_keys(mapped.input.name)[0], mapped.by_hand)


def said_of_columns(
    request: ImportRequest, headers: Collection[str], fields: Collection[str]
) -> dict[str, str | None]:
    """What is said by hand of columns: by header a field, or None to leave it out.

    What is remembered counts where nothing is said now, and where its field is still there.
    """
    said_now = {field for field in request.mapping.values() if field is not None}
    free = (set(fields) - said_now) | REFUSED_COLUMNS
    remembered = {
        header: field
        for header, field in request.as_before.items()
        if header in headers and (field is None or field in free)
    }
    return {**remembered, **request.mapping}


def remembered_note(
    request: ImportRequest, said: Mapping[str, str | None], fields: Collection[str]
) -> Iterator[str]:
    """What of the mapping was remembered, and what of it could not be used."""
    used = [header for header in request.as_before if header in said and header not in request.mapping]
    if used:
        told = [f"{header!r} {_as(said[header])}" for header in used[:HEADERS_NAMED]]
        more = f" and {len(used) - HEADERS_NAMED:,} more" if len(used) > HEADERS_NAMED else ""
        yield f"mapped as in import {request.mapped_as_in}: {', '.join(told)}{more}"
    for header, field in request.as_before.items():
        if field is not None and field not in fields:
            yield (
                f"column {header!r} filled {field} in import {request.mapped_as_in}, "
                "and there is no such field any more"
            )


def _as(field: str | None) -> str:
    return "left out" if field is None else f"as {field}"


def header_keys(headers: Sequence[str]) -> tuple[str, ...]:
    """What is equal for equal header lines, short enough for an index; none for a file without a header. The
    first is kept; imports that were kept before headers were in NFC may have another.

    A results file or an error file has the header line of the file that it was made of.
    """
    own = own_headers(headers)
    if not any(map(is_named, own)):
        return ()
    return tuple(map(_short, every_spelling("\t".join(own))))


def is_named(header: str) -> bool:
    """Whether the file itself has that header."""
    return _NAMED_BY_US.fullmatch(header) is None


def source_keys(name: str) -> tuple[str, ...]:
    """What is equal for the names that one source gives its files: its letters, without dates and numbers.
    The first is kept, as of `header_keys`.
    """
    letters = ("".join(filter(str.isalpha, spelled.casefold())) for spelled in every_spelling(name))
    return tuple(dict.fromkeys(map(_short, letters)))


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()
