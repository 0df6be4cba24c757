"""Texts to a book, and what came of them."""

from collections.abc import Callable

from onefold.book import Book
from onefold.model.keyword import Keyword
from onefold.way.texts import Received
from tests.way.at_the_desk import ONE

WORDING = "Text JOIN to get our offers by text. Message rates apply."
JOIN = Keyword("JOIN", WORDING, list="Texts", tags=("fair",), reply="Welcome!")
ASKING = Keyword("JOIN", WORDING, reply="Welcome!", question="What is your email address?")

Send = Callable[..., Received]


def laid_out(book: Book) -> list[tuple[str, str, str]]:
    """What waits in the outbox: kind, recipient, body."""
    with book._store.reader() as reader:
        return [(notice["kind"], notice["recipient"], notice["body"]) for notice in reader.outbox()]


def sms(book: Book, contact_id: int = 1) -> str:
    state: str = book.contact(contact_id)["consent"]["sms"]
    return state


def refused(book: Book, phone: str = ONE) -> bool:
    return bool(book.consent(phone)["state"] == "unsubscribed")
