"""What is erased is gone for good: from the book, from its files, and from every byte of them."""

import pytest

from onefold.book import Book
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, TWO, everybody, refusal, take_in


@pytest.fixture
def people(book: Book) -> Book:
    """Ana, Bea and Carla, all of them on a list."""
    book.create_list("News")
    take_in(book, "email,phone", f"{ANA},{ONE}", f"{BEA},{TWO}", f"{CARLA},", into_list="News", tags=["all"])
    return book


def test_who_is_erased_is_not_there_and_the_receipt_says_what_went(people: Book) -> None:
    receipt = people.erase([1])
    assert (receipt.kind, receipt.changed, receipt.erased["ids"]) == ("erase", 1, [1])
    removed = receipt.erased["removed"]
    assert (removed["contacts"], removed["tags"], removed["places on lists"]) == (1, 1, 1)
    assert (sorted(everybody(people)), people.check()) == ([2, 3], [])
    with refusal("unknown_contact_id"):
        people.contact(1)
    with refusal("already_erased"):
        people.erase([1])
    with refusal("erased_for_good"):
        people.undo(int(receipt.id or 0))


def test_its_identifiers_are_free_at_once_and_its_id_never_again(people: Book) -> None:
    people.remove([1, 2])
    people.empty_bin()
    receipt = take_in(people, "email,phone", f"{ANA},{TWO}")
    assert (receipt.reasons, sorted(everybody(people))) == ({"created": 1}, [3, 4])
    assert people.check() == []


def test_undo_names_who_was_erased_and_brings_nobody_back(people: Book) -> None:
    people.erase([1])
    undone = people.undo(1)
    assert [(one.contact_id, one.key, one.why) for one in undone.kept] == [(1, "contact", "erased")]
    assert everybody(people) == {}
    redone = people.undo(int(undone.id or 0))
    assert [(one.contact_id, one.why) for one in redone.kept] == []
    assert sorted(everybody(people)) == [2, 3]
    assert people.check() == []


def test_one_that_an_undo_took_back_is_erased_from_the_ledger(people: Book) -> None:
    undone = people.undo(1)
    people.erase([2])
    redone = people.undo(int(undone.id or 0))
    assert [(one.contact_id, one.why) for one in redone.kept] == [(2, "erased")]
    assert sorted(everybody(people)) == [1, 3]
    assert people.check() == []
