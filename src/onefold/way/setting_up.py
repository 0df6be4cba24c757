"""What a book is set up with: fields, its own kinds of identifier, settings."""

import re
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import polars as pl

from onefold.model.error import UsageError
from onefold.model.field import NAMES, Field, FieldType
from onefold.model.identifier import BUILT_IN_KINDS
from onefold.normalise.choice import choice_columns
from onefold.normalise.date import date_columns
from onefold.normalise.number import number_columns
from onefold.normalise.yes_no import yes_no_columns
from onefold.sources.replies import REPLIES
from onefold.stores import Writer
from onefold.way.confirming import LINK_BASE
from onefold.way.keywords import check_sendable
from onefold.way.terms import check_name, known_region

MOST_FIELDS: Final = 1_000
SETTINGS: Final = ("region", "time_zone", LINK_BASE, *REPLIES)


def add_field(writer: Writer, field: Field) -> Field:
    """Adds a custom field.

    Raises `UsageError` (`bad_name`) for a blank name, and (`bad_field`) for a name that is taken, a choice
    field without choices, a default that its type refuses.
    """
    _check_name(writer, field.name)
    if (field.type is FieldType.CHOICE) != bool(field.choices):
        raise _bad(
            "a choice field needs choices, and no other field takes them", "give them: --choices red,green"
        )
    if len(writer.fields()) >= MOST_FIELDS:
        raise _bad(f"the book has {MOST_FIELDS:,} fields, which is the most", "use one that is there")
    return writer.add_field(
        field.name,
        field.type,
        choices=field.choices,
        default=_default(field),
        access=field.access,
        folder=field.folder,
    )


def _default(field: Field) -> str | None:
    """The default in the spelling in which the field's values are kept."""
    if field.default is None:
        return None
    spelled = pl.Series([field.default])
    read = {
        FieldType.TEXT: lambda: spelled.to_frame("value").with_columns(
            pl.lit(None, pl.String).alias("refusal")
        ),
        FieldType.NUMBER: lambda: number_columns(spelled, None),
        FieldType.DATE: lambda: date_columns(spelled, None),
        FieldType.YES_NO: lambda: yes_no_columns(spelled),
        FieldType.CHOICE: lambda: choice_columns(spelled, field.choices),
    }[field.type]()
    if read["refusal"].item() is not None:
        raise _bad(f"the default of {field.name} does not fit: {read['refusal'].item()}", "give another")
    return str(read["value"].cast(pl.String).item())


def add_kind(writer: Writer, name: str) -> None:
    """Adds a kind of identifier of the book's own. Raises `UsageError` (`bad_field`)."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise _bad(
            f"{name!r} is no name for an identifier", "use small letters, digits and _, like loyalty_id"
        )
    _check_name(writer, name)
    writer.add_identifier_kind(name)


def _check_name(writer: Writer, name: str) -> None:
    check_name("field", name)
    taken = (*BUILT_IN_KINDS, *NAMES, *writer.own_kinds(), *(custom.name for custom in writer.fields()))
    if name.casefold() in (other.casefold() for other in taken):
        raise _bad(f"there is a field {name!r} already", "choose another name")


def set_setting(writer: Writer, key: str, value: str) -> None:
    """Sets one setting. Raises `UsageError` (`unknown_setting`, `bad_value`)."""
    if key not in SETTINGS:
        raise UsageError(
            f"there is no setting {key!r}", code="unknown_setting", hint=f"there are {', '.join(SETTINGS)}"
        )
    if key == "region":
        value = known_region(value)
    elif key == LINK_BASE:
        value = _base(value)
    elif key in REPLIES:
        check_sendable(key, value)
    elif value not in available_timezones():
        raise UsageError(f"{value!r} is no time zone", code="bad_value", hint="name one like Europe/Lisbon")
    writer.set_setting(key, value)


def _base(value: str) -> str:
    """Where links lead, without a slash at its end."""
    parts = urlsplit(value)
    plain = value.isascii() and value.isprintable() and " " not in value
    if (
        not plain
        or parts.scheme not in ("https", "http")
        or not parts.hostname
        or parts.query
        or parts.fragment
    ):
        raise UsageError(
            f"{value[:80]!r} is no address that links could lead to",
            code="bad_value",
            hint="name one like https://contacts.example.com",
        )
    return value.rstrip("/")


def _bad(message: str, hint: str) -> UsageError:
    return UsageError(message, code="bad_field", hint=hint)
