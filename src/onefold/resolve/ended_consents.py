"""Whose consent a batch ends: for the guard, which asks where they are many."""

from typing import Final

import polars as pl

from onefold.model.consent import ConsentState
from onefold.model.frames import empty
from onefold.model.source import Source
from onefold.resolve.consent_said import LEAVING, SAYING

ENDED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"channel": pl.String, "contact_id": pl.Int64}
_ENDING: Final = {"channel": pl.String, "address": pl.String, "contact_id": pl.Int64, "at": pl.String}


def ending(entries: pl.DataFrame) -> pl.DataFrame:
    """The new entries of the log (as `consents_of` gives them) by which a file could end a consent:
    `channel`, `address`, `contact_id` (below zero: one that it makes), and `at`, null where the address
    leaves.
    """
    of_files = entries.filter(pl.col("source") == Source.IMPORT)
    refusals = of_files.filter(
        (pl.col("phase") == SAYING) & (pl.col("state") == ConsentState.UNSUBSCRIBED)
    ).select(list(_ENDING))
    left = of_files.filter(pl.col("phase") == LEAVING)
    granted = of_files.filter((pl.col("phase") == SAYING) & (pl.col("state") == ConsentState.SUBSCRIBED))
    lost = left.join(granted, on=["channel", "contact_id"], how="anti")
    return pl.concat([refusals, lost.select(*list(_ENDING)[:3], at=pl.lit(None, pl.String))])


def ended(
    endings: pl.DataFrame, holders: pl.DataFrame, before: pl.DataFrame, states: pl.DataFrame
) -> pl.DataFrame:
    """Contacts that are subscribed on a channel and would not be any more (`ENDED_SCHEMA`).

    `endings`: as `ending` gives them; `holders` (`channel`, `address`, `contact_id`): who has the addresses
    that are refused; `before`: what `contact_states` says of all these contacts; `states`
    (`CONSENT_STATE_SCHEMA`) of the addresses that decide it. A refusal before a strong grant ends nothing.
    """
    if endings.is_empty():
        return empty(ENDED_SCHEMA)
    keys = ["channel", "contact_id"]
    own = endings.drop_nulls("contact_id").select(*keys, "at")
    refused = endings.drop_nulls("at")
    of_address = refused.drop("contact_id").join(holders, on=["channel", "address"]).select(*keys, "at")
    weak = states.select("channel", "address", "weak")
    standing = before.filter(pl.col("state") == ConsentState.SUBSCRIBED).join(
        weak, on=["channel", "address"], how="left"
    )
    met = pl.concat([own, of_address]).join(standing.rename({"at": "since"}), on=keys)
    outlives = ~pl.col("weak").fill_null(value=True) & (pl.col("at") < pl.col("since"))
    return met.filter(~outlives.fill_null(value=False)).select(list(ENDED_SCHEMA)).unique()
