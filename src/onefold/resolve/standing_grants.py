"""Rows whose refusal could not be heard, at addresses that are subscribed: a grant does not stand unseen."""

import polars as pl

from onefold.model.consent import KIND_OF, UNREAD_CONSENT_SCHEMA, ConsentState
from onefold.model.frames import empty
from onefold.model.identifier import Why
from onefold.model.outcome import Status

SENTENCES = {True: "this address is subscribed today", False: "this contact is subscribed today"}


def unheard(
    decisions: pl.DataFrame, said: pl.DataFrame, unread: pl.DataFrame, entries: pl.DataFrame
) -> pl.DataFrame:
    """The errors (`UNREAD_CONSENT_SCHEMA`) that say of a channel what nobody understood (`unread`), or refuse
    in a row (`said`: `SAID_CONSENT_SCHEMA`) of which no entry of the log came (`entries`: `row`, `channel`).
    """
    columns = list(UNREAD_CONSENT_SCHEMA)
    refused = said.filter(pl.col("state") == ConsentState.UNSUBSCRIBED).select(columns)
    lost = refused.join(entries, on=columns, how="anti")
    errors = decisions.filter(pl.col("status") == Status.ERROR).select("row")
    return pl.concat([unread, lost]).join(errors, on="row", how="semi").unique()


def addresses_of_rows(rows: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """The `address` that each row has on its `channel`; rows without one are left out."""
    parts = [empty({**UNREAD_CONSENT_SCHEMA, "address": pl.String})]
    for channel, kind in KIND_OF.items():
        named = records.select("row", pl.col(kind).alias("address")).drop_nulls("address")
        parts.append(rows.filter(pl.col("channel") == channel).join(named, on="row"))
    return pl.concat(parts)


def contacts_of_rows(rows: pl.DataFrame, records: pl.DataFrame, holders: pl.DataFrame) -> pl.DataFrame:
    """The contacts (`row`, `channel`, `contact_id`) that have what these rows are known by (`holders`:
    `HOLDER_SCHEMA`).
    """
    if holders.is_empty():
        return empty({**UNREAD_CONSENT_SCHEMA, "contact_id": pl.Int64})
    kinds = [str(kind) for kind in holders["kind"].unique() if kind in records.columns]
    named = records.join(rows, on="row", how="semi").select(
        "row", *(pl.col(kind).cast(pl.String) for kind in kinds)
    )
    long = named.unpivot(index="row", on=kinds, variable_name="kind").drop_nulls("value")
    own = holders.filter(pl.col("why").is_in([Why.CURRENT, Why.SECOND])).select("kind", "value", "contact_id")
    return (
        rows.join(long.join(own, on=["kind", "value"]), on="row")
        .select("row", "channel", "contact_id")
        .unique()
    )


def standing(
    addresses: pl.DataFrame, states: pl.DataFrame, contacts: pl.DataFrame, contact_states: pl.DataFrame
) -> pl.DataFrame:
    """Of rows, those at which somebody is subscribed: `row`, and whether it is `at_address`."""
    subscribed = pl.col("state") == ConsentState.SUBSCRIBED
    at_address = addresses.join(states.filter(subscribed), on=["channel", "address"], how="semi")
    of_contact = contacts.join(contact_states.filter(subscribed), on=["contact_id", "channel"], how="semi")
    return pl.concat(
        [
            at_address.select("row", at_address=pl.lit(value=True)),
            of_contact.select("row", at_address=pl.lit(value=False)),
        ]
    ).unique("row", keep="first", maintain_order=True)


def with_standing(decisions: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The decisions (`DECISION_SCHEMA`), in which these errors say so (`rows`: as `standing` gives them)."""
    if rows.is_empty():
        return decisions
    told = rows.select("row", told=pl.col("at_address").replace_strict(SENTENCES, return_dtype=pl.String))
    joined = decisions.join(told, on="row", how="left", maintain_order="left")
    detail = pl.concat_str(["detail", "told"], separator="; ", ignore_nulls=True).replace("", None)
    return joined.with_columns(detail.alias("detail")).drop("told")
