"""Whom a record is about that is not applied, as far as the operator or the person says so for sure."""

import polars as pl

from onefold.model.frames import HOLDER_SCHEMA
from onefold.model.identifier import RECOGNISING
from onefold.model.rules import Rules
from onefold.model.source import Trust

ABOUT_SCHEMA = {"row": pl.UInt32, "contact_id": pl.Int64}


def surely_about(records: pl.DataFrame, holders: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The contact of each record: `row`, `contact_id`. It has, now or beside its current one, the strongest
    identifier of the record that anybody has; that is attested or proven, and nobody else has it.

    `records`: the identifiers and their `trust:KIND`; `holders` (`HOLDER_SCHEMA`): who has these.
    """
    found = [pl.DataFrame(schema=ABOUT_SCHEMA | {"strength": pl.Int32})]
    has = holders.filter(pl.col("why").is_in(list(RECOGNISING))).select(list(HOLDER_SCHEMA))
    for strength, kind in enumerate(rules.match_on):
        if kind not in records.columns:
            continue
        sure = records.filter(pl.col(f"trust:{kind}") >= Trust.PROVEN).select(
            "row", pl.col(kind).cast(pl.String).alias("value")
        )
        met = sure.join(has.filter(pl.col("kind") == kind), on="value")
        found.append(met.select("row", "contact_id", pl.lit(strength).alias("strength")))
    met = pl.concat(found).filter(pl.col("strength") == pl.col("strength").min().over("row"))
    alone = pl.col("contact_id").n_unique().over("row") == 1
    return met.filter(alone).select("row", "contact_id").unique().cast(pl.Schema(ABOUT_SCHEMA))
