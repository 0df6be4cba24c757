"""Segments: rules that are kept under a name, counted, and told in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from onefold.audience.conditions import condition_of_rules, condition_of_segment
from onefold.audience.explaining import explain
from onefold.audience.named import segment_named
from onefold.audience.renaming import rules_with_name, segments_with_name
from onefold.model.error import UsageError
from onefold.model.nfc import all_in_nfc
from onefold.model.segment import parse_rules, short
from onefold.stores import Reader, Writer
from onefold.stores.segments import StoredSegment
from onefold.way.terms import check_name

SEGMENT: Final = "segment"


@dataclass(frozen=True)
class Segment:
    """A segment for people. `sentence`: whom it means, after *contacts that*; `contacts`: how many those were
    at `counted_at` (ISO 8601 in UTC), where they were ever counted; `preview`: the first in CONTRACT's shape.
    """

    name: str
    rules: Mapping[str, Any]
    sentence: str
    contacts: int | None
    counted_at: str | None
    created_at: str
    updated_at: str
    preview: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def as_segment(stored: StoredSegment, preview: Sequence[Mapping[str, Any]] = ()) -> Segment:
    """A stored segment with its sentence."""
    return Segment(
        name=stored.name,
        rules=stored.rules,
        sentence=explain(parse_rules(stored.rules)),
        contacts=stored.contacts,
        counted_at=stored.counted_at,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
        preview=preview,
    )


def preview_of(reader: Reader, name: str, most: int, now: datetime) -> list[dict[str, Any]]:
    """The first contacts of a segment, in CONTRACT's shape."""
    return reader.details(reader.ids_where(condition_of_segment(name, reader, now), limit=most))


def save_segment(writer: Writer, name: str, rules: Mapping[str, Any], now: datetime) -> None:
    """Keeps rules under a name, in place of any that are there.

    Raises `UsageError` (`bad_name`, and those of `condition_of_rules`) and keeps nothing.
    """
    name = check_name(SEGMENT, name)
    tree = parse_rules(rules)
    condition_of_rules(tree, writer, now, name)
    writer.save_segment(name, all_in_nfc(rules), now)


def rename_segment(writer: Writer, name: str, new: str) -> Sequence[str]:
    """Calls a segment otherwise, also in the rules of those that use it; their names.

    Raises `UsageError` (`unknown_segment`, `bad_name`, `segment_taken`).
    """
    name, new = segment_named(writer, name).name, check_name(SEGMENT, new)
    if new != name and writer.segment(new) is not None:
        raise UsageError(
            f"there is a segment {short(new)} already", code="segment_taken", hint="choose another name"
        )
    users = rules_with_name(writer, SEGMENT, name, new)
    for user, rules in users.items():
        writer.replace_rules(user, rules)
    writer.rename_segment(name, new)
    return list(users)


def remove_segment(writer: Writer, name: str) -> None:
    """Forgets a segment; no contact changes. Raises `UsageError` (`unknown_segment`, `segment_in_use`)."""
    name = segment_named(writer, name).name
    users = segments_with_name(writer, SEGMENT, name)
    if users:
        raise UsageError(
            f"segment {short(name)} is used by {', '.join(users)}",
            code="segment_in_use",
            hint="take it out of their rules first",
        )
    writer.remove_segment(name)
