"""What a book is set up with: fields, kinds of identifier, lists, settings, its policy; and its safety."""

from pathlib import Path

import pytest

import onefold
from onefold.audience.choosing import Choice
from onefold.book import Book
from onefold.model.field import Access, FieldType
from onefold.stores import Store
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, Clock, everybody, file, refusal, take_in


def test_a_field_has_a_name_a_type_a_default_and_its_place(book: Book) -> None:
    made = book.add_field("Potential duplicate", "yes_no", default="No", access="private", folder="Cleaning")
    assert book.fields() == (made,)
    assert (made.type, made.default, made.access) == (FieldType.YES_NO, "false", Access.PRIVATE)
    assert made.folder == "Cleaning"


@pytest.mark.parametrize(
    ("type_", "default", "kept"),
    [
        ("text", " Porto ", "Porto"),
        ("number", "1.5", "1.5"),
        ("date", "2026-11-22", "2026-11-22"),
        ("yes_no", "yes", "true"),
    ],
)
def test_a_default_is_kept_in_the_spelling_of_its_type(
    book: Book, type_: str, default: str, kept: str
) -> None:
    assert book.add_field("Extra", type_, default=default).default == kept


def test_a_choice_has_choices(book: Book) -> None:
    made = book.add_field("Colour", "choice", choices=["red", "green"], default="red")
    assert (made.choices, made.default) == (("red", "green"), "red")
    receipt = take_in(book, "email,Colour", f"{ANA},green", f"{BEA},blue")
    assert receipt.reasons == {"created": 1, "bad_choice": 1}


@pytest.mark.parametrize(
    ("name", "type_", "options", "code"),
    [
        ("email", "text", {}, "bad_field"),
        ("First_Name", "text", {}, "bad_field"),
        ("loyalty_id", "text", {}, "bad_field"),
        ("CITY", "text", {}, "bad_field"),
        (" ", "text", {}, "bad_name"),
        ("a\0b", "text", {}, "bad_name"),
        ("x" * 251, "text", {}, "bad_name"),
        ("Age", "integer", {}, "bad_value"),
        ("Age", "number", {"default": "old"}, "bad_field"),
        ("Age", "number", {"choices": ["1"]}, "bad_field"),
        ("Colour", "choice", {}, "bad_field"),
        ("Colour", "choice", {"choices": ["red"], "default": "blue"}, "bad_field"),
        ("Age", "number", {"access": "secret"}, "bad_value"),
    ],
)
def test_a_field_that_cannot_be_is_refused(
    book: Book, name: str, type_: str, options: dict[str, object], code: str
) -> None:
    book.add_identifier("loyalty_id")
    book.add_field("City", "text")
    with refusal(code):
        book.add_field(name, type_, **options)  # type: ignore[arg-type]
    assert len(book.fields()) == 1


def test_a_book_has_identifiers_of_its_own_between_crm_id_and_email(book: Book) -> None:
    book.add_identifier("loyalty_id")
    book.add_identifier("card")
    assert tuple(book.identifiers()) == ("contact_id", "crm_id", "loyalty_id", "card", "email", "phone")
    take_in(book, "loyalty_id,email", f"L,{ANA}")
    assert take_in(book, "loyalty_id,email", f"L,{BEA}", f"M,{BEA}").reasons == {
        "updated": 1,
        "kept_apart": 1,
    }


@pytest.mark.parametrize("name", ["Loyalty ID", "1st", "", "email", "city", "x" * 64])
def test_an_identifier_that_cannot_be_is_refused(book: Book, name: str) -> None:
    book.add_field("City", "text")
    with refusal("bad_field"):
        book.add_identifier(name)


# Lists and tags


def test_contacts_join_a_list_by_number(book: Book) -> None:
    take_in(book, "email", ANA, BEA)
    book.create_list("News")
    receipt = book.add_to_list("News", [1])
    assert receipt.changed == 1
    assert (book.lists(), [contact["id"] for contact in book.contacts(list="News")]) == ({"News": 1}, [1])


def test_all_that_an_import_touched_join_a_list(book: Book) -> None:
    book.create_list("News")
    take_in(book, "email", ANA, BEA)
    second = take_in(book, "email,first_name", f"{ANA},Ana", f"{CARLA},Carla", f"{BEA},")
    receipt = book.add_to_list("News", Choice(receipt=second.id))
    assert [contact["id"] for contact in book.contacts(list="News")] == [1, 3]
    assert receipt.changed == 2


def test_who_is_on_the_list_already_or_gone_does_not_join(book: Book) -> None:
    book.create_list("News")
    take_in(book, "email,phone", f"{ANA},", f",{ONE}", f"{BEA},", into_list="News")
    book.create_list("Other")
    book.merge(1, [2])
    receipt = book.add_to_list("Other", Choice(receipt=1))
    assert [contact["id"] for contact in book.contacts(list="Other")] == [1, 3]
    assert book.add_to_list("Other", [1, 3]).changed == 0
    book.undo(int(receipt.id or 0))
    assert book.lists() == {"News": 2, "Other": 0}


def test_only_contacts_that_are_there_join_a_list_that_is_there(book: Book) -> None:
    take_in(book, "email", ANA)
    with refusal("unknown_list") as told:
        book.add_to_list("News", [1])
    assert "onefold lists create" in told[0].hint
    book.create_list("News")
    with refusal("unknown_contact_id"):
        book.add_to_list("News", [1, 7])
    assert book.lists() == {"News": 0}


def test_tags_are_counted(book: Book) -> None:
    take_in(book, "email", ANA, BEA, tags=["a"])
    take_in(book, "email", ANA, tags=["b"])
    assert book.tags() == {"a": 2, "b": 1}
    assert [contact["id"] for contact in book.contacts(tag="b")] == [1]


# Settings and policy


def test_a_region_and_a_time_zone_can_be_set(book: Book) -> None:
    book.set_setting("region", "pt")
    book.set_setting("time_zone", "Europe/Lisbon")
    settings = book.settings()
    assert (settings["region"], settings["time_zone"], len(settings["code"])) == ("PT", "Europe/Lisbon", 4)
    assert "policy" not in settings


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("region", "ZZ", "bad_value"),
        ("region", "Portugal", "bad_value"),
        ("time_zone", "Lisbon", "bad_value"),
        ("colour", "red", "unknown_setting"),
        ("policy", "x", "unknown_setting"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(book: Book, key: str, value: str, code: str) -> None:
    with refusal(code):
        book.set_setting(key, value)


def test_a_book_keeps_the_policy_it_was_given(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('contradiction = "reject"\n', encoding="utf-8")
    with onefold.open(tmp_path / "people.db", clock=clock) as book:
        assert book.policy.name == "onefold"
        book.use_policy(file)
    file.unlink()
    with onefold.open(tmp_path / "people.db", clock=clock) as book:
        assert (book.policy.name, book.policy.contradiction) == ("ours", "reject")
        take_in(book, "crm_id,phone", f"C,{ONE}", f"D,{ONE}")
        assert book.receipt(1).reasons == {"created": 1, "identifier_taken": 1}


def test_a_policy_with_a_typo_is_not_taken(book: Book, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('contradition = "reject"\n', encoding="utf-8")
    with refusal("bad_policy"):
        book.use_policy(file)
    assert book.policy.name == "onefold"


# Safety


def test_a_backup_is_a_book(book: Book, tmp_path: Path) -> None:
    take_in(book, "email", ANA)
    copy = tmp_path / "copy.db"
    book.backup(copy)
    take_in(book, "email", BEA)
    with onefold.open(copy) as other:
        assert list(everybody(other).values()) == [f"email={ANA}"]


def test_a_backup_is_on_the_record_and_changes_nothing(book: Book, tmp_path: Path) -> None:
    take_in(book, "email", ANA)
    plan = book.plan(file("email", BEA))
    receipt = book.backup(tmp_path / "copy.db")
    assert (receipt.kind, receipt.source_name) == ("backup", str(tmp_path / "copy.db"))
    assert book.receipts()[0].id == receipt.id
    with refusal("nothing_to_undo"):
        book.undo(receipt.id or 0)
    assert book.apply(plan).reasons == {"created": 1}
    assert list(book.check()) == []


def test_a_sound_book_has_no_problems(book: Book) -> None:
    take_in(book, "email,phone", f"{ANA},", f",{ONE}", f"{ANA},{ONE}")
    assert list(book.check()) == []


def test_the_book_is_let_go_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close, closed = Store.close, []

    def noted(store: Store) -> None:
        closed.append(store)
        close(store)

    monkeypatch.setattr(Store, "close", noted)
    with onefold.open(tmp_path / "people.db"):
        assert closed == []
    assert len(closed) == 1
