"""Activity: what was sent to a person and what the person did, as a small timeline."""

from enum import StrEnum
from typing import Final

import polars as pl


class ActivityKind(StrEnum):
    """What happened. The last two say that an address does not work: nothing more is sent there."""

    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    REPLIED = "replied"
    BOUGHT = "bought"
    HARD_BOUNCE = "hard_bounce"
    NOT_IN_SERVICE = "not_in_service"


ADDRESS_DEAD: Final = (ActivityKind.HARD_BOUNCE, ActivityKind.NOT_IN_SERVICE)

SAID_ACTIVITY_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "row": pl.UInt32,
    "kind": pl.String,
    "at": pl.String,
    "channel": pl.String,
    "payload": pl.String,
    "source": pl.String,
}
"""What records tell. `payload` is JSON; `channel` may be null."""

ACTIVITY_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "kind": pl.String,
    "at": pl.String,
    "channel": pl.String,
    "address": pl.String,
    "payload": pl.String,
    "source": pl.String,
}
"""What is written. `address`: the record's own on that channel, by which a split tells whose it is."""

MOVED_ACTIVITY_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"id": pl.Int64, "contact_id": pl.Int64}
