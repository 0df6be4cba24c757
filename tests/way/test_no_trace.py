"""A person lives through every door of a book, is erased, and then no byte of the book tells of her."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import pytest
from psycopg import sql

import onefold
from onefold.book import Book
from onefold.model.error import OnefoldError
from onefold.model.form import Submission
from onefold.model.keyword import Keyword
from onefold.stores import Writer
from onefold.way.consenting import Entry
from tests.way.at_the_desk import Clock, everybody, file, take_in

EMAIL, WRITTEN = "zoelisa.quill@trace-one.example", "Zoelisa.Quill@Trace-One.example"
SECOND, FORMER, TYPED = (
    "zq.second@trace-two.example",
    "zq.former@trace-three.example",
    "zq.typed@trace-six.example",
)
PHONE, NATIONAL, OLD_PHONE = "+447400987654", "07400 987 654", "+447400555123"
UNKNOWN = "+447400777222"
HERS = [
    UNKNOWN,
    *(EMAIL, WRITTEN, SECOND, FORMER, PHONE, NATIONAL, OLD_PHONE, "CRM-XQ77", "LOY-QX-881"),
    *("Zoëlisa", "Quíllfeather𓀀𓁹", "𓀀𓁹", "Trácetown", "likes qwertzinnias", "Elsewhereburg"),
    *("tracewording, please", "203.0.113.177", "TraceBrowser/9", "trace-page.example/zq"),
    *("order-trace-5511", "qx-sku-trace", "traceprattle", "undone@trace-four.example", "Undonia-trace"),
    *("late@trace-five.example", "zq-keeper-trace", "m-trace", "typist@trace-seven.example"),
]
"""What is only hers, as it stands in the book and as it stood in the files."""
OTHERS = [
    "bystander@others.example",
    "+447400222333",
    "Bystanderson",
    "keeper@others.example",
    "operator@others",
]
HEADER = "email,phone,first_name,last_name,crm_id,loyalty_id,City,Notes"


@pytest.fixture
def book(database_url: str, clock: Clock) -> Iterator[Book]:
    with onefold.open(database_url, clock=clock, batch_rows=3) as opened:
        yield opened


def her_life(book: Book, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What can be done to a person and by her, by every door; gives the ids that are hers."""
    _set_up(book)
    row = f"{WRITTEN},{NATIONAL},Zoëlisa,Quíllfeather𓀀𓁹,CRM-XQ77,LOY-QX-881,Trácetown,likes qwertzinnias"
    others = (
        "bystander@others.example,+447400222333,By,Bystanderson,C-2,,Porto,",
        "keeper@others.example,,Keep,Keeper,C-3,,Porto,",
    )
    refused = f"{WRITTEN},12,Zoëlisa,,,,,"
    book.import_file(
        file(HEADER, row, *others, refused),
        into_list="News",
        notify=["operator@others.example"],
        tags=["old"],
    )
    book.set_values(1, {"City": "Elsewhereburg", "phone": OLD_PHONE})
    book.set_values(1, {"phone": NATIONAL})
    book.set_values(1, {"email": FORMER})
    book.set_values(1, {"email": WRITTEN})
    # Another contact of hers becomes part of her, and she for a while of somebody else.
    book.take(
        [{"source": "api", "email": SECOND, "first_name": "Zoëlisa", "fields": {"Notes": "zq-keeper-trace"}}]
    )
    book.merge(1, [4])
    book.merge(3, [1])
    book.set_values(3, {"crm_id": "C-33"})
    book.split(1)
    _what_she_did(book, clock)
    _what_was_decided(book)
    # One of her contacts was taken back with its import, and another import that names her never ended.
    undone = take_in(book, "email,first_name", "undone@trace-four.example,Undonia-trace")
    hers = max(everybody(book))
    book.undo(int(undone.id or 0))
    _interrupt(book, monkeypatch)
    doubles = [
        number
        for number, told in everybody(book).items()
        if any(each in told for each in ("late@", "typist@", UNKNOWN))
    ]
    return [1, hers, *doubles]


def _set_up(book: Book) -> None:
    book.set_setting("link_base", "https://contacts.example.com")
    book.set_setting("region", "GB")
    book.add_identifier("loyalty_id")
    book.add_field("City", "text")
    book.add_field("Notes", "text")
    book.create_list("News")
    told = {"title": "News", "fields": ["email", "phone", "first_name"]}
    book.save_form("news", told | {"consent": {"email": "Send me news."}})
    book.save_keyword(Keyword("JOIN", "Text JOIN to get offers.", question="What is your email address?"))


def _what_she_did(book: Book, clock: Clock) -> None:
    said = {"state": "subscribed", "wording": "Yes, tracewording, please", "ip": "203.0.113.177"}
    order = {
        "source": "checkout",
        "at": "2026-11-22T09:00:00Z",
        "key": "order-trace-5511",
        "proven": ["email"],
    }
    bought = {"kind": "bought", "payload": {"sku": "qx-sku-trace"}}
    api = {"source": "api", "email": EMAIL, "activity": [bought]}
    [bought_there, done] = book.take([order | {"email": EMAIL, "consent": {"email": said}}, api])
    assert "Error" not in (bought_there.status, done.status), (bought_there, done)
    where = ("https://trace-page.example/zq", "203.0.113.177", "TraceBrowser/9")
    taken = book.submit("news", Submission({"email": EMAIL, "phone": PHONE, "consent.email": "on"}, *where))
    assert taken.contact_id == 1
    for number, body in enumerate(("JOIN", "no more of this traceprattle, please", "STOP")):
        clock.forward(minutes=1)
        book.receive_text(from_=PHONE, body=body, message_id=f"m-trace-{number}")
    # From a number that nobody knew: she is asked for her address, and does not answer.
    book.receive_text(from_=UNKNOWN, body="JOIN")
    book.record_consent(SECOND, Entry("unsubscribed"))
    records = [{"source": "api", "key": f"k-{address}", "email": address} for address in (EMAIL, OTHERS[0])]
    lines = "\n".join(json.dumps(record) for record in records)
    plan = book.plan_records(file(lines))
    book.apply(plan)


def _what_was_decided(book: Book) -> None:
    book.block("phone", OLD_PHONE)
    book.share("email", FORMER)
    # What somebody else typed waits in review, and a file knows an older number of hers.
    book.take(
        [{"source": "form", "email": "typist@trace-seven.example", "proven": ["email"], "phone": PHONE}]
    )
    take_in(book, "email,phone", f"{EMAIL},{OLD_PHONE}")


def _interrupt(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = Writer.apply, count()

    def stopped(self: Writer, *arguments: Any, **named: Any) -> Any:
        if next(written) == 1:
            raise KeyboardInterrupt
        return write(self, *arguments, **named)

    rows = [f"late@trace-five.example,{n}," if n == 0 else f"other{n}@others.example,," for n in range(5)]
    with monkeypatch.context() as patch, pytest.raises(OnefoldError):
        patch.setattr(Writer, "apply", stopped)
        take_in(book, "email,Notes,City", *rows)


def traces(book: Book, url: str, words: list[str]) -> dict[str, list[str]]:
    """Which of these words stand where, in the database and in the files beside it, in any case."""
    texts = dict(_database(url)) | dict(_files(book._store.files))
    return {
        where: found
        for where, text in texts.items()
        if (found := [word for word in words if word.lower() in text.lower()])
    }


def _database(url: str) -> Iterator[tuple[str, str]]:
    if url.startswith("postgresql"):
        with psycopg.connect(url) as connection:
            names = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            for (name,) in names:
                rows = connection.execute(sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(name)))
                yield name, "\n".join(row[0] for row in rows)
        return
    path = Path(url.removeprefix("sqlite:///"))
    for each in path.parent.glob(f"{path.name}*"):
        if each.is_file():
            yield each.name, each.read_bytes().decode("utf-8", errors="ignore")


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.suffix == ".arrow":
            frame = pl.read_ipc(path)
            yield str(path), "\n".join(map(str, frame.rows()))
        elif path.is_file():
            yield str(path), path.read_bytes().decode("utf-8", errors="ignore")


def test_no_byte_tells_of_who_was_erased(
    book: Book, database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = her_life(book, clock, monkeypatch)
    there = {word for found in traces(book, database_url, HERS).values() for word in found}
    assert there == set(HERS), set(HERS) - there
    before = {number: told for number, told in everybody(book).items() if number not in hers}

    receipt = book.erase(hers)

    assert traces(book, database_url, HERS) == {}
    assert {word for found in traces(book, database_url, OTHERS).values() for word in found} == set(OTHERS)
    assert everybody(book) == before
    assert [line for line in book.check() if not line.startswith("warning")] == []
    assert not any(word in json.dumps(receipt.as_dict(), ensure_ascii=False) for word in HERS)
    for undoable in book.receipts():
        try:
            book.undo(int(undoable.id or 0))
        except OnefoldError as error:
            assert error.code in ("already_undone", "erased_for_good"), error
    assert traces(book, database_url, HERS) == {}
    assert not set(hers) & set(everybody(book))
