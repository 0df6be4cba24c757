"""An export that is imported again changes nothing: no value, tag, list, consent, and no entry of a log."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onefold.book import Book
from onefold.model.receipt import Receipt
from onefold.way.consenting import Entry
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.way.at_the_desk import ANA, BEA, ONE, TWO, Clock, take_in

FORMATS = ("csv", "xlsx", "parquet", "jsonl")


@pytest.fixture(params=FORMATS)
def format_(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def people(opened: Callable[[], Book], clock: Clock) -> Book:
    """People with all that an export could get wrong."""
    book = opened()
    book.set_setting("region", "GB")
    book.add_identifier("loyalty_id")
    book.add_field("City", "text", default="Lisbon")
    book.add_field("Score", "number")
    book.add_field("Born", "date")
    book.add_field("VIP", "yes_no", default="No")
    book.add_field("Size", "choice", choices=["S", "M"], default="M")
    book.add_field("Notes", "text", access="private")
    book.add_field("Mobile", "text")
    book.add_field("E-mail", "text")
    book.add_field("=1+1", "text")
    take_in(
        book,
        "email,phone,crm_id,loyalty_id,first_name,full_name,City,Score,Born,VIP,Size,Notes,Mobile,E-mail,=1+1",
        f'Ana@Example.com,{ONE},C-1,-L1,Ana,"Silva, Ana",Porto,1.234,1980-03-22,yes,S,=rude,0170,x@y,=2+2',
        f"{BEA},+60189988776,,,'Bea,,Lisbon,-1234567.5,1899-12-31,no,,,,,",
        f",{TWO},=C,,+Carla,,,0.0000001,2999-12-31,,M,@note,,,",
        "Dora@Münch.example,,,,,,,12345,,,,,,,",
        tags=["A, B", '"C"', "new"],
        into_list="News, letters",
    )
    take_in(book, "email", ANA, tags=["=tag"], into_list="=list")
    book.set_values(1, {"phone": "+447400100077"})
    return book


def back(book: Book, file: Path, **options: Any) -> Receipt:
    return book.import_file(file, **({"import_tag": False, "remembered_mapping": False} | options))


def everything(book: Book) -> list[Any]:
    """All that the book knows of everybody, and the whole log of consent."""
    contacts = [contact | {"updated_at": None} for contact in book.contacts(limit=1_000)]
    with book._store.reader() as reader:
        log = reader.whole_consent_log().rows()
    return [contacts, book.tags(), book.lists(), log, book.fields()]


def unchanged(book: Book, file: Path, rows: int, **options: Any) -> None:
    before = everything(book)
    receipt = back(book, file, **options)
    assert receipt.reasons == {"unchanged": rows}, (receipt.reasons, receipt.warnings)
    assert everything(book) == before
    assert receipt.changed == 0


def test_an_export_read_back_changes_nothing(people: Book, tmp_path: Path, format_: str) -> None:
    file = tmp_path / f"out.{format_}"
    people.export(file)
    unchanged(people, file, 4)
    unchanged(people, file, 4, new_fields=True)


def test_nor_with_private_fields(people: Book, tmp_path: Path, format_: str) -> None:
    file = tmp_path / f"out.{format_}"
    people.export(file, columns="all,Notes")
    unchanged(people, file, 4)


def test_nor_with_consent(people: Book, clock: Clock, tmp_path: Path, format_: str) -> None:
    header = "email,phone,consent.email,consent.email.date,consent.email.wording,consent.sms"
    take_in(people, header, f"{ANA},,yes,2024-05-01,I agree,no", f"{BEA},+60189988776,pending,,,yes")
    clock.forward(hours=1)
    people.record_consent(TWO, Entry("subscribed"))
    clock.forward(hours=1)
    people.record_consent(BEA, Entry("unsubscribed"))
    clock.forward(hours=1)
    people.set_values(2, {"email": "bea.new@example.com"})
    take_in(people, "email,consent.email", "bea.new@example.com,yes")
    clock.forward(hours=1)
    file = tmp_path / f"out.{format_}"
    people.export(file, consent=True)
    assert people.contact(2)["consent"]["email"] == "unsubscribed"
    unchanged(people, file, 4)


def test_nor_with_households_and_whoever_was_kept_apart(
    opened: Callable[[], Book], tmp_path: Path, format_: str
) -> None:
    """The shipped examples: one mailbox of several people, a couple on one phone, a number that changed."""
    book = opened()
    book.set_setting("region", "US")
    for example in sorted((Path(__file__).parents[2] / "examples").glob("*.csv")):
        book.import_file(example, new_fields=True)
    waiting = len(book.review())
    file = tmp_path / f"out.{format_}"
    book.export(file, consent=True)
    unchanged(book, file, book.count())
    assert len(book.review()) == waiting


def test_what_was_edited_in_it_is_what_changes(people: Book, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    people.export(file)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Porto", "'=SUM(A1)").replace("1.234", "5"), encoding="utf-8")
    assert back(people, file).reasons == {"unchanged": 3, "updated": 1}
    assert people.contact(1)["fields"]["City"] == "=SUM(A1)"
    assert people.contact(1)["fields"]["Score"] == 5


@needs_shared_data
def test_hostile_texts_come_back_as_they_were(
    opened: Callable[[], Book], tmp_path: Path, format_: str
) -> None:
    book = opened()
    hostile = SHARED_DATA / "hostile"
    texts = json.loads((hostile / "blns/blns.json").read_text(encoding="utf-8"))
    texts += json.loads((hostile / "csv-injection/payloads_all_the_things.json").read_text(encoding="utf-8"))
    texts += (hostile / "csv-injection/payloadbox_csv-payload.txt").read_text(encoding="utf-8").splitlines()
    texts += [
        "'=1",
        "''=1",
        "_x0041_",
        "a\r\nb",
        "a\rb",
        "a\nb",
        "a\u2028b\x85c",
        "\x0bx\x1fy",
        "\ufeffz",
        "a\tb",
    ]
    texts += ["x" * 30_000, "\U0001f600" * 10_000]
    book.add_field("Text", "text")
    book.take(
        [
            {"source": "api", "email": f"{number}@example.com", "fields": {"Text": text}}
            for number, text in enumerate(texts)
        ]
    )
    file = tmp_path / f"out.{format_}"
    book.export(file)
    unchanged(book, file, len(texts))


def test_cells_too_long_for_a_workbook_are_told_and_change_nothing(people: Book, tmp_path: Path) -> None:
    people.set_values(1, {"City": "x" * 40_000})
    done = people.export(tmp_path / "out.xlsx")
    assert done.notes == [
        "a cell of 'City' is longer than a workbook can hold (32,767 characters), and left blank"
    ]
    unchanged(people, tmp_path / "out.xlsx", 4)
