"""What a merge brought, told apart from what the same batch did besides (law 4)."""

import polars as pl

from onefold.model.identifier import as_written
from onefold.model.rules import Rules
from onefold.resolve.changes import as_ledger, from_ledger
from onefold.resolve.reversal import Book, present


def brought_by(ledger: pl.DataFrame, now: Book, loser: int, keeper: int, rules: Rules) -> pl.DataFrame:
    """Of the ledger lines of the batch that merged two contacts, the part that parts them again.

    `ledger` has `batch_id`, `contact_id`, `before`, and so has the answer: the pointer of the loser, and of
    the keeper every value, alias, tag and list that is the loser's.
    """
    batch = ledger["batch_id"].item(0)
    theirs = present(now).filter(pl.col("contact_id") == loser)
    entries = from_ledger(ledger).filter(pl.col("contact_id") == keeper).select("contact_id", "key", "before")
    if ledger.filter((pl.col("contact_id") == keeper) & pl.col("before").is_null()).height:
        entries = _as_if_there(theirs, keeper, rules)
    mine = present(now).filter(pl.col("contact_id") == keeper)
    same = mine.join(theirs.select("key", "present"), on=["key", "present"], how="semi")
    values = entries.join(same, on="key", how="semi")
    identifiers = values.filter(pl.col("key").is_in(list(rules.kinds)))
    known = theirs.filter(pl.col("key").is_in(list(rules.kinds))).select(
        pl.format("alias:{}:{}", "key", "present").alias("key")
    )
    replaced = identifiers.filter(pl.col("before").is_not_null()).select(
        pl.format("alias:{}:{}", "key", "before").alias("key")
    )
    spellings = identifiers.select(pl.format(as_written("{}"), "key").alias("key"))
    more = entries.join(pl.concat([known, replaced, spellings]), on="key", how="semi")
    pointer = pl.DataFrame(
        {"contact_id": [loser], "key": ["merged_into"], "before": [None]}, schema=entries.schema
    )
    part = pl.concat([pointer, values, more]).unique(["contact_id", "key"])
    return as_ledger(part).select(pl.lit(batch).alias("batch_id"), "contact_id", "before")


def _as_if_there(theirs: pl.DataFrame, keeper: int, rules: Rules) -> pl.DataFrame:
    """Where the keeper was made by the same batch: what it has from the loser was not there before."""
    known = theirs.filter(pl.col("key").is_in(list(rules.kinds)))
    aliases = known.select(pl.format("alias:{}:{}", "key", "present").alias("key"))
    keys = pl.concat(
        [
            theirs.filter(pl.col("key").str.contains("^(alias|tag|list):|^(?:email|phone|crm_id)")).select(
                "key"
            ),
            aliases,
        ]
    )
    return keys.select(
        pl.lit(keeper, dtype=pl.Int64).alias("contact_id"),
        "key",
        pl.lit(None, dtype=pl.String).alias("before"),
    )
