"""What a child process does with a book; each deed takes and gives what JSON can carry."""

import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import onefold
from onefold.book import Book
from onefold.model.outcome import ReceiptStatus
from tests.torture import people

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
BATCH_ROWS = 20
OPTIONS: dict[str, Any] = {
    "tags": ["spring"],
    "into_list": "News",
    "new_fields": True,
    "notify": ["ops@example.com"],
}


def open_book(address: str, folder: str) -> Book:
    """A book whose files lie in that folder, whatever the store."""
    os.environ["XDG_DATA_HOME"] = folder
    return onefold.open(address, clock=lambda: NOW, batch_rows=BATCH_ROWS)


def open_only(address: str, folder: str) -> None:
    open_book(address, folder).close()


def make_book(address: str, folder: str) -> None:
    """A book that has seen something before."""
    with open_book(address, folder) as book:
        book.create_list("News")
        book.import_file(BytesIO(people.known().encode()))
        book.set_values(1, {"phone": "+447400199999"})
        book.block("email", "p7@example.com")


def import_people(address: str, folder: str, file: str) -> list[str]:
    """What was said on the way."""
    said: list[str] = []
    with open_book(address, folder) as book:
        book.import_file(Path(file), say=said.append, **OPTIONS)
    return said


def go_on(address: str, folder: str, file: str, way: str) -> list[str]:
    """What a person does who finds that an import did not come to its end: `--resume`, or the same again."""
    with open_book(address, folder) as book:
        begun = next((one for one in book.receipts() if one.source_name == Path(file).name), None)
    if begun is None:
        return import_people(address, folder, file)
    if begun.status is ReceiptStatus.COMPLETED and begun.results is not None:
        return ["was done"]
    if way == "again":
        said = import_people(address, folder, file)
        assert said, "a second import was begun"
        return said
    assert begun.id is not None
    with open_book(address, folder) as book:
        book.resume(begun.id)
    return ["resumed"]


def undo(address: str, folder: str) -> None:
    """Takes the newest import back, unless that has happened."""
    with open_book(address, folder) as book:
        imports = [one for one in book.receipts() if one.kind == "import"]
        if imports[0].undone_by is None:
            assert imports[0].id is not None
            book.undo(imports[0].id)


def check(address: str, folder: str) -> list[str]:
    """What is wrong with a book."""
    with open_book(address, folder) as book:
        return list(book.check())


DEEDS = {deed.__name__: deed for deed in (open_only, make_book, import_people, go_on, undo, check)}
