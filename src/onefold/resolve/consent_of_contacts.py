"""What a person may receive: the states of addresses, seen from the contacts that have them (DESIGN 6)."""

import polars as pl

from onefold.model.consent import ADDRESS_SCHEMA, KIND_OF, ConsentState
from onefold.model.frames import Contacts, empty
from onefold.model.identifier import Why

OWN: tuple[Why, ...] = (Why.SECOND, Why.FORMER)
"""Aliases at which it was the same person who refused."""


def addresses_of_contacts(contacts: Contacts) -> pl.DataFrame:
    """Every address of these contacts: `contact_id`, `channel`, `address`, `current`."""
    parts = [empty({"contact_id": pl.Int64, **ADDRESS_SCHEMA, "current": pl.Boolean})]
    for channel, kind in KIND_OF.items():
        on_channel = pl.lit(channel.value).alias("channel")
        own = contacts.contacts.filter(pl.col(kind).is_not_null())
        parts.append(
            own.select(
                pl.col("id").alias("contact_id"),
                on_channel,
                pl.col(kind).alias("address"),
                pl.lit(value=True).alias("current"),
            )
        )
        known = contacts.aliases.filter((pl.col("kind") == kind) & pl.col("why").is_in(OWN))
        parts.append(
            known.select(
                "contact_id",
                on_channel,
                pl.col("value").alias("address"),
                pl.lit(value=False).alias("current"),
            )
        )
    return pl.concat(parts)


def contact_states(addresses: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """The state of each contact on each channel on which it has an address: `contact_id`, `channel`, `state`,
    `at`, `address` (the one that decides).

    It is that of the current address, unless the person refused at another of theirs and has not said
    otherwise since. `addresses` as `addresses_of_contacts` gives them; `states` has `CONSENT_STATE_SCHEMA`.
    """
    known = addresses.join(states.drop("contact_id"), on=["channel", "address"])
    refused = pl.col("state") == ConsentState.UNSUBSCRIBED
    granted = pl.col("state") == ConsentState.SUBSCRIBED
    keys = ["contact_id", "channel"]
    elsewhere = (
        known.filter(refused & ~pl.col("current"))
        .sort("at")
        .unique(keys, keep="last")
        .select(*keys, pl.col("at").alias("refused_at"), pl.col("address").alias("refused_address"))
    )
    current = (
        addresses.filter("current")
        .select(*keys, "address")
        .join(known.filter("current").select(*keys, "state", "at", "weak"), on=keys, how="left")
    )
    answered = granted & ~pl.col("weak") & (pl.col("at") > pl.col("refused_at"))
    stands = (
        pl.col("refused_at").is_not_null()
        & ~answered.fill_null(value=False)
        & ~refused.fill_null(value=False)
    )
    return current.join(elsewhere, on=keys, how="full", coalesce=True).select(
        *keys,
        pl.when(stands)
        .then(pl.lit(ConsentState.UNSUBSCRIBED.value))
        .otherwise(pl.col("state").fill_null(ConsentState.NONE.value))
        .alias("state"),
        pl.when(stands).then("refused_at").otherwise("at").alias("at"),
        pl.when(stands).then("refused_address").otherwise("address").alias("address"),
    )
