"""The guard's measure: how many contacts an import would change in who they are, or stop to reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from onefold.model.frames import Contacts, empty
from onefold.model.identifier import Why
from onefold.resolve.ended_consents import ENDED_SCHEMA

SHARE: Final = 0.2
FEWEST: Final = 100
ANY: Final = "any"
"""In the place of a channel: whichever."""


@dataclass(frozen=True)
class Risk:
    """Ids of the contacts that are touched, and of those that lose an identifier or merge with another that
    had its own; `ended` (`ENDED_SCHEMA`): whose consent ends, and how many are `subscribed`, by channel.
    """

    touched: pl.Series
    at_risk: pl.Series
    ended: pl.DataFrame = field(default_factory=lambda: empty(ENDED_SCHEMA))
    subscribed: Mapping[str, int] = field(default_factory=dict)

    @property
    def too_much(self) -> bool:
        """More than 20 % of the contacts touched, and at least 100 (CONTRACT)."""
        risky = self.at_risk.n_unique()
        return _too_many(risky, self.touched.n_unique())

    @property
    def ends_too_many(self) -> tuple[str, int, int] | None:
        """Where consent ends of more than 20 % of the contacts that are subscribed, and of at least 100
        (CONTRACT): the channel (or `ANY`), how many, and of how many.
        """
        counts = {channel: self._ended_on(channel) for channel in self.subscribed}
        for channel, subscribed in self.subscribed.items():
            if _too_many(counts[channel], subscribed):
                return channel, counts[channel], subscribed
        return None

    def of_subscribed(self, counts: Mapping[str, int]) -> "Risk":
        """The same of a book in which so many contacts are subscribed, by channel and on `ANY`."""
        return replace(self, subscribed=counts)

    def _ended_on(self, channel: str) -> int:
        on_channel = self.ended if channel == ANY else self.ended.filter(pl.col("channel") == channel)
        return on_channel["contact_id"].n_unique()


def _too_many(some: int, of_all: int) -> bool:
    return some >= FEWEST and some > SHARE * of_all


def risk(decisions: pl.DataFrame, before: Contacts, after: Contacts, kinds: tuple[str, ...]) -> Risk:
    """The risk of one batch. A merge of two contacts that only complete each other is none."""
    touched = decisions.filter(pl.col("status").is_in(["Imported", "Updated"]))["contact_id"]
    if before.contacts.is_empty():
        return Risk(touched, touched.clear())
    was = before.contacts.select("id", *(pl.col(kind).alias(f"was:{kind}") for kind in kinds))
    lost = pl.any_horizontal(
        pl.col(f"was:{kind}").is_not_null() & pl.col(f"was:{kind}").ne_missing(pl.col(kind)) for kind in kinds
    )
    replaced = after.contacts.filter(pl.col("merged_into").is_null()).join(was, on="id").filter(lost)["id"]
    second = after.aliases.filter(pl.col("why") == Why.SECOND)
    if second.is_empty():
        return Risk(touched, replaced.unique())
    gained = second.join(before.aliases, on=second.columns, how="anti")
    existing = gained.join(before.contacts, left_on="contact_id", right_on="id", how="semi")["contact_id"]
    return Risk(touched, pl.concat([replaced.alias("id"), existing.alias("id")]).unique())


def together(risks: list[Risk]) -> Risk:
    """The risk of several batches."""
    none = pl.Series("id", [], dtype=pl.Int64)
    return Risk(
        pl.concat([none, *(part.touched.alias("id") for part in risks)]),
        pl.concat([none, *(part.at_risk.alias("id") for part in risks)]),
        pl.concat([empty(ENDED_SCHEMA), *(part.ended for part in risks)]).unique(),
    )
