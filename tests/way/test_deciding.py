"""What a person decides: the review queue, and marks on identifiers."""

from collections.abc import Callable

import pytest

from onefold.book import Book
from onefold.model.outcome import ReviewState
from tests.way.at_the_desk import ANA, ONE, TWO, everybody, refusal, shown, take_in

Story = Callable[[Book], None]
Asked = list[tuple[str, int | None, int | None, str | None, str | None]]


def waiting(book: Book, kind: str | None = None) -> Asked:
    return [
        (entry.kind.value, entry.contact_id, entry.other_contact_id, entry.identifier, entry.value)
        for entry in book.review(kind)
    ]


def pending_link(book: Book) -> None:
    """A form ties a known number to a known email, and proves neither."""
    take_in(book, "email", ANA)
    take_in(book, "phone", ONE)
    book.take([{"source": "form", "email": ANA, "phone": ONE}])


def claimed_value(book: Book) -> None:
    """A form proves the email and types a number."""
    take_in(book, "email,phone", f"{ANA},{TWO}")
    book.take([{"source": "form", "proven": ["email"], "email": ANA, "phone": ONE}])


def shared_identifier(book: Book) -> None:
    """Two contacts have one number by accident, and a row says no more than it."""
    take_in(book, "phone,first_name", f"{ONE},Ana", f"{ONE},Bea", purpose="add_all")
    take_in(book, "phone,last_name", f"{ONE},Silva")


def kept_apart(book: Book) -> None:
    """A family's number: the rows have CRM IDs of their own."""
    take_in(book, "crm_id,phone", f"C,{ONE}", "D,")
    take_in(book, "crm_id,phone,first_name", f"D,{ONE},Bea")


ASKED = {
    pending_link: ("pending_link", 1, 2, "phone", ONE),
    claimed_value: ("claimed_value", 1, None, "phone", ONE),
    shared_identifier: ("shared_identifier", 1, 2, "phone", ONE),
    kept_apart: ("kept_apart", 2, 1, "phone", ONE),
}
ACCEPTED = {
    pending_link: {1: f"email={ANA} phone={ONE} contact_id~2:merged_id"},
    claimed_value: {1: f"email={ANA} phone={ONE} phone~{TWO}:former"},
    shared_identifier: {1: f"phone={ONE} first_name=Ana", 2: f"phone={ONE} first_name=Bea"},
    kept_apart: {1: f"crm_id=C phone={ONE}", 2: f"crm_id=D phone={ONE} first_name=Bea"},
}
EVERY_KIND = pytest.mark.parametrize("story", ASKED, ids=lambda story: story.__name__)


@EVERY_KIND
def test_what_identity_cannot_tell_waits_for_a_person(book: Book, story: Story) -> None:
    story(book)
    assert waiting(book) == [ASKED[story]]
    [entry] = book.review()
    assert ONE in entry.message
    assert book.review_entry(entry.id) == entry


@EVERY_KIND
def test_accepting_does_what_was_proposed(book: Book, story: Story) -> None:
    story(book)
    receipt = book.accept(book.review()[0].id)
    assert everybody(book) == ACCEPTED[story]
    assert waiting(book) == []
    assert receipt.id is not None
    assert book.check() == []


@EVERY_KIND
def test_accepting_can_be_taken_back(book: Book, story: Story) -> None:
    story(book)
    before = everybody(book)
    receipt = book.accept(book.review()[0].id)
    book.undo(int(receipt.id or 0))
    assert everybody(book) == before
    assert book.shared().height == 0


def ask_again(book: Book, story: Story) -> None:
    """The last of what the story told, once more."""
    match story.__name__:
        case "pending_link":
            book.take([{"source": "form", "email": ANA, "phone": ONE}])
        case "claimed_value":
            book.take([{"source": "form", "proven": ["email"], "email": ANA, "phone": ONE}])
        case "shared_identifier":
            take_in(book, "phone,last_name", f"{ONE},Sousa")
        case _:
            take_in(book, "crm_id,phone", f"D,{ONE}")


@EVERY_KIND
def test_dismissing_changes_nothing_and_never_asks_again(book: Book, story: Story) -> None:
    story(book)
    before = everybody(book)
    book.dismiss(book.review()[0].id)
    assert (everybody(book), waiting(book)) == (before, [])
    ask_again(book, story)
    assert waiting(book) == []


@EVERY_KIND
def test_the_same_is_asked_once(book: Book, story: Story) -> None:
    story(book)
    ask_again(book, story)
    assert waiting(book) == [ASKED[story]]


def test_an_entry_is_decided_once(book: Book) -> None:
    pending_link(book)
    number = book.review()[0].id
    book.dismiss(number)
    for decide in (book.accept, book.dismiss):
        with refusal("already_decided"):
            decide(number)
    assert book.review_entry(number).state is ReviewState.DISMISSED


def test_an_entry_that_is_not_there_cannot_be_decided(book: Book) -> None:
    for decide in (book.accept, book.dismiss, book.review_entry):
        with refusal("unknown_review"):
            decide(7)


def test_the_queue_can_be_read_by_kind(book: Book) -> None:
    pending_link(book)
    assert waiting(book, "pending_link") == waiting(book)
    assert waiting(book, "kept_apart") == []
    with refusal("bad_value"):
        book.review("pending")


def test_undoing_the_import_that_asked_withdraws_the_question_and_a_redo_asks_again(book: Book) -> None:
    kept_apart(book)
    undone = book.undo(2)
    assert waiting(book) == []
    book.undo(int(undone.id or 0))
    assert len(waiting(book)) == 1


def test_the_names_of_both_are_told(book: Book) -> None:
    shared_identifier(book)
    assert "Ana (1)" in book.review()[0].message
    assert "Bea (2)" in book.review()[0].message


# Marks


def test_a_shared_number_goes_to_those_who_had_it_withheld(book: Book) -> None:
    take_in(book, "crm_id,phone", f"C,{ONE}")
    take_in(book, "crm_id,phone", f"D,{ONE}", f"E,{TWO}", f"E,{ONE}")
    book.share("phone", "00447400100001")
    assert everybody(book) == {
        1: f"crm_id=C phone={ONE}",
        2: f"crm_id=D phone={ONE}",
        3: f"crm_id=E phone={TWO} phone~{ONE}:second",
    }
    assert book.shared().select("kind", "value").rows() == [("phone", ONE)]
    assert book.check() == []


def test_a_shared_number_recognises_only_together_with_the_name(book: Book) -> None:
    take_in(book, "phone,first_name", f"{ONE},Ana")
    book.share("phone", ONE)
    receipt = take_in(
        book, "phone,first_name,last_name", f"{ONE},ANA,", f"{ONE},Bea,", f"{ONE},,Silva", f"{ONE},,"
    )
    assert receipt.reasons == {"updated": 1, "created": 2, "identifier_shared": 1}


def test_a_number_that_is_shared_no_longer_stays_with_those_who_have_it(book: Book) -> None:
    take_in(book, "phone,first_name", f"{ONE},Ana")
    book.share("phone", ONE)
    take_in(book, "phone,first_name", f"{ONE},Bea")
    book.unshare("phone", ONE)
    assert [contact["phone"] for contact in book.contacts()] == [ONE, ONE]
    assert book.shared().height == 0
    assert take_in(book, "phone", ONE).reasons == {"identifier_shared": 1}


def test_a_blocked_address_recognises_nobody(book: Book) -> None:
    take_in(book, "email,crm_id", f"{ANA},C")
    book.block("email", "Ana@EXAMPLE.com")
    receipt = take_in(book, "email,crm_id", f"{ANA},", f"{ANA},D")
    assert receipt.reasons == {"no_identifier": 1, "created": 1}
    assert book.blocked()["value"].to_list() == [ANA]
    book.unblock("email", ANA)
    assert book.blocked().height == 0


def test_a_mark_that_is_not_there_cannot_be_taken_off(book: Book) -> None:
    with refusal("not_marked"):
        book.unshare("phone", ONE)
    with refusal("not_marked"):
        book.unblock("email", ANA)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [("email", "nobody", "bad_value"), ("phone", "12", "bad_value"), ("fax", ONE, "unknown_identifier")],
)
def test_only_an_identifier_can_be_marked(book: Book, kind: str, value: str, code: str) -> None:
    with refusal(code):
        book.share(kind, value)


def test_marks_can_be_taken_back(book: Book) -> None:
    take_in(book, "crm_id,phone", f"C,{ONE}")
    take_in(book, "crm_id,phone", f"D,{ONE}")
    receipt = book.share("phone", ONE)
    book.undo(int(receipt.id or 0))
    assert shown(book, 2) == f"crm_id=D phone~{ONE}:held_elsewhere"
    assert book.shared().height == 0


def test_a_mark_that_is_there_already_stays(book: Book) -> None:
    book.share("phone", ONE)
    second = book.share("phone", ONE)
    book.undo(int(second.id or 0))
    assert book.shared().height == 1


def test_the_books_own_kinds_can_be_marked(book: Book) -> None:
    book.add_identifier("loyalty_id")
    take_in(book, "loyalty_id,first_name", "L,Ana")
    book.share("loyalty_id", " L ")
    assert take_in(book, "loyalty_id,first_name", "L,Bea").reasons == {"created": 1}


def test_several_people_at_one_address_are_marked_by_the_import_that_shows_them(book: Book) -> None:
    rows = [f"team@example.com,Person {number}" for number in range(6)]
    receipt = take_in(book, "email,full_name", *rows)
    assert receipt.reasons == {"created": 6}
    book.undo(int(receipt.id or 0))
    assert (book.shared().height, book.count()) == (0, 0)


def test_shared_names_who_marked_it(book: Book) -> None:
    book.share("phone", ONE)
    [mark] = book.shared().to_dicts()
    assert (mark["receipt_id"], mark["marked_at"]) == (1, "2026-11-22T10:00:00Z")
