"""A book of invented people, told by small files, and what became of it in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from onefold.book import Book
from onefold.model.error import OnefoldError
from onefold.model.receipt import Receipt

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
ANA, BEA, CARLA = "ana@example.com", "bea@example.com", "carla@example.com"
ONE, TWO, THREE = "+447400100001", "+447400100002", "+447400100003"


class Clock:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


def file(*rows: str) -> BytesIO:
    """A CSV file, header first."""
    return BytesIO("\n".join(rows).encode() + b"\n")


def take_in(book: Book, *rows: str, **options: Any) -> Receipt:
    """Imports a file, without the import's own tag."""
    return book.import_file(file(*rows), **({"import_tag": False} | options))


def shown(book: Book, contact_id: int) -> str:
    """A contact in words: its values, `field NAME`, tags, lists, and aliases as `kind~value:why`."""
    contact = book.contact(contact_id)
    plain = ("crm_id", "email", "phone", "first_name", "last_name", "full_name")
    told = [f"{name}={contact[name]}" for name in plain if contact[name] is not None]
    told += [f"{name}={value}" for name, value in contact["fields"].items() if value is not None]
    told += [f"#{tag}" for tag in contact["tags"]] + [f"@{name}" for name in contact["lists"]]
    aliases = [f"{alias['kind']}~{alias['value']}:{alias['why']}" for alias in contact["aliases"]]
    return " ".join(told + sorted(aliases))


def everybody(book: Book) -> dict[int, str]:
    """All contacts of the book in words."""
    return {contact["id"]: shown(book, contact["id"]) for contact in book.contacts()}


@contextmanager
def refusal(code: str, *, status: int = 2) -> Iterator[list[OnefoldError]]:
    """What is done within is refused, in one line with a hint; the error is in the list afterwards."""
    told: list[OnefoldError] = []
    with pytest.raises(OnefoldError) as caught:
        yield told
    error = caught.value
    assert (error.code, error.exit_status) == (code, status), error
    assert "\n" not in str(error)
    told.append(error)
