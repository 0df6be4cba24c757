"""Eight processes at once on one book: nobody is turned away, and the book is sound."""

from collections import Counter

import pytest

from onefold.model.outcome import ReceiptStatus
from tests.torture.conftest import Places, Story, Zygote, older_book
from tests.torture.crowd import RECORDS
from tests.torture.deeds import open_book

EIGHT = (
    "crowd_import", "crowd_import", "crowd_take", "crowd_set", "crowd_merge", "crowd_undo", "crowd_take",
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
    refused = {code for one in told for code in one["gave"] if not code.startswith("record-")}
    assert refused <= OF_THE_TRADE
    with open_book(*place.given.values()) as book:
        assert list(book.check()) == []
        done = (ReceiptStatus.COMPLETED, ReceiptStatus.UNDONE)
        assert [one for one in book.receipts() if one.status not in done] == []
    assert place.left_over() == []


def test_eight_processes_take_each_record_once(places: Places, story: Story, zygote: Zygote) -> None:
    place = places.copy(story.before)
    orders = [{"deed": "crowd_take", "given": place.given | {"seed": seed}} for seed in range(8)]
    told = zygote.ask(all=orders)
    assert [one["error"] for one in told if "error" in one] == []
    taken = Counter(key for one in told for key, times in one["gave"].items() for _ in range(times))
    assert set(taken.values()) == {1}
    assert len(taken) >= RECORDS // 2
    with open_book(*place.given.values()) as book:
        assert list(book.check()) == []
        bought = [each for contact in book.contacts(limit=1000) for each in book.timeline(contact["id"])]
        orders_of = [each["payload"]["order"] for each in bought if each["kind"] == "bought"]
        assert sorted(orders_of) == sorted(set(orders_of))
    assert place.left_over() == []


@pytest.mark.parametrize("older", [False, True], ids=["new", "older"])
def test_eight_processes_open_one_book(places: Places, story: Story, zygote: Zygote, older: bool) -> None:
    place = older_book(places, story) if older else places.new()
    told = zygote.ask(all=[{"deed": "open_only", "given": place.given}] * 8)
    assert [one["error"] for one in told if "error" in one] == []
    assert zygote.do("check", place)["gave"] == []
