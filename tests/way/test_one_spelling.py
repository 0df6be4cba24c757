"""Whatever door it comes by, a text with its accents apart (NFD) is the text with its accents in it (NFC)."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import normalize

import polars as pl
import pytest
import xlsxwriter

from onefold.book import Book
from onefold.model.consent import ConsentState
from onefold.model.form import Submission
from onefold.model.keyword import Keyword
from onefold.way.consenting import Entry
from onefold.way.erased_refusals import address_hash, hashed
from onefold.way.secret import book_secret
from tests.way.at_the_desk import ANA, BEA, ONE, Clock, everybody, file, refusal, shown, take_in

JOSE = "jos\u00e9@example.com"
RULES = {"include": {"all": [{"field": "Ciudad n\u00fa", "is": "starts_with", "value": "\u00c9vo"}]}}


def apart(said: Any) -> Any:
    """The same with every accent behind its letter."""
    if isinstance(said, str):
        return normalize("NFD", said)
    if isinstance(said, dict):
        return {apart(key): apart(value) for key, value in said.items()}
    return [apart(each) for each in said] if isinstance(said, list) else said


@pytest.fixture
def book(opened: Callable[[], Book]) -> Iterator[Book]:
    """A book on each store."""
    yield opened()


def apart_too(*rows: str) -> BytesIO:
    return file(*map(apart, rows))


def test_a_file_means_the_same_people(book: Book) -> None:
    book.add_field("Ciudad nú", "text")
    book.add_identifier("loyalty_id")
    rows = ("email,first_name,Ciudad nú,loyalty_id,crm_id,tags,lists", f"{JOSE},José,Évora,É-1,Ñ-1,café,Sé")
    mapping = {"tags": "tags", "lists": "lists"}
    take_in(book, *rows, mapping=mapping)
    told = everybody(book)
    receipt = book.import_file(apart_too(*rows), mapping=mapping, import_tag=False)
    assert receipt.reasons in ({"unchanged": 1}, {"updated": 1})
    assert (
        everybody(book) == told == {1: f"crm_id=Ñ-1 email={JOSE} first_name=José Ciudad nú=Évora #café @Sé"}
    )
    assert book.check() == []


def test_two_spellings_in_one_file_are_one_person(book: Book) -> None:
    receipt = take_in(
        book, "email,first_name", f"{JOSE},José", f"{apart(JOSE)},{apart('José')}", f"{BEA},Bea"
    )
    assert receipt.reasons == {"created": 2, "repeat": 1}
    assert everybody(book) == {1: f"email={JOSE} first_name=José", 2: f"email={BEA} first_name=Bea"}


def test_headers_are_the_same(book: Book) -> None:
    header = "Correo ñ,Prénom é"
    options: dict[str, Any] = {"mapping": {"Correo ñ": "email"}, "skip": ["Prénom é"]}
    receipt = book.import_file(apart_too(header, f"{ANA},Ana"), import_tag=False, **apart(options))
    assert receipt.mapping == {"Correo ñ": "email", "Prénom é": None}
    assert not any("repeated" in line for line in receipt.warnings)
    again = book.plan(file(header, f"{ANA},Ana"), import_tag=False)
    assert again.warnings[0] == "mapped as in import 1: 'Correo ñ' as email, 'Prénom é' left out"


def test_a_new_field_has_one_name(book: Book) -> None:
    book.import_file(apart_too("email,Señal", f"{ANA},É"), import_tag=False, new_fields=True)
    take_in(book, "email,Señal", f"{BEA},È", new_fields=True)
    assert [field.name for field in book.fields()] == ["Señal"]
    both = ("email,Niño," + apart("Niño"), f"{ANA},1,2")
    take_in(book, *both, new_fields=True)
    assert [field.name for field in book.fields()] == ["Señal", "Niño", "Niño (2)"]


def test_json_lines_have_the_same_keys(book: Book) -> None:
    book.add_field("Año", "number")
    lines = f'{{"email": "{ANA}", "Año": 1}}\n{{"email": "{BEA}", "{apart("Año")}": 2}}\n'
    book.import_file(BytesIO(lines.encode()), import_tag=False)
    assert everybody(book) == {1: f"email={ANA} Año=1.0", 2: f"email={BEA} Año=2.0"}


def test_a_sheet_is_named_in_either_spelling(book: Book, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "people.xlsx") as workbook:
        workbook.add_worksheet("First").write(0, 0, "nothing")
        workbook.add_worksheet(apart("Añadir")).write_column(0, 0, ["email", ANA])
    book.import_file(str(tmp_path / "people.xlsx"), sheet="Añadir", import_tag=False)
    assert everybody(book) == {1: f"email={ANA}"}


def test_records_say_the_same(book: Book) -> None:
    book.add_field("Ciudad", "choice", choices=["Évora"])
    record = {"source": "api", "email": JOSE, "key": "ordén-1", "tags": ["café"], "lists": ["Sé"]}
    record |= {"first_name": "José", "fields": {"Ciudad": "évora"}}
    assert [answer.reason for answer in book.take([apart(record)])] == ["created"]
    assert [answer.reason for answer in book.take([record, apart(record)])] == ["repeat", "repeat"]
    assert everybody(book) == {1: f"email={JOSE} first_name=José Ciudad=Évora #café @Sé"}


def test_edits_marks_and_lookups(book: Book) -> None:
    book.add_field("Ciudad nú", "text")
    take_in(book, "email,first_name", f"{JOSE},José", f"{BEA},Bea")
    book.set_values(2, apart({"Ciudad nú": "Évora", "first_name": "Bée"}))
    assert shown(book, 2) == f"email={BEA} first_name=Bée Ciudad nú=Évora"
    book.block("email", apart(JOSE))
    assert book.blocked()["value"].to_list() == [JOSE]
    book.unblock("email", JOSE)
    book.share("crm_id", apart("Ñ-1"))
    book.unshare("crm_id", "Ñ-1")
    assert book.consent(apart(JOSE))["contact_ids"] == [1]


def as_it_is(said: Any) -> Any:
    return said


@pytest.mark.parametrize("spelled", [as_it_is, apart])
def test_search_and_segments_find_it(spelled: Callable[[Any], Any], opened: Callable[[], Book]) -> None:
    book = opened()
    book.add_field("Ciudad nú", "text")
    book.import_file(apart_too("email,first_name,Ciudad nú", f"{JOSE},José,Évora"), import_tag=False)

    def ids(**choice: Any) -> list[int]:
        return [contact["id"] for contact in book.contacts(**choice)]

    for text in ("josé", "ÉVO", "jos\u00e9@ex"):
        assert ids(search=spelled(text)) == [1], text
    for says, value in (
        ("equals", "évora"),
        ("contains", "vor"),
        ("ends_with", "Évora"),
        ("one_of", ["Évora"]),
    ):
        assert ids(rules=spelled({"field": "Ciudad nú", "is": says, "value": value})) == [1], says
    assert ids(rules=spelled({"field": "email", "is": "equals", "value": JOSE})) == [1]
    assert ids(rules=spelled({"field": "email", "is": "starts_with", "value": "josé"})) == [1]
    book.save_segment(spelled("Sé"), spelled(RULES))
    book.save_segment("Other", spelled({"field": "segment", "is": "equals", "value": "Sé"}))
    assert ids(segment=apart("Sé")) == ids(segment="Sé") == ids(segment="Other") == [1]
    book.rename_field(apart("Ciudad nú"), spelled("Città"))
    assert ids(segment="Other") == [1]
    assert book.rename_segment("Sé", spelled("Só")) == ["Other"]
    with refusal("segment_in_use"):
        book.remove_segment(apart("Só"))


def test_lists_and_tags_are_one_by_name(book: Book) -> None:
    take_in(book, "email", ANA, BEA, into_list=apart("Sé"), tags=[apart("café")])
    book.create_list("Sé")
    book.create_list(apart("Sé"))
    book.tag("café", [1])
    book.remove_from_list(apart("Sé"), [2])
    assert (book.lists(), book.tags()) == ({"Sé": 1}, {"café": 2})
    assert [line["what"] for line in book.list_history(apart("Sé"))] == ["left", "joined", "joined"]
    assert [contact["id"] for contact in book.contacts(list=apart("Sé"), tag=apart("café"))] == [1]
    renamed = book.rename_list(apart("Sé"), apart("Só"))
    assert book.lists() == {"Só": 1}
    assert len(book.list_history("Só")) == 3
    with refusal("list_taken"):
        book.rename_list("Só", apart("Só"))
    book.undo(int(renamed.id or 0))
    book.untag(apart("café"), [1, 2])
    book.delete_list(apart("Sé"))
    assert (book.lists(), book.tags()) == ({}, {})


def test_fields_have_one_name(book: Book) -> None:
    book.add_field(apart("Región"), "choice", choices=[apart("Évora"), "Porto"], default=apart("évora"))
    with refusal("bad_field"):
        book.add_field("región", "text")
    [field] = book.fields()
    assert (field.name, field.choices, field.default) == ("Región", ("Évora", "Porto"), "Évora")
    book.change_field(apart("Región"), choices=[apart("Évora")], folder=apart("Más"))
    book.retype_field("Región", "text")
    book.retype_field(apart("Región"), "choice", choices=[apart("Évora")])
    book.retire_field(apart("Región"))
    book.restore_field("Región")
    assert (book.fields()[0].choices, book.fields()[0].folder) == (("Évora",), "Más")


def test_forms_and_keywords_name_the_same(book: Book) -> None:
    book.add_field("Año", "text")
    definition = {"fields": ["email", "Año"], "lists": ["Sé"], "tags": ["café"], "double_opt_in": False}
    book.save_form(apart("niño"), apart(definition | {"title": "News"}))
    assert book.save_form("niño", definition | {"title": "News"}).version == 1
    taken = book.submit(apart("niño"), Submission(apart({"email": JOSE, "Año": "más"}), key="É"))
    again = book.submit("niño", Submission({"email": JOSE}, key=apart("É")))
    assert (taken.reason, again.reason) == ("created", "repeat")
    book.save_keyword(Keyword(apart("SÍ"), "Text SÍ.", list=apart("Sé"), tags=(apart("café"),)))
    book.receive_text(from_=ONE, body="sí")
    assert everybody(book) == {1: f"email={JOSE} Año=más #café @Sé", 2: f"phone={ONE} #café @Sé"}
    assert (book.lists(), book.tags()) == ({"Sé": 2}, {"café": 2})


def test_exports_name_columns_in_either_spelling(book: Book, tmp_path: Path) -> None:
    book.add_field("Año", "text", access="private")
    book.take([{"source": "api", "email": JOSE, "fields": {"Año": "más"}}])
    book.export(tmp_path / "people.csv", columns=apart("email,Año"))
    assert (tmp_path / "people.csv").read_text("utf-8-sig").split() == ["Email,Año", f"{JOSE},más"]
    book.import_file(str(tmp_path / "people.csv"), import_tag=False)
    assert everybody(book) == {1: f"email={JOSE} Año=más"}


def test_a_refusal_holds_in_both_spellings(book: Book, clock: Clock) -> None:
    book.record_consent(apart(JOSE), Entry(ConsentState.UNSUBSCRIBED.value))
    clock.forward(minutes=1)
    for rows in ((f"{JOSE},yes",), (f"{apart(JOSE)},yes",)):
        take_in(book, "email,consent.email", *rows)
        assert book.consent(JOSE)["state"] == book.consent(apart(JOSE))["state"] == "unsubscribed"
    assert everybody(book) == {1: f"email={JOSE}"}


@pytest.mark.parametrize("kept", [JOSE, apart(JOSE), "jos\u00e9" + apart("\u00e9") + "@example.com"])
@pytest.mark.parametrize("comes", [str, apart, None])
def test_a_hash_is_found_in_every_spelling(
    kept: str, comes: Callable[[str], str] | None, book: Book, clock: Clock
) -> None:
    """A hash that was made before addresses were in NFC is of the address as it was written then."""
    with book._store.writer() as writer:
        secret = book_secret(book._store.files, {})
        lines = {"channel": ["email", ""], "at": ["2026-11-01T00:00:00Z", ""]}
        hashes = [address_hash(secret, "email", kept), address_hash(secret, "", "")]
        writer.keep_erased_refusals(pl.DataFrame(lines | {"address_hash": hashes}))
    clock.forward(minutes=1)
    brought = kept if comes is None else comes(normalize("NFC", kept))
    mixed_comes_otherwise = len(kept) == len(JOSE) + 2 and comes is not None
    take_in(book, "email,consent.email", f"{brought},yes")
    wanted = "subscribed" if mixed_comes_otherwise else "unsubscribed"
    assert book.consent(brought)["state"] == wanted


def test_hashes_are_made_of_nfc(book: Book) -> None:
    take_in(book, "email", JOSE)
    book.record_consent(apart(JOSE), Entry(ConsentState.UNSUBSCRIBED.value))
    book.erase([1])
    with book._store.reader() as reader:
        wanted = address_hash(book_secret(book._store.files, {}), "email", JOSE)
        assert len(reader.erased_refusals(pl.Series([wanted]))) == 1
    refused = pl.DataFrame({"channel": ["email"], "address": [JOSE], "at": ["2026-11-01T00:00:00Z"]})
    assert hashed(b"secret", refused).height == 2


def test_no_file_tells_of_an_erased_person_in_any_spelling(book: Book) -> None:
    take_in(
        book, "email,first_name,crm_id", f"{apart(JOSE)},A,{apart('Ñandú-1')}", f"{BEA},Bea,", "12,,Ñandú-1"
    )
    with_results = [path for path in book._store.files.rglob("*") if path.is_file()]
    assert any(normalize("NFC", path.read_text(errors="ignore")).find(JOSE) >= 0 for path in with_results)
    book.erase([1])
    for path in book._store.files.rglob("*.csv"):
        told = normalize("NFC", path.read_text())
        assert JOSE not in told and "Ñandú-1" not in told and "Bea" in path.read_text() + "Bea"


def test_an_undo_gives_back_what_was(book: Book) -> None:
    take_in(book, "email,first_name", f"{apart(JOSE)},{apart('José')}")
    before = everybody(book)
    with book._store.reader() as reader:
        as_written = reader.contacts(pl.Series([1])).contacts["email_as_written"].to_list()
    receipt = take_in(book, "email,first_name", f"{JOSE},Pepe")
    book.undo(int(receipt.id or 0))
    with book._store.reader() as reader:
        assert reader.contacts(pl.Series([1])).contacts["email_as_written"].to_list() == as_written
    assert everybody(book) == before == {1: f"email={JOSE} first_name=José"}
