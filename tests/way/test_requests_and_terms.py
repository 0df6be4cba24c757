"""What somebody asks for, and the terms under which it is done."""

import sqlite3
from contextlib import closing

import pytest

from onefold.book import Book
from onefold.model.outcome import Purpose
from onefold.way.request import ImportRequest, request_of
from tests.way.at_the_desk import ANA, BEA, ONE, TWO, everybody, file, refusal, take_in


def test_nothing_asked_is_everything_as_by_default() -> None:
    assert request_of({}) == ImportRequest()
    assert ImportRequest().purpose is Purpose.ADD_AND_UPDATE


def test_what_is_asked_is_what_is_requested() -> None:
    request = request_of(
        {"purpose": "add_new", "mapping": {"A": "email"}, "skip": ["B"], "tags": ["x"], "notify": iter("y")}
    )
    assert (request.purpose, request.tags, request.notify) == (Purpose.ADD_NEW, ("x",), ("y",))
    assert request.mapping == {"A": "email", "B": None}


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"purpose": "add"}, "bad_value", "add_new, update_existing, add_and_update, add_all"),
        ({"identifier": "loyalty_id"}, "unknown_identifier", "contact_id, crm_id, email, phone"),
        ({"identifier": "email", "purpose": "add_all"}, "identifier_not_taken", "add_all"),
        ({"identifier": "crm_id", "policy": "respond_io"}, "identifier_not_taken", "phone, email"),
        ({"identifier": "contact_id", "policy": "respond_io"}, "identifier_not_taken", "update_existing"),
        ({"policy": "klavio"}, "unknown_policy", "klaviyo"),
        ({"region": "ZZ"}, "bad_value", "two letters"),
        ({"tags": [" "]}, "bad_name", "1 to 250 bytes"),
        ({"into_list": ""}, "bad_name", "1 to 250 bytes"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(
    book: Book, options: dict[str, object], code: str, says: str
) -> None:
    with refusal(code) as told:
        book.plan(file("email", ANA), **options)  # type: ignore[arg-type]
    assert says in str(told[0])


def test_respond_io_goes_by_phone_or_else_email_unless_another_is_chosen(book: Book) -> None:
    book.use_policy("respond_io")

    def chosen(header: str, **options: str) -> str | None:
        plan = book.plan(file(header, "Ana,+447400100001"), **options)  # type: ignore[arg-type]
        return plan.terms.rules.chosen

    assert chosen("First Name,Phone") == "phone"
    assert book.plan(file("First Name,Email", f"Ana,{ANA}")).terms.rules.chosen == "email"
    assert book.plan(file("Email,Phone", f"{ANA},{ONE}")).terms.rules.chosen == "phone"
    assert book.plan(file("Email,Phone", f"{ANA},{ONE}"), identifier="email").terms.rules.chosen == "email"


def test_a_contact_id_may_be_chosen_to_update_under_respond_io(book: Book) -> None:
    take_in(book, "email,first_name", f"{ANA},Ana")
    book.use_policy("respond_io")
    receipt = take_in(
        book, "Contact ID,First Name", "1,Anna", identifier="contact_id", purpose="update_existing"
    )
    assert receipt.reasons == {"updated": 1}


def test_the_import_gets_a_tag_of_its_own_and_those_that_were_asked_for(book: Book) -> None:
    receipt = book.import_file(file("email", ANA), tags=["spring", "fair"])
    assert receipt.tag == "import-2026-11-22-1"
    assert everybody(book) == {1: f"email={ANA} #fair #import-2026-11-22-1 #spring"}


def test_the_import_tag_can_be_left_out(book: Book) -> None:
    receipt = book.import_file(file("email", ANA), import_tag=False)
    assert (receipt.tag, everybody(book)) == (None, {1: f"email={ANA}"})


def test_the_plan_does_not_know_the_number_in_the_tag_yet(book: Book) -> None:
    assert book.plan(file("email", ANA)).terms.tag == "import-2026-11-22-?"


def test_everybody_in_the_file_can_be_put_on_a_list(book: Book) -> None:
    book.create_list("Newsletter")
    take_in(book, "email", ANA, into_list="Newsletter")
    assert everybody(book) == {1: f"email={ANA} @Newsletter"}


def test_the_region_is_that_of_the_import_or_else_the_books(book: Book) -> None:
    national = ("phone", "07400 100001")
    assert take_in(book, *national).reasons == {"bad_phone": 1}
    assert take_in(book, *national, region="gb").reasons == {"created": 1}
    book.set_setting("region", "gb")
    assert take_in(book, *national).reasons == {"unchanged": 1}
    assert book.contact(1)["phone"] == ONE


def test_one_import_can_go_by_another_identifier_and_another_policy(book: Book) -> None:
    take_in(book, "email,phone", f"{ANA},{ONE}", f"{BEA},{TWO}")
    told = ("email,phone", f"{ANA},{TWO}")
    assert book.plan(file(*told)).receipt.reasons == {"kept_apart": 1}
    assert book.plan(file(*told), policy="respond_io", identifier="email").receipt.reasons == {"updated": 1}
    assert book.plan(file(*told), policy="dotdigital").receipt.reasons == {"identifier_taken": 1}
    assert book.policy.name == "onefold"


def test_columns_can_be_spared_by_their_header(book: Book) -> None:
    take_in(book, "email,first_name,last_name", f"{ANA},Ana,Silva")
    take_in(book, "E-mail,First Name,Last Name", f"{ANA},Anna,Sousa", do_not_overwrite_columns=["First Name"])
    assert everybody(book) == {1: f"email={ANA} first_name=Ana last_name=Sousa"}


def test_a_column_to_spare_must_be_there_and_mapped(book: Book) -> None:
    for header in ("Nickname", "Age"):
        with refusal("unknown_header"):
            book.plan(file("email,Age", f"{ANA},3"), do_not_overwrite_columns=[header])


def test_a_notice_lies_ready_to_be_sent(book: Book) -> None:
    take_in(book, "email", ANA, notify=["team@example.com"])
    with closing(sqlite3.connect(book.name)) as database:
        notices = database.execute("SELECT kind, recipient, subject FROM outbox").fetchall()
    assert notices == [("notice", "team@example.com", "Import 1 of standard input is done")]
