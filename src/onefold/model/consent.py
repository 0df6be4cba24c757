"""Consent: what an address was allowed on a channel, when, and by what evidence (DESIGN 6)."""

from enum import StrEnum
from typing import Final

import polars as pl

from onefold.model.identifier import EMAIL, PHONE


class Channel(StrEnum):
    """How a person is reached."""

    EMAIL = "email"
    SMS = "sms"


KIND_OF: Final = {Channel.EMAIL: EMAIL, Channel.SMS: PHONE}
"""The kind of identifier that a channel's addresses are."""


class ConsentState(StrEnum):
    """What an entry of the log says. `NONE` is never written: it is an address of which nothing is said."""

    SUBSCRIBED = "subscribed"
    PENDING = "pending"
    UNSUBSCRIBED = "unsubscribed"
    LAPSED = "lapsed"
    NONE = "none"


SAYABLE: Final = (ConsentState.SUBSCRIBED, ConsentState.PENDING, ConsentState.UNSUBSCRIBED)
"""What a record may say; that a grant has lapsed is for the book to find."""

CONSENT_PARTS: Final = ("", ".refused", ".date", ".source", ".wording")
CONSENT_COLUMNS: Final = tuple(f"consent.{channel}{part}" for channel in Channel for part in CONSENT_PARTS)
"""What a column of a file can be mapped to: `consent.email` and what goes with it, the same of `consent.sms`.
`.refused` is for columns that say who opted out.
"""
CONSENT_DATES: Final = tuple(column for column in CONSENT_COLUMNS if column.endswith(".date"))

EVIDENCE: Final = (
    "method",
    "wording",
    "wording_version",
    "url",
    "form",
    "keyword",
    "message_id",
    "ip",
    "user_agent",
    "entered_by",
)
"""What an entry can be proved by, all text."""

WRONG_NUMBER: Final = "wrong_number"
"""The method of a refusal by somebody who is not whom we meant: the address's alone, and nobody's own."""

SAID_CONSENT_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "row": pl.UInt32,
    "channel": pl.String,
    "state": pl.String,
    "at": pl.String,
    "source": pl.String,
    **dict.fromkeys(EVIDENCE, pl.String),
}
"""What records say of consent, in the order in which they say it."""

CONSENT_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "channel": pl.String,
    "address": pl.String,
    "state": pl.String,
    "at": pl.String,
    "source": pl.String,
    "trust": pl.UInt8,
    **dict.fromkeys(EVIDENCE, pl.String),
    "contact_id": pl.Int64,
    "ends": pl.Int64,
}
"""New entries of the log. `at`: when it happened, ISO 8601 in UTC; `contact_id`: whose record said it;
`ends`: the one entry that a `lapsed` takes back, where it does not end all before it.
"""

LOG_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "id": pl.Int64,
    **CONSENT_SCHEMA,
    "recorded_at": pl.String,
    "batch_id": pl.Int64,
}

CONSENT_STATE_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "channel": pl.String,
    "address": pl.String,
    "state": pl.String,
    "at": pl.String,
    "weak": pl.Boolean,
    "contact_id": pl.Int64,
}
"""What the log of an address comes to. `at`: since when; `weak`: a grant that gives way to any refusal."""

ADDRESS_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"channel": pl.String, "address": pl.String}
