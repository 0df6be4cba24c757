"""Addresses that were typed for a contact and that nobody has confirmed: refusals there are not the contact's
own.

A parent's number may stand in a form before the child has one (MAI-01). An operator's record confirms an
address, and so does a record of the person that proves it; a refusal alone does not.
"""

from typing import Final

import polars as pl

from onefold.model.consent import KIND_OF, ConsentState
from onefold.model.frames import TYPED_SCHEMA, Contacts, empty
from onefold.model.identifier import ADDRESS_KINDS
from onefold.model.source import Source, Trust
from onefold.resolve.consent_said import Speaking
from onefold.resolve.own_refusals import HOLDING

EACH: Final = list(TYPED_SCHEMA)
NAMED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "row": pl.UInt32,
    "source": pl.String,
    **TYPED_SCHEMA,
    "trust": pl.UInt8,
    "changed": pl.Boolean,
}


def typed_addresses(
    this: Speaking, before: Contacts, consents: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Which addresses the records of a batch typed for contacts that did not have them `before`, and which
    they confirmed (both `TYPED_SCHEMA`). `consents`: what they say (`SAID_CONSENT_SCHEMA`).
    """
    named = _named(this)
    if named.is_empty():
        return empty(TYPED_SCHEMA), empty(TYPED_SCHEMA)
    confirming = _confirming(named, consents)
    confirmed = confirming.select(EACH).unique()
    typed = named.filter("changed", pl.col("trust") == Trust.CLAIMED).select(EACH).unique()
    if len(typed):
        typed = typed.join(confirmed, on=EACH, how="anti").join(_had(before), on=EACH, how="anti")
    # Of a contact that this batch makes no address can have been typed before.
    was_there = (pl.col("contact_id") > 0) | pl.col("contact_id").is_in(before.contacts["id"].implode())
    return typed, confirmed.filter(was_there)


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
    known = before.aliases.filter(pl.col("why").is_in(list(HOLDING))).select(EACH)
    return pl.concat([*current, known]).drop_nulls()
