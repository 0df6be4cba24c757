"""Consent and activity at the desk: proof, hand-written entries, merging, parting, undoing."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from onefold.book import Book
from onefold.model.error import UsageError
from onefold.way.consenting import Entry
from tests.way.at_the_desk import ANA, BEA, ONE, TWO, Clock, take_in


def consent(book: Book, contact_id: int, channel: str = "sms") -> str:
    return str(book.contact(contact_id)["consent"][channel])


def text(phone: str, state: str, **more: Any) -> dict[str, Any]:
    return {"source": "keyword", "phone": phone, "consent": {"sms": {"state": state, **more}}}


def activity(kind: str, **more: Any) -> dict[str, Any]:
    return {"source": "api", "activity": [{"kind": kind, **more}]}


def test_an_address_without_a_log_has_none(book: Book) -> None:
    told = book.consent(ONE)
    assert (told["state"], told["log"], told["proof"], told["contact_ids"]) == ("none", [], None, [])


def test_the_proof_is_what_the_record_carried(book: Book) -> None:
    evidence = {"wording": "Texts, at most two a week", "wording_version": "3", "message_id": "SM1"}
    book.take([text(ONE, "subscribed", **evidence)])
    proof = book.consent(ONE)["proof"]
    assert {name: proof[name] for name in evidence} == evidence
    assert (proof["source"], proof["trust"], proof["contact_id"]) == ("keyword", "proven", 1)


def test_a_record_that_only_brings_news_updates(book: Book) -> None:
    take_in(book, "phone", ONE)
    texts = [text(ONE, "subscribed"), text(ONE, "subscribed"), text(ONE, "unsubscribed")]
    assert [book.take([said])[0].reason for said in texts] == ["updated", "unchanged", "updated"]
    assert [answer.reason for answer in book.take([activity("opened") | {"phone": ONE}])] == ["updated"]


def test_the_log_is_read_as_it_stood_on_a_day(book: Book) -> None:
    book.record_consent(ONE, Entry("subscribed", at=datetime(2026, 3, 1, 12, tzinfo=UTC)))
    book.record_consent(ONE, Entry("unsubscribed", at=datetime(2026, 5, 1, 12, tzinfo=UTC)))
    days = {date(2026, 2, 28): "none", date(2026, 3, 1): "subscribed", date(2026, 5, 1): "unsubscribed"}
    assert {day: book.consent(ONE, on=day)["state"] for day in days} == days


def test_an_entry_by_hand_can_be_taken_back_a_refusal_not(book: Book) -> None:
    granted = book.record_consent(ANA, Entry("subscribed"))
    book.undo(granted.id or 0)
    assert book.consent(ANA)["state"] == "none"
    refused = book.record_consent(ANA, Entry("unsubscribed"))
    book.undo(refused.id or 0)
    assert book.consent(ANA)["state"] == "unsubscribed"


@pytest.mark.parametrize(
    ("address", "entry"),
    [
        ("nobody", Entry("subscribed")),
        (ANA, Entry("lapsed")),
        (ANA, Entry("maybe")),
        (ANA, Entry("subscribed", source="rumour")),
        (ANA, Entry("subscribed", at=datetime(2030, 1, 1, tzinfo=UTC))),
    ],
)
def test_what_cannot_be_entered_is_said(book: Book, address: str, entry: Entry) -> None:
    with pytest.raises(UsageError):
        book.record_consent(address, entry)
    assert book.receipts() == []


def test_the_report_names_those_who_may_be_reached_and_by_what(book: Book) -> None:
    take_in(book, "email,phone", f"{ANA},{ONE}", f"{BEA},{TWO}")
    book.take([text(ONE, "subscribed", wording="JOIN"), text(TWO, "unsubscribed")])
    report = book.consent_report()
    assert report.select("contact_id", "channel", "address", "wording").rows() == [(1, "sms", ONE, "JOIN")]
    everybody = book.consent_report(everybody=True).select("contact_id", "channel", "state").rows()
    assert everybody == [
        (1, "email", "none"),
        (1, "sms", "subscribed"),
        (2, "email", "none"),
        (2, "sms", "unsubscribed"),
    ]
    assert book.consent_report(channel="email").is_empty()
    assert book.consent_report(on=date(2026, 1, 1)).is_empty()


def test_a_timeline_goes_with_a_merge_and_comes_back_with_a_split(book: Book, clock: Clock) -> None:
    book.take(
        [
            activity("sent", channel="email") | {"email": ANA},
            activity("bought", payload={"total": 12}) | {"email": BEA},
        ]
    )
    book.merge(1, [2])
    clock.forward(minutes=1)
    book.take(
        [
            activity("opened", channel="email") | {"email": BEA},
            activity("clicked", channel="email") | {"email": ANA},
        ]
    )
    assert kinds(book, 1) == ["bought", "clicked", "opened", "sent"]
    book.split(1)
    assert (kinds(book, 1), kinds(book, 2)) == (["clicked", "sent"], ["bought", "opened"])


def kinds(book: Book, contact_id: int) -> list[str]:
    return sorted(each["kind"] for each in book.timeline(contact_id))


@pytest.mark.parametrize(("kind", "channel"), [("hard_bounce", "email"), ("not_in_service", "sms")])
def test_an_address_that_does_not_work_is_refused(book: Book, kind: str, channel: str) -> None:
    addresses = {"email": ANA, "phone": ONE}
    book.take([{"source": "api", **addresses, "consent": {"email": "subscribed", "sms": "subscribed"}}])
    book.take([activity(kind) | addresses])
    other = {"email": "sms", "sms": "email"}[channel]
    assert (consent(book, 1, channel), consent(book, 1, other)) == ("unsubscribed", "subscribed")
    assert book.consent(ANA if channel == "email" else ONE)["proof"]["method"] == kind


def test_who_spoke_since_is_not_taken_away_by_an_undo(book: Book) -> None:
    receipt = take_in(book, "phone", ONE, TWO)
    book.take([text(ONE, "subscribed")])
    undone = book.undo(receipt.id or 0)
    assert [contact["id"] for contact in book.contacts()] == [1]
    assert [(kept.contact_id, kept.why) for kept in undone.kept] == [(1, "used since")]
    assert consent(book, 1) == "subscribed"


def test_undo_takes_back_a_grant_and_leaves_what_was_granted_before(book: Book, clock: Clock) -> None:
    take_in(book, "phone", ONE)
    book.take([text(ONE, "subscribed", wording="first")])
    clock.forward(minutes=1)
    book.take([text(ONE, "subscribed", wording="second")])
    assert book.consent(ONE)["proof"]["wording"] == "second"
    newest = book.receipts()[0].id or 0
    book.undo(newest)
    assert book.consent(ONE)["proof"]["wording"] == "first"
    assert list(book.check()) == []


def test_a_shared_number_keeps_its_consent_when_another_of_its_people_leaves(book: Book) -> None:
    book.share("phone", ONE)
    take_in(book, "email,phone,first_name", f"{ANA},{ONE},Ana", f"{BEA},{ONE},Bea")
    book.take(
        [{"source": "api", "email": ANA, "phone": ONE, "first_name": "Ana", "consent": {"sms": "subscribed"}}]
    )
    book.set_values(2, {"phone": TWO})
    assert (consent(book, 1), consent(book, 2)) == ("subscribed", "none")
    book.set_values(1, {"phone": "UNSET"})
    assert book.consent(ONE)["state"] == "none"
