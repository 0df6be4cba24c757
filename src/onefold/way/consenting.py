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
    """All that is known of one address: its state (on a day: by the end of it), who has it, the entry by
    which that can be proved, and the log, oldest first. With `erased`, its refusal is all that was kept.

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

    Raises `UsageError` (`bad_value`) for what is no address, state or source, or has not happened yet.
    """
    channel, spelled = _spelled(address, asked, terms)
    _check(entry, now)
    holders = known_by(writer, KIND_OF[channel], spelled)
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
    entries = pl.DataFrame([told], schema=CONSENT_SCHEMA)
    nothing = no_changes(writer.contacts(pl.Series([], dtype=pl.Int64)))
    changes = replace(nothing, consents=entries)
    return write_receipt(writer, "consent", changes, now, source_name=f"{channel} {spelled}: {entry.state}")[
        0
    ]


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
    states = contact_states(addresses, states_of(log)).rename({"at": "since"})
    if not everybody:
        states = states.filter(pl.col("state") == ConsentState.SUBSCRIBED)
    proofs = standing_entries(log).drop("contact_id", "state", "id")
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
