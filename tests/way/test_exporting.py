"""Contacts written out: which columns, whom, how, and what is on the record afterwards."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import polars as pl
import pytest

from onefold.book import Book
from onefold.report.csv_export import CsvExport
from onefold.stores import Reader, exports
from onefold.way import exporting
from onefold.way.consenting import Entry
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, TWO, Clock, file, refusal, take_in

CONSENTED = ("email", "consent.email", "consent.email.date", "consent.email.source", "consent.email.wording")


@pytest.fixture
def people(opened: Callable[[], Book]) -> Book:
    """Three people with fields of every type, one of them private, on both stores."""
    book = opened()
    book.set_setting("region", "GB")
    book.add_field("City", "text")
    book.add_field("Age", "number")
    book.add_field("Born", "date")
    book.add_field("VIP", "yes_no", default="No")
    book.add_field("Notes", "text", access="private")
    take_in(
        book,
        "email,phone,first_name,City,Age,Born,VIP,Notes",
        f"Ana@Example.com,{ONE},Ana,Porto,34,1980-03-22,yes,rude",
        f"{BEA},,Bea,,1.25,,,",
        f',{TWO},Carla,"Graça, Lisboa",,1899-12-31,no,',
        tags=["A, B", "new"],
        into_list="Newsletter",
    )
    return book


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_csv_has_every_public_column_typed_as_people_write_it(people: Book, tmp_path: Path) -> None:
    done = people.export(tmp_path / "out.csv")
    ana, bea, carla = rows_of(tmp_path / "out.csv")
    code = people.short_id
    assert list(ana) == [
        *("Contact ID", "CRM ID", "First Name", "Last Name", "Full Name", "Email", "Phone"),
        *("City", "Age", "Born", "VIP", "Tags", "Lists", "Created", "Updated"),
    ]
    assert (ana["Contact ID"], ana["Email"], ana["Phone"]) == (f"{code}-1", "Ana@Example.com", ONE)
    assert (ana["Age"], bea["Age"], ana["Born"], carla["Born"]) == ("34", "1.25", "1980-03-22", "1899-12-31")
    assert [each["VIP"] for each in (ana, bea, carla)] == ["yes", "no", "no"]
    assert (ana["Tags"], ana["Lists"]) == ('"A, B", new', "Newsletter")
    assert carla["City"] == "Graça, Lisboa"
    assert done.private_left_out == ["Notes"]
    assert done.contacts == 3


def test_csv_is_utf8_with_the_line_ends_of_rfc_4180(people: Book, tmp_path: Path) -> None:
    people.export(tmp_path / "out.csv", columns="City")
    assert (tmp_path / "out.csv").read_bytes() == '"City"\r\n"Porto"\r\n""\r\n"Graça, Lisboa"\r\n'.encode()


def test_columns_are_named_by_field_or_header_in_that_order(people: Book, tmp_path: Path) -> None:
    done = people.export(tmp_path / "out.csv", columns="notes, Email, first_name, email")
    assert list(rows_of(tmp_path / "out.csv")[0]) == ["Notes", "Email", "First Name"]
    assert done.private_left_out == []
    people.export(tmp_path / "out.csv", columns=["all", "Notes"])
    assert rows_of(tmp_path / "out.csv")[0]["Notes"] == "rude"


def test_a_column_that_is_not_there_is_named_with_what_is_near(people: Book, tmp_path: Path) -> None:
    with refusal("unknown_column") as told:
        people.export(tmp_path / "out.csv", columns="Email,Fist name")
    assert told[0].hint == "did you mean 'first_name'?"
    with refusal("unknown_column"):
        people.export(tmp_path / "out.csv", columns="'; DROP TABLE contact; --")
    assert list(tmp_path.glob("*.csv")) == []


def test_an_export_is_of_whom_was_asked(people: Book, tmp_path: Path) -> None:
    people.add_field("Extra", "text")
    take_in(people, "email,phone", f"{BEA},", f",{TWO}", tags=["some"])
    assert people.export(tmp_path / "out.csv", tag="some").contacts == 2
    rules = {"field": "first_name", "is": "equals", "value": "Bea"}
    assert people.export(tmp_path / "out.csv", tag="some", rules=rules).choice == {
        "rules": rules,
        "tag": "some",
    }
    assert [each["First Name"] for each in rows_of(tmp_path / "out.csv")] == ["Bea"]
    people.remove([2])
    assert people.export(tmp_path / "out.csv", list="Newsletter").contacts == 2
    with refusal("unknown_list"):
        people.export(tmp_path / "out.csv", list="%")


def test_an_export_for_a_channel_holds_only_who_may_be_reached(people: Book, tmp_path: Path) -> None:
    take_in(
        people,
        "email,phone,consent.email,consent.sms",
        f"{ANA},{ONE},yes,no",
        f"{BEA},,pending,",
        f"{CARLA},+447400100009,no,yes",
        "dora@example.com,,,",
        "eva@example.com,,yes,",
    )
    done = people.export(tmp_path / "out.csv", channel="email", columns="email")
    assert rows_of(tmp_path / "out.csv") == [{"Email": "Ana@Example.com"}, {"Email": "eva@example.com"}]
    assert done.not_reached == {"no_address": 1, "none": 1, "pending": 1, "unsubscribed": 1}
    assert people.export(tmp_path / "out.csv", channel="sms", columns="phone").contacts == 1
    assert rows_of(tmp_path / "out.csv") == [{"Phone": "+447400100009"}]
    with refusal("bad_value"):
        people.export(tmp_path / "out.csv", channel="fax")


def test_a_refusal_at_a_former_address_keeps_a_person_out(people: Book, clock: Clock, tmp_path: Path) -> None:
    take_in(people, "email,consent.email", f"{ANA},no")
    people.set_values(1, {"email": "ana.new@example.com"})
    take_in(people, "email,consent.email", "ana.new@example.com,yes")
    assert people.export(tmp_path / "out.jsonl", channel="email").contacts == 0
    clock.forward(minutes=1)
    evidence = {"method": "paper", "wording": "Yes, write to me"}
    people.record_consent("ana.new@example.com", Entry("subscribed", evidence=evidence))
    people.export(tmp_path / "out.jsonl", channel="email")
    [line] = (tmp_path / "out.jsonl").read_text().splitlines()
    assert ANA not in line
    assert json.loads(line)["email"] == "ana.new@example.com"


def test_consent_comes_with_since_when_and_its_proof(people: Book, tmp_path: Path) -> None:
    header = ",".join(CONSENTED)
    take_in(people, header, f"{ANA},yes,2024-05-01T10:00:00Z,newsletter form,I agree")
    people.export(tmp_path / "out.csv", consent=True)
    ana, bea, carla = rows_of(tmp_path / "out.csv")
    assert [ana[name] for name in CONSENTED[1:]] == [
        *("subscribed", "2024-05-01T10:00:00Z", "import: newsletter form", "I agree")
    ]
    assert [bea[name] for name in CONSENTED[1:]] == ["none", "", "", ""]
    assert carla["consent.sms"] == "none"


def test_json_lines_are_contacts_as_the_book_shows_them(people: Book, tmp_path: Path) -> None:
    take_in(people, "email,consent.email", f"{ANA},yes")
    people.set_values(1, {"phone": "+447400100077"})
    people.export(tmp_path / "out.jsonl", consent=True, columns="all,Notes")
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    for line, contact in zip(told, people.contacts(), strict=True):
        assert {name: line[name] for name in contact} == contact
        assert line["contact_id"] == f"{people.short_id}-{contact['id']}"


def test_parquet_is_typed(people: Book, tmp_path: Path) -> None:
    people.export(tmp_path / "out.parquet")
    read = pl.read_parquet(tmp_path / "out.parquet")
    assert read.schema["Age"] == pl.Float64
    assert read.schema["Born"] == pl.Date
    assert read.schema["VIP"] == pl.Boolean
    assert read.schema["tags"] == pl.List(pl.String)
    assert read.schema["created_at"] == pl.Datetime("ms", "UTC")
    assert read["tags"].to_list()[0] == ["A, B", "new"]


def test_formulas_are_guarded_but_for_phones_and_numbers(people: Book, tmp_path: Path) -> None:
    people.add_field("=cmd|'/C calc'!A0", "text")
    people.set_values(1, {"City": "=1+1", "Age": "-5", "last_name": "@SUM(1)"})
    people.export(tmp_path / "out.csv")
    people.export(tmp_path / "out.xlsx")
    ana = rows_of(tmp_path / "out.csv")[0]
    assert (ana["City"], ana["Last Name"], ana["Age"], ana["Phone"]) == ("'=1+1", "'@SUM(1)", "-5", ONE)
    assert "'=cmd|'/C calc'!A0" in ana
    with ZipFile(tmp_path / "out.xlsx") as workbook:
        sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "'=1+1" in sheet


@needs_shared_data
def test_no_payload_gets_out_as_it_is(people: Book, tmp_path: Path) -> None:
    payloads = json.loads(
        (SHARED_DATA / "hostile/csv-injection/payloads_all_the_things.json").read_text(encoding="utf-8")
    )
    people.take(
        [{"source": "api", "email": f"{n}@example.com", "last_name": text} for n, text in enumerate(payloads)]
    )
    people.export(tmp_path / "out.csv", columns="last_name")
    cells = [each["Last Name"] for each in rows_of(tmp_path / "out.csv")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_file_gives_way_once_the_new_one_is_whole(
    people: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.csv"
    target.write_text("what was there")
    before = len(people.exports())

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(CsvExport, "add", full)
        with refusal("disk_full", status=1):
            people.export(target)
    assert target.read_text() == "what was there"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".out")) == []
    assert len(people.exports()) == before
    people.export(target)
    assert len(rows_of(target)) == 3


@pytest.mark.parametrize("name", ["out.txt", "out", "nowhere/out.csv", "folder.csv"])
def test_a_place_that_cannot_be_written_to_is_one_line(people: Book, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with refusal("bad_target"):
        people.export(tmp_path / name)


def test_an_export_is_on_the_record_and_changes_nothing(people: Book, tmp_path: Path) -> None:
    contacts, history = people.contacts(), people.history(1)
    plan = people.plan(file("email", CARLA))
    done = people.export(tmp_path / "out.csv", columns="Email,Notes", list="Newsletter")
    [listed] = people.exports()
    assert listed == done
    assert (listed.file, listed.contacts) == (str(tmp_path / "out.csv"), 3)
    assert list(listed.columns) == ["email", "Notes"]
    assert people.receipt(done.id).kind == "export"
    assert (people.contacts(), people.history(1)) == (contacts, history)
    with refusal("nothing_to_undo"):
        people.undo(done.id)
    assert people.apply(plan).rows == 1
    assert list(people.check()) == []


def test_few_contacts_are_in_memory_at_once(
    people: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(people, "email", *(f"{number}@example.com" for number in range(20)))
    held: list[int] = []
    read = Reader.columns_of

    def counted(self: Reader, ids: pl.Series, columns: Any) -> pl.DataFrame:
        held.append(len(ids))
        return read(self, ids, columns)

    monkeypatch.setattr(exporting, "AT_A_TIME", 4)
    monkeypatch.setattr(exports, "IDS_AT_ONCE", 10)
    monkeypatch.setattr(Reader, "columns_of", counted)
    for name in ("out.csv", "out.xlsx", "out.parquet", "out.jsonl"):
        held.clear()
        assert people.export(tmp_path / name).contacts == 23
        assert sum(held) == 23
        assert max(held) <= 4
    assert [each["Contact ID"] for each in rows_of(tmp_path / "out.csv")] == [
        f"{people.short_id}-{number}" for number in range(1, 24)
    ]


def test_nobody_is_a_file_with_a_header(people: Book, tmp_path: Path) -> None:
    people.create_list("Empty")
    for name in ("out.csv", "out.xlsx", "out.parquet", "out.jsonl"):
        assert people.export(tmp_path / name, list="Empty").contacts == 0
        assert (tmp_path / name).is_file()
    assert rows_of(tmp_path / "out.csv") == []
