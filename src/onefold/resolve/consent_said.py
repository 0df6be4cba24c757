"""What a batch says of consent: from records, and from what became of them, to new entries of the log."""

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from onefold.model.activity import ACTIVITY_SCHEMA, ADDRESS_DEAD, ActivityKind
from onefold.model.brought import TAKEN_SCHEMA, Brought
from onefold.model.consent import EVIDENCE, KIND_OF, NEW_CONSENT_SCHEMA, Channel, ConsentState
from onefold.model.frames import empty
from onefold.model.identifier import ADDRESS_KINDS
from onefold.model.outcome import Reason
from onefold.model.policy import ClaimedGrants
from onefold.model.source import Source, Trust
from onefold.resolve.addresses import Addresses
from onefold.resolve.consent_log import HELD, is_weak

CHANNEL_OF: Final = {kind: channel.value for channel, kind in KIND_OF.items()}
CHANNEL_KINDS: Final = {channel.value: kind for channel, kind in KIND_OF.items()}
DEAD_ON: Final = {
    ActivityKind.HARD_BOUNCE.value: Channel.EMAIL.value,
    ActivityKind.NOT_IN_SERVICE.value: Channel.SMS.value,
}
LEAVING, HOLDING, SAYING = 0, 1, 2
"""The order in which one record works (DESIGN 5, step 11): replace, let lapse, then grant."""
EVENT_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"row": pl.UInt32, "phase": pl.Int8, **NEW_CONSENT_SCHEMA}


APPLIED_SCHEMA: Final = {"row": pl.UInt32, "contact_id": pl.Int64, "head": pl.UInt32}


@dataclass(frozen=True)
class Speaking:
    """The records of a batch (`row`, `source`, the identifiers and their `trust:KIND`), and to whom each was
    applied: `applied` has `row`, `contact_id`, and `head`, the row that spoke for it. `refusing`: in the same
    columns, whom records are about that were not applied, and say no. `of_several`: the rows of an identifier
    that several people share, so that none of them was meant. `claimed_grants`: what becomes of consent that
    somebody typed.
    """

    records: pl.DataFrame
    applied: pl.DataFrame
    addresses: Addresses
    now: str
    claimed_grants: ClaimedGrants = ClaimedGrants.PENDING
    refusing: pl.DataFrame = field(default_factory=lambda: empty(APPLIED_SCHEMA))
    of_several: pl.DataFrame = field(default_factory=lambda: empty({"row": pl.UInt32}))

    @property
    def about(self) -> pl.DataFrame:
        """Whom each record speaks of, in the columns of `applied`."""
        return pl.concat([self.applied, self.refusing.cast(self.applied.schema)])


def consents_of(this: Speaking, brought: Brought) -> pl.DataFrame:
    """New entries of the log (`EVENT_SCHEMA`, `HELD` among their states), in the order of the records."""
    said = pl.concat([_said(this, brought.consents), _dead(this, brought.activities)])
    return in_order(_left(this), _held(this, said), said)


def in_order(*events: pl.DataFrame) -> pl.DataFrame:
    """These entries (`EVENT_SCHEMA`) in the order of the records, and in that in which one record works."""
    return pl.concat(events).sort("row", "phase", maintain_order=True)


def without_known(consents: pl.DataFrame, current: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """The entries (as `consents_of` gives them) without what files tell again: that a person is in a state
    since a moment, where the book says just that of them. So an export that is read back adds nothing.

    `current` (`contact_id`, `channel`, `address`): where contacts are reached; `states`: what
    `contact_states` says of them.
    """
    keys = ["contact_id", "channel", "state", "at"]
    known = states.select(keys).join(current, on=["contact_id", "channel"], how="left")
    known = known.rename({"address": "known_at"}).with_columns(known=pl.lit(value=True))
    seen = consents.join(known, on=keys, how="left", maintain_order="left")
    there = pl.col("address").is_null() | (pl.col("address") == pl.col("known_at"))
    again = (pl.col("phase") == SAYING) & (pl.col("source") == Source.IMPORT) & pl.col("known") & there
    return seen.filter(~again.fill_null(value=False)).drop("known", "known_at")


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
    """What records say. A refusal counts whatever became of its record, and also at the address that its
    contact keeps instead. A grant of an address that its contact did not get waits for the yes of whoever has
    that address, or, where the operator's record set the address aside, is left out with it; and one that
    somebody typed, or gave for an address without naming it, waits where the policy says so.
    """
    if consents.is_empty():
        return events_of(consents, SAYING)
    lines = consents.with_row_index("place").join(_named(this), on="row", how="left", maintain_order="left")
    lines = lines.join(this.about, on="row", how="left", maintain_order="left")
    kind = pl.col("channel").replace_strict(CHANNEL_KINDS, return_dtype=pl.String)
    not_taken = this.addresses.not_taken.select(
        pl.col("row").alias("head"), pl.col("kind").alias("kind"), pl.lit(value=True).alias("not_taken")
    ).unique()
    lines = lines.with_columns(kind.alias("kind")).join(
        not_taken, on=["head", "kind"], how="left", maintain_order="left"
    )
    lines = _with_current(lines, this.addresses.own)
    is_email = pl.col("channel") == Channel.EMAIL
    lines = lines.with_columns(
        _address(pl.col("channel")).alias("named"),
        pl.when(is_email).then("trust:email").otherwise("trust:phone").alias("trust"),
        pl.when(is_email).then("beside:email").otherwise("beside:phone").alias("beside"),
        pl.col("not_taken").fill_null(value=False),
    )
    lines = lines.with_columns((pl.col("beside") >= Trust.PROVEN).fill_null(value=False).alias("own"))
    return events_of(pl.concat([_at_named(lines, this), _at_current(lines, this)]).sort("place"), SAYING)


def _at_named(lines: pl.DataFrame, this: Speaking) -> pl.DataFrame:
    """What is said of the address that stands in the record. Several people who share a number may say yes
    there without telling who they are.
    """
    granted = pl.col("state") == ConsentState.SUBSCRIBED
    refused = pl.col("state") == ConsentState.UNSUBSCRIBED
    set_aside = pl.col("not_taken") & ~refused & (pl.col("trust") == Trust.ATTESTED)
    together = pl.col("row").is_in(this.of_several["row"].implode()) & (pl.col("trust") == Trust.PROVEN)
    heard = (_is_applied(this.applied) & ~set_aside) | refused | (granted & together)
    waits = pl.col("not_taken") | _is_typed(this)
    there = lines.filter(pl.col("named").is_not_null() & heard)
    return there.with_columns(pl.col("named").alias("address"), _waiting(waits).alias("state"))


def _at_current(lines: pl.DataFrame, this: Speaking) -> pl.DataFrame:
    """What is said of the contact's own address: by a record that names none, or whose address was not taken;
    only if it knows its contact surely. Who proves to be somebody has not proved the address. A refusal
    without any address is the person's all the same.
    """
    refused = pl.col("state") == ConsentState.UNSUBSCRIBED
    instead = refused & pl.col("not_taken") & pl.col("named").ne_missing(pl.col("current"))
    there = pl.col("current").is_not_null() & _is_applied(this.applied)
    speaks = pl.col("own") & pl.col("contact_id").is_not_null() & (there | refused)
    lines = lines.filter(speaks & (pl.col("named").is_null() | instead))
    sure = refused | (pl.col("beside") == Trust.ATTESTED)
    trust = pl.when(sure).then("beside").otherwise(int(Trust.CLAIMED)).cast(pl.UInt8)
    spoken = lines.with_columns(pl.col("current").alias("address"), trust.alias("trust"))
    return spoken.with_columns(_waiting(_is_typed(this)).alias("state"))


def _is_typed(this: Speaking) -> pl.Expr:
    """Whether a grant is one that somebody typed, and waits by the policy."""
    return pl.lit(this.claimed_grants is ClaimedGrants.PENDING) & (pl.col("trust") == Trust.CLAIMED)


def _waiting(waits: pl.Expr) -> pl.Expr:
    """The state that is written of a word: a grant pends where it waits."""
    granted = pl.col("state") == ConsentState.SUBSCRIBED
    return pl.when(granted & waits).then(pl.lit(ConsentState.PENDING.value)).otherwise("state")


def _is_applied(applied: pl.DataFrame) -> pl.Expr:
    return pl.col("row").is_in(applied["row"].implode())


def _held(this: Speaking, said: pl.DataFrame) -> pl.DataFrame:
    """From which row on contacts have an address, of those at which a word is said that binds its holders."""
    words = said.filter(
        (pl.col("state") == ConsentState.UNSUBSCRIBED)
        | ((pl.col("state") == ConsentState.SUBSCRIBED) & ~is_weak())
    )
    if words.is_empty() or this.addresses.own.is_empty():
        return events_of(words.clear(), HOLDING)
    parts = []
    for channel, kind in KIND_OF.items():
        asked = words.filter(pl.col("channel") == channel).select("address").unique()
        own = this.addresses.own.select(pl.col("row").alias("head"), pl.col(f"own:{kind}").alias("address"))
        parts.append(own.join(asked, on="address", how="semi").with_columns(channel=pl.lit(channel.value)))
    lines = pl.concat(parts).join(this.applied.filter(pl.col("row") == pl.col("head")), on="head")
    return events_of(
        lines.with_columns(
            pl.lit(HELD).alias("state"),
            pl.lit(this.now).alias("at"),
            pl.lit(Source.CONSOLE.value).alias("source"),
            pl.lit(int(Trust.ATTESTED), dtype=pl.UInt8).alias("trust"),
        ),
        HOLDING,
    )


def _named(this: Speaking) -> pl.DataFrame:
    """What each record names, and for each kind of address `beside:KIND`: the best trust in which it names
    any other identifier.
    """
    trusts = [name for name in this.records.columns if name.startswith("trust:")]
    named = {
        name: pl.when(pl.col(name.removeprefix("trust:")).is_not_null()).then(pl.col(name))
        for name in trusts
        if name.removeprefix("trust:") in this.records.columns
    }
    beside = [
        pl.max_horizontal(
            pl.lit(None, pl.UInt8), *(trust for name, trust in named.items() if name != f"trust:{kind}")
        ).alias(f"beside:{kind}")
        for kind in ADDRESS_KINDS
    ]
    return this.records.select("row", *ADDRESS_KINDS, *(f"trust:{kind}" for kind in ADDRESS_KINDS), *beside)


def _with_current(lines: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Adds `current`: the contact's own address on the channel, for records that name none."""
    lines = lines.join(own.rename({"row": "head"}), on="head", how="left", maintain_order="left")
    return lines.with_columns(
        pl.when(pl.col("channel") == Channel.EMAIL).then("own:email").otherwise("own:phone").alias("current")
    )


def _dead(this: Speaking, activities: pl.DataFrame) -> pl.DataFrame:
    """An address that does not work is refused, by whoever the operator trusts to know."""
    if activities.is_empty():
        return events_of(activities, SAYING)
    answered_for = this.records.filter(pl.col("trust:email") == Trust.ATTESTED).select("row")
    known = activities.filter(pl.col("kind").is_in(ADDRESS_DEAD)).join(answered_for, on="row", how="semi")
    dead = known.select(
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
        return events_of(left, LEAVING)
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
    return events_of(lines, LEAVING)


def events_of(lines: pl.DataFrame, phase: int) -> pl.DataFrame:
    """These lines as new entries (`EVENT_SCHEMA`) of that phase; columns that they lack are null."""
    missing = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in NEW_CONSENT_SCHEMA.items()
        if name not in lines.columns
    ]
    if lines.is_empty():
        return empty(EVENT_SCHEMA)
    whole = lines.with_columns(*missing, pl.lit(phase).alias("phase")).select(list(EVENT_SCHEMA))
    return whole.cast(pl.Schema(EVENT_SCHEMA))
