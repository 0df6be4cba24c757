"""Eight processes at once on one book: nobody is turned away, and the book is sound."""

import pytest

from onefold.model.outcome import ReceiptStatus
from tests.torture.conftest import Places, Story, Zygote, older_book
from tests.torture.deeds import open_book

EIGHT = (
    "crowd_import", "crowd_import", "crowd_set", "crowd_set", "crowd_merge", "crowd_undo", "crowd_read",
    "crowd_read",
)  # fmt: skip
OF_THE_TRADE = {
    "already_undone",
    "held_elsewhere",
    "identifier_shared",
    "identifier_taken",
    "merged",
    "taken_away",
    "unknown_contact_id",
}
"""What a person may hear who wants what somebody else has just changed."""


def test_eight_processes_at_once(places: Places, story: Story, zygote: Zygote) -> None:
    place = places.copy(story.before)
    orders = [{"deed": deed, "given": place.given | {"seed": seed}} for seed, deed in enumerate(EIGHT)]
    told = zygote.ask(all=orders)
    assert [one["error"] for one in told if "error" in one] == []
    assert {code for one in told for code in one["gave"]} <= OF_THE_TRADE
    with open_book(*place.given.values()) as book:
        assert list(book.check()) == []
        done = (ReceiptStatus.COMPLETED, ReceiptStatus.UNDONE)
        assert [one for one in book.receipts() if one.status not in done] == []
    assert place.left_over() == []


@pytest.mark.parametrize("older", [False, True], ids=["new", "older"])
def test_eight_processes_open_one_book(places: Places, story: Story, zygote: Zygote, older: bool) -> None:
    place = older_book(places, story) if older else places.new()
    told = zygote.ask(all=[{"deed": "open_only", "given": place.given}] * 8)
    assert [one["error"] for one in told if "error" in one] == []
    assert zygote.do("check", place)["gave"] == []
