"""What one round works on, and what its steps tell each other."""

from dataclasses import dataclass

import polars as pl

from onefold.model.frames import Contacts
from onefold.model.identifier import CONTACT_ID, EMAIL
from onefold.model.rules import Rules
from onefold.model.source import Source, Trust
from onefold.normalise.identifiers import one_a_line, usable_identifiers
from onefold.normalise.names import name_key

PROBLEM_SCHEMA = {
    "row": pl.UInt32,
    "priority": pl.Int8,
    "reason": pl.String,
    "detail": pl.String,
    "kind": pl.String,
    "value": pl.String,
    "other_contact_id": pl.Int64,
    "another_contact_id": pl.Int64,
}
WITHHELD_SCHEMA = {
    "row": pl.UInt32,
    "kind": pl.String,
    "value": pl.String,
    "other_contact_id": pl.Int64,
    "review": pl.String,
}


@dataclass(frozen=True)
class Round:
    """Records of which no two can touch the same contact, the contacts near them, and the rules.

    `records` are those that no earlier step refused. `marks` has `MARK_SCHEMA`.
    """

    records: pl.DataFrame
    near: Contacts
    marks: pl.DataFrame
    rules: Rules

    def said(self, kinds: tuple[str, ...]) -> pl.DataFrame:
        """What the records say: `row`, `name_key`, `trust:KIND`, and each kind without blocked values."""
        trusts = [f"trust:{kind}" for kind in kinds]
        named = self.records.with_columns(name_key())
        return usable_identifiers(named, kinds, self.marks, self.rules, ["row", "name_key", *trusts])

    def own(self, kinds: tuple[str, ...]) -> pl.DataFrame:
        """What the live contacts hold now: `holder`, and a column a kind without blocked values (`contact_id`
        as text).
        """
        live = self.near.contacts.filter(pl.col("merged_into").is_null()).with_columns(
            pl.col("id").alias(CONTACT_ID), pl.col("id").alias("holder")
        )
        return usable_identifiers(live, kinds, self.marks, self.rules, ["holder"])


def is_edit() -> pl.Expr:
    """Whether a record is an edit in the console whose author answers for it: such a one always wins (DESIGN
    5, step 11).
    """
    return (pl.col("source") == Source.CONSOLE) & (pl.col(f"trust:{EMAIL}") == Trust.ATTESTED)


def telling_apart(said: pl.DataFrame) -> pl.DataFrame:
    """The same without proven `contact_id`s: a person who has shown to be one contact may be a second one as
    well, which an id, that every contact has of its own, would always deny.
    """
    if CONTACT_ID not in said.columns:
        return said
    proven = pl.col(f"trust:{CONTACT_ID}") == Trust.PROVEN
    return said.with_columns(pl.when(~proven).then(CONTACT_ID).alias(CONTACT_ID))


def said_lines(said: pl.DataFrame, kinds: tuple[str, ...]) -> pl.DataFrame:
    """The same, one identifier a line: `row`, `name_key`, `kind`, `value`, `strength`, `trust`."""
    return one_a_line(said, kinds, ["row", "name_key"], trusted=True)


def problems(rows: pl.DataFrame, priority: int, reason: pl.Expr, detail: pl.Expr) -> pl.DataFrame:
    """Why rows cannot go on, as `PROBLEM_SCHEMA`.

    `rows` has `row`, and where it is about an identifier `kind`, `value`, `holder` and `another` (who has
    it). Of two problems of one record the one with the smaller `priority` is told.
    """
    about = {"kind": "kind", "value": "value", "holder": "other_contact_id", "another": "another_contact_id"}
    return rows.select(
        "row",
        pl.lit(priority, dtype=pl.Int8).alias("priority"),
        reason.cast(pl.String).alias("reason"),
        detail.cast(pl.String).alias("detail"),
        *(
            pl.col(source).alias(name)
            if source in rows.columns
            else pl.lit(None, PROBLEM_SCHEMA[name]).alias(name)
            for source, name in about.items()
        ),
    )
