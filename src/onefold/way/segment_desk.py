"""The book open where contacts are looked through, and segments kept, counted and explained."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from onefold.audience.choosing import Choice, condition_of
from onefold.audience.conditions import condition_of_segment
from onefold.audience.named import segment_named
from onefold.way.desk import Desk
from onefold.way.segments import (
    Segment,
    as_segment,
    preview_of,
    remove_segment,
    rename_segment,
    save_segment,
)

PREVIEW: Final = 10


class SegmentDesk(Desk):
    """Contacts by what is known of them."""

    def contacts(
        self,
        *,
        rules: Mapping[str, Any] | None = None,
        segment: str | None = None,
        list: str | None = None,  # noqa: A002
        tag: str | None = None,
        search: str | None = None,
        limit: int = 100,
        after: int = 0,
    ) -> list[dict[str, Any]]:
        """Contacts in CONTRACT's shape, by id: those for whom rules hold (CONTRACT, "Segment rules"), of a
        segment, on a list, with a tag, with all words of a search text.

        A list or a tag that is not there has nobody. Raises `UsageError` for rules that are none, and for a
        segment that is not there.
        """
        with self._store.reader() as reader:
            condition = condition_of(Choice(rules=rules, segment=segment), reader, self._clock())
            page = reader.page(condition, list=list, tag=tag, search=search, limit=limit, after=after)
            return reader.details(page)

    def segments(self) -> Sequence[Segment]:
        """All segments, by name, without a preview."""
        with self._store.reader() as reader:
            return [as_segment(stored) for stored in reader.segments()]

    def segment(self, name: str) -> Segment:
        """One segment, with its first contacts. Raises `UsageError` (`unknown_segment`)."""
        with self._store.reader() as reader:
            stored = segment_named(reader, name)
            return as_segment(stored, preview_of(reader, name, PREVIEW, self._clock()))

    def save_segment(self, name: str, rules: Mapping[str, Any]) -> Segment:
        """Keeps rules under a name, in place of any that are there.

        Raises `UsageError` (`bad_name`, `bad_rules`, `unknown_field`, `segment_circle`, …) and keeps nothing.
        """
        with self._store.writer() as writer:
            save_segment(writer, name, rules, self._clock())
            return as_segment(segment_named(writer, name))

    def count_segment(self, name: str) -> Segment:
        """Counts a segment's contacts, and keeps how many there were and when."""
        now = self._clock()
        with self._store.reader() as reader:
            counted = segment_named(reader, name)
            contacts = reader.count_where(condition_of_segment(name, reader, now))
        with self._store.writer() as writer:
            writer.keep_count(counted, contacts, now)
            return as_segment(segment_named(writer, name))

    def rename_segment(self, name: str, new: str) -> Sequence[str]:
        """Calls a segment otherwise, also where other segments use it; the names of those.

        Raises `UsageError` (`unknown_segment`, `bad_name`, `segment_taken`).
        """
        with self._store.writer() as writer:
            return rename_segment(writer, name, new)

    def remove_segment(self, name: str) -> None:
        """Forgets a segment; no contact changes.

        Raises `UsageError` (`unknown_segment`, `segment_in_use`).
        """
        with self._store.writer() as writer:
            remove_segment(writer, name)
