"""The guard's measure: how many contacts an import would change in who they are."""

from dataclasses import dataclass

import polars as pl

from onefold.model.frames import Contacts
from onefold.model.identifier import Why

SHARE = 0.2
FEWEST = 100


@dataclass(frozen=True)
class Risk:
    """Ids of the contacts that are touched, and of those that lose an identifier or merge with another that
    had its own.
    """

    touched: pl.Series
    at_risk: pl.Series

    @property
    def too_much(self) -> bool:
        """More than 20 % of the contacts touched, and at least 100 (CONTRACT)."""
        risky = self.at_risk.n_unique()
        return risky >= FEWEST and risky > SHARE * self.touched.n_unique()


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
    )
