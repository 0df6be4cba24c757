"""A refusal counts whatever became of the record that brought it: whose it is, and that it counts once."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from onefold.match.found import found
from onefold.match.holdings import holdings
from onefold.model.activity import ADDRESS_DEAD
from onefold.model.brought import Brought
from onefold.model.consent import KIND_OF, ConsentState
from onefold.model.frames import Contacts, empty
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID
from onefold.model.outcome import Status
from onefold.model.source import Trust
from onefold.resolve.addresses import Addresses
from onefold.resolve.consent_said import CHANNEL_KINDS, DEAD_ON, SAYING
from onefold.resolve.round import Round, said_lines

SILENT_SCHEMA: Final = {"row": pl.UInt32, "kind": pl.String}
THEIRS_SCHEMA: Final = {"row": pl.UInt32, "kind": pl.String, "address": pl.String, "trust": pl.UInt8}
UNDER_KEY: Final = ["source", "key", "channel", "address"]
"""What makes two refusals of one record the same."""


def silent_refusals(records: pl.DataFrame, brought: Brought) -> pl.DataFrame:
    """The refusals (`SILENT_SCHEMA`) of records that name no address there: it is their contact's own."""
    refusals = _refusals(brought)
    if refusals.is_empty():
        return empty(SILENT_SCHEMA)
    named = refusals.unique(maintain_order=True).join(records.select("row", *ADDRESS_KINDS), on="row")
    silent = [(pl.col("channel") == channel) & pl.col(kind).is_null() for channel, kind in KIND_OF.items()]
    kind = pl.col("channel").replace_strict(CHANNEL_KINDS, return_dtype=pl.String)
    return named.filter(pl.any_horizontal(silent)).select("row", kind.alias("kind"))


def refusing_rows(brought: Brought) -> pl.DataFrame:
    """The `row` of each record that refuses something, or tells that an address does not work."""
    return _refusals(brought).select("row").unique(maintain_order=True)


def _refusals(brought: Brought) -> pl.DataFrame:
    """What records refuse: `row`, `channel`."""
    dead = brought.activities.filter(pl.col("kind").is_in(ADDRESS_DEAD))
    on = pl.col("kind").replace_strict(DEAD_ON, default=None, return_dtype=pl.String)
    refused = brought.consents.filter(pl.col("state") == ConsentState.UNSUBSCRIBED)
    return pl.concat([refused.select("row", "channel"), dead.select("row", on.alias("channel"))])


def surely_about(this: Round) -> pl.DataFrame:
    """The one contact that each record names by its strongest proven or attested identifier (`row`, `holder`,
    `trust`), one in the bin too; a record that names none, or several, has no line.
    """
    kinds = this.rules.match_on or this.rules.all_kinds
    lines = said_lines(this.said(kinds), kinds).filter(pl.col("trust") >= Trust.PROVEN)
    hits = found(lines, holdings(this.near, kinds, this.rules), this.marks)
    strongest = hits.filter(pl.col("strength") == pl.col("strength").min().over("row"))
    holders = strongest.select("row", "holder", "trust").unique()
    return holders.filter(~pl.col("row").is_duplicated())


def about_by_then(
    before: pl.DataFrame,
    after: pl.DataFrame,
    records: pl.DataFrame,
    applied: pl.DataFrame,
    kinds: Sequence[str],
) -> pl.DataFrame:
    """Whom records are about (as of `surely_about`) at their own moment: by the contacts `after` the batch,
    where an earlier row of it gave that contact an identifier of the record, and else by those `before` it.
    """
    named = [pl.col(kind).cast(pl.String) for kind in kinds if kind in records.columns]
    lines = records.select("row", *named).unpivot(index="row", variable_name="kind").drop_nulls("value")
    given = lines.join(applied.select("row", pl.col("contact_id").alias("holder")), on="row")
    asked = lines.join(after, on="row").join(given, on=["kind", "value", "holder"], suffix="_given")
    there = asked.filter(pl.col("row_given") < pl.col("row")).select("row")
    by_then = after.join(there, on="row", how="semi")
    return pl.concat([by_then, before.join(by_then, on="row", how="anti").select(after.columns)])


def addresses_of_holders(silent: pl.DataFrame, about: pl.DataFrame, near: Contacts) -> pl.DataFrame:
    """The addresses (`THEIRS_SCHEMA`) of the contacts that silent records are `about` (as `surely_about`)."""
    own = near.contacts.select(pl.col("id").alias("holder"), *ADDRESS_KINDS)
    own = own.unpivot(ADDRESS_KINDS, index="holder", variable_name="kind", value_name="address")
    lines = silent.join(about, on="row").join(own.drop_nulls(), on=["holder", "kind"])
    return lines.select(list(THEIRS_SCHEMA))


def addresses_given_up(silent: pl.DataFrame, applied: pl.DataFrame, addresses: Addresses) -> pl.DataFrame:
    """The addresses (`THEIRS_SCHEMA`) that contacts have no longer because of the records that are silent of
    them: who empties a mailbox and refuses it means that one.
    """
    left = addresses.left.select(pl.col("row").alias("head"), "kind", pl.col("value").alias("address"))
    own = [
        addresses.own.filter(pl.col(f"own:{kind}").is_null()).select("row", kind=pl.lit(kind))
        for kind in ADDRESS_KINDS
    ]
    emptied = left.join(pl.concat(own), left_on=["head", "kind"], right_on=["row", "kind"], how="semi")
    lines = silent.join(applied.select("row", "head"), on="row").join(
        emptied.unique(["head", "kind"], keep="last", maintain_order=True), on=["head", "kind"]
    )
    return lines.select("row", "kind", "address", pl.lit(None, pl.UInt8).alias("trust"))


def with_addresses(records: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """The records, which name these addresses (`THEIRS_SCHEMA`) as their own."""
    for kind in ADDRESS_KINDS:
        own = theirs.filter(pl.col("kind") == kind).select("row", "address", "trust")
        if len(own):
            records = records.join(own, on="row", how="left", maintain_order="left")
            named, known = pl.coalesce(kind, "address"), pl.coalesce("trust", f"trust:{kind}")
            records = records.with_columns(named.alias(kind), known.alias(f"trust:{kind}"))
            records = records.drop("address", "trust")
    return records


def with_live_contact_ids(records: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """The records, whose contact ids are those that they lead to (`live`: `id`, `contact_id`)."""
    leads = live.rename({"id": CONTACT_ID, "contact_id": "live"})
    found = records.join(leads, on=CONTACT_ID, how="left", maintain_order="left")
    return found.with_columns(pl.col("live").alias(CONTACT_ID)).drop("live")


def with_keys(events: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """The entries (`EVENT_SCHEMA`), each with the `key` of the record that said it (`keys`: `KEY_SCHEMA`)."""
    if keys.is_empty() or events.is_empty():
        return events
    said = pl.when(pl.col("phase") == SAYING).then("key").alias("key")
    keyed = events.drop("key").join(keys.select("row", "key"), on="row", how="left", maintain_order="left")
    return keyed.with_columns(said).select(events.columns)


def refusals_under_keys(consents: pl.DataFrame) -> pl.DataFrame:
    """Those entries that are refusals of records with a key."""
    return consents.filter((pl.col("state") == ConsentState.UNSUBSCRIBED) & pl.col("key").is_not_null())


def once_under_a_key(events: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The entries (`EVENT_SCHEMA`) without refusals that were heard under the very key before: in the log, or
    from earlier records (`known`: `UNDER_KEY` at least), or earlier among these.

    A record that is sent again says nothing new; what was said between the two times stands.
    """
    numbered = events.with_row_index("place")
    refusals = refusals_under_keys(numbered)
    before = refusals.join(known.select(UNDER_KEY).unique(), on=UNDER_KEY, how="semi")
    among = refusals.filter(~pl.struct(UNDER_KEY).is_first_distinct())
    again = pl.concat([before, among]).select("place").unique()
    return numbered.join(again, on="place", how="anti", maintain_order="left").drop("place")


def with_counted(decisions: pl.DataFrame, events: pl.DataFrame, repeated: pl.DataFrame) -> pl.DataFrame:
    """The decisions, in which each of the rows `repeated` whose refusal is among the `events` says so."""
    refused = events.filter(pl.col("state") == ConsentState.UNSUBSCRIBED)["row"]
    counted = repeated["row"].filter(repeated["row"].is_in(refused.implode()))
    skipped = (pl.col("status") == Status.SKIPPED) & pl.col("row").is_in(counted.implode())
    told = pl.format("{}; its refusal counts all the same", "detail")
    return decisions.with_columns(pl.when(skipped).then(told).otherwise("detail").alias("detail"))
