"""Saved segments: their rules by name, and how many contacts they had when that was counted last."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from onefold.stores.schema import segment
from onefold.stores.snapshot import Snapshot


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
        row = self._connection.execute(select(segment).where(segment.c.name == name)).one_or_none()
        return None if row is None else _stored(row)


def _stored(row: Row[Any]) -> StoredSegment:
    return StoredSegment(
        name=row.name,
        rules=json.loads(row.rules),
        created_at=row.created_at,
        updated_at=row.updated_at,
        contacts=row.contacts,
        counted_at=row.counted_at,
    )
