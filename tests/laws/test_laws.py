"""Laws 1, 2, 4, 7 and 8 of DESIGN 8 on generated books, on both stores."""

from collections import Counter

from hypothesis import assume, event, given
from hypothesis import strategies as st

from onefold.model.outcome import Purpose, Status
from tests.laws.apart import about_different_people
from tests.laws.books import Ending, Shelf
from tests.laws.generating import Batch, Story, Way, stories
from tests.laws.playing import Shown, show_slow, slow_book, tell_slow
from tests.laws.situations import situations_of
from tests.oracle import OracleBook, Outcome


def values(contacts: dict[int, Shown]) -> dict[int, Shown]:
    """The contacts without what they are known by besides, and without tags and lists."""
    return {
        contact_id: {
            column: value for column, value in shown.items() if "~" not in column and " " not in column
        }
        for contact_id, shown in contacts.items()
    }


@given(story=stories())
def test_law_1_twice_is_once(shelf: Shelf, story: Story) -> None:
    """For records that each speak of somebody else; who waits in review aside.

    Rows of one person may undo each other in turn, and what a first try puts in place can be the very proof
    that the second needs: there twice is more than once, by the rules themselves.
    """
    with shelf.book(story) as real:
        slow = slow_book(story)
        for batch in story.batches[:-1]:
            real.tell(batch)
            tell_slow(slow, batch)
        last = about_different_people(story.batches[-1], slow)
        assume(last.told and last.purpose is not Purpose.ADD_ALL)
        real.tell(last)
        once = values(real.show())
        real.tell(last)
        twice = values(real.show())
        for contact_id in real.in_review():
            once.pop(contact_id, None)
            twice.pop(contact_id, None)
        assert twice == once


@given(story=stories())
def test_law_2_a_plan_foretells_its_receipt(shelf: Shelf, story: Story) -> None:
    with shelf.book(story) as real:
        for batch in story.batches:
            if batch.way is not Way.FILE:
                real.tell(batch)
                continue
            plan = real.plan(batch)
            foretold = [
                (line["status"], line["reason"]) for line in plan.rows.sort("row").iter_rows(named=True)
            ]
            planned = plan.receipt
            receipt = real.book.apply(plan, yes=True)
            assert len(foretold) == len(batch.told) == receipt.rows
            counts = ("rows", "imported", "updated", "skipped", "error", "reasons")
            assert [getattr(receipt, name) for name in counts] == [getattr(planned, name) for name in counts]
            assert receipt.rows == receipt.imported + receipt.updated + receipt.skipped + receipt.error
            assert dict(receipt.reasons) == Counter(reason for _, reason in foretold)
            endings = [(ending.status, ending.reason) for ending in real.endings(receipt)]
            assert [status for status, _ in endings] == [status for status, _ in foretold]
            if batch.policy.name != "respond_io" and "Reason" in batch.policy.limits.results_columns:
                assert endings == foretold


@given(story=stories(), choice=st.randoms(use_true_random=False))
def test_law_4_a_split_takes_a_merge_back(shelf: Shelf, story: Story, choice: st.DataObject) -> None:
    with shelf.book(story) as real:
        for batch in story.batches:
            real.tell(batch)
        before = real.show()
        live = [contact_id for contact_id, shown in before.items() if "merged into" not in shown]
        assume(len(live) > 1)
        keep, other = choice.sample(live, 2)
        real.book.merge(keep, [other])
        merged = real.show()
        assert merged[other]["merged into"] == str(keep)
        real.book.split(other)
        assert real.show() == before


@given(story=stories())
def test_law_7_engines_agree(shelf: Shelf, story: Story) -> None:
    for situation in situations_of(story):
        event(situation)
    slow = slow_book(story)
    with shelf.book(story) as real:
        for batch in story.batches:
            endings = real.tell(batch)
            outcomes = tell_slow(slow, batch)
            assert [agreed(*both, batch) for both in zip(endings, outcomes, strict=True)] == [
                expected(outcome, batch) for outcome in outcomes
            ]
            assert real.show() == show_slow(slow)
            assert real.marks() == slow.state.shared
            assert real.questions() == questions(slow)
            assert real.changed_numbers() == set(slow.changed_numbers)


def questions(slow: OracleBook) -> set[tuple[str, int, int, str, str]]:
    """What the slow book's review asks, as a real book tells it."""
    return {
        (asked.kind, asked.contact_id or 0, asked.other_contact_id or 0, asked.identifier, asked.value)
        for asked in slow.reviews
    }


def expected(outcome: Outcome, batch: Batch) -> tuple[str, ...]:
    """What is compared of a slow outcome: the contact only where one was made or changed."""
    changed = outcome.status in (Status.IMPORTED, Status.UPDATED)
    return (outcome.status, outcome.reason, str(outcome.contact_id) if changed else "")


def agreed(ending: Ending, outcome: Outcome, batch: Batch) -> tuple[str, ...]:
    """The same of a real ending; what this policy's results file leaves out agrees by itself."""
    wanted = expected(outcome, batch)
    reason = ending.reason if ending.reason is not None else wanted[1]
    contact_id = str(ending.contact_id) if ending.contact_id is not None else ""
    if ending.reason is None or ending.status in (Status.SKIPPED, Status.ERROR):
        contact_id = wanted[2]
    return (ending.status, reason, contact_id)


@given(story=stories(), batch_rows=st.integers(1, 4))
def test_law_8_batches_change_nothing(shelf: Shelf, story: Story, batch_rows: int) -> None:
    with shelf.book(story, 0) as whole, shelf.book(story, 1, batch_rows=batch_rows) as cut:
        for batch in story.batches:
            assert cut.tell(batch) == whole.tell(batch)
            assert cut.show() == whole.show()
            assert cut.marks() == whole.marks()
