"""Holdings: which contact can be found by which identifier."""

from collections.abc import Sequence

import polars as pl

from onefold.model.frames import Contacts
from onefold.model.identifier import CONTACT_ID, RECOGNISING
from onefold.model.rules import Rules
from onefold.normalise.identifiers import match_value, one_a_line
from onefold.normalise.names import name_key


def holdings(near: Contacts, kinds: Sequence[str], rules: Rules) -> pl.DataFrame:
    """Who is recognised by what: `kind`, `value`, `holder`, `name_key`, `in_bin`, one line for each holding.

    A contact holds its current identifiers and its `second` ones; a merged contact's id leads to the one it
    became.
    """
    about = ["holder", "name_key", "in_bin"]
    live = near.contacts.filter(pl.col("merged_into").is_null()).select(
        pl.col("id").alias("holder"),
        name_key(),
        "in_bin",
        *(match_value(kind, rules) for kind in kinds if kind != CONTACT_ID),
    )
    current = one_a_line(live, [kind for kind in kinds if kind != CONTACT_ID], about)
    recognising = pl.col("why").is_in(list(RECOGNISING)) & pl.col("kind").is_in(list(kinds))
    second = near.aliases.filter(recognising).join(
        live.select(about), left_on="contact_id", right_on="holder", coalesce=False
    )
    columns = ["kind", "value", *about]
    parts = [current.select(columns), second.select(columns)]
    if CONTACT_ID in kinds:
        parts.append(_ids(near.contacts).join(live.select(about), on="holder").select(columns))
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
