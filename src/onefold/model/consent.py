"""Consent: what an address was allowed on a channel, when, and by what evidence (DESIGN 6)."""

from enum import StrEnum
from typing import Final

import polars as pl

from onefold.model.activity import ADDRESS_DEAD
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
REFUSED_COLUMNS: Final = frozenset(column for column in CONSENT_COLUMNS if column.endswith(".refused"))
"""Several columns of a file may be mapped to each of these: somebody refused who refused in one of them."""

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

UNREAD_CONSENT_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"row": pl.UInt32, "channel": pl.String}
"""Records that say something of consent on a channel which could not be read."""

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
    "key": pl.String,
}
"""New entries of the log. `at`: when it happened, ISO 8601 in UTC; `contact_id`: whose record said it;
`ends`: the one entry that a `lapsed` takes back, where it does not end all before it; `key`: that of the
record, so that a refusal of a record that is sent again counts once.
"""

NEW_CONSENT_SCHEMA: Final[dict[str, type[pl.DataType]]] = {**CONSENT_SCHEMA, "own": pl.Boolean}
"""The same before they are written. `own`: the record names its contact by more than this address, so that a
refusal is the contact's own whoever has the address.
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


OF_CONTACT: Final = "contact "
"""How that begins which stands in the log in the place of an address."""


def of_contact(contact_id: pl.Expr) -> pl.Expr:
    """What the log has in the place of an address, where a person without one on the channel refused."""
    return pl.format(f"{OF_CONTACT}{{}}", contact_id)


REFUSAL_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "origin_id": pl.Int64,
    "consent_id": pl.Int64,
    "contact_id": pl.Int64,
    "channel": pl.String,
    "at": pl.String,
    "answered_by": pl.Int64,
}
"""Refusals that are a contact's own (DESIGN 6). `origin_id`: the contact when it was said; `contact_id`: the
one that it is part of now; `consent_id`: the entry of the log; `answered_by`: the entry that ended it, null
while it stands. One that turned out to be the address's alone names itself.
"""

NOT_THIS_PERSON: Final = "not_this_person"
"""The method of an entry that ends one refusal (`ends`) for one contact (`contact_id`) and not for its
address.
"""
WITHDRAWN: Final = "withdrawn"
"""The method of an entry by which an operator takes a mistaken refusal (`ends`) back."""
ERASED_REFUSAL: Final = "erased_refusal"
"""The method of a refusal that was given before its contact was erased."""
OF_THE_ADDRESS_ALONE: Final = frozenset(
    {*(kind.value for kind in ADDRESS_DEAD), WRONG_NUMBER, ERASED_REFUSAL}
)
"""Methods of refusals that are no person's own: the address does not work, or is somebody else's (DESIGN 6).
"""
