"""The refusals of a record that cannot be taken: consent is read apart from the rest, as a text's is (DESIGN
6), so that nothing else that is wrong with a record makes a no unheard.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from onefold.model.activity import ADDRESS_DEAD
from onefold.model.consent import EVIDENCE, Channel, ConsentState
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID
from onefold.model.source import ATTESTING, Source
from onefold.normalise.consent import DEAD_METHOD
from onefold.sources.keyword import keyword_record
from onefold.sources.known_headers import known_headers
from onefold.sources.record_shape import PROVING_BY_ITSELF, Told, Words, key_of, read_record
from onefold.sources.record_values import BadRecord, moment_of, text_of, utc_text
from onefold.sources.refusal_words import (
    EVERY_CHANNEL,
    RepeatedValue,
    channels_named,
    is_dead,
    is_entry,
    is_refusal,
    one_by_one,
    refusing_states,
)
from onefold.sources.text_words import plain_word

CONSENT: Final = "consent"
DAMAGE_SHOWN: Final = "\ufffd"
"""Stands in a line where bytes of it are no text."""
Consent = tuple[str | None, ...]


def told_of(record: object, words: Words) -> Told:
    """What a record says; of one that cannot be taken, what counts all the same, and why it cannot be."""
    try:
        return read_record(record, words)
    except BadRecord as problem:
        return what_counts_of(record, problem, words)


def what_counts_of(record: object, problem: BadRecord, words: Words) -> Told:
    """The refusals of a bad record, with whatever names whose they are: as far as any of it can be read.

    A refusal was said when it says so, else when the record does, else now; so was one whose time cannot be
    read or has not come.
    """
    if not isinstance(record, Mapping):
        return Told(Source.API, problem=problem)
    known = _source(record)
    source = known or Source.API
    at = _time(record, utc_text(words.now), words)
    cells = dict(_cells(record, words))
    claimed = record.get("trust") is not None and source in ATTESTING
    answers_for_it = known in ATTESTING and not claimed
    return Told(
        source=source,
        key=key_of({"key": _only(record.get("key"))}),
        cells=cells,
        claimed=claimed,
        proven=_proven(record, cells) | PROVING_BY_ITSELF.get(source, frozenset()),
        consents=list(_refusals(record, source, at, words)),
        activities=list(_dead(record, source, at, words)) if answers_for_it else (),
        problem=problem,
    )


def sound_parts(record: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """A record that refuses, without a key that is none, and said now if its time is none that has been."""
    at = _time(record, utc_text(words.now), words) if record.get("at") is not None else None
    return {**record, "key": key_of(record), "at": at}


def _source(record: Mapping[Any, Any]) -> Source | None:
    said = _only(record.get("source"))
    return next((source for source in Source if source == said), None)


def _only(said: object) -> object:
    """The last value of a key that stands twice, as most readers of JSON have it."""
    return said[-1] if isinstance(said, RepeatedValue) else said


def _cells(record: Mapping[Any, Any], words: Words) -> Iterator[tuple[str, str]]:
    missing = set(ADDRESS_KINDS)
    for kind in (CONTACT_ID, *words.kinds):
        if text := _text(record.get(kind)):
            missing.discard(kind)
            yield kind, text
    fields = record.get("fields")
    for name, value in (*record.items(), *(fields.items() if isinstance(fields, Mapping) else ())):
        # An address under the name that a file would give it.
        for kind in sorted(missing) if isinstance(name, str) else ():
            if known_headers().place(name, kind) is not None and (text := _text(value)):
                missing.discard(kind)
                yield kind, text


def _text(said: object) -> str | None:
    """What can be read of a value; one in a list of its own is one."""
    said = _only(said)
    if isinstance(said, list | tuple) and len(said) == 1:
        said = said[0]
    try:
        text = text_of(said, "", numbers=True)
    except BadRecord:
        return None
    return None if DAMAGE_SHOWN in text else text


def _proven(record: Mapping[Any, Any], cells: Mapping[str, str]) -> frozenset[str]:
    said = one_by_one(_only(record.get("proven")))
    return frozenset(kind for kind in said if isinstance(kind, str) and kind in cells)


def _time(said: Mapping[Any, Any], otherwise: str, words: Words) -> str:
    """When something was said; now, if its own time is none that has been."""
    if said.get("at") is None:
        return otherwise
    try:
        return moment_of(said["at"], "at", words.now, words.zone)
    except BadRecord:
        return utc_text(words.now)


def _refusals(record: Mapping[Any, Any], source: Source, at: str, words: Words) -> Iterator[Consent]:
    for channel, state, entry in _said_no(record, words):
        method = DEAD_METHOD[channel] if is_dead(state) else _text(entry.get("method"))
        said = {name: _text(entry.get(name)) for name in EVIDENCE} | {"method": method}
        if state != ConsentState.UNSUBSCRIBED:
            said["wording"] = said["wording"] or str(state)
        when = _time(entry, at, words)
        yield channel.value, ConsentState.UNSUBSCRIBED.value, when, source.value, *said.values()


def _said_no(record: Mapping[Any, Any], words: Words) -> Iterator[tuple[Channel, object, Mapping[Any, Any]]]:
    """Every word of a record that refuses: for which channel, and with what evidence."""
    for name, value in record.items():
        named = plain_word(name) if isinstance(name, str) else ""
        if named.startswith(CONSENT):
            behind = named.removeprefix(CONSENT)
            about = channels_named(behind) or channels_named(behind.removeprefix("s"))
            for one in one_by_one(value):
                yield from _in_consent(one, about)
    for one in one_by_one(record.get("activity")):
        if isinstance(one, Mapping) and is_refusal(one.get("kind")) and not is_dead(one.get("kind")):
            yield from ((channel, one["kind"], one) for channel in _about(one))
    for body in one_by_one(record.get("body")):
        if isinstance(body, str):
            text = keyword_record({"body": body, "key": record.get("key")}, words.keywords)
            entry = text[CONSENT].get(Channel.SMS.value, {})
            if entry.get("state") == ConsentState.UNSUBSCRIBED:
                yield Channel.SMS, entry["state"], entry


def _in_consent(
    said: object, about: tuple[Channel, ...]
) -> Iterator[tuple[Channel, object, Mapping[Any, Any]]]:
    """Of a consent by channel, or of one for `about`, or of one that names its channel within or none."""
    if not about and isinstance(said, Mapping) and any(map(channels_named, said)):
        for name, value in said.items():
            for channel in channels_named(name):
                yield from ((channel, *refusal) for refusal in refusing_states(value))
        return
    if about or not isinstance(said, Mapping) or is_entry(said):
        for state, entry in refusing_states(said):
            yield from ((channel, state, entry) for channel in about or _about(entry))


def _about(entry: Mapping[Any, Any]) -> tuple[Channel, ...]:
    """The channels of an entry that may name its own; all of them where it names none."""
    if entry.get("channel") is None:
        return EVERY_CHANNEL
    return tuple(channel for name in one_by_one(entry["channel"]) for channel in channels_named(name))


def _dead(record: Mapping[Any, Any], source: Source, at: str, words: Words) -> Iterator[Consent]:
    for one in one_by_one(record.get("activity")):
        if isinstance(one, Mapping) and one.get("kind") in list(ADDRESS_DEAD):
            yield one["kind"], _time(one, at, words), None, "{}", source.value
