"""Which column of a file fills which field: by the operator's word, by its name, by what others call it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from shlex import quote
from typing import Final

from onefold.model.consent import CONSENT_COLUMNS, REFUSED_COLUMNS
from onefold.model.error import UsageError
from onefold.model.label import LABEL_COLUMNS
from onefold.sources.known_headers import (
    FIRST_NAME,
    FULL_NAME,
    KNOWN_FIELDS,
    LAST_NAME,
    KnownHeaders,
    Place,
    known_headers,
    plain_header,
)
from onefold.sources.result_columns import Ours, ignored_headers

_REPEATED: Final = r" \([0-9]+\)$"
"""Behind a header that another column has too."""
HEADERS_NAMED: Final = 20
"""As many headers as one note names."""
NOT_UNASKED: Final = (*KNOWN_FIELDS, *CONSENT_COLUMNS, *LABEL_COLUMNS)
"""What a header that is just spelled like it does not fill."""


@dataclass(frozen=True)
class HeaderMapping:
    """What becomes of each column. `fields`: by header, the field that it fills, or None where it is left
    out.

    `skipped` of those left out were skipped on request; `beside` (by header, a field) would have filled a
    field that another column fills. Columns of our own results files are in none of these (CONTRACT).
    """

    fields: Mapping[str, str | None]
    skipped: tuple[str, ...]
    beside: Mapping[str, str]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The headers that fill nothing and were not skipped, in the order of the file."""
        return tuple(
            header for header, field in self.fields.items() if field is None and header not in self.skipped
        )

    @property
    def unknown(self) -> tuple[str, ...]:
        """Those of them that fit no field."""
        return tuple(header for header in self.left_out if header not in self.beside)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out without being asked to, for people: a line for each field that had several
        columns, and one for all the rest.
        """
        filled_by = {field: header for header, field in self.fields.items() if field}
        told = []
        for field in dict.fromkeys(self.beside.values()):
            others = [header for header, fitting in self.beside.items() if fitting == field]
            told.append(f"{_columns(others)} left out: {field} is taken from {filled_by[field]!r}")
        if self.unknown:
            verb = "fills no field and is" if len(self.unknown) == 1 else "fill no field and are"
            word = "column" if len(self.unknown) == 1 else "columns"
            told.append(f"{word} {named(self.unknown)} {verb} left out")
        return tuple(told)


def named(headers: Sequence[str]) -> str:
    """Headers as a sentence names them: in quotes, and the first of them where there are many."""
    shown = ", ".join(map(repr, headers[:HEADERS_NAMED]))
    return shown + (f" and {len(headers) - HEADERS_NAMED:,} more" if len(headers) > HEADERS_NAMED else "")


def map_option(header: str, field: str) -> str:
    """The option that maps a header to a field, as it can be typed into a shell."""
    said = f"{header}={field}"
    return f"--map {quote(said)}" if set(said) & set('"\\$`!') else f'--map "{said}"'


def _columns(headers: Sequence[str]) -> str:
    return f"column {named(headers)} is" if len(headers) == 1 else f"columns {named(headers)} are"


def map_headers(
    headers: Sequence[str],
    fields: Sequence[str],
    given: Mapping[str, str] | None = None,
    skipped: Iterable[str] = (),
    ours: Ours | None = None,
) -> HeaderMapping:
    """Map every header to one of `fields`, each of which is filled once at most (RIO-15, RIO-16), but for
    `REFUSED_COLUMNS`.

    `given` maps headers to fields and goes first; then headers that are exactly a field's name; then those
    that are a field of the book but for case, spaces, hyphens and underscores; then `known_headers`. Consent,
    tags and lists are filled by the first two only, but for what of the file is `ours`. Raises
    `UsageError` (`unknown_header`, `unknown_field`, `field_twice`, `header_twice`).
    """
    given, skip = dict(given or {}), list(dict.fromkeys(skipped))
    _check(headers, fields, given, skip)
    ours = ours or Ours(ignored=ignored_headers(headers, fields))
    ignored = ours.ignored - given.keys() - set(skip)
    own = {header: field for header, field in ours.fields.items() if field not in given.values()}
    chosen = {header: field for header, field in own.items() if header not in skip} | given
    for find in (_by_exact_name, _by_name, _by_known_header):
        open_ = [header for header in headers if header not in chosen.keys() | ignored | set(skip)]
        free = [field for field in fields if field not in chosen.values() or field in REFUSED_COLUMNS]
        chosen |= find(open_, free, chosen)
    mapped = {header: chosen.get(header) for header in headers if header not in ignored}
    left = [header for header, field in mapped.items() if field is None and header not in skip]
    return HeaderMapping(mapped, tuple(skip), dict(_beside(left, chosen)))


def _check(
    headers: Sequence[str], fields: Sequence[str], given: Mapping[str, str], skip: Sequence[str]
) -> None:
    for header in (*given, *skip):
        if header not in headers:
            raise _unknown_header(header, headers)
        if header in given and header in skip:
            raise UsageError(
                f"column {header!r} is both mapped and skipped", code="header_twice", hint="do one of the two"
            )
    filled: dict[str, str] = {}
    for header, field in given.items():
        if field not in fields:
            raise _unknown_field(field, fields)
        if field in filled and field not in REFUSED_COLUMNS:
            raise UsageError(
                f"columns {filled[field]!r} and {header!r} are both mapped to {field}",
                code="field_twice",
                hint="a field is filled by one column: leave one of them out",
            )
        filled[field] = header


def _by_exact_name(headers: Sequence[str], free: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    by_name = {header: header for header in headers if header in free}
    repeated = {header: re.sub(_REPEATED, "", header) for header in headers}
    several = {header: name for header, name in repeated.items() if name in REFUSED_COLUMNS}
    return by_name | several


def _by_name(headers: Sequence[str], free: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    taken_unasked = [field for field in free if field not in NOT_UNASKED]
    by_name = {plain_header(field): field for field in taken_unasked}
    # The first of several: a field that was found is no longer there to be found.
    found = ((header, by_name.pop(plain_header(header), None)) for header in headers)
    return {header: field for header, field in found if field is not None}


def _by_known_header(
    headers: Sequence[str], free: Sequence[str], chosen: Mapping[str, str]
) -> dict[str, str]:
    known = known_headers()
    found: dict[str, str] = {}
    for field in KNOWN_FIELDS:
        if field == FULL_NAME:
            found |= _bare_name(headers, free, {**chosen, **found}, known)
        if field in free and field not in found.values():
            open_ = [header for header in headers if header not in found]
            best = min(_places(open_, field, known), default=None)
            if best is not None:
                found[best[2]] = field
    return found


def _places(headers: Sequence[str], field: str, known: KnownHeaders) -> Iterator[tuple[Place, int, str]]:
    """How well each header fits a field, and where it stands in the file; those that do not are left out."""
    for position, header in enumerate(headers):
        place = known.place(header, field)
        if place is not None:
            yield place, position, header


def _bare_name(
    headers: Sequence[str], free: Sequence[str], chosen: Mapping[str, str], known: KnownHeaders
) -> dict[str, str]:
    """A column called just "name", where it is the part of the name that no other column has."""
    by_field = {field: header for header, field in chosen.items()}
    first, last = by_field.get(FIRST_NAME), by_field.get(LAST_NAME)
    for header in headers:
        if header in chosen or not known.is_bare_name(header, beside_a_last_name=last is not None):
            continue
        if last is not None and first is None and FIRST_NAME in free:
            return {header: FIRST_NAME}
        english = known.is_english(header) and first is not None and known.is_english(first)
        if first is not None and last is None and LAST_NAME in free and not english:
            return {header: LAST_NAME}
    return {}


def _beside(headers: Sequence[str], chosen: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Headers that fit a field which another one fills, each with that field."""
    known = known_headers()
    plain_names = {plain_header(field): field for field in chosen.values()}
    for header in headers:
        fields = (field for field in KNOWN_FIELDS if field in chosen.values() and known.place(header, field))
        field = plain_names.get(plain_header(header)) or next(fields, None)
        if field is not None:
            yield header, field


def _unknown_header(header: str, headers: Sequence[str]) -> UsageError:
    return UsageError(
        f"the file has no column {header!r}",
        code="unknown_header",
        hint=_nearest(header, headers, "its columns"),
    )


def _unknown_field(field: str, fields: Sequence[str]) -> UsageError:
    return UsageError(
        f"there is no field {field!r}", code="unknown_field", hint=_nearest(field, fields, "the fields")
    )


def _nearest(name: str, names: Sequence[str], what: str) -> str:
    by_plain = {plain_header(one): one for one in reversed(names)}
    near = get_close_matches(plain_header(name), by_plain, n=1, cutoff=0.5)
    return f"did you mean {by_plain[near[0]]!r}?" if near else f"{what} are {', '.join(names)}"
