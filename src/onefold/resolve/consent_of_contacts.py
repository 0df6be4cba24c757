"""What a person may receive: the state of the current address, and what the person refused (DESIGN 6)."""

import polars as pl

from onefold.model.consent import ADDRESS_SCHEMA, KIND_OF, ConsentState
from onefold.model.frames import Contacts, empty
from onefold.model.identifier import Why

OWN: tuple[Why, ...] = (Why.SECOND, Why.FORMER)
"""Aliases that are a contact's own addresses."""


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


def contact_states(addresses: pl.DataFrame, states: pl.DataFrame, refusals: pl.DataFrame) -> pl.DataFrame:
    """The state of each contact on each channel on which it has an address or has refused: `contact_id`,
    `channel`, `state`, `at`, `address` (the one that decides).

    It is that of the current address; where that does not refuse, a refusal of the person stands against it.
    `addresses` as `addresses_of_contacts` gives them; `states` has `CONSENT_STATE_SCHEMA`; `refusals` are
    those of these contacts that stand (`REFUSAL_SCHEMA`, and `address`).
    """
    keys = ["contact_id", "channel"]
    current = addresses.filter("current").select(*keys, "address")
    current = current.join(states.drop("contact_id", "weak"), on=["channel", "address"], how="left")
    if refusals.is_empty():
        return current.select(*keys, pl.col("state").fill_null(ConsentState.NONE.value), "at", "address")
    own = refusals.sort("at").unique(keys, keep="last", maintain_order=True)
    own = own.select(*keys, pl.col("at").alias("refused_at"), pl.col("address").alias("refused_address"))
    both = current.join(own, on=keys, how="full", coalesce=True)
    stands = pl.col("refused_at").is_not_null() & pl.col("state").ne_missing(ConsentState.UNSUBSCRIBED.value)
    return both.select(
        *keys,
        pl.when(stands)
        .then(pl.lit(ConsentState.UNSUBSCRIBED.value))
        .otherwise(pl.col("state").fill_null(ConsentState.NONE.value))
        .alias("state"),
        pl.when(stands).then("refused_at").otherwise("at").alias("at"),
        pl.when(stands).then("refused_address").otherwise("address").alias("address"),
    )
