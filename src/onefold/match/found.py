"""Whom a record's identifiers find."""

import polars as pl

from onefold.model.frames import Contacts, empty
from onefold.model.identifier import Mark, Why
from onefold.model.source import Trust

HIT_SCHEMA = {
    "row": pl.UInt32,
    "kind": pl.String,
    "value": pl.String,
    "strength": pl.Int8,
    "trust": pl.UInt8,
    "holder": pl.Int64,
    "in_bin": pl.Boolean,
}


def found(said: pl.DataFrame, held: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """Contacts that hold what the records say (DESIGN 5, step 2), a line for each record, kind and contact.

    `said`: `row`, `name_key`, `kind`, `value`, `strength`, `trust`; `held`: as `match.holdings`. A shared
    identifier finds only a contact of the same full name. The answer has `row`, `kind`, `value`, `strength`,
    `trust`, `holder`, `in_bin`.
    """
    held = held.drop("kind")
    by = ["strength", "value"]
    shared = said.select("kind", *by).clear()
    if len(marks):
        shared = said.select("kind", *by).join(
            marks.filter(pl.col("mark") == Mark.SHARED), on=["kind", "value"], how="semi"
        )
    if shared.is_empty():
        hits = said.join(held, on=by)
    else:
        # Told apart before they meet: everybody at an office's mailbox would meet everybody else.
        apart = said.join(shared, on=by, how="anti").join(held.drop("name_key"), on=by)
        together = said.join(shared, on=by, how="semi").join(held, on=[*by, "name_key"])
        hits = pl.concat([apart, together.select(apart.columns)])
    return hits.select("row", "kind", "value", "strength", "trust", "holder", "in_bin")


def found_by_former(
    said: pl.DataFrame, held: pl.DataFrame, near: Contacts, marks: pl.DataFrame
) -> pl.DataFrame:
    """Contacts that had what the records say and nobody has now (DESIGN 5, step 3); columns as `found`.

    The bin matches nobody (step 9). Attested identifiers only, and only where exactly one contact had it. The
    caller passes the records that found nobody.
    """
    if near.aliases.is_empty() or said.is_empty():
        return empty(HIT_SCHEMA)
    asked = said.filter(pl.col("trust") == Trust.ATTESTED)
    asked = asked.join(marks, on=["kind", "value"], how="anti").join(held, on=["kind", "value"], how="anti")
    live = near.contacts.filter(pl.col("merged_into").is_null() & ~pl.col("in_bin")).select(
        pl.col("id").alias("holder"), "in_bin"
    )
    former = (
        near.aliases.filter(pl.col("why") == Why.FORMER)
        .rename({"contact_id": "holder"})
        .join(live, on="holder")
    )
    hits = asked.join(former.select("kind", "value", "holder", "in_bin"), on=["kind", "value"])
    one_each = hits.filter(pl.len().over("row", "kind") == 1)
    strongest = one_each.filter(pl.col("strength") == pl.col("strength").min().over("row"))
    return strongest.select("row", "kind", "value", "strength", "trust", "holder", "in_bin")
