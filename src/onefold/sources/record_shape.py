"""One record as programs say it (CONTRACT, "A record"): checked, and taken apart; nothing is decided here."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final, NamedTuple

from onefold.model.activity import ActivityKind
from onefold.model.consent import EVIDENCE, SAYABLE, Channel
from onefold.model.field import NAMES
from onefold.model.identifier import CONTACT_ID, PHONE
from onefold.model.keyword import Keyword
from onefold.model.nfc import in_nfc
from onefold.model.outcome import Reason
from onefold.model.source import ATTESTING, Source
from onefold.sources.keyword import keyword_record
from onefold.sources.record_values import (
    BadRecord,
    in_words,
    is_one_of,
    list_of,
    malformed,
    moment_of,
    none_of,
    object_of,
    quoted,
    text_of,
    utc_text,
)
from onefold.sources.typed_values import YES_NO, plain_number

PLAIN: Final = frozenset(
    {"source", "at", "key", "trust", "proven", CONTACT_ID, "fields", "tags", "lists", "consent", "activity"}
)
"""What a record may say beside identifiers and names."""
PROVING_BY_ITSELF: Final = {Source.KEYWORD: frozenset({PHONE})}
"""Identifiers that a source shows by the way it works: who sends a text has that number."""
LONGEST: Final = 250
"""Bytes of a key, and of the name of a tag or a list: an index holds them."""
CONSENT_KEYS: Final = frozenset({"state", "at", *EVIDENCE})
ACTIVITY_KEYS: Final = frozenset({"kind", "at", "channel", "payload"})
TRUSTS: Final = frozenset({"claimed"})
"""What a record may say of its trust: that whoever sends it only passes on what somebody typed."""
CHANNELS: Final = frozenset(channel.value for channel in Channel)
STATES: Final = frozenset(state.value for state in SAYABLE)
KINDS_OF_ACTIVITY: Final = frozenset(kind.value for kind in ActivityKind)


@dataclass(frozen=True)
class Words:
    """What records may say in this book: `kinds` of identifier beside `contact_id`, by name the contact
    column of each field, and its keywords. `now` bounds times; one without a zone is of `zone`.
    """

    kinds: tuple[str, ...]
    fields: Mapping[str, str]
    keywords: Mapping[str, Keyword]
    now: datetime
    zone: tzinfo = UTC


class Told(NamedTuple):
    """What one record says. `cells`: text by contact column. `claimed`: nobody answers for it. `labels`: kind
    and name. `consents`, `activities`: the columns of `SAID_CONSENT_SCHEMA` and `SAID_ACTIVITY_SCHEMA` after
    `row`. `problem`: why the record cannot be taken; then it says only who refuses what.
    """

    source: Source
    key: str | None = None
    cells: Mapping[str, str] = {}
    claimed: bool = False
    proven: frozenset[str] = frozenset()
    labels: Sequence[tuple[str, str]] = ()
    consents: Sequence[tuple[str | None, ...]] = ()
    activities: Sequence[tuple[str | None, ...]] = ()
    problem: BadRecord | None = None


def read_record(record: object, words: Words) -> Told:
    """Takes one record apart. Raises `BadRecord`."""
    if not isinstance(record, Mapping):
        raise malformed(f"this is no record but {in_words(record)}")
    source = _source(record.get("source"))
    if source is Source.KEYWORD and "body" in record:
        record = _with_what_its_text_says(record, words)
    cells = dict(_cells(record, words))
    at = (
        moment_of(record["at"], "at", words.now, words.zone)
        if record.get("at") is not None
        else utc_text(words.now)
    )
    return Told(
        source=source,
        key=_key(record.get("key")),
        cells=cells,
        claimed=_claimed(record.get("trust"), source),
        proven=_proven(record, source, cells, words),
        labels=list(_labels(record)),
        consents=list(_consents(record, source, at, words)),
        activities=list(_activities(record, source, at, words)),
    )


def _with_what_its_text_says(record: Mapping[Any, Any], words: Words) -> Mapping[Any, Any]:
    if not isinstance(record["body"], str):
        raise malformed(f"body is {in_words(record['body'])}, and should be text")
    return keyword_record(record, words.keywords)


def key_of(record: object) -> str | None:
    """The key of a record, good or bad, as far as it can be told."""
    try:
        return _key(record.get("key")) if isinstance(record, Mapping) else None
    except BadRecord:
        return None


def _source(said: object) -> Source:
    try:
        return Source(said)  # type: ignore[arg-type]
    except ValueError:
        raise BadRecord(
            Reason.BAD_CHOICE, f"the source is {quoted(said)}; it must be one of {', '.join(Source)}"
        ) from None


def _cells(record: Mapping[Any, Any], words: Words) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if name in words.kinds or name == CONTACT_ID:
            if value is not None:
                yield name, text_of(value, name, numbers=True)
        elif name in NAMES:
            if value is not None:
                yield name, text_of(value, name)
        elif name not in PLAIN:
            known = ", ".join((*sorted(PLAIN), *words.kinds, *NAMES))
            raise malformed(f"a record has no {quoted(name)}; it has {known}")
    for said, value in object_of(record.get("fields"), "fields").items():
        name = in_nfc(said) if isinstance(said, str) else said
        if name not in words.fields:
            raise malformed(f"there is no field {quoted(name)}; `onefold fields add` adds one")
        if value is not None:
            yield words.fields[name], _value(value, name)


def _value(value: object, name: str) -> str:
    """The value of a field as a cell holds it; whether it fits the field's type is seen later."""
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, float):
        number = plain_number(repr(value))
        # 1.234 in a cell could be a thousand and more; as a number it could not.
        return f"{number}0" if "." in number else number
    if isinstance(value, date):
        return value.isoformat()
    return text_of(value, name, numbers=True)


def _claimed(said: object, source: Source) -> bool:
    """Whether nobody answers for the record: of other sources nobody does in any case."""
    if said is None:
        return False
    if not is_one_of(TRUSTS, said):
        raise none_of("trust is", said, TRUSTS)
    return source in ATTESTING


def _proven(
    record: Mapping[Any, Any], source: Source, cells: Mapping[str, str], words: Words
) -> frozenset[str]:
    proven = frozenset(text_of(kind, "proven") for kind in list_of(record.get("proven"), "proven"))
    if proven and source in ATTESTING:
        raise malformed(f"proven is not for {source} records: whoever sends them answers for all they say")
    for kind in proven:
        if kind != CONTACT_ID and kind not in words.kinds:
            raise BadRecord(Reason.BAD_CHOICE, f"proven names {quoted(kind)}, which is no identifier")
        if kind not in cells:
            raise malformed(f"proven names {kind}, and the record has none")
    return proven | PROVING_BY_ITSELF.get(source, frozenset())


def _labels(record: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    for kind in ("tag", "list"):
        for said in list_of(record.get(f"{kind}s"), f"{kind}s"):
            name = text_of(said, f"{kind}s")
            if not name.strip() or len(name.encode()) > LONGEST:
                raise malformed(f"{quoted(name)} is no name for a {kind}: it has 1 to {LONGEST} bytes")
            yield kind, name


def _consents(
    record: Mapping[Any, Any], source: Source, at: str, words: Words
) -> Iterator[tuple[str | None, ...]]:
    for channel, said in object_of(record.get("consent"), "consent").items():
        if not is_one_of(CHANNELS, channel):
            raise none_of("consent is for", channel, CHANNELS)
        if said is None:
            continue
        entry = said if isinstance(said, Mapping) else {"state": said}
        if unknown := entry.keys() - CONSENT_KEYS:
            raise malformed(f"consent has no {quoted(min(map(str, unknown)))}")
        if not is_one_of(STATES, entry.get("state")):
            raise none_of(f"consent for {channel} is", entry.get("state"), STATES)
        when = (
            moment_of(entry["at"], "at of consent", words.now, words.zone)
            if entry.get("at") is not None
            else at
        )
        evidence = (
            text_of(entry[name], name, numbers=True) if entry.get(name) is not None else None
            for name in EVIDENCE
        )
        yield channel, entry["state"], when, source.value, *evidence


def _activities(
    record: Mapping[Any, Any], source: Source, at: str, words: Words
) -> Iterator[tuple[str | None, ...]]:
    for said in list_of(record.get("activity"), "activity"):
        entry = object_of(said, "an entry of activity")
        if unknown := entry.keys() - ACTIVITY_KEYS:
            raise malformed(f"activity has no {quoted(min(map(str, unknown)))}")
        if not is_one_of(KINDS_OF_ACTIVITY, entry.get("kind")):
            raise none_of("an activity is", entry.get("kind"), KINDS_OF_ACTIVITY)
        channel = entry.get("channel")
        if channel is not None and not is_one_of(CHANNELS, channel):
            raise none_of("an activity is on", channel, CHANNELS)
        when = (
            moment_of(entry["at"], "at of activity", words.now, words.zone)
            if entry.get("at") is not None
            else at
        )
        yield entry["kind"], when, channel, _payload(entry.get("payload")), source.value


def _payload(said: object) -> str:
    payload = object_of(said, "payload")
    try:
        # Escaped, so that what no store can hold does not come into it.
        return json.dumps(payload, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise malformed("the payload of an activity is not what JSON can hold") from None


def _key(said: object) -> str | None:
    if said is None:
        return None
    key = text_of(said, "key", numbers=True)
    if not key or len(key.encode()) > LONGEST:
        raise malformed(f"the key has {len(key.encode()):,} bytes; it may have 1 to {LONGEST}")
    return key
