"""What people have refused, kept one step after the other, with nothing clever.

A step is one record, one merge, one undo. Who has which address is read off the book; whose own a refusal is,
and what ends it, is worked out here a second time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tests.oracle.consent import FOR_ONE, Entry, counts_from, is_strong

Where = tuple[str, str]
"""Channel and address."""
OF_THE_ADDRESS_ALONE = ("hard_bounce", "not_in_service", "wrong_number", "erased_refusal")


@dataclass
class Own:
    """A refusal that is somebody's own: of which contact when it was said, and the entry that ended it."""

    origin: int
    said: Entry
    ended_by: Entry | None = None


@dataclass(frozen=True)
class Moment:
    """The book after a step. `live`: the contact that each is part of; `has`: where each live one is; `held`:
    or was, and nobody else has come to be; `log`: every entry, by id.
    """

    live: Mapping[int, int]
    has: Mapping[int, Collection[Where]]
    held: Mapping[int, Collection[Where]]
    log: Mapping[int, Entry]


@dataclass
class OwnRefusals:
    """All that people have refused so far. `typed`: addresses that nobody has confirmed for a contact."""

    own: list[Own] = field(default_factory=list)
    typed: set[tuple[int, Where]] = field(default_factory=set)
    seen: int = 0

    def step(self, now: Moment, *, named: Mapping[str, int | None]) -> None:
        """Takes in what a step has added to the log. `named`: by channel, the contact that its record knew by
        more than the address.
        """
        new = [entry for number, entry in now.log.items() if number > self.seen]
        self.seen = max(now.log, default=self.seen)
        for entry in new:
            if entry["state"] == "unsubscribed" and entry.get("method") not in OF_THE_ADDRESS_ALONE:
                self._said(entry, now, named.get(entry["channel"]))
        self._end(now)

    def _said(self, entry: Entry, now: Moment, named: int | None) -> None:
        where = (entry["channel"], entry["address"])
        typed = {(now.live.get(contact), there) for contact, there in self.typed}
        whose = {
            contact for contact, held in now.held.items() if where in held and (contact, where) not in typed
        }
        if named is not None and entry["contact_id"] is not None:
            whose.add(named)
        self.own += [Own(contact, entry) for contact in sorted(whose)]

    def part(self, contacts: Collection[int], since: int) -> None:
        """These contacts were one until now: what they refused then, from batch `since` on, is the own of
        each.
        """
        known = {(each.origin, each.said["id"]) for each in self.own}
        together = [each for each in self.own if each.origin in contacts and each.said["batch_id"] >= since]
        for each in together:
            for contact in contacts:
                if (contact, each.said["id"]) not in known:
                    known.add((contact, each.said["id"]))
                    self.own.append(Own(contact, each.said, each.ended_by))

    def _end(self, now: Moment) -> None:
        taken_back = {entry["ends"] for entry in now.log.values() if entry["state"] == "lapsed"}
        able = [entry for entry in now.log.values() if entry["id"] not in taken_back]
        for each in self.own:
            stays = each.ended_by is not None and each.ended_by["id"] not in taken_back
            if stays and self._ends(each, each.ended_by, now, everywhere=True):
                continue
            each.ended_by = next((entry for entry in able if self._ends(each, entry, now)), None)

    def _ends(self, each: Own, entry: Entry, now: Moment, *, everywhere: bool = False) -> bool:
        """Whether an entry ends a refusal; `everywhere`: it did so once, wherever the person is now."""
        refused, person = each.said, now.live.get(each.origin)
        is_theirs = entry["contact_id"] is not None and now.live.get(entry["contact_id"]) == person
        if entry["state"] == "lapsed":
            return entry["ends"] == refused["id"] and (entry["method"] != FOR_ONE or is_theirs)
        where = (refused["channel"], refused["address"])
        there = where == (entry["channel"], entry["address"])
        has_it = everywhere or (person is not None and where in now.has.get(person, ()))
        return (
            entry["state"] == "subscribed"
            and is_strong(entry)
            and entry["channel"] == refused["channel"]
            and counts_from(entry) > refused["at"]
            and (is_theirs or (there and has_it))
        )

    def standing(self, now: Moment) -> set[tuple[int, str]]:
        """Who refuses what: live contacts and channels."""
        return {
            (now.live[each.origin], each.said["channel"])
            for each in self.own
            if each.ended_by is None and each.origin in now.live
        }
