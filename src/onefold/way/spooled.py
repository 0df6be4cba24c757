"""What the stages lay down on the way, batch by batch, and find again."""

from dataclasses import fields, replace
from typing import Any, Final, TypeVar

import polars as pl

from onefold.model.brought import Brought
from onefold.model.frames import Changes, Contacts
from onefold.normalise.nfc import frame_in_nfc
from onefold.resolve.changes import no_changes
from onefold.sources.spool import Spool
from onefold.way.keys import Keyed
from onefold.way.stages import Decided
from onefold.way.terms import Terms

RECORDS: Final = "records"
BROUGHT: Final = "brought"
KEYED: Final = "keyed"
DECISIONS: Final = "decisions"
NAMED: Final = "named"
CAME_TO: Final = "came_to"


Parts = TypeVar("Parts", Brought, Keyed)
"""Something whose attributes are all frames."""


def spool_brought(spool: Spool, number: int, brought: Brought) -> None:
    """Lays down what the records of a batch bring along."""
    spool_parts(spool, BROUGHT, number, brought)


def spooled_brought(spool: Spool, number: int) -> Brought:
    """What the records of a batch bring along, as it was laid down; an older Onefold may have done that."""
    brought = spooled_parts(spool, BROUGHT, number, Brought.nothing())
    return replace(brought, labels=frame_in_nfc(brought.labels), keys=frame_in_nfc(brought.keys))


def spool_keyed(spool: Spool, number: int, keyed: Keyed) -> None:
    """Lays down what keys tell of a batch."""
    spool_parts(spool, KEYED, number, keyed)


def spooled_keyed(spool: Spool, number: int) -> Keyed:
    """What keys tell of a batch, as it was laid down."""
    return spooled_parts(spool, KEYED, number, Keyed.nothing())


def spool_parts(spool: Spool, name: str, number: int, parts: Parts) -> None:
    """Lays down the frames that are not empty, each under its own name behind `name`."""
    for part in fields(parts):
        frame = getattr(parts, part.name)
        if len(frame):
            spool.put(f"{name}_{part.name}", number, frame)
        else:
            spool.forget(f"{name}_{part.name}", number)


def spooled_parts(spool: Spool, name: str, number: int, nothing: Parts) -> Parts:
    """The frames as they were laid down; those of `nothing` where none was."""
    names = {part.name: f"{name}_{part.name}" for part in fields(nothing)}
    there = {part: spool.get(name, number) for part, name in names.items() if spool.holds(name, number)}
    return replace(nothing, **there)


def spool_decided(spool: Spool, number: int, decided: Decided) -> None:
    """Lays a decided batch down until it is applied."""
    spool.put(DECISIONS, number, decided.decisions)
    for part in fields(Changes):
        frame = getattr(decided.changes, part.name)
        if len(frame):
            spool.put(part.name, number, frame.to_frame("id") if isinstance(frame, pl.Series) else frame)
        else:
            spool.forget(part.name, number)


def spooled_changes(spool: Spool, number: int, terms: Terms) -> Changes:
    """The changes of a decided batch, as they were laid down; what is empty was not."""
    parts: dict[str, Any] = {
        part.name: spool.get(part.name, number) if spool.holds(part.name, number) else None
        for part in fields(Changes)
    }
    none = no_changes(Contacts.none(terms.rules.own_kinds, terms.rules.every_field))
    there = {name: part for name, part in parts.items() if part is not None}
    if "deleted" in there:
        there["deleted"] = there["deleted"]["id"]
    changes: Changes = replace(none, **there)
    return changes
