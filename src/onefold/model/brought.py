"""What records bring along beside identifiers and values, one line each, by the row of their record."""

from dataclasses import dataclass, field
from typing import Final, Self

import polars as pl

from onefold.model.activity import SAID_ACTIVITY_SCHEMA
from onefold.model.consent import SAID_CONSENT_SCHEMA, UNREAD_CONSENT_SCHEMA
from onefold.model.frames import empty

LABEL_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"row": pl.UInt32, "kind": pl.String, "name": pl.String}
"""Tags and lists (`kind`); a null row stands for every record."""
KEY_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"row": pl.UInt32, "source": pl.String, "key": pl.String}
TAKEN_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "source": pl.String,
    "key": pl.String,
    "status": pl.String,
    "reason": pl.String,
    "contact_id": pl.Int64,
}
"""A record that was taken, by its key: the same key from the same source is taken once (CONTRACT)."""


@dataclass(frozen=True)
class Brought:
    """`labels` (`LABEL_SCHEMA`), `consents` (`SAID_CONSENT_SCHEMA`), `activities` (`SAID_ACTIVITY_SCHEMA`),
    `keys` (`KEY_SCHEMA`); `unread` (`UNREAD_CONSENT_SCHEMA`), what of consent could not be read.
    """

    labels: pl.DataFrame
    consents: pl.DataFrame
    activities: pl.DataFrame
    keys: pl.DataFrame
    unread: pl.DataFrame = field(default_factory=lambda: empty(UNREAD_CONSENT_SCHEMA))

    def beside(self, other: Self) -> Self:
        """These and others."""
        return type(self)(
            pl.concat([self.labels, other.labels]),
            pl.concat([self.consents, other.consents]),
            pl.concat([self.activities, other.activities]),
            pl.concat([self.keys, other.keys]),
        )

    @classmethod
    def nothing(cls) -> Self:
        """What plain rows bring."""
        return cls(
            empty(LABEL_SCHEMA), empty(SAID_CONSENT_SCHEMA), empty(SAID_ACTIVITY_SCHEMA), empty(KEY_SCHEMA)
        )
