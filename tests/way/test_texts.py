"""Inbound texts: consent that is taken at once, one confirmation and no more, and nothing half-written."""

from collections.abc import Callable

import pytest

from onefold.book import Book
from onefold.model.keyword import TextKind
from onefold.model.outcome import ReviewState
from tests.way.at_the_desk import ONE, TWO, Clock, everybody, shown, take_in
from tests.way.texting import ASKING, JOIN, WORDING, Send, laid_out, refused, sms


def test_a_keyword_subscribes_with_its_wording_its_list_and_its_tags(book: Book, send: Send) -> None:
    book.save_keyword(JOIN)

    got = send("join!", message_id="m1", to="+12025550100")

    assert (got.kind, got.status, got.reason, got.contact_id) == (TextKind.KEYWORD, "Imported", "created", 1)
    assert got.reply == "Welcome!"
    assert shown(book, 1) == f"phone={ONE} #fair @Texts"
    assert sms(book) == "subscribed"


def test_what_was_agreed_to_and_refused_can_be_proved(book: Book, send: Send) -> None:
    book.save_keyword(JOIN)
    send("join!", message_id="m1", at="2026-11-22T09:30:00Z")
    proof = book.consent(ONE)["proof"]
    assert {name: proof[name] for name in ("state", "at", "source", "method", "wording", "message_id")} == {
        "state": "subscribed",
        "at": "2026-11-22T09:30:00Z",
        "source": "keyword",
        "method": "text",
        "wording": WORDING,
        "message_id": "m1",
    }
    assert (proof["wording_version"], proof["keyword"]) == ("1", "JOIN")

    send("Stop, please", message_id="m2")
    proof = book.consent(ONE)["proof"]
    assert (proof["state"], proof["wording"], proof["message_id"]) == ("unsubscribed", "Stop, please", "m2")


def test_stop_start_and_stop_again(book: Book, send: Send) -> None:
    take_in(book, "phone,first_name", f"{ONE},Ana")

    assert send("STOP").contact_id == 1
    assert sms(book) == "unsubscribed"
    assert send("UNSTOP").contact_id == 1
    assert sms(book) == "subscribed"
    assert send("stop all").contact_id == 1
    assert sms(book) == "unsubscribed"


def test_a_refusal_is_confirmed_once_and_then_there_is_silence(book: Book, send: Send) -> None:
    replies = [send(body).reply is not None for body in ("STOP", "STOP", "stop it", "STOP", "START", "STOP")]

    assert replies == [True, False, False, False, True, True]


def test_a_strangers_refusal_counts_and_makes_nobody(book: Book, send: Send) -> None:
    got = send("STOP")

    assert (got.status, got.reason, got.contact_id) == ("Skipped", "not_found", None)
    assert got.reply is not None
    assert book.count() == 0
    take_in(book, "phone", ONE)
    assert sms(book) == "unsubscribed"


@pytest.mark.parametrize("body", ["hello", "HELP", "", "🎉", "\0", "x" * 10_000, "Yes?"])
def test_a_stranger_who_says_nothing_to_us_stays_one(book: Book, send: Send, body: str) -> None:
    got = send(body)

    assert (got.status, got.reason) == ("Skipped", "not_found")
    assert book.count() == 0


def test_help_is_answered_and_changes_nothing(book: Book, send: Send) -> None:
    take_in(book, "phone", ONE)

    assert "STOP" in str(send("Help?").reply)
    assert sms(book) == "none"


def test_why_a_text_was_not_read_is_said(send: Send) -> None:
    assert "10,000 characters" in str(send("x" * 10_000).detail)
    assert "no letters" in str(send("🎉🎉").detail)
    assert "no consent" in str(send("START?").detail)


@pytest.mark.parametrize("sender", ["BANK", "12345", "", " ", "\0", "\ud800", "+", "x" * 10_000])
def test_a_sender_that_is_no_number_is_nobody(book: Book, send: Send, sender: str) -> None:
    got = send("STOP", sender=sender)

    assert (got.status, got.reason, got.contact_id, got.reply) == ("Error", "bad_phone", None, None)
    assert len(str(got.detail)) < 200
    assert (book.count(), book.receipts()) == (0, [])
    assert laid_out(book) == []


def test_the_same_text_is_taken_once(book: Book, send: Send) -> None:
    book.save_keyword(ASKING)
    first = send("JOIN", message_id="m1")
    again = send("JOIN", message_id="m1")

    assert (again.status, again.reason, again.contact_id) == ("Skipped", "repeat", first.contact_id)
    assert (again.reply, again.receipt_id) == (None, None)
    assert len(book.receipts()) == 1


def test_the_same_words_in_another_text_are_taken_again(book: Book, send: Send) -> None:
    send("STOP", message_id="m1")
    send("START", message_id="m2")
    assert send("STOP", message_id="m3").reason != "repeat"
    assert refused(book)


def test_a_refusal_under_the_id_of_another_text_counts_and_once(book: Book, send: Send) -> None:
    book.save_keyword(JOIN)
    send("JOIN", message_id="m1")

    got = send("STOP", message_id="m1")
    assert (got.reason, got.contact_id) == ("repeat", 1)
    assert (got.reply is not None, sms(book)) == (True, "unsubscribed")

    send("START", message_id="m2")
    again = send("STOP", message_id="m1")
    assert (again.reason, again.reply, again.receipt_id) == ("repeat", None, None)
    assert sms(book) == "subscribed"


@pytest.mark.parametrize(
    "more", [{"at": "2030-01-01T00:00:00Z"}, {"at": "soon"}, {"message_id": "m" * 10_000}]
)
def test_a_refusal_counts_whatever_else_is_wrong_with_the_text(
    book: Book, send: Send, more: dict[str, str]
) -> None:
    take_in(book, "phone", ONE)

    assert send("START", **more).status == "Error"
    assert sms(book) == "none"
    assert send("STOP", **more).status == "Updated"
    assert sms(book) == "unsubscribed"


def test_a_refusal_of_a_number_that_several_have_counts(book: Book, send: Send) -> None:
    take_in(book, "phone,first_name", f"{ONE},Ana", f"{ONE},Bea", purpose="add_all")

    got = send("STOP")

    assert (got.status, got.reason) == ("Error", "identifier_shared")
    assert got.reply is not None
    assert [sms(book, 1), sms(book, 2)] == ["unsubscribed", "unsubscribed"]


def test_what_looks_like_a_refusal_is_one_at_once_and_is_asked_about(book: Book, send: Send) -> None:
    take_in(book, "phone,first_name", f"{ONE},Ana")
    send("START")

    got = send("Please stop texting me")

    assert (got.kind, got.status) == (TextKind.DOUBTFUL_OPT_OUT, "Updated")
    assert got.reply is not None
    assert sms(book) == "unsubscribed"
    [entry] = book.review("doubtful_opt_out")
    assert (entry.contact_id, entry.identifier, entry.value) == (1, "phone", ONE)
    assert "“Please stop texting me”" in entry.message


def test_a_stranger_is_asked_about_too(book: Book, send: Send) -> None:
    send("leave me alone")

    [entry] = book.review()
    assert (entry.contact_id, entry.value) == (None, ONE)
    book.accept(entry.id)
    assert book.count() == 0
    assert refused(book)


def test_accepted_it_stays_a_refusal(book: Book, send: Send) -> None:
    take_in(book, "phone", ONE)
    send("goodbye")
    [entry] = book.review()

    book.accept(entry.id)

    assert sms(book) == "unsubscribed"
    assert book.review() == []


def test_accepting_does_not_speak_against_what_the_person_said_since(book: Book, send: Send) -> None:
    take_in(book, "phone", ONE)
    send("goodbye")
    [entry] = book.review()
    send("START")

    book.accept(entry.id)

    assert sms(book) == "subscribed"


def test_dismissed_it_still_stays_until_the_person_comes_back(book: Book, send: Send) -> None:
    take_in(book, "phone", ONE)
    send("goodbye")
    [entry] = book.review()

    book.dismiss(entry.id)

    assert sms(book) == "unsubscribed"
    send("START")
    assert sms(book) == "subscribed"


def test_a_second_doubtful_text_is_asked_about_again(book: Book, send: Send) -> None:
    send("goodbye")
    [entry] = book.review()
    book.dismiss(entry.id)
    send("START")

    send("wrong number")

    [entry] = book.review()
    assert "wrong number" in entry.message


def test_undone_the_question_is_withdrawn_and_the_refusal_stays(book: Book, send: Send) -> None:
    take_in(book, "phone", ONE)
    got = send("goodbye")
    [entry] = book.review()

    book.undo(got.receipt_id)

    assert book.review_entry(entry.id).state is ReviewState.WITHDRAWN
    assert sms(book) == "unsubscribed"


def test_a_record_with_a_body_is_read_as_the_text_is(book: Book, clock: Clock) -> None:
    book.save_keyword(JOIN)
    texts = [
        {"source": "keyword", "phone": phone, "key": key, "body": body}
        for key, phone, body in (("a", ONE, "JOIN"), ("b", TWO, "stop texting me"))
    ]

    assert [answer.status for answer in book.take(texts)] == ["Imported", "Imported"]

    assert [sms(book, 1), sms(book, 2)] == ["subscribed", "unsubscribed"]
    assert shown(book, 1) == f"phone={ONE} #fair @Texts"
    [entry] = book.review()
    assert (entry.kind, entry.contact_id) == ("doubtful_opt_out", 2)
    assert laid_out(book) == []


# Whatever comes

BODIES = [
    *(
        "JOIN",
        "STOP",
        "YES",
        "help",
        "",
        "\0",
        "\ud800",
        "x" * 10_000,
        "🎉",
        "a@b@c",
        "@" * 1_600,
        "%s {} '; --",
    ),
    *(
        "ana@exa\0mple.com",
        "ana@example.com " * 90,
        f"JOIN {'a' * 30}.{'b' * 30}",
        "\u202eSTOP",
        "stop\ud800it",
    ),
]
ODD = [None, "", "\0", "\ud800", "é" * 200, "BANK", "1", "2026-11-22T09:00:00Z", "0001-01-01T00:00:00+14:00"]


def test_whatever_comes_is_answered_and_nothing_is_half_written(
    opened: Callable[[], Book], clock: Clock
) -> None:
    book = opened()
    book.save_keyword(ASKING)
    for number, body in enumerate(BODIES * 2):
        clock.forward(minutes=1)
        odd = [ODD[(number * step) % len(ODD)] for step in (1, 2, 4)]
        got = book.receive_text(from_=ONE, body=body, message_id=odd[0], at=odd[1], to=odd[2])
        assert "\n" not in str(got.detail)
        assert book.receive_text(from_="BANK", body=body).reason == "bad_phone"
    assert book.check() == []
    assert everybody(book).keys() <= {1}
