"""What a batch says of consent: from records, and from what became of them, to new entries of the log."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from onefold.model.activity import ACTIVITY_SCHEMA, ADDRESS_DEAD, ActivityKind
from onefold.model.brought import TAKEN_SCHEMA, Brought
from onefold.model.consent import CONSENT_SCHEMA, EVIDENCE, KIND_OF, Channel, ConsentState
from onefold.model.frames import empty
from onefold.model.identifier import ADDRESS_KINDS
from onefold.model.outcome import Reason
from onefold.model.policy import ClaimedGrants
from onefold.model.source import ATTESTING, Source, Trust
from onefold.resolve.addresses import Addresses

CHANNEL_OF: Final = {kind: channel.value for channel, kind in KIND_OF.items()}
CHANNEL_KINDS: Final = {channel.value: kind for channel, kind in KIND_OF.items()}
DEAD_ON: Final = {
    ActivityKind.HARD_BOUNCE.value: Channel.EMAIL.value,
    ActivityKind.NOT_IN_SERVICE.value: Channel.SMS.value,
}
LEAVING, SAYING = 0, 1
"""The order in which one record works (DESIGN 5, step 11): replace, let lapse, then grant."""
EVENT_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"row": pl.UInt32, "phase": pl.Int8, **CONSENT_SCHEMA}


@dataclass(frozen=True)
class Speaking:
    """The records of a batch (`row`, `source`, the identifiers and their `trust:KIND`), and to whom each was
    applied: `applied` has `row`, `contact_id`, and `head`, the row that spoke for it. `claimed_grants`: what
    becomes of consent that somebody typed.
    """

    records: pl.DataFrame
    applied: pl.DataFrame
    addresses: Addresses
    now: str
    claimed_grants: ClaimedGrants = ClaimedGrants.PENDING


def consents_of(this: Speaking, brought: Brought) -> pl.DataFrame:
    """New entries of the log (`EVENT_SCHEMA`), in the order of the records."""
    parts = [
        _left(this),
        _said(this, brought.consents),
        _dead(this, brought.activities),
    ]
    events = pl.concat(parts)
    return events.sort("row", "phase", maintain_order=True)


def without_known(consents: pl.DataFrame, current: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """The entries (as `consents_of` gives them) without what files tell again: that a person is in a state
    since a moment, where the book says just that of them. So an export that is read back adds nothing.

    `current` (`contact_id`, `channel`, `address`): where contacts are reached; `states`: what
    `contact_states` says of them.
    """
    keys = ["contact_id", "channel", "state", "at"]
    known = states.select(keys).join(current, on=["contact_id", "channel"]).with_columns(known=True)
    seen = consents.join(known, on=[*keys, "address"], how="left", maintain_order="left")
    again = (pl.col("phase") == SAYING) & (pl.col("source") == Source.IMPORT) & pl.col("known")
    return seen.filter(~again.fill_null(value=False)).drop("known")


def with_news(
    decisions: pl.DataFrame, consents: pl.DataFrame, brought: Brought, states: pl.DataFrame
) -> pl.DataFrame:
    """The decisions (`DECISION_SCHEMA`), in which no row is `unchanged` that tells something new: an
    activity, or consent (`consents`, as `consents_of` gives them) other than the `states`
    (`CONSENT_STATE_SCHEMA`) before.
    """
    said = consents.filter(pl.col("phase") == SAYING).select("row", "channel", "address", "state")
    before = states.select("channel", "address", pl.col("state").alias("before"))
    said = said.join(before, on=["channel", "address"], how="left")
    other = said.filter(pl.col("state") != pl.col("before").fill_null(ConsentState.NONE.value))
    news = pl.concat([other["row"], brought.activities["row"]]).unique().implode()
    is_news = (pl.col("reason") == Reason.UNCHANGED) & pl.col("row").is_in(news)
    return decisions.with_columns(
        pl.when(is_news).then(pl.lit(Reason.UPDATED.value)).otherwise("reason").alias("reason")
    )


def activities_of(this: Speaking, brought: Brought) -> pl.DataFrame:
    """What is written on the timelines (`ACTIVITY_SCHEMA`)."""
    if brought.activities.is_empty():
        return empty(ACTIVITY_SCHEMA)
    named = this.records.select("row", *ADDRESS_KINDS)
    lines = brought.activities.join(this.applied, on="row").join(named, on="row", how="left")
    return lines.with_columns(_address(pl.col("channel")).alias("address")).select(list(ACTIVITY_SCHEMA))


def taken_of(brought: Brought, decisions: pl.DataFrame) -> pl.DataFrame:
    """Keys of records that were no errors (`TAKEN_SCHEMA`): a mended one may come again."""
    if brought.keys.is_empty():
        return empty(TAKEN_SCHEMA)
    sound = decisions.filter(pl.col("status") != "Error").select("row", "status", "reason", "contact_id")
    return (
        brought.keys.drop_nulls("key")
        .join(sound, on="row")
        .select(list(TAKEN_SCHEMA))
        .unique(["source", "key"], keep="first", maintain_order=True)
    )


def _address(channel: pl.Expr) -> pl.Expr:
    return (
        pl.when(channel == Channel.EMAIL)
        .then(KIND_OF[Channel.EMAIL])
        .when(channel == Channel.SMS)
        .then(KIND_OF[Channel.SMS])
    )


def _said(this: Speaking, consents: pl.DataFrame) -> pl.DataFrame:
    """What records say. A refusal counts whatever became of its record; a grant of an address that its
    contact did not get waits for the yes of whoever has that address, and so does one that somebody typed,
    or gave for an address without naming it, where the policy says so.
    """
    if consents.is_empty():
        return _events(consents, SAYING)
    lines = consents.join(_named(this), on="row", how="left", maintain_order="left")
    lines = lines.join(this.applied, on="row", how="left", maintain_order="left")
    kind = pl.col("channel").replace_strict(CHANNEL_KINDS, return_dtype=pl.String)
    not_taken = this.addresses.not_taken.select(
        pl.col("row").alias("head"), pl.col("kind").alias("kind"), pl.lit(value=True).alias("not_taken")
    ).unique()
    lines = lines.with_columns(kind.alias("kind")).join(
        not_taken, on=["head", "kind"], how="left", maintain_order="left"
    )
    lines = _with_current(lines, this.addresses.own)
    own = _address(pl.col("channel"))
    trust = pl.when(pl.col("channel") == Channel.EMAIL).then("trust:email").otherwise("trust:phone")
    known = pl.col("surest") >= Trust.PROVEN
    granted = pl.col("state") == ConsentState.SUBSCRIBED
    waits = granted & own.is_not_null() & pl.col("not_taken").fill_null(value=False)
    if this.claimed_grants is ClaimedGrants.PENDING:
        # Who shows one address has not shown the other, which stands with the contact since whenever.
        unnamed = own.is_null() & (pl.col("surest") == Trust.PROVEN)
        trust = (
            pl.when(granted & unnamed)
            .then(pl.lit(Trust.CLAIMED, pl.UInt8))
            .otherwise(pl.when(own.is_null()).then("surest").otherwise(trust))
        )
        waits = waits | (granted & (trust == Trust.CLAIMED))
    else:
        trust = pl.when(own.is_null()).then("surest").otherwise(trust)
    lines = lines.with_columns(
        pl.when(own.is_not_null()).then(own).when(known).then("current").alias("address"),
        trust.alias("trust"),
        pl.when(waits).then(pl.lit(ConsentState.PENDING.value)).otherwise("state").alias("state"),
    )
    heard = pl.col("contact_id").is_not_null() | (pl.col("state") == ConsentState.UNSUBSCRIBED)
    return _events(lines.filter(pl.col("address").is_not_null() & heard), SAYING)


def _named(this: Speaking) -> pl.DataFrame:
    """What each record names, and `surest`: the best trust in which it names any identifier."""
    trusts = [name for name in this.records.columns if name.startswith("trust:")]
    named = [
        pl.when(pl.col(name.removeprefix("trust:")).is_not_null()).then(pl.col(name))
        for name in trusts
        if name.removeprefix("trust:") in this.records.columns
    ]
    surest = pl.max_horizontal(named).alias("surest")
    return this.records.select("row", *ADDRESS_KINDS, *(f"trust:{kind}" for kind in ADDRESS_KINDS), surest)


def _with_current(lines: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Adds `current`: the contact's own address on the channel, for records that name none."""
    lines = lines.join(own.rename({"row": "head"}), on="head", how="left", maintain_order="left")
    return lines.with_columns(
        pl.when(pl.col("channel") == Channel.EMAIL).then("own:email").otherwise("own:phone").alias("current")
    )


def _dead(this: Speaking, activities: pl.DataFrame) -> pl.DataFrame:
    """An address that does not work is refused, by whoever the operator trusts to know."""
    if activities.is_empty():
        return _events(activities, SAYING)
    known = pl.col("kind").is_in(ADDRESS_DEAD) & pl.col("source").is_in(list(ATTESTING))
    dead = activities.filter(known).select(
        "row",
        pl.col("kind").replace_strict(DEAD_ON, default=None, return_dtype=pl.String).alias("channel"),
        pl.lit(ConsentState.UNSUBSCRIBED.value).alias("state"),
        "at",
        "source",
        *((pl.col("kind") if name == "method" else pl.lit(None, pl.String)).alias(name) for name in EVIDENCE),
    )
    return _said(this, dead)


def _left(this: Speaking) -> pl.DataFrame:
    """The grants of an address end when it leaves its contact."""
    left = this.addresses.left
    if left.is_empty():
        return _events(left, LEAVING)
    source = this.records.select(pl.col("row"), "source")
    lines = left.join(source, on="row", how="left").select(
        "row",
        pl.col("kind").replace_strict(CHANNEL_OF, return_dtype=pl.String).alias("channel"),
        pl.col("value").alias("address"),
        pl.lit(ConsentState.LAPSED.value).alias("state"),
        pl.lit(this.now).alias("at"),
        "source",
        pl.lit(int(Trust.ATTESTED), dtype=pl.UInt8).alias("trust"),
        "contact_id",
        pl.lit("changed").alias("method"),
    )
    return _events(lines, LEAVING)


def _events(lines: pl.DataFrame, phase: int) -> pl.DataFrame:
    missing = [
        pl.lit(None, dtype).alias(name) for name, dtype in CONSENT_SCHEMA.items() if name not in lines.columns
    ]
    if lines.is_empty():
        return empty(EVENT_SCHEMA)
    whole = lines.with_columns(*missing, pl.lit(phase).alias("phase")).select(list(EVENT_SCHEMA))
    return whole.cast(pl.Schema(EVENT_SCHEMA))
