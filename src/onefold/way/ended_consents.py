"""Whose consent a batch ends, and of how many who are subscribed."""

import polars as pl
from sqlalchemy import or_

from onefold.audience.consenting import in_state
from onefold.model.consent import Channel, ConsentState
from onefold.model.frames import empty
from onefold.resolve.ended_consents import ENDED_SCHEMA, ended, ending
from onefold.resolve.guard import ANY, FEWEST, Risk
from onefold.stores import Reader
from onefold.way.people_told import PeopleTold


def ended_consents(
    entries: pl.DataFrame, states: pl.DataFrame, people: PeopleTold | None, reader: Reader
) -> pl.DataFrame:
    """The contacts (`ENDED_SCHEMA`) whose consent ends by these new entries of the log.

    `states` (`CONSENT_STATE_SCHEMA`): what is known of the entries' addresses before them; `people`: those of
    whom it was asked already.
    """
    endings = ending(entries)
    if endings.is_empty():
        return empty(ENDED_SCHEMA)
    subscribed = states.filter(pl.col("state") == ConsentState.SUBSCRIBED)
    reached = endings.join(subscribed, on=["channel", "address"], how="semi").drop_nulls("at")
    if people is not None:
        # Whose row it is has it, and but for a household nobody else: to look up all would take long.
        reached = reached.join(people.current, on=["channel", "address", "contact_id"], how="anti")
    holders = reader.address_holders(reached.select("channel", "address").unique())
    own = endings["contact_id"].drop_nulls()
    ids = pl.concat([own.filter(own > 0), holders["contact_id"]])
    people = PeopleTold.of(reader, ids.unique()) if people is None else people.with_others(reader, ids)
    return ended(endings, holders, people.states, people.address_states)


def with_subscribed(risk: Risk, reader: Reader) -> Risk:
    """The risk with how many contacts of the book are subscribed, where that can matter."""
    if risk.ended["contact_id"].n_unique() < FEWEST:
        return risk
    conditions = {channel.value: in_state(channel, ConsentState.SUBSCRIBED) for channel in Channel}
    conditions[ANY] = or_(*conditions.values())
    counts = {channel: reader.count_where(condition) for channel, condition in conditions.items()}
    return risk.of_subscribed(counts)
