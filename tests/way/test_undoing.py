"""Taking a receipt back: what is reversed, what is kept because it changed since, and why."""

import pytest

from onefold.book import Book
from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import Receipt
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, THREE, TWO, everybody, refusal, shown, take_in


def kept(receipt: Receipt) -> list[tuple[int, str, str]]:
    return [(one.contact_id, one.key, one.why) for one in receipt.kept]


def story(book: Book) -> Receipt:
    """A book with Ana and a number, and an import that touches everything about them."""
    book.create_list("News")
    book.add_field("City", "text")
    take_in(book, "email,phone,first_name,City", f"{ANA},{TWO},Ana,Porto", tags=["old"])
    take_in(book, "phone,last_name", f"{ONE},Silva")
    rows = (f"{ANA},{ONE},Anna,UNSET", f"{BEA},,Bea,")
    told = ("email,phone,first_name,City", *rows)
    return take_in(book, *told, tags=["spring"], into_list="News")


BEFORE = {1: f"email={ANA} phone={TWO} first_name=Ana City=Porto #old", 2: f"phone={ONE} last_name=Silva"}


def test_an_import_goes_back_value_by_value(book: Book) -> None:
    receipt = story(book)
    assert receipt.reasons == {"merged": 1, "created": 1}
    undone = book.undo(3)
    assert everybody(book) == BEFORE
    assert (undone.kind, undone.undoes, kept(undone)) == ("undo", 3, [])
    assert (book.receipt(3).status, book.receipt(3).undone_by) == (ReceiptStatus.UNDONE, undone.id)
    assert book.check() == []


def test_all_that_is_undone_is_gone_and_ids_are_never_given_out_again(book: Book) -> None:
    take_in(book, "email", ANA, BEA)
    book.undo(1)
    assert (book.count(), everybody(book)) == (0, {})
    take_in(book, "email", CARLA)
    assert list(everybody(book)) == [3]


def test_undoing_an_undo_is_a_redo(book: Book) -> None:
    story(book)
    after = everybody(book)
    undone = book.undo(3)
    redone = book.undo(int(undone.id or 0))
    assert everybody(book) == after
    assert book.receipt(3).status is ReceiptStatus.COMPLETED
    book.undo(int(redone.id or 0))
    assert everybody(book) == BEFORE


def test_what_was_redone_can_be_undone_by_its_own_number(book: Book) -> None:
    story(book)
    undone = book.undo(3)
    book.undo(int(undone.id or 0))
    book.undo(3)
    assert everybody(book) == BEFORE


def test_a_receipt_is_taken_back_once(book: Book) -> None:
    take_in(book, "email", ANA)
    book.undo(1)
    with refusal("already_undone") as told:
        book.undo(1)
    assert "onefold undo 2" in told[0].hint
    with refusal("unknown_receipt"):
        book.undo(7)


def test_a_dry_run_says_the_same_and_writes_nothing(book: Book) -> None:
    story(book)
    before, receipts = everybody(book), len(book.receipts())
    planned = book.undo(3, dry_run=True)
    assert (planned.status, planned.id, planned.undoes) == (ReceiptStatus.PLANNED, None, 3)
    assert (everybody(book), len(book.receipts())) == (before, receipts)
    undone = book.undo(3)
    assert (undone.changed, undone.kept) == (planned.changed, planned.kept)


def test_a_value_changed_since_is_kept_and_named(book: Book) -> None:
    book.add_field("City", "text")
    take_in(book, "email,first_name,City", f"{ANA},Ana,Porto")
    take_in(book, "email,first_name,City", f"{ANA},Anna,Lisbon")
    book.set_values(1, {"City": "Leeds"})
    undone = book.undo(2)
    assert kept(undone) == [(1, "City", "changed since")]
    assert shown(book, 1) == f"email={ANA} first_name=Ana City=Leeds"


def test_a_contact_used_since_is_kept_and_named(book: Book) -> None:
    take_in(book, "email", ANA, BEA)
    take_in(book, "email,first_name", f"{ANA},Ana")
    undone = book.undo(1)
    assert kept(undone) == [(1, "contact", "used since")]
    assert everybody(book) == {1: f"email={ANA} first_name=Ana"}


def test_once_the_use_is_undone_too_nothing_is_left(book: Book) -> None:
    take_in(book, "email", ANA)
    take_in(book, "email,first_name", f"{ANA},Ana")
    book.undo(2)
    assert kept(book.undo(1)) == []
    assert everybody(book) == {}


def test_an_identifier_that_another_got_meanwhile_stays_there(book: Book) -> None:
    take_in(book, "crm_id,phone", f"C,{ONE}")
    take_in(book, "crm_id,phone", f"C,{TWO}")
    take_in(book, "crm_id,phone", f"D,{ONE}")
    undone = book.undo(2)
    [(contact, key, why)] = [line for line in kept(undone) if line[1] == "phone"]
    assert (contact, key) == (1, "phone")
    assert why == f"{ONE} belongs to contact 2 now"
    assert shown(book, 2) == f"crm_id=D phone={ONE}"
    assert "phone=" not in shown(book, 1)
    assert book.check() == []


def test_a_contact_that_comes_back_does_without_what_others_have_by_then(book: Book) -> None:
    take_in(book, "email,phone", f"{ANA},{ONE}")
    undone = book.undo(1)
    take_in(book, "email,phone", f"{BEA},{ONE}")
    redone = book.undo(int(undone.id or 0))
    assert [line[1] for line in kept(redone)] == ["phone"]
    assert everybody(book) == {1: f"email={ANA} phone~{ONE}:held_elsewhere", 2: f"email={BEA} phone={ONE}"}
    assert book.check() == []


def test_a_merge_goes_back_with_the_import_that_made_it(book: Book) -> None:
    take_in(book, "email,first_name", f"{ANA},Ana", tags=["a"])
    take_in(book, "phone,last_name", f"{ONE},Silva", tags=["b"])
    before = everybody(book)
    assert take_in(book, "email,phone", f"{ANA},{ONE}").reasons == {"merged": 1}
    book.undo(3)
    assert everybody(book) == before


def test_a_merge_by_hand_goes_back(book: Book) -> None:
    take_in(book, "email", ANA, BEA)
    receipt = book.merge(1, [2])
    book.undo(int(receipt.id or 0))
    assert everybody(book) == {1: f"email={ANA}", 2: f"email={BEA}"}


@pytest.mark.parametrize("order", [(2, 3), (3, 2)])
def test_imports_can_be_taken_back_in_any_order(book: Book, order: tuple[int, int]) -> None:
    take_in(book, "email,first_name", f"{ANA},Ana")
    take_in(book, "email,last_name", f"{ANA},Silva")
    take_in(book, "email,phone", f"{ANA},{ONE}")
    for number in order:
        assert kept(book.undo(number)) == []
    assert everybody(book) == {1: f"email={ANA} first_name=Ana"}


def test_a_former_number_is_current_again(book: Book) -> None:
    take_in(book, "crm_id,phone", f"C,{ONE}")
    take_in(book, "crm_id,phone", f"C,{TWO}")
    take_in(book, "crm_id,phone", f"C,{THREE}")
    book.undo(3)
    assert shown(book, 1) == f"crm_id=C phone={TWO} phone~{ONE}:former"
    book.undo(2)
    assert shown(book, 1) == f"crm_id=C phone={ONE}"


def test_a_tag_that_was_there_before_stays(book: Book) -> None:
    take_in(book, "email", ANA, tags=["vip"])
    take_in(book, "email", ANA, BEA, tags=["vip", "new"])
    book.undo(2)
    assert everybody(book) == {1: f"email={ANA} #vip"}


def test_fields_that_an_import_made_stay_with_nothing_in_them(book: Book) -> None:
    take_in(book, "email", ANA)
    take_in(book, "email,City", f"{ANA},Porto", new_fields=True)
    book.undo(2)
    assert [custom.name for custom in book.fields()] == ["City"]
    assert everybody(book) == {1: f"email={ANA}"}


def test_records_that_were_taken_can_be_taken_back(book: Book) -> None:
    book.take([{"source": "form", "email": ANA, "phone": ONE, "tags": ["web"]}])
    [receipt] = book.receipts()
    book.undo(int(receipt.id or 0))
    assert everybody(book) == {}
