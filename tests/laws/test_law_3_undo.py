"""Law 3 of DESIGN 8: undo puts back what it may, names what it kept, and can itself be undone."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.books import Shelf
from tests.laws.generating import Story, stories
from tests.laws.playing import IDENTIFIERS, Shown

Contacts = dict[int, Shown]


@given(story=stories(), batch_rows=st.sampled_from((50_000, 3)))
def test_law_3_undo_restores(shelf: Shelf, story: Story, batch_rows: int) -> None:
    with shelf.book(story, batch_rows=batch_rows) as real:
        for batch in story.batches[:-1]:
            real.tell(batch)
        before, marks_before = real.show(), real.marks()
        real.tell(story.batches[-1])
        after, marks_after = real.show(), real.marks()
        undone = real.book.undo(real.last_receipt())
        assert (real.show(), real.marks()) == (before, marks_before)
        assert list(undone.kept) == []
        real.book.undo(real.last_receipt())
        assert (real.show(), real.marks()) == (after, marks_after)


@given(story=stories(), which=st.integers(0, 3))
def test_law_3_undo_keeps_what_changed_since(shelf: Shelf, story: Story, which: int) -> None:
    which %= len(story.batches)
    with shelf.book(story) as real:
        for batch in story.batches[:which]:
            real.tell(batch)
        before = real.show()
        real.tell(story.batches[which])
        receipt_id, after = real.last_receipt(), real.show()
        for batch in story.batches[which + 1 :]:
            real.tell(batch)
        now = real.show()
        undone = real.book.undo(receipt_id)
        restored = real.show()

        taken = held_by_several(undo_value_by_value(before, after, now))
        assert without(restored, taken) == without(undo_value_by_value(before, after, now), taken)
        assert changed_since(before, after, now) <= {kept.contact_id for kept in undone.kept}
        real.book.undo(real.last_receipt())
        assert real.show() == now


def undo_value_by_value(before: Contacts, after: Contacts, now: Contacts) -> Contacts:
    """What undo leaves: what stood before, unless the present is no longer what the import made of it."""
    contacts = dict(now)
    for contact_id in before.keys() | after.keys():
        if contact_id not in before:
            if now[contact_id] == after[contact_id]:
                del contacts[contact_id]
            continue
        contacts[contact_id] = {
            column: value
            for column in before[contact_id].keys() | now[contact_id].keys()
            if (value := _undone(column, before[contact_id], after[contact_id], now[contact_id])) is not None
        }
    return contacts


def _undone(column: str, before: Shown, after: Shown, now: Shown) -> str | None:
    return before.get(column) if now.get(column) == after.get(column) else now.get(column)


def changed_since(before: Contacts, after: Contacts, now: Contacts) -> set[int]:
    """Contacts with a value that the import set and somebody changed since, or made by it and used since."""
    changed = set()
    for contact_id, shown in after.items():
        if contact_id not in before:
            if now[contact_id] != shown:
                changed.add(contact_id)
            continue
        columns = before[contact_id].keys() | shown.keys()
        imported = {column for column in columns if before[contact_id].get(column) != shown.get(column)}
        if any(now[contact_id].get(column) != shown.get(column) for column in imported):
            changed.add(contact_id)
    return changed


def held_by_several(contacts: Contacts) -> dict[int, set[str]]:
    """For each contact the kinds of which it would get back a value that somebody else has by now."""
    holders = defaultdict(set)
    for contact_id, shown in contacts.items():
        if "merged into" not in shown:
            for kind in IDENTIFIERS:
                if kind in shown:
                    holders[kind, shown[kind]].add(contact_id)
            for column, why in shown.items():
                if why == "second":
                    holders[tuple(column.split("~"))].add(contact_id)
    taken = defaultdict(set)
    for (kind, _), ids in holders.items():
        if len(ids) > 1:
            for contact_id in ids:
                taken[contact_id].add(kind)
    return taken


def without(contacts: Contacts, taken: dict[int, set[str]]) -> Contacts:
    """The contacts without what is said of those kinds: no two may hold an identifier, so it stays off."""
    return {
        contact_id: {
            column: value
            for column, value in shown.items()
            if column.split("~")[0].split(" ")[0] not in taken.get(contact_id, set())
        }
        for contact_id, shown in contacts.items()
    }
