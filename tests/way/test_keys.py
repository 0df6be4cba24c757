"""A record with a key is taken once."""

from collections.abc import Callable, Iterator

import pytest

from onefold.book import Book
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, Clock, everybody, take_in


@pytest.fixture
def book(opened: Callable[[], Book]) -> Iterator[Book]:
    """A book on each store."""
    yield opened()


def order(key: object, email: str, **more: object) -> dict[str, object]:
    return {"source": "checkout", "key": key, "email": email, **more}


def outcomes(book: Book, *records: object) -> list[tuple[str, str, int | None]]:
    return [(answer.status, answer.reason, answer.contact_id) for answer in book.take(records)]


def test_the_same_key_of_the_same_source_is_taken_once(book: Book, opened: Callable[[], Book]) -> None:
    assert outcomes(book, order("one", ANA)) == [("Imported", "created", 1)]
    again = [order("one", BEA, first_name="Bea"), {"source": "form", "key": "one", "email": CARLA}]
    assert outcomes(opened(), *again) == [("Skipped", "repeat", 1), ("Imported", "created", 2)]
    assert everybody(book) == {1: f"email={ANA}", 2: f"email={CARLA}"}


def test_a_number_and_its_text_are_one_key(book: Book) -> None:
    assert outcomes(book, order(7, ANA), order("7", BEA)) == [
        ("Imported", "created", 1),
        ("Skipped", "repeat", 1),
    ]


def test_a_key_counts_once_inside_a_batch(book: Book) -> None:
    told = outcomes(book, order("one", ANA), order("one", BEA), order(None, BEA), order(None, CARLA))
    assert told == [
        ("Imported", "created", 1),
        ("Skipped", "repeat", 1),
        ("Imported", "created", 2),
        ("Imported", "created", 3),
    ]


def test_an_error_is_not_remembered(book: Book) -> None:
    assert outcomes(book, order("one", "nobody"), order("one", ANA), order("one", BEA)) == [
        ("Error", "bad_email", None),
        ("Imported", "created", 1),
        ("Skipped", "repeat", 1),
    ]
    assert outcomes(book, order("two", "nobody")) == [("Error", "bad_email", None)]
    assert outcomes(book, order("two", BEA)) == [("Imported", "created", 2)]


def test_one_that_is_refused_because_of_the_book_is_refused_again(book: Book) -> None:
    unknown = order("one", ANA, contact_id=7, proven=["contact_id"])
    assert outcomes(book, unknown, unknown) == [("Error", "unknown_contact_id", None)] * 2
    assert outcomes(book, order("one", ANA)) == [("Imported", "created", 1)]


def test_what_was_undone_may_come_again(book: Book) -> None:
    book.take([order("one", ANA)])
    book.undo(book.receipts()[0].id or 0)
    assert outcomes(book, order("one", BEA)) == [("Imported", "created", 2)]
    assert outcomes(book, order("one", CARLA)) == [("Skipped", "repeat", 2)]


def test_a_record_that_is_not_taken_says_nothing_but_no(book: Book) -> None:
    consent = {"email": "subscribed"}
    book.take([order("one", ANA, proven=["email"], consent=consent)])
    more = {"phone": ONE, "tags": ["vip"], "activity": [{"kind": "bought"}]}
    [answer] = book.take(
        [order("one", ANA, proven=["email"], consent={"email": "unsubscribed", "sms": "subscribed"}, **more)]
    )
    assert (answer.reason, answer.consent) == ("repeat", {"email": "unsubscribed", "sms": "none"})
    assert "its refusal counts" in str(answer.detail)
    assert everybody(book) == {1: f"email={ANA}"}
    assert book.contact(1)["consent"] == {"email": "unsubscribed", "sms": "none"}


NO = {"email": "unsubscribed"}
YES = {"source": "form", "email": ANA, "proven": ["email"], "consent": {"email": "subscribed"}}


def state(book: Book) -> str:
    return str(book.consent(ANA)["state"])


@pytest.mark.parametrize(
    "first",
    [
        order("one", ANA, consent=NO),
        order("one", ANA, consent=NO, nickname="Ana"),
        order("one", ANA, consent=NO, at="2030-01-01"),
        order("one", ANA, consent=NO, contact_id=7, proven=["contact_id"]),
    ],
)
@pytest.mark.parametrize(
    "again", [{}, {"nickname": "Bea"}, {"at": "2026-11-22T09:00:00Z"}, {"email": ANA.upper()}]
)
def test_a_refusal_that_is_sent_again_undoes_no_yes(
    book: Book, clock: Clock, first: dict[str, object], again: dict[str, object]
) -> None:
    book.take([first])
    assert state(book) == "unsubscribed"
    clock.forward(minutes=1)
    book.take([YES])
    clock.forward(minutes=1)
    second = {**first, **again}
    [answer] = book.take([second])
    assert (state(book), answer.consent) == ("subscribed", {"email": "subscribed"})
    assert "its refusal counts" not in str(answer.detail)
    book.take([second, {**second, "key": "two", "at": None}])
    assert state(book) == "unsubscribed"


def test_another_refusal_under_the_key_counts(book: Book, clock: Clock) -> None:
    book.take([order("one", ANA, phone=ONE, consent=NO)])
    clock.forward(minutes=1)
    book.take([YES, {"source": "keyword", "phone": ONE, "consent": {"sms": "subscribed"}}])
    clock.forward(minutes=1)
    answers = book.take(
        [
            order("one", BEA, consent=NO),
            order("one", ANA, phone=ONE, consent={"sms": "unsubscribed"}),
            {"source": "form", "key": "one", "email": CARLA, "consent": NO},
        ]
    )
    assert [answer.reason for answer in answers] == ["repeat", "repeat", "created"]
    assert [book.consent(address)["state"] for address in (ANA, BEA, CARLA, ONE)] == [
        "subscribed",
        "unsubscribed",
        "unsubscribed",
        "unsubscribed",
    ]


def test_a_refusal_is_heard_once_in_a_batch_and_the_key_says_which(book: Book) -> None:
    book.take([order("one", ANA, consent=NO), order("one", ANA, consent=NO), order("one", ANA, consent=NO)])
    [entry] = book.consent(ANA)["log"]
    assert (entry["state"], entry["key"]) == ("unsubscribed", "one")


def test_an_address_that_does_not_work_is_told_under_a_taken_key_too(book: Book, clock: Clock) -> None:
    bounced = {"source": "api", "key": "one", "email": ANA, "activity": [{"kind": "hard_bounce"}]}
    book.take([YES | {"source": "api", "key": "one", "proven": []}])
    clock.forward(minutes=1)
    book.take([bounced])
    assert state(book) == "unsubscribed"
    assert book.everything(1)["activity"] == []
    clock.forward(minutes=1)
    book.take([YES])
    clock.forward(minutes=1)
    book.take([bounced])
    assert state(book) == "subscribed"


def test_what_was_undone_and_comes_again_undoes_no_yes(book: Book, clock: Clock) -> None:
    book.take([order("one", ANA, consent=NO)])
    book.undo(book.receipts()[0].id or 0)
    clock.forward(minutes=1)
    book.take([YES])
    clock.forward(minutes=1)
    [answer] = book.take([order("one", ANA, consent=NO)])
    assert (answer.reason, state(book)) == ("unchanged", "subscribed")


def test_an_erased_person_leaves_no_key(book: Book) -> None:
    book.take([order("one", ANA, consent=NO)])
    take_in(book, "email,first_name", f"{ANA},Bea", purpose="add_all")
    assert [entry.get("key") for entry in book.consent(ANA)["log"]] == ["one"]
    book.erase([1])
    assert [entry.get("key") for entry in book.consent(ANA)["log"]] == [None]
    assert state(book) == "unsubscribed"


def test_rows_that_say_the_same_under_two_keys_are_both_taken(book: Book) -> None:
    assert outcomes(book, order("one", ANA), order("two", ANA), order("two", BEA)) == [
        ("Imported", "created", 1),
        ("Skipped", "repeat", 1),
        ("Skipped", "repeat", 1),
    ]
    assert outcomes(book, order("two", BEA)) == [("Skipped", "repeat", 1)]
