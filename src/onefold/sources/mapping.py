"""Which column of a file fills which field: by the operator's word, by its name, by what others call it."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import get_close_matches

from onefold.model.error import UsageError
from onefold.sources.known_headers import KNOWN_HEADERS
from onefold.sources.result_columns import ignored_headers


@dataclass(frozen=True)
class HeaderMapping:
    """What becomes of each column. `fields`: by header, the field that it fills, or None where it is left
    out.

    `skipped` of those left out were skipped on request; `notes` say for people what was left out without
    one. Columns of our own results files are in none of these (CONTRACT).
    """

    fields: Mapping[str, str | None]
    skipped: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The headers that fill nothing and were not skipped, in the order of the file."""
        return tuple(
            header for header, field in self.fields.items() if field is None and header not in self.skipped
        )


def map_headers(
    headers: Sequence[str],
    fields: Sequence[str],
    given: Mapping[str, str] | None = None,
    skipped: Iterable[str] = (),
) -> HeaderMapping:
    """Map every header to one of `fields`, each of which is filled once at most (RIO-15, RIO-16).

    `given` maps headers to fields and goes first; then headers that are a field's name but for case, spaces,
    hyphens and underscores; then `KNOWN_HEADERS`. Raises `UsageError` (`unknown_header`, `unknown_field`,
    `field_twice`, `header_twice`).
    """
    given, skip = dict(given or {}), list(dict.fromkeys(skipped))
    _check(headers, fields, given, skip)
    ignored = ignored_headers(headers, fields) - given.keys() - set(skip)
    open_ = [
        header for header in headers if header not in given and header not in skip and header not in ignored
    ]
    chosen = dict(given)
    chosen |= _by_name(open_, fields, set(chosen.values()))
    chosen |= _by_known_header(open_, set(fields) - set(chosen.values()), chosen.keys())
    return HeaderMapping(
        fields={header: chosen.get(header) for header in headers if header not in ignored},
        skipped=tuple(skip),
        notes=tuple(_notes(open_, fields, chosen)),
    )


def parse_given(options: Iterable[str], fields: Sequence[str]) -> dict[str, str]:
    """`Header=field` as the options of a command, by header.

    A header may hold `=` itself: the last one with a field to its right parts the two. Raises `UsageError`
    (`bad_mapping`, `unknown_field`, `header_twice`).
    """
    given: dict[str, str] = {}
    for option in options:
        header, field = _parse_one(option, fields)
        if header in given:
            raise UsageError(
                f"column {header!r} is mapped twice", code="header_twice", hint="map each column once"
            )
        given[header] = field
    return given


def _parse_one(option: str, fields: Sequence[str]) -> tuple[str, str]:
    by_name = {_plain(field): field for field in fields}
    places = [place for place, character in enumerate(option) if character == "="]
    for place in reversed(places):
        field = by_name.get(_plain(option[place + 1 :]))
        if field is not None and option[:place].strip():
            return " ".join(option[:place].split()), field
    header, parted, field = option.rpartition("=")
    if parted and header.strip():
        raise _unknown_field(field.strip(), fields)
    raise UsageError(
        f"{option!r} maps no column", code="bad_mapping", hint='write it as "Header=field", like "Cell=phone"'
    )


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
        if field in filled:
            raise UsageError(
                f"columns {filled[field]!r} and {header!r} are both mapped to {field}",
                code="field_twice",
                hint="a field is filled by one column: leave one of them out",
            )
        filled[field] = header


def _by_name(headers: Sequence[str], fields: Sequence[str], taken: AbstractSet[str]) -> dict[str, str]:
    by_name = {_plain(field): field for field in fields if field not in taken}
    # The first of several: a field that was found is no longer there to be found.
    found = ((header, by_name.pop(_plain(header), None)) for header in headers)
    return {header: field for header, field in found if field is not None}


def _by_known_header(
    headers: Sequence[str], fields: AbstractSet[str], taken: AbstractSet[str]
) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for field, known in KNOWN_HEADERS.items():
        rank = {_plain(name): place for place, name in reversed(list(enumerate(known)))}
        fitting = [header for header in headers if header not in taken and _plain(header) in rank]
        if field in fields and fitting:
            chosen[min(fitting, key=lambda header: rank[_plain(header)])] = field
    return chosen


def _notes(headers: Sequence[str], fields: Sequence[str], chosen: Mapping[str, str]) -> Iterable[str]:
    """Of the columns that fill nothing, those that could have, and then all the rest in one sentence."""
    names = {_plain(name): field for field, known in KNOWN_HEADERS.items() for name in known}
    names |= {_plain(field): field for field in fields}
    filled_by = {field: header for header, field in chosen.items()}
    unknown = []
    for header in headers:
        if header in chosen:
            continue
        field = names.get(_plain(header))
        if field in filled_by:
            yield f"column {header!r} is left out: {field} is taken from {filled_by[field]!r}"
        else:
            unknown.append(repr(header))
    if unknown:
        yield f"columns that fill no field are left out: {', '.join(unknown)}"


def _plain(name: str) -> str:
    """A name without what people vary: case, accents, spaces, punctuation."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", name).casefold()))


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
    by_plain = {_plain(one): one for one in reversed(names)}
    near = get_close_matches(_plain(name), by_plain, n=1, cutoff=0.5)
    return f"did you mean {by_plain[near[0]]!r}?" if near else f"{what} are {', '.join(names)}"
