"""Which situations of DESIGN 5 a story brings about, read off the slow engine while it plays.

A generator that never merges proves nothing: `test_generating` asks for all of these.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from onefold.model.identifier import CONTACT_ID
from onefold.model.outcome import Reason
from onefold.model.policy import Contradiction
from tests.laws.generating import CLEAR, Batch, Story
from tests.laws.playing import slow_book, tell_slow
from tests.oracle import Contact, OracleBook, Outcome, Record, book, others, recognise
from tests.oracle.state import Rules, State

Situations = set[str]

NEVER = frozenset(
    {Reason.BAD_DATE, Reason.BAD_CHOICE, Reason.BAD_YES_NO, Reason.MALFORMED_ROW, Reason.UNDECODABLE_TEXT}
)
"""What is wrong with these rows is seen before identity, by stages that have tests of their own."""

EXPECTED: Situations = {
    *(f"reason {reason}" for reason in Reason if reason not in NEVER),
    *(f"alias {why}" for why in ("former", "released", "second", "held_elsewhere", "claimed")),
    *(f"review {kind}" for kind in ("pending_link", "claimed_value", "shared_identifier", "kept_apart")),
    *(f"contradiction {knob}" for knob in Contradiction),
    "found by a former identifier",
    "found by a former identifier, but contradicting",
    "found by a shared identifier and a name",
    "found by the id of a contact merged into another",
    "marked shared by too many people",
    "a blocked value",
    "a value cleared",
    "an identifier cleared",
    "a number set aside",
    "a second contact merged: attested",
    "a second contact merged: proven",
    "a second contact kept apart: claimed",
    "a third contact",
    "cascade of 2 merges",
    "cascade of 3 merges",
    "cascade of 3 rows",
    "cascade of 5 rows",
}


def situations_of(story: Story) -> Situations:
    """Play the story to the slow engine and say what came up."""
    seen: Situations = set()
    slow = slow_book(story)
    for batch in story.batches:
        with watching(seen):
            outcomes = tell_slow(slow, batch)
        look_at_outcomes(seen, batch, outcomes, slow)
    return seen


def look_at_outcomes(seen: Situations, batch: Batch, outcomes: list[Outcome], slow: OracleBook) -> None:
    seen |= {f"reason {outcome.reason}" for outcome in outcomes}
    seen |= {f"alias {why}" for contact in slow.contacts.values() for why in contact.aliases.values()}
    seen |= {f"review {review.kind}" for review in slow.reviews}
    if slow.changed_numbers:
        seen.add("a number set aside")
    for told, outcome in zip(batch.told, outcomes, strict=True):
        if outcome.reason is not Reason.UPDATED:
            continue
        cleared = {column for column, text in told.cells.items() if text == CLEAR}
        if cleared & {"email", "phone", "loyalty_id"}:
            seen.add("an identifier cleared")
        elif cleared:
            seen.add("a value cleared")


@contextmanager
def watching(seen: Situations) -> Iterator[None]:
    """While this lasts, the steps of the slow engine say what they found."""
    merges: dict[int, int] = defaultdict(int)
    rows: dict[int, int] = defaultdict(int)
    inner = {
        name: getattr(recognise, name) for name in ("held_now", "held_formerly", "contradicting", "rejected")
    }
    inner_merge, inner_second, inner_update = book.merge, others.second_contact, OracleBook._update
    inner_marks, inner_live = book.shared_by_too_many, book.with_live_id

    def held_now(state: State, record: Record, rules: Rules) -> recognise.Found:
        found: recognise.Found = inner["held_now"](state, record, rules)
        if any((kind, rules.told(record, kind)) in state.shared for kind in found if kind != CONTACT_ID):
            seen.add("found by a shared identifier and a name")
        for kind, value in record.identifiers.items():
            if kind in rules.match_on and state.is_blocked(kind, value, rules.policy):
                seen.add("a blocked value")
        return found

    def held_formerly(state: State, record: Record, rules: Rules) -> recognise.Found:
        found: recognise.Found = inner["held_formerly"](state, record, rules)
        if found:
            seen.add("found by a former identifier")
        return found

    def contradicting(state: State, record: Record, found: recognise.Found, rules: Rules) -> set[int]:
        dropped: set[int] = inner["contradicting"](state, record, found, rules)
        if dropped:
            seen.add(f"contradiction {rules.policy.contradiction}")
            ((kind, _), *_) = found.items()
            if len(found) == 1 and not state.holders(kind, rules.told(record, kind) or "", rules):
                seen.add("found by a former identifier, but contradicting")
        elif rules.policy.contradiction is Contradiction.OVERWRITE and any(
            recognise.differs(state, record, contact, stronger, rules)
            for kind, contacts in found.items()
            for contact in contacts
            for stronger in rules.stronger(kind)
        ):
            seen.add("contradiction overwrite")
        return dropped

    def second_contact(
        company: others.Company, state: State, record: Record, recognised: Any, rules: Rules
    ) -> None:
        second, kind = others.second_of(recognised, rules)
        inner_second(company, state, record, recognised, rules)
        if second is None or kind is None or company.error is not None:
            return
        trust = min(record.trust(recognised.named_by), record.trust(kind)).name.lower()
        seen.add(f"a second contact {'merged' if company.loser else 'kept apart'}: {trust}")
        if company.loser is not None and company.kept_apart:
            seen.add("a third contact")

    def merge(keeper: Contact, loser: Contact, rules: Rules) -> None:
        inner_merge(keeper, loser, rules)
        merges[keeper.id] = 1 + max(merges[keeper.id], merges[loser.id])
        rows[keeper.id] = max(rows[keeper.id], rows[loser.id])
        seen.add(f"cascade of {merges[keeper.id]} merges")

    def update(self: OracleBook, contact: Contact, *rest: Any) -> Outcome:
        outcome = inner_update(self, contact, *rest)
        rows[contact.id] += 1
        seen.add(f"cascade of {rows[contact.id]} rows")
        return outcome

    def marks(*arguments: Any) -> set[tuple[str, str]]:
        found = inner_marks(*arguments)
        if found:
            seen.add("marked shared by too many people")
        return found

    def with_live_id(state: State, record: Record, rules: Rules) -> Record:
        known = inner_live(state, record, rules)
        if known.contact_id not in (None, record.contact_id):
            seen.add("found by the id of a contact merged into another")
        return known

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recognise, "held_now", held_now)
        patch.setattr(recognise, "held_formerly", held_formerly)
        patch.setattr(recognise, "contradicting", contradicting)
        patch.setattr(others, "second_contact", second_contact)
        patch.setattr(book, "merge", merge)
        patch.setattr(OracleBook, "_update", update)
        patch.setattr(book, "shared_by_too_many", marks)
        patch.setattr(book, "with_live_id", with_live_id)
        yield
