"""What the consent that records brought came to, once they are written: it is part of their answers."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from onefold.model.consent import ADDRESS_SCHEMA, KIND_OF, Channel, ConsentState
from onefold.resolve.consent_of_contacts import addresses_of_contacts, contact_states
from onefold.sources.spool import Spool
from onefold.stores import Reader
from onefold.way.spooled import NAMED, spooled_brought, spooled_keyed

CAME_TO_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "row": pl.UInt32,
    **dict.fromkeys(Channel, pl.String),
}
ON: Final = ["contact_id", "channel"]


def consent_came_to(
    reader: Reader, said: pl.DataFrame, records: pl.DataFrame, decisions: pl.DataFrame
) -> pl.DataFrame:
    """The state (`CAME_TO_SCHEMA`) on each channel of which a record says something (`said`: `row`,
    `channel`): that of its contact where it speaks of the address at which that is reached, else that of the
    address it names.

    `records` (`row`, `email`, `phone`); `decisions` (`row`, `contact_id`), whose contacts are written.
    """
    if said.is_empty():
        return pl.DataFrame(schema=CAME_TO_SCHEMA)
    lines = said.select("row", "channel").unique().join(records.select("row", *KIND_OF.values()), on="row")
    lines = lines.join(decisions.select("row", "contact_id"), on="row", how="left")
    named = pl.coalesce(pl.when(pl.col("channel") == channel).then(kind) for channel, kind in KIND_OF.items())
    lines = lines.with_columns(named.alias("address"))
    people = reader.contacts(lines["contact_id"])
    if people.contacts["merged_into"].null_count() < people.contacts.height:
        live = reader.live(lines["contact_id"]).rename({"id": "contact_id", "contact_id": "live"})
        lines = lines.join(live, on="contact_id", how="left").with_columns(contact_id="live")
        people = reader.contacts(lines["contact_id"])
    addresses = addresses_of_contacts(people)
    states = reader.consent_states(
        pl.concat([each.select(list(ADDRESS_SCHEMA)) for each in (lines, addresses)])
    )
    refusals = reader.standing_refusals(people.contacts["id"])
    lines = lines.join(_reached(addresses, states, refusals), on=ON, how="left").join(
        states.select(*ADDRESS_SCHEMA, pl.col("state").alias("of_address")),
        on=list(ADDRESS_SCHEMA),
        how="left",
    )
    of_contact = pl.col("address").is_null() | (pl.col("address") == pl.col("reached_at"))
    state = pl.when(of_contact).then("of_contact").otherwise("of_address")
    told = lines.with_columns(state.fill_null(ConsentState.NONE.value).alias("state"))
    email, sms = (
        told.filter(pl.col("channel") == channel).select("row", pl.col("state").alias(channel))
        for channel in Channel
    )
    return email.join(sms, on="row", how="full", coalesce=True).select(list(CAME_TO_SCHEMA))


def came_to_of_batch(reader: Reader, spool: Spool, number: int, decisions: pl.DataFrame) -> pl.DataFrame:
    """The same of a batch of a file of records that is written."""
    brought, keyed = spooled_brought(spool, number), spooled_keyed(spool, number)
    said = pl.concat([brought.consents, keyed.consents])
    return consent_came_to(reader, said, spool.get(NAMED, number), decisions)


def _reached(addresses: pl.DataFrame, states: pl.DataFrame, refusals: pl.DataFrame) -> pl.DataFrame:
    """Where contacts are reached, and what they may receive there: `contact_id`, `channel`, `reached_at`,
    `of_contact`.
    """
    known = contact_states(addresses, states, refusals).select(*ON, pl.col("state").alias("of_contact"))
    current = addresses.filter("current").select(*ON, pl.col("address").alias("reached_at"))
    return known.join(current, on=ON, how="left")


def spoken_states(states: Mapping[str, Any]) -> dict[str, str]:
    """States by channel as an answer has them: only those of which something was said."""
    return {channel.value: states[channel] for channel in Channel if states.get(channel) is not None}
