"""What each of eight people does with one book, all at once. Each gives what it was refused, by code."""

import random
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import Any

from onefold.book import Book
from onefold.model.error import OnefoldError
from tests.torture import people
from tests.torture.deeds import open_book

ROUNDS = 5
RECORDS = 40
NOT_TAKEN = ("repeat", "identifier_taken", "identifier_shared", "conflict")
OF_OLD = 3
"""Receipts of the book as it was before all this."""


def tried(deeds: list[Callable[[], Any]]) -> dict[str, int]:
    """Does all of them; what cannot be done is refused in so many words, and that is fine."""
    refused: Counter[str] = Counter()
    for deed in deeds:
        try:
            deed()
        except OnefoldError as error:
            refused[error.code] += 1
    return dict(refused)


def crowd_import(address: str, folder: str, seed: int) -> dict[str, int]:
    """Imports, the second with a field that the book has not."""
    with open_book(address, folder) as book:
        files = [people.file(seed * 10 + number, 30).encode() for number in range(2)]
        return tried([lambda file=file: book.import_file(BytesIO(file), new_fields=True) for file in files])


def crowd_set(address: str, folder: str, seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    with open_book(address, folder) as book:
        return tried([lambda: _set(book, chance) for _ in range(ROUNDS * 2)])


def _set(book: Book, chance: random.Random) -> None:
    number = chance.randrange(60)
    value = chance.choice(
        ({"email": f"p{number}@example.com"}, {"phone": f"+4474001{number:05}"}, {"first_name": "By hand"})
    )
    book.set_values(chance.randint(1, 50), value)


def crowd_merge(address: str, folder: str, seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    with open_book(address, folder) as book:
        pairs = [chance.sample(range(1, 41), 2) for _ in range(ROUNDS * 2)]
        return tried([lambda keep=keep, other=other: book.merge(keep, [other]) for keep, other in pairs])


def crowd_undo(address: str, folder: str, seed: int) -> dict[str, int]:
    """Takes something back, also what is under way."""
    chance = random.Random(seed)
    with open_book(address, folder) as book:
        return tried([lambda: _undo(book, chance) for _ in range(ROUNDS)])


def _undo(book: Book, chance: random.Random) -> None:
    recent = [receipt.id for receipt in book.receipts()[:6] if receipt.id is not None and receipt.id > OF_OLD]
    if recent:
        book.undo(chance.choice(recent))


def crowd_take(address: str, folder: str, seed: int) -> dict[str, int]:
    """Records of every kind, the same in every process and in an order of its own; gives the keys that were
    taken here, and how often.
    """
    chance = random.Random(seed)
    records = [_record(number) for number in range(RECORDS)]
    chance.shuffle(records)
    taken: Counter[str] = Counter()
    with open_book(address, folder) as book:
        for first in range(0, RECORDS, 5):
            answers = book.take(records[first : first + 5])
            taken.update(str(answer.key) for answer in answers if answer.reason not in NOT_TAKEN)
    return dict(taken)


def _record(number: int) -> dict[str, Any]:
    """A text, an order, a form or a call, of one of sixty people."""
    person = number * 7 % 60
    email, phone = f"p{person}@example.com", f"+4474001{person:05}"
    key = f"record-{number}"
    match number % 4:
        case 0:
            said = {"source": "keyword", "phone": phone, "body": "STOP" if number % 8 else "START"}
        case 1:
            said = {"source": "checkout", "email": email, "phone": phone, "consent": {"sms": "subscribed"}}
            said |= {"activity": [{"kind": "bought", "payload": {"order": number}}]}
        case 2:
            said = {
                "source": "form",
                "email": email,
                "first_name": "Typed",
                "consent": {"email": "subscribed"},
            }
        case _:
            said = {"source": "profile_update", "proven": ["email"], "email": email, "phone": phone}
    return said | {"key": key}


def crowd_read(address: str, folder: str, seed: int) -> dict[str, int]:
    """Reads, and is never refused anything: whatever goes wrong here is an error."""
    with open_book(address, folder) as book:
        for _ in range(ROUNDS * 8):
            assert len({contact["id"] for contact in book.contacts(limit=1000)}) >= 1
            book.receipts()
            book.review()
        book.contacts(search="first1")
    return {}


CROWD = {
    deed.__name__: deed for deed in (crowd_take, crowd_import, crowd_set, crowd_merge, crowd_undo, crowd_read)
}
