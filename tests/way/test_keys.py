"""A record with a key is taken once."""

from collections.abc import Callable, Iterator

import pytest

from onefold.book import Book
from tests.way.at_the_desk import ANA, BEA, CARLA, everybody


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


def test_a_record_that_is_not_taken_says_nothing(book: Book) -> None:
    consent = {"email": "subscribed"}
    book.take([order("one", ANA, proven=["email"], consent=consent)])
    book.take([order("one", ANA, proven=["email"], consent={"email": "unsubscribed"}, tags=["vip"])])
    assert book.contact(1)["consent"]["email"] == "subscribed"
    assert book.contact(1)["tags"] == []


def test_rows_that_say_the_same_under_two_keys_are_both_taken(book: Book) -> None:
    assert outcomes(book, order("one", ANA), order("two", ANA), order("two", BEA)) == [
        ("Imported", "created", 1),
        ("Skipped", "repeat", 1),
        ("Skipped", "repeat", 1),
    ]
    assert outcomes(book, order("two", BEA)) == [("Skipped", "repeat", 1)]
