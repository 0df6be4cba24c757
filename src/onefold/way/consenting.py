"""Consent for people to look at, to prove, and to enter by hand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from onefold.model.consent import (
    CONSENT_SCHEMA,
    EVIDENCE,
    KIND_OF,
    LOG_SCHEMA,
    NEW_CONSENT_SCHEMA,
    NOT_THIS_PERSON,
    SAYABLE,
    Channel,
    ConsentState,
)
from onefold.model.error import UsageError
from onefold.model.source import Source, Trust
from onefold.resolve.changes import no_changes
from onefold.resolve.consent_log import standing_entries, states_of
from onefold.resolve.consent_of_contacts import addresses_of_contacts, contact_states
from onefold.stores import Reader, Writer, as_text
from onefold.way.contacts import known_by
from onefold.way.deciding import canonical
from onefold.way.erased_refusals import refused_before
from onefold.way.terms import Terms
from onefold.way.writing import write_receipt

ENOUGH: Final = ("method", "wording")
"""The evidence with which an operator's entry answers a refusal."""
REPORT_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "channel": pl.String,
    "address": pl.String,
    "state": pl.String,
    "since": pl.String,
    "recorded_at": pl.String,
    "source": pl.String,
    "trust": pl.String,
    **dict.fromkeys(EVIDENCE, pl.String),
}


@dataclass(frozen=True)
class Entry:
    """An entry of the log by hand; `evidence` by the names of `EVIDENCE`."""

    state: str
    source: str = Source.CONSOLE.value
    at: datetime | None = None
    evidence: Mapping[str, str | None] = field(default_factory=dict)


def channel_of(address: str, asked: str | None) -> Channel:
    """The channel on which an address is reached. Raises `UsageError` (`bad_value`)."""
    if asked is None:
        return Channel.EMAIL if "@" in address else Channel.SMS
    if asked not in set(Channel):
        raise UsageError(f"{asked!r} is no channel", code="bad_value", hint=f"choose {' or '.join(Channel)}")
    return Channel(asked)


def consent_of(
    reader: Reader, address: str, asked: str | None, on: date | None, terms: Terms
) -> dict[str, Any]:
    """All that is known of one address: its state (on a day: by the end of it), who has it, whose own its
    refusals are today, the entry by which that can be proved, and the log, oldest first. With `erased`, its
    refusal is all that was kept.

    Raises `UsageError` (`bad_value`) for what is no address, and what `refused_before` raises.
    """
    channel, spelled = _spelled(address, asked, terms)
    log = _until(reader.consent_log(_one(channel, spelled)), on)
    state, proof = states_of(log), standing_entries(log)
    told = {
        "address": spelled,
        "channel": channel.value,
        "state": state["state"].item() if len(state) else ConsentState.NONE.value,
        "since": state["at"].item() if len(state) else None,
        "contact_ids": known_by(reader, KIND_OF[channel], spelled).to_list(),
        "refused_by": _refused_by(reader, log),
        "proof": _told(proof)[0] if len(proof) else None,
        "log": _told(log),
    }
    asked_for = _one(channel, spelled).with_columns(pl.lit(address.strip()).alias("written"))
    erased = _until(refused_before(reader, asked_for), on)
    if log.is_empty() and len(erased):
        told |= {"state": ConsentState.UNSUBSCRIBED.value, "since": erased["at"].item(), "erased": True}
    return told


def record_consent(
    writer: Writer, address: str, asked: str | None, entry: Entry, terms: Terms, now: datetime
) -> int:
    """Writes an entry by hand, and gives the receipt's id.

    Raises `UsageError`: `bad_value` for what is no address, state or source, or has not happened yet;
    `missing_evidence` for a yes against a refusal that does not say how and in which words it was given.
    """
    channel, spelled = _spelled(address, asked, terms)
    _check(entry, now)
    holders = known_by(writer, KIND_OF[channel], spelled)
    _check_evidence(writer, _one(channel, spelled), holders, entry)
    told = {
        "channel": channel.value,
        "address": spelled,
        "state": entry.state,
        "at": as_text(entry.at or now),
        "source": entry.source,
        "trust": int(Trust.ATTESTED),
        "contact_id": holders.item() if len(holders) == 1 else None,
        **{name: entry.evidence.get(name) for name in EVIDENCE},
    }
    return _write(
        writer, pl.DataFrame([told], schema=CONSENT_SCHEMA), f"{channel} {spelled}: {entry.state}", now
    )


def not_this_person(
    writer: Writer,
    address: str,
    asked: str | None,
    contact_id: int,
    evidence: Mapping[str, str | None],
    terms: Terms,
    now: datetime,
) -> int:
    """Notes that refusals at an address are not those of a contact who had it then, and gives the receipt's
    id. The address stays refused.

    Raises `UsageError` (`bad_value`, `missing_evidence`, `nothing_to_mark`).
    """
    channel, spelled = _spelled(address, asked, terms)
    if not all((evidence.get(name) or "").strip() for name in ENOUGH):
        raise _no_evidence("a refusal is not somebody's own only with evidence")
    live = writer.live(pl.Series([contact_id], dtype=pl.Int64))["contact_id"]
    standing = writer.standing_refusals(live)
    these = standing.filter((pl.col("channel") == channel) & (pl.col("address") == spelled))
    if these.is_empty():
        raise UsageError(
            f"contact {contact_id} has not refused at {spelled}",
            code="nothing_to_mark",
            hint=f"see `onefold consent {spelled}`",
        )
    entries = these.unique("consent_id").select(
        "channel",
        "address",
        pl.lit(ConsentState.LAPSED.value).alias("state"),
        pl.lit(as_text(now)).alias("at"),
        pl.lit(Source.CONSOLE.value).alias("source"),
        pl.lit(int(Trust.ATTESTED), pl.UInt8).alias("trust"),
        *(pl.lit(evidence.get(name), pl.String).alias(name) for name in EVIDENCE if name != "method"),
        pl.lit(NOT_THIS_PERSON).alias("method"),
        "contact_id",
        pl.col("consent_id").alias("ends"),
        pl.lit(None, pl.String).alias("key"),
    )
    told = entries.with_columns(
        pl.format("{}: {}", pl.lit(evidence["method"]), pl.col("wording")).alias("wording")
    )
    name = f"{channel} {spelled}: not contact {contact_id}"
    return _write(writer, told.select(list(CONSENT_SCHEMA)), name, now)


def _refused_by(reader: Reader, log: pl.DataFrame) -> list[int]:
    """The contacts whose own refusals among these entries stand, wherever they are reached now."""
    these = reader.refusals_of(log["id"], "consent_id").filter(pl.col("answered_by").is_null())
    return reader.live(these["contact_id"])["contact_id"].unique().sort().to_list()


def _write(writer: Writer, entries: pl.DataFrame, name: str, now: datetime) -> int:
    nothing = no_changes(writer.contacts(pl.Series([], dtype=pl.Int64)))
    new = entries.with_columns(own=pl.lit(value=False)).select(list(NEW_CONSENT_SCHEMA))
    return write_receipt(writer, "consent", replace(nothing, consents=new), now, source_name=name)[0]


def _check_evidence(reader: Reader, where: pl.DataFrame, holders: pl.Series, entry: Entry) -> None:
    """Raises `UsageError` (`missing_evidence`, `bad_value`) for a yes that answers a refusal and says neither
    how nor in which words it was given, or that says it came in by a file or a program.
    """
    if entry.state != ConsentState.SUBSCRIBED:
        return
    standing = reader.standing_refusals(holders).join(where, on="channel", how="semi")
    refused = ConsentState.UNSUBSCRIBED.value in reader.consent_states(where)["state"] or len(standing)
    if not refused:
        return
    if not all((entry.evidence.get(name) or "").strip() for name in ENOUGH):
        raise _no_evidence(f"{where['address'].item()} has refused, and a yes against that needs evidence")
    if entry.source in (Source.IMPORT, Source.API):
        raise UsageError(
            f"{where['address'].item()} has refused, and no {entry.source} answers that",
            code="bad_value",
            hint="leave --source out: it is you who answers for the entry",
        )


def _no_evidence(message: str) -> UsageError:
    return UsageError(
        message,
        code="missing_evidence",
        hint="say how it was given and in which words: --method paper --wording TEXT",
    )


def report_of(reader: Reader, asked: str | None, on: date | None, *, everybody: bool) -> pl.DataFrame:
    """Who may be reached how, and by what proof (`REPORT_SCHEMA`): every contact and channel that may, or all
    that have an address there.

    Of a day before, the log is read as it stood by its end; the addresses are those that contacts have now.
    """
    log = _until(reader.whole_consent_log(), on)
    ids = reader.live_ids()
    addresses = addresses_of_contacts(reader.contacts(ids))
    if asked is not None:
        addresses = addresses.filter(pl.col("channel") == channel_of("", asked))
    refusals = reader.standing_refusals(ids) if on is None else _standing_on(reader, log)
    if asked is not None:
        refusals = refusals.filter(pl.col("channel") == channel_of("", asked))
    states = contact_states(addresses, states_of(log), refusals).rename({"at": "since"})
    if not everybody:
        states = states.filter(pl.col("state") == ConsentState.SUBSCRIBED)
    proofs = standing_entries(log).drop("contact_id", "state", "id", "counts_from")
    report = states.join(proofs, on=["channel", "address"], how="left").with_columns(_trust_word())
    return report.select(list(REPORT_SCHEMA)).cast(pl.Schema(REPORT_SCHEMA)).sort("contact_id", "channel")


def _spelled(address: str, asked: str | None, terms: Terms) -> tuple[Channel, str]:
    channel = channel_of(address, asked)
    return channel, canonical(KIND_OF[channel], address, terms)


def _check(entry: Entry, now: datetime) -> None:
    if entry.state not in SAYABLE:
        raise UsageError(
            f"{entry.state!r} is no state that can be entered",
            code="bad_value",
            hint=f"choose one of {', '.join(SAYABLE)}",
        )
    if entry.source not in set(Source):
        raise UsageError(
            f"{entry.source!r} is no source", code="bad_value", hint=f"choose one of {', '.join(Source)}"
        )
    if entry.at is not None and entry.at > now:
        raise UsageError(
            f"{as_text(entry.at)} has not come yet", code="bad_value", hint="say when it happened"
        )


def _one(channel: Channel, address: str) -> pl.DataFrame:
    return pl.DataFrame({"channel": [channel.value], "address": [address]})


def _standing_on(reader: Reader, log: pl.DataFrame) -> pl.DataFrame:
    """The refusals of people that stood at the end of a day whose `log` this is."""
    said = reader.every_refusal().join(
        log.select(pl.col("id").alias("consent_id")), on="consent_id", how="semi"
    )
    ended = log.select(pl.col("id").alias("answered_by"))
    return said.join(ended, on="answered_by", how="anti")


def _until(log: pl.DataFrame, on: date | None) -> pl.DataFrame:
    """What had happened by the end of that day, in UTC."""
    return log if on is None else log.filter(pl.col("at").str.slice(0, 10) <= on.isoformat())


def _trust_word() -> pl.Expr:
    words = {int(trust): trust.name.lower() for trust in Trust}
    return pl.col("trust").replace_strict(words, default=None, return_dtype=pl.String)


def told_entries(log: pl.DataFrame, without: Collection[str] = ("batch_id",)) -> list[dict[str, Any]]:
    """Entries for people: trust as a word, and nothing that is not there."""
    names = [name for name in LOG_SCHEMA if name not in without]
    rows = log.sort("id").with_columns(_trust_word()).select(names).to_dicts()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _told(log: pl.DataFrame) -> list[dict[str, Any]]:
    """Those of one address, which need not be said again."""
    return told_entries(log, without=("channel", "address", "batch_id"))
