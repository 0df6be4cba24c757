"""Saved segments that name a field, a list or another segment: which they are, and what they say once it is
called otherwise.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from onefold.audience.subjects import FIELDS, subjects_of
from onefold.model.segment import parse_rules
from onefold.stores import Reader


def segments_about(reader: Reader, field: str) -> tuple[str, ...]:
    """The names of the saved segments that have a rule on a custom field, which the book has."""
    names = _names_of(reader, field)
    return tuple(segment.name for segment in reader.segments() if not names.isdisjoint(_named(segment.rules)))


def rules_renamed(reader: Reader, field: str, new: str) -> dict[str, Mapping[str, Any]]:
    """By name, the segments that are about a custom field, with the rules that they will have once it is
    called `new`.
    """
    names = _names_of(reader, field)
    called = f"{FIELDS}{new}" if new in subjects_of(reader) else new
    return {
        segment.name: _renamed(segment.rules, names, called)
        for segment in reader.segments()
        if not names.isdisjoint(_named(segment.rules))
    }


def segments_with_name(reader: Reader, kind: str, name: str) -> tuple[str, ...]:
    """The names of the saved segments with a rule on a segment, a list or a tag (`kind`) of that name."""
    return tuple(
        segment.name
        for segment in reader.segments()
        if any(rule.field == kind and name in rule.values for rule in parse_rules(segment.rules).rules())
    )


def rules_with_name(reader: Reader, kind: str, name: str, new: str) -> dict[str, Any]:
    """By name, those segments with the rules that they will have once it is called `new`."""
    saved = {segment.name: segment.rules for segment in reader.segments()}
    return {user: _with_name(saved[user], kind, name, new) for user in segments_with_name(reader, kind, name)}


def _with_name(rules: Any, kind: str, name: str, new: str) -> Any:
    if isinstance(rules, list):
        return [_with_name(each, kind, name, new) for each in rules]
    if not isinstance(rules, Mapping):
        return rules
    if rules.get("field") != kind:
        return {key: _with_name(each, kind, name, new) for key, each in rules.items()}
    value = rules["value"]
    written = [new if each == name else each for each in value] if isinstance(value, list) else new
    return {**rules, "value": written} if value == name or isinstance(value, list) else rules


def _names_of(reader: Reader, field: str) -> set[str]:
    """What rules may call a custom field: its bare name too, where that is no other word of ours."""
    subjects = subjects_of(reader)
    own = subjects[f"{FIELDS}{field}"]
    return {name for name in (field, f"{FIELDS}{field}") if subjects[name] is own}


def _named(rules: Any) -> Iterator[str]:
    """Every field that rules name, however deep."""
    if isinstance(rules, Mapping):
        if isinstance(rules.get("field"), str):
            yield rules["field"]
        for part in rules.values():
            yield from _named(part)
    elif isinstance(rules, list):
        for part in rules:
            yield from _named(part)


def _renamed(rules: Any, names: set[str], new: str) -> Any:
    if isinstance(rules, Mapping):
        return {
            key: new if key == "field" and part in names else _renamed(part, names, new)
            for key, part in rules.items()
        }
    return [_renamed(part, names, new) for part in rules] if isinstance(rules, list) else rules
