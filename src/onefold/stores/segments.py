"""Saved segments: their rules by name, and how many contacts they had when that was counted last."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from onefold.model.nfc import in_nfc
from onefold.stores.schema import segment
from onefold.stores.snapshot import Snapshot, as_text


@dataclass(frozen=True)
class StoredSegment:
    """A segment as it is kept. `rules`: as CONTRACT writes them; `contacts`: how many they held for at
    `counted_at` (ISO 8601 in UTC), where they were ever counted.
    """

    name: str
    rules: Mapping[str, Any]
    created_at: str
    updated_at: str
    contacts: int | None = None
    counted_at: str | None = None


class SegmentReading(Snapshot):
    """What segments there are."""

    def segments(self) -> Sequence[StoredSegment]:
        """All segments, by name."""
        rows = self._connection.execute(select(segment).order_by(segment.c.name))
        return [_stored(row) for row in rows]

    def segment(self, name: str) -> StoredSegment | None:
        """One segment, if there is one of that name."""
        row = self._connection.execute(select(segment).where(segment.c.name == in_nfc(name))).one_or_none()
        return None if row is None else _stored(row)


class SegmentWriting(SegmentReading):
    """Keeps segments."""

    def save_segment(self, name: str, rules: Mapping[str, Any], now: datetime) -> None:
        """Keep these rules under that name, in place of any that are there; nothing is counted yet."""
        values = {"rules": _as_json(rules), "updated_at": as_text(now), "contacts": None, "counted_at": None}
        kept = update(segment).where(segment.c.name == name).values(values)
        if self._connection.execute(kept).rowcount == 0:
            made = insert(segment).values(name=name, created_at=as_text(now), **values)
            self._connection.execute(made)

    def keep_count(self, counted: StoredSegment, contacts: int, now: datetime) -> None:
        """Keep how many contacts the rules of that segment held for, if they are its rules still."""
        these = (segment.c.name == counted.name) & (segment.c.rules == _as_json(counted.rules))
        self._connection.execute(
            update(segment).where(these).values(contacts=contacts, counted_at=as_text(now))
        )

    def rename_segment(self, name: str, new: str) -> None:
        """Call a segment otherwise. Those that use it have to be told."""
        self._connection.execute(update(segment).where(segment.c.name == name).values(name=new))

    def replace_rules(self, name: str, rules: Mapping[str, Any]) -> None:
        """Write the same rules in other words: what was counted of them holds on."""
        these = segment.c.name == name
        self._connection.execute(update(segment).where(these).values(rules=_as_json(rules)))

    def remove_segment(self, name: str) -> None:
        """Forget a segment."""
        self._connection.execute(delete(segment).where(segment.c.name == name))


def _as_json(rules: Mapping[str, Any]) -> str:
    return json.dumps(rules, ensure_ascii=False)


def _stored(row: Row[Any]) -> StoredSegment:
    return StoredSegment(
        name=row.name,
        rules=json.loads(row.rules),
        created_at=row.created_at,
        updated_at=row.updated_at,
        contacts=row.contacts,
        counted_at=row.counted_at,
    )
