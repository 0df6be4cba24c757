"""Which columns an export has: all of the book's that it may show, or those that were asked for by name."""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from onefold.model.consent import Channel
from onefold.model.error import UsageError
from onefold.model.field import NAMES, Access, Field, FieldType
from onefold.model.identifier import CONTACT_ID, CRM_ID, EMAIL, PHONE
from onefold.model.label import LISTS, TAGS
from onefold.model.nfc import in_nfc
from onefold.report.export_columns import Column, Kind
from onefold.sources.known_headers import plain_header
from onefold.stores import Reader

ALL: Final = "all"
NUMBER, ALIASES = "id", "aliases"
CREATED, UPDATED = "created_at", "updated_at"
HEADERS: Final = {
    CONTACT_ID: "Contact ID",
    CRM_ID: "CRM ID",
    "first_name": "First Name",
    "last_name": "Last Name",
    "full_name": "Full Name",
    EMAIL: "Email",
    PHONE: "Phone",
    TAGS: "Tags",
    LISTS: "Lists",
    CREATED: "Created",
    UPDATED: "Updated",
}
"""What built-in columns are called in tables: headers that an import knows by themselves."""
CONSENT: Final = {
    f"consent.{channel}{part}": kind
    for channel in Channel
    for part, kind in {
        "": Kind.TEXT,
        ".date": Kind.MOMENT,
        ".source": Kind.TEXT,
        ".wording": Kind.TEXT,
    }.items()
}
"""What an export with consent has of each channel: the state, since when, by what, and by which words."""
KINDS: Final = {
    PHONE: Kind.PHONE,
    TAGS: Kind.NAMES,
    LISTS: Kind.NAMES,
    CREATED: Kind.MOMENT,
    UPDATED: Kind.MOMENT,
    NUMBER: Kind.WHOLE,
    ALIASES: Kind.ALIASES,
    **CONSENT,
}
KINDS_OF_FIELDS: Final = {
    FieldType.NUMBER: Kind.NUMBER,
    FieldType.DATE: Kind.DATE,
    FieldType.YES_NO: Kind.YES_NO,
}


@dataclass(frozen=True)
class Chosen:
    """The columns of one export, and the private fields that it leaves out because nobody named them."""

    columns: tuple[Column, ...]
    private: tuple[str, ...]


def chosen_columns(
    reader: Reader, format_: str, asked: str | Sequence[str] | None, *, consent: bool
) -> Chosen:
    """The columns that were asked for: names or headers, as text parted by commas; `all`, or nothing, stands
    for all but private fields and consent. `consent` adds the columns of consent.

    Raises `UsageError` (`unknown_column`).
    """
    fields = reader.fields()
    every = list(_every(reader.own_kinds(), fields, format_))
    private = {custom.column: custom.name for custom in fields if custom.access is Access.PRIVATE}
    of_all = [column for column in every if column.key not in private and column.key not in CONSENT]
    said = next(csv.reader([asked], skipinitialspace=True), []) if isinstance(asked, str) else asked or ()
    names = [in_nfc(name).strip() for name in said if name.strip()]
    picked: dict[str, Column] = {}
    for name in names or [ALL]:
        found = of_all if name.lower() == ALL else [_named(name, every)]
        picked |= {column.key: column for column in found}
    if consent:
        picked |= {column.key: column for column in every if column.key in CONSENT}
    return Chosen(tuple(picked.values()), tuple(name for key, name in private.items() if key not in picked))


def _every(own_kinds: Sequence[str], fields: Sequence[Field], format_: str) -> Iterator[Column]:
    """Every column that there is, in order. A built-in one whose name a field of the book has gives way."""
    names = {*own_kinds, *(custom.name for custom in fields)}
    numbered = (NUMBER,) if format_ == "jsonl" else ()
    for kind in (*numbered, CONTACT_ID, CRM_ID, *own_kinds, *NAMES, EMAIL, PHONE):
        yield _built_in(kind, names)
    for custom in fields:
        kind = KINDS_OF_FIELDS.get(custom.type, Kind.TEXT)
        yield Column(custom.column, custom.name, custom.name, kind, custom=True)
    aliases = (ALIASES,) if format_ == "jsonl" else ()
    for name in (TAGS, LISTS, *CONSENT, *aliases, CREATED, UPDATED):
        if name not in names:
            yield _built_in(name, names)


def _built_in(name: str, names: Collection[str]) -> Column:
    """A column of ours; its header is its bare name where a field of the book is called like the header."""
    header = HEADERS.get(name, name)
    if plain_header(header) in map(plain_header, names):
        header = name
    return Column(name, name, header, KINDS.get(name, Kind.TEXT))


def _named(name: str, every: Sequence[Column]) -> Column:
    for said in ("name", "header"):
        for column in every:
            if getattr(column, said) == name:
                return column
    by_plain = {
        plain_header(spelled): column
        for column in reversed(every)
        for spelled in (column.header, column.name)
    }
    plain = plain_header(name)
    if plain and plain in by_plain:
        return by_plain[plain]
    near = get_close_matches(plain, by_plain, n=1, cutoff=0.5)
    known = ", ".join(column.name for column in every)
    raise UsageError(
        f"there is no column {name!r} to export",
        code="unknown_column",
        hint=f"did you mean {by_plain[near[0]].name!r}?" if near else f"there are {known}",
    )
