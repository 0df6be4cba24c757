"""Holdings: which contact can be found by which identifier."""

from collections.abc import Sequence

import polars as pl

from onefold.model.frames import Contacts
from onefold.model.identifier import CONTACT_ID, Why
from onefold.model.rules import Rules
from onefold.normalise.identifiers import match_value, one_a_line
from onefold.normalise.names import name_key


def holdings(near: Contacts, kinds: Sequence[str], rules: Rules) -> pl.DataFrame:
    """Who is recognised by what: `kind`, `value`, `strength` (its place in `kinds`), `holder`,
    `name_key`, `in_bin`, one line for each holding.

    A contact holds its current identifiers and its `second` ones; a merged contact's id leads to the one it
    became.
    """
    about = ["holder", "name_key", "in_bin"]
    live = near.contacts.filter(pl.col("merged_into").is_null()).select(
        pl.col("id").alias("holder"),
        name_key(),
        "in_bin",
        *(match_value(kind, rules) for kind in rules.kinds),
    )
    strengths = pl.DataFrame(
        {"kind": kinds, "strength": range(len(kinds))}, schema={"kind": pl.String, "strength": pl.Int8}
    )
    columns = ["kind", "value", "strength", *about]
    wide = live.with_columns(pl.lit(None, dtype=pl.String).alias(CONTACT_ID))
    parts = [one_a_line(wide, kinds, about).select(columns)]
    if CONTACT_ID in kinds:
        if near.contacts.height == live.height:
            ids = live.select(pl.col("holder").cast(pl.String).alias("value"), *about)
            ids = ids.with_columns(pl.lit(CONTACT_ID).alias("kind"))
        else:
            ids = _ids(near.contacts).join(live.select(about), on="holder")
        place = pl.lit(kinds.index(CONTACT_ID), pl.Int8).alias("strength")
        parts.append(ids.with_columns(place).select(columns))
    second = near.aliases.filter(pl.col("why") == Why.SECOND)
    if len(second):
        known = second.rename({"contact_id": "holder"}).join(live.select(about), on="holder")
        parts.append(known.join(strengths, on="kind").select(columns))
    return pl.concat(parts)


def _ids(contacts: pl.DataFrame) -> pl.DataFrame:
    """Every id, merged ones too, with the live contact it leads to."""
    leads = contacts.select(pl.col("id"), pl.coalesce("merged_into", "id").alias("holder"))
    merged = contacts.filter(pl.col("merged_into").is_not_null()).select(
        pl.col("id").alias("holder"), pl.col("merged_into").alias("next")
    )
    while leads.join(merged, on="holder", how="semi").height:
        leads = leads.join(merged, on="holder", how="left").select(
            "id", pl.coalesce("next", "holder").alias("holder")
        )
    return leads.select(
        pl.lit(CONTACT_ID).alias("kind"), pl.col("id").cast(pl.String).alias("value"), "holder"
    )
