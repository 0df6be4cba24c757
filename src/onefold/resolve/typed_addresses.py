"""Addresses that were typed for a contact and that nobody has confirmed: refusals there are not the contact's
own.

A parent's number may stand in a form before the child has one (MAI-01). An operator's record confirms an
address, and so does a record of the person that proves it; a refusal alone does not.
"""

from dataclasses import dataclass
from typing import Final, Self

import polars as pl

from onefold.model.consent import ADDRESS_SCHEMA, KIND_OF, ConsentState
from onefold.model.frames import TYPED_SCHEMA, Contacts, empty
from onefold.model.identifier import ADDRESS_KINDS
from onefold.model.source import Source, Trust
from onefold.resolve.consent_log import CONFIRMED, TYPED
from onefold.resolve.consent_said import CHANNEL_OF, EVENT_SCHEMA, HOLDING, Speaking, events_of
from onefold.resolve.own_refusals import HOLDING as REASONS

EACH: Final = list(TYPED_SCHEMA)
NAMED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "row": pl.UInt32,
    "source": pl.String,
    **TYPED_SCHEMA,
    "trust": pl.UInt8,
    "changed": pl.Boolean,
}


@dataclass(frozen=True)
class TypedAddresses:
    """Which addresses the records of a batch typed for contacts, and which they confirmed (both
    `TYPED_SCHEMA`); `events` (`EVENT_SCHEMA`, `TYPED` and `CONFIRMED` their states) say from which row on,
    where the batch has a word about the address.
    """

    typed: pl.DataFrame
    confirmed: pl.DataFrame
    events: pl.DataFrame

    @classmethod
    def nothing(cls) -> Self:
        """Nobody typed anything."""
        return cls(empty(TYPED_SCHEMA), empty(TYPED_SCHEMA), empty(EVENT_SCHEMA))


def typed_addresses(
    this: Speaking, before: Contacts, consents: pl.DataFrame, entries: pl.DataFrame
) -> TypedAddresses:
    """What the records of a batch typed for contacts that did not have it `before`, and what they confirmed.
    `consents`: what they say (`SAID_CONSENT_SCHEMA`), and `entries` (`EVENT_SCHEMA`) what becomes of it.
    """
    named = _named(this)
    if named.is_empty():
        return TypedAddresses.nothing()
    confirming = _confirming(named, consents)
    first = named.filter("changed").sort("row").unique(EACH, keep="first", maintain_order=True)
    typing = first.filter(pl.col("trust") == Trust.CLAIMED).join(_had(before), on=EACH, how="anti")
    # Of a contact that this batch makes no address can have been typed before.
    was_there = (pl.col("contact_id") > 0) | pl.col("contact_id").is_in(before.contacts["id"].implode())
    confirmed = confirming.select(EACH).unique()
    return TypedAddresses(
        typing.select(EACH).join(confirmed, on=EACH, how="anti"),
        confirmed.filter(was_there),
        pl.concat([_events(typing, TYPED, this, entries), _events(confirming, CONFIRMED, this, entries)]),
    )


def _events(named: pl.DataFrame, state: str, this: Speaking, entries: pl.DataFrame) -> pl.DataFrame:
    """That these addresses were typed or confirmed, as entries, where the batch has a word about them."""
    channel = pl.col("kind").replace_strict(CHANNEL_OF, return_dtype=pl.String)
    lines = named.select(
        "row",
        "contact_id",
        channel.alias("channel"),
        pl.col("value").alias("address"),
        pl.lit(state).alias("state"),
        pl.lit(this.now).alias("at"),
        pl.lit(Source.CONSOLE.value).alias("source"),
        pl.lit(int(Trust.ATTESTED), dtype=pl.UInt8).alias("trust"),
    )
    spoken_of = entries.select(list(ADDRESS_SCHEMA)).unique()
    return events_of(lines.join(spoken_of, on=list(ADDRESS_SCHEMA), how="semi"), HOLDING)


def _named(this: Speaking) -> pl.DataFrame:
    """The addresses that records name and their contacts have after them: `row`, `source`, `contact_id`,
    `kind`, `value`, `trust`, and `changed`: whether they changed anything.
    """
    own = this.addresses.own.rename({"row": "head"}).with_columns(changed=pl.lit(value=True))
    applied = this.applied.join(own, on="head", how="left").with_columns(
        pl.col("changed").fill_null(value=False)
    )
    parts = [empty(NAMED_SCHEMA)]
    for kind in ADDRESS_KINDS:
        said = this.records.filter(pl.col(kind).is_not_null()).select(
            "row", "source", pl.col(kind).alias("value"), pl.col(f"trust:{kind}").alias("trust")
        )
        # A row that changed nothing named what its contact had.
        is_own = ~pl.col("changed") | (pl.col("value") == pl.col(f"own:{kind}"))
        there = said.join(applied, on="row").filter(is_own)
        parts.append(there.with_columns(pl.lit(kind).alias("kind")).select(list(NAMED_SCHEMA)))
    return pl.concat(parts)


def _confirming(named: pl.DataFrame, consents: pl.DataFrame) -> pl.DataFrame:
    """Those of `named` by which the address is the contact's for sure: attested or proven, by more than a
    refusal or a text that is no yes.
    """
    kinds = {channel.value: kind for channel, kind in KIND_OF.items()}
    spoken = consents.select("row", pl.col("channel").replace_strict(kinds).alias("kind"), "state")
    of_kind = ["row", "kind"]
    refusing = spoken.filter(pl.col("state") == ConsentState.UNSUBSCRIBED).select(of_kind).unique()
    granting = spoken.filter(pl.col("state") == ConsentState.SUBSCRIBED).select(of_kind).unique()
    sure = named.filter(pl.col("trust") >= Trust.PROVEN).join(refusing, on=of_kind, how="anti")
    by_text = pl.col("source") == Source.KEYWORD
    return pl.concat([sure.filter(~by_text), sure.filter(by_text).join(granting, on=of_kind, how="semi")])


def _had(before: Contacts) -> pl.DataFrame:
    """The addresses that contacts have (`TYPED_SCHEMA`)."""
    current = [
        before.contacts.select(
            pl.col("id").alias("contact_id"), pl.lit(kind).alias("kind"), pl.col(kind).alias("value")
        )
        for kind in ADDRESS_KINDS
    ]
    known = before.aliases.filter(pl.col("why").is_in(list(REASONS))).select(EACH)
    return pl.concat([*current, known]).drop_nulls()
