"""Reads a policy from TOML. A typo in it is an error, never a default."""

import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from onefold.model.error import UsageError
from onefold.model.field import NAMES
from onefold.model.nfc import all_in_nfc
from onefold.model.policy import (
    ClaimedGrants,
    Claims,
    Contradiction,
    FormerNumbers,
    HeldElsewhere,
    Limits,
    Overwrite,
    PhoneCheck,
    PhoneSpelling,
    Policy,
    Repeated,
    SecondMatch,
    SharedIdentifier,
    Survivorship,
)
from onefold.model.source import Source

SHIPPED: Final = ("onefold", "dotdigital", "mainstay", "delivra", "respond_io", "klaviyo")

Reading = Callable[[str, Any], Any]


def load_policy(name_or_file: str | Path) -> Policy:
    """The shipped policy of that name, or the policy in that file.

    Raises `UsageError` (`unknown_policy`, `bad_policy`) that names the file, the knob and what it takes.
    """
    if str(name_or_file) in SHIPPED:
        return shipped_policy(str(name_or_file))
    return parse_policy(policy_text(name_or_file), str(name_or_file))


def policy_text(name_or_file: str | Path) -> str:
    """The TOML of a shipped policy or of a file, as it stands."""
    if str(name_or_file) in SHIPPED:
        return shipped_text(str(name_or_file))
    path = Path(name_or_file)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        known = ", ".join(SHIPPED)
        raise UsageError(
            f"there is no policy {name_or_file}",
            code="unknown_policy",
            hint=f"name one of {known}, or a policy file that exists",
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(
            f"policy {path} cannot be read: {problem}", code="bad_policy", hint="give a TOML file in UTF-8"
        ) from None


@cache
def shipped_policy(name: str) -> Policy:
    """One of the six shipped policies."""
    return parse_policy(shipped_text(name), name)


def shipped_text(name: str) -> str:
    """The TOML of a shipped policy, comments and all."""
    return (files("onefold.policies") / f"{name}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=16)
def parse_policy(text: str, where: str) -> Policy:
    """The policy that this TOML describes; knobs that it leaves out are those of the default policy.

    Raises `UsageError` (`bad_policy`).
    """
    try:
        knobs = all_in_nfc(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise _bad(where, f"is not TOML: {problem}", "mend that line") from None
    knobs = {"name": Path(where).stem, **knobs}
    return Policy(**_read_table(knobs, KNOBS, where, ""))


def _read_table(
    table: Mapping[str, Any], readings: Mapping[str, Reading], where: str, inside: str
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for knob, value in table.items():
        if knob not in readings:
            near = get_close_matches(knob, readings, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the knobs are {', '.join(readings)}"
            raise _bad(where, f"has an unknown knob {inside}{knob}", hint)
        try:
            read = readings[knob](f"{inside}{knob}", value)
        except _Unreadable as problem:
            raise _bad(where, str(problem), "mend that knob") from None
        values.update(read if isinstance(read, _Several) else {knob: read})
    return values


class _Unreadable(Exception):
    """A knob's value is not one that it takes."""


class _Several(dict[str, Any]):
    """One knob of the file that fills several attributes of the policy."""


def _bad(where: str, what: str, hint: str) -> UsageError:
    return UsageError(f"policy {where} {what}", code="bad_policy", hint=hint)


def _word(words: type[StrEnum]) -> Reading:
    def read(knob: str, value: Any) -> StrEnum:
        if value not in set(words):
            raise _Unreadable(f"has {knob} = {value!r}, which takes {', '.join(words)}")
        return words(value)

    return read


def _word_by(words: type[StrEnum], attribute: str, choices: frozenset[str] | None = None) -> Reading:
    """A word, or a table of words, see `_by`."""
    return _by(_word(words), attribute, choices)


def _by(one: Reading, attribute: str, choices: frozenset[str] | None = None) -> Reading:
    """One value, or a table of them by `choices` (by any name, where there are none) with an optional
    `default`.
    """

    def read(knob: str, value: Any) -> _Several:
        if not isinstance(value, Mapping):
            return _Several({knob: one(knob, value)})
        unknown = sorted(set(value) - choices - {"default"}) if choices else []
        if unknown:
            raise _Unreadable(f"has {knob}.{unknown[0]}; {knob} goes by {', '.join(sorted(choices or ()))}")
        table: dict[str, Any] = {str(key): one(f"{knob}.{key}", word) for key, word in value.items()}
        default = table.pop("default", None)
        return _Several({attribute: table} | ({} if default is None else {knob: default}))

    return read


def _survivorship(knob: str, value: Any) -> Survivorship | tuple[str, ...]:
    """A word, or sources in the order in which their values stay."""
    if isinstance(value, list):
        sources: tuple[str, ...] = _texts_of(list(Source))(knob, value)
        if not sources or len(set(sources)) < len(sources):
            raise _Unreadable(f"has {knob} = {value!r}, which takes each source once, and at least one")
        return sources
    if value not in set(Survivorship):
        raise _Unreadable(
            f"has {knob} = {value!r}, which takes {', '.join(Survivorship)}, or a list of sources"
        )
    return Survivorship(value)


def _texts(knob: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise _Unreadable(f"has {knob} = {value!r}, which takes a list of texts")
    return tuple(value)


def _texts_of(known: Collection[str]) -> Reading:
    def read(knob: str, value: Any) -> tuple[str, ...]:
        texts = _texts(knob, value)
        for text in texts:
            if text not in known:
                raise _Unreadable(f"has {knob} = {value!r}, which takes some of {', '.join(known)}")
        return texts

    return read


def _kinds(knob: str, value: Any) -> tuple[str, ...]:
    kinds = _texts(knob, value)
    if len(set(kinds)) < len(kinds) or not kinds:
        raise _Unreadable(f"has {knob} = {value!r}, which takes each kind once, and at least one")
    return kinds


def _text(knob: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _Unreadable(f"has {knob} = {value!r}, which takes a text")
    return value


def _yes_or_no(knob: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Unreadable(f"has {knob} = {value!r}, which takes true or false")
    return value


def _count(knob: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _Unreadable(f"has {knob} = {value!r}, which takes a whole number from 1 on")
    return value


def _or_none(read: Reading) -> Reading:
    """TOML has no null: the word `none` stands for it."""
    return lambda knob, value: None if value == "none" else read(knob, value)


def _duration(unit: str) -> Reading:
    return lambda knob, value: timedelta(**{unit: _count(knob, value)})


def _limits(knob: str, value: Any) -> Limits:
    if not isinstance(value, Mapping):
        raise _Unreadable(f"has {knob} = {value!r}, which takes a table")
    renamed = {"review_window_hours": "review_window", "results_kept_days": "results_kept"}
    values: dict[str, Any] = {}
    for limit, setting in value.items():
        if limit not in LIMITS:
            raise _Unreadable(f"has an unknown limit {limit}; the limits are {', '.join(LIMITS)}")
        values[renamed.get(str(limit), str(limit))] = LIMITS[limit](f"{knob}.{limit}", setting)
    return Limits(**values)


def _blocked(knob: str, value: Any) -> _Several:
    attributes = {"mailboxes": "blocked_mailboxes", "numbers": "blocked_numbers"}
    if not isinstance(value, Mapping) or not set(value) <= set(attributes):
        raise _Unreadable(f"has {knob} = {value!r}, which takes a table with {', '.join(attributes)}")
    return _Several({attributes[key]: _texts(f"{knob}.{key}", texts) for key, texts in value.items()})


def _readings(knob: str, value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise _Unreadable(f"has {knob} = {value!r}, which takes a table of knob and reason")
    return {str(key): _text(f"{knob}.{key}", text) for key, text in value.items()}


LIMITS: Final[Mapping[str, Reading]] = {
    "formats": _or_none(_texts),
    "max_bytes": _or_none(_count),
    "max_rows": _or_none(_count),
    "required_to_add": _texts_of(NAMES),
    "results_columns": _texts_of(Limits().results_columns),
    "review_window_hours": _duration("hours"),
    "results_kept_days": _duration("days"),
}

KNOBS: Final[Mapping[str, Reading]] = {
    "name": _text,
    "match_on": _kinds,
    "chosen_identifier": _texts,
    "people_per_identifier": _or_none(_count),
    "contradiction": _word(Contradiction),
    "shared_identifier": _word(SharedIdentifier),
    "second_match": _word_by(SecondMatch, "second_match_by_source", frozenset(Source)),
    "held_elsewhere": _word_by(HeldElsewhere, "held_elsewhere_by_kind"),
    "duplicate_contact_kinds": _texts,
    "repeated_in_file": _word(Repeated),
    "group_limit": _count,
    "phone_spelling": _word(PhoneSpelling),
    "phone_check": _word(PhoneCheck),
    "claims": _word(Claims),
    "claimed_grants": _word(ClaimedGrants),
    "former_numbers": _word(FormerNumbers),
    "overwrite": _word_by(Overwrite, "overwrite_by_column"),
    "survivorship": _by(_survivorship, "survivorship_by_column"),
    "clear_token": _or_none(_text),
    "remember_mapping": _yes_or_no,
    "blocked": _blocked,
    "limits": _limits,
    "readings": _readings,
}
"""Every knob of a policy file, and how its value is read (the table of DESIGN 5)."""
