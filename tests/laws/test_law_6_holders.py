"""Law 6 of DESIGN 8: nobody else holds what recognises a person, in any order and at any time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from threading import Barrier, Thread

from hypothesis import given, settings
from hypothesis import strategies as st

import onefold
from onefold.model.identifier import CONTACT_ID, EMAIL, PHONE
from onefold.model.outcome import Purpose
from onefold.model.policy import PhoneSpelling, Policy
from tests.laws.books import NOW, RealBook, Shelf
from tests.laws.generating import LOYALTY_ID, Batch, Choice, Story, stories


def under_one_policy(story: Story) -> Story:
    """The story with one policy that lets nobody hold what another has, and no `add_all`."""
    first = story.batches[0]
    chosen = first.chosen or PHONE
    allowing = ("held_elsewhere", "held_elsewhere_by_kind", "phone_spelling")
    knobs = {knob: value for knob, value in first.choice.knobs.items() if knob not in allowing}
    choice = Choice(first.choice.preset, knobs)
    batches = [
        replace(
            batch,
            choice=choice,
            way=first.way if choice.policy.chosen_identifier else batch.way,
            chosen=chosen if choice.policy.chosen_identifier else batch.chosen,
            purpose=Purpose.ADD_AND_UPDATE if batch.purpose is Purpose.ADD_ALL else batch.purpose,
        )
        for batch in story.batches
    ]
    return replace(story, batches=tuple(batches))


def doubly_held(real: RealBook, story: Story) -> dict[tuple[str, str], set[int]]:
    """Identifiers of `match_on` that several contacts hold, though they are neither shared nor blocked."""
    policy, chosen = story.batches[0].policy, story.batches[0].chosen
    kinds = policy.matching((LOYALTY_ID,), chosen if policy.chosen_identifier else None)
    holders: dict[tuple[str, str], set[int]] = defaultdict(set)
    for contact_id, shown in real.show().items():
        if "merged into" in shown:
            continue
        for kind in kinds:
            if kind != CONTACT_ID and kind in shown:
                holders[kind, own(shown, kind, policy)].add(contact_id)
        for column, why in shown.items():
            if why == "second" and column.partition("~")[0] in kinds:
                holders[column.partition("~")[0], column.partition("~")[2]].add(contact_id)
    free = real.marks() | set(story.blocked)
    return {
        (kind, value): ids
        for (kind, value), ids in holders.items()
        if len(ids) > 1 and (kind, value) not in free and not is_mailbox(kind, value, policy)
    }


def own(shown: dict[str, str], kind: str, policy: Policy) -> str:
    as_written = kind == PHONE and policy.phone_spelling is PhoneSpelling.AS_WRITTEN
    return shown.get(f"{kind} as written", shown[kind]) if as_written else shown[kind]


def is_mailbox(kind: str, value: str, policy: Policy) -> bool:
    return kind == EMAIL and value.partition("@")[0] in policy.blocked_mailboxes


@given(story=stories().map(under_one_policy), chance=st.randoms(use_true_random=False))
def test_law_6_one_holder(shelf: Shelf, story: Story, chance: Random) -> None:
    with shelf.book(story) as real:
        receipts = []
        for batch in story.batches:
            real.tell(batch)
            receipts.append(real.last_receipt())
            assert doubly_held(real, story) == {}
        merged = [contact_id for contact_id, shown in real.show().items() if "merged into" in shown]
        if merged:
            real.book.split(chance.choice(merged))
            assert doubly_held(real, story) == {}
        real.book.undo(chance.choice(receipts))
        assert doubly_held(real, story) == {}


@settings(max_examples=settings.default.max_examples // 3)
@given(story=stories().map(under_one_policy))
def test_law_6_one_holder_with_two_writers(shelf: Shelf, story: Story) -> None:
    """Two programs write to one book at the same time: each its own batches, all of them at once."""
    with shelf.book(story) as real:
        start = Barrier(2)
        errors: list[BaseException] = []

        def write(batches: Sequence[Batch]) -> None:
            try:
                with onefold.open(real.address, clock=lambda: NOW, batch_rows=2) as book:
                    start.wait()
                    for batch in batches:
                        RealBook(book, shelf, 0, real.address).tell(batch)
            except BaseException as error:
                errors.append(error)

        writers = [Thread(target=write, args=(batches,)) for batches in (story.batches, story.batches[::-1])]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert errors == []
        assert doubly_held(real, story) == {}
