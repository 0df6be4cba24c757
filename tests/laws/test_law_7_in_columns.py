"""Law 7 without a store: the column-wise engine decides as the slow one does, row by row."""

from dataclasses import replace

from hypothesis import given, settings

from onefold.model.outcome import Status
from tests.laws.columns import decide
from tests.laws.generating import Story, stories
from tests.laws.playing import show_slow, slow_book, tell_slow


@settings(max_examples=5 * settings.default.max_examples)
@given(stories())
def test_law_7_engines_agree_in_columns(story: Story) -> None:
    slow = slow_book(story)
    for batch in (replace(batch, tags=(), into_list=None) for batch in story.batches):
        decided = decide(batch, slow)
        outcomes = tell_slow(slow, batch)
        new = {-(row + 1): outcome.contact_id for row, outcome in enumerate(outcomes) if outcome.created}
        for row, (outcome, (reason, contact_id)) in enumerate(zip(outcomes, decided.outcomes, strict=True)):
            assert (row, reason) == (row, outcome.reason)
            if outcome.status in (Status.IMPORTED, Status.UPDATED):
                assert (row, new.get(contact_id, contact_id)) == (row, outcome.contact_id)
        renamed = {}
        for contact_id, shown in decided.contacts.items():
            into = shown.get("merged into")
            if into is not None:
                shown["merged into"] = str(new.get(int(into), int(into)))
            renamed[new.get(contact_id, contact_id)] = shown
        assert renamed == show_slow(slow)
