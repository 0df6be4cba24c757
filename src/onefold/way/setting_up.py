"""What a book is set up with: its own kinds of identifier, settings."""

import re
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from onefold.model.error import UsageError
from onefold.sources.replies import REPLIES
from onefold.stores import Writer
from onefold.way.asking import SENDER_NAME
from onefold.way.confirming import LINK_BASE
from onefold.way.erasing import BIN_DAYS, MOST_DAYS, NEVER
from onefold.way.fields import bad_field, check_free
from onefold.way.keywords import check_sendable
from onefold.way.terms import known_region

SETTINGS: Final = ("region", "time_zone", LINK_BASE, BIN_DAYS, SENDER_NAME, *REPLIES)

LONGEST_SENDER: Final = 60
"""Characters of a sender's name: it stands in every text that asks."""


def add_kind(writer: Writer, name: str) -> None:
    """Adds a kind of identifier of the book's own. Raises `UsageError` (`bad_field`)."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise bad_field(
            f"{name!r} is no name for an identifier", "use small letters, digits and _, like loyalty_id"
        )
    check_free(writer, name)
    writer.add_identifier_kind(name)


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
    elif key == BIN_DAYS:
        value = _days(value)
    elif key == SENDER_NAME:
        value = _sender(value)
    elif key in REPLIES:
        check_sendable(key, value)
    elif value not in available_timezones():
        raise UsageError(f"{value!r} is no time zone", code="bad_value", hint="name one like Europe/Lisbon")
    writer.set_setting(key, value)


def _sender(value: str) -> str:
    """Who asks in questions, as one line."""
    name = value.strip()
    if not name or not name.isprintable() or len(name) > LONGEST_SENDER:
        raise UsageError(
            f"{value[:80]!r} is no name that people could read",
            code="bad_value",
            hint=f"give one line of 1 to {LONGEST_SENDER} characters",
        )
    return name


def _days(value: str) -> str:
    """For how many days contacts lie in the bin, or never to be erased by themselves."""
    days = value.strip().lower()
    if days == NEVER or (days.isascii() and days.isdigit() and len(days) <= len(str(MOST_DAYS))):
        return days if days == NEVER else str(min(int(days), MOST_DAYS))
    raise UsageError(
        f"{value[:80]!r} is no number of days", code="bad_value", hint=f"name one like 30, or {NEVER}"
    )


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
