"""What the book asks people, by a mail with a link or a text that waits for its answer, and what is kept."""

from enum import StrEnum
from typing import Final

import polars as pl

from onefold.model.consent import EVIDENCE


class QuestionKind(StrEnum):
    """What an address is asked."""

    EMAIL = "email"
    CONFIRM_NUMBER = "confirm_number"
    CONFIRM_EMAIL = "confirm_email"


CONFIRMING: Final = frozenset({QuestionKind.CONFIRM_NUMBER, QuestionKind.CONFIRM_EMAIL})
"""Questions that people did not begin: of these there are so many a day, and no more."""


class Asking(StrEnum):
    """What becomes of a question that somebody's word calls for."""

    ASK = "ask"
    OPEN = "open"
    FOR_ANOTHER = "for_another"
    REFUSED = "refused"
    REFUSED_LATELY = "refused_lately"
    TOO_MANY = "too_many"


WANTED_QUESTION_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "channel": pl.String,
    "address": pl.String,
    "contact_id": pl.Int64,
    "grants": pl.Boolean,
    "adds": pl.Boolean,
    "source": pl.String,
    "title": pl.String,
    "phone": pl.String,
    "mailbox": pl.String,
    "texts": pl.Boolean,
    **dict.fromkeys(EVIDENCE, pl.String),
}
"""A question that is wanted. `contact_id`: whom a yes is taken for, where the person has shown to be that
contact; `grants`: whether a yes subscribes the address; `adds`: whether it makes the address that contact's.
`title`: what it was entered for. `phone`: the number that a mail's yes leads on to, and `texts` whether that
will be asked for consent too; `mailbox`: the one that a number was entered with. The evidence is what was
agreed to, and where.
"""

EARLIER_QUESTION_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "channel": pl.String,
    "address": pl.String,
    "contact_id": pl.Int64,
    "asks": pl.String,
    "mailbox": pl.String,
    "asked_at": pl.String,
    "sent_at": pl.String,
    "open": pl.Boolean,
}
"""What an address was asked before. `asks`: what a yes to it does; `mailbox` as above; `sent_at` is null
where it could not be sent yet.
"""
