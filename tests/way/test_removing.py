"""Contacts go to the bin and come back with all that is theirs; while there they hold their identifiers."""

import pytest

from onefold.book import Book
from onefold.way import removing
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, TWO, Clock, everybody, refusal, shown, take_in


@pytest.fixture
def people(book: Book) -> Book:
    """Ana, Bea and Carla, all of them on a list; Carla's number is Ana's now."""
    book.create_list("News")
    take_in(book, "email,phone", f"{ANA},{ONE}", f"{BEA},{TWO}", f"{CARLA},", into_list="News", tags=["all"])
    return book


def test_who_is_removed_is_nowhere_to_be_seen_and_comes_back_as_it_was(people: Book, clock: Clock) -> None:
    before = everybody(people)
    clock.forward(hours=1)
    removed = people.remove([1, 3])
    assert (removed.kind, removed.changed) == ("remove", 2)
    assert (list(everybody(people)), people.count()) == ([2], 1)
    assert (people.lists(), people.tags()) == ({"News": 1}, {"all": 1})
    assert (people.contacts(search="example"), people.contacts(list="News")) == (
        people.contacts(),
        people.contacts(),
    )
    assert people.contact(1)["in_bin"] is True
    waiting = [(each["id"], each["removed_at"], each["removed_by"]) for each in people.bin()]
    assert waiting == [(1, "2026-11-22T11:00:00Z", removed.id), (3, "2026-11-22T11:00:00Z", removed.id)]
    assert people.count_in_bin() == 2
    restored = people.restore([3, 1, 1])
    assert (restored.kind, restored.changed, everybody(people)) == ("restore", 2, before)
    assert (people.bin(), people.check()) == ([], [])


def test_a_removal_is_undone_and_redone(people: Book) -> None:
    before = everybody(people)
    removed = people.remove([1, 2])
    undone = people.undo(int(removed.id or 0))
    assert (everybody(people), undone.kept) == (before, ())
    people.undo(int(undone.id or 0))
    assert [each["id"] for each in people.bin()] == [1, 2]


def test_those_merged_into_it_go_and_come_back_with_it_and_can_be_parted_again(people: Book) -> None:
    people.merge(3, [2])
    people.merge(1, [3])
    people.remove([1])
    assert (people.count(), people.count_in_bin()) == (0, 1)
    assert people.contact(2)["in_bin"] is True
    people.restore([1])
    people.split(1)
    people.split(3)
    assert {contact["id"]: contact["email"] for contact in people.contacts()} == {1: ANA, 2: BEA, 3: CARLA}
    assert people.check() == []


def test_an_import_that_made_who_was_removed_leaves_them_in_the_bin(people: Book) -> None:
    people.remove([1])
    undone = people.undo(1)
    assert [(one.contact_id, one.why) for one in undone.kept] == [(1, "used since")]
    assert [each["id"] for each in people.bin()] == [1]


def test_identifiers_in_the_bin_are_taken(people: Book) -> None:
    people.remove([1])
    receipt = take_in(people, "email,phone", f"new@example.com,{ONE}", f"{ANA},")
    assert receipt.reasons == {"identifier_taken": 2}
    records = [{"source": "form", "email": ANA, "proven": ["email"]}, {"source": "api", "contact_id": 1}]
    answers = people.take(records)
    assert {answer.reason for answer in answers} == {"identifier_taken"}
    people.restore([1])
    assert take_in(people, "email,first_name", f"{ANA},Ana").reasons == {"updated": 1}


def test_nobody_changes_who_is_in_the_bin(people: Book) -> None:
    people.remove([1])
    before = shown(people, 1)
    with refusal("identifier_taken"):
        people.set_values(1, {"first_name": "Anna"})
    for change in (
        lambda: people.merge(1, [2]),
        lambda: people.merge(2, [1]),
        lambda: people.split(1),
        lambda: people.add_to_list("News", [1]),
        lambda: people.remove([2, 1]),
    ):
        with refusal("in_bin"):
            change()
    assert (shown(people, 1), people.count()) == (before, 2)


def test_what_cannot_be_removed_or_restored_is_said_and_nothing_is_done(people: Book) -> None:
    people.merge(2, [3])
    for ids in ([1, 9], [1, 3], [0], [-1], [2**62]):
        with refusal("unknown_contact_id"):
            people.remove(ids)
        with refusal("unknown_contact_id"):
            people.restore(ids)
    with refusal("not_in_bin"):
        people.restore([1])
    assert (people.count(), people.count_in_bin()) == (2, 0)


def test_however_many_there_are_it_is_one_receipt(people: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removing, "AT_A_TIME", 2)
    removed = people.remove([1, 2, 3])
    assert (removed.changed, people.count_in_bin()) == (3, 3)
    people.undo(int(removed.id or 0))
    assert people.count() == 3


def test_who_is_in_the_bin_can_still_refuse(people: Book) -> None:
    people.set_setting("link_base", "https://contacts.example.com")
    yes = {"email": "subscribed", "sms": "subscribed"}
    people.take([{"source": "api", "email": ANA, "phone": ONE, "consent": yes}])
    links = [people.link("preferences", [1])[0]["token"] for _ in range(2)]
    people.remove([1])
    with refusal("identifier_taken"):
        people.use_token(links[0], {"first_name": "Anna", "consent.sms": "yes"})
    used = people.use_token(links[1], {"first_name": "Anna", "consent.email": "no"})
    assert (used.status, used.reason) == ("Error", "identifier_taken")
    assert people.receive_text(from_=ONE, body="STOP").status == "Error"
    people.restore([1])
    assert people.contact(1)["consent"] == {"email": "unsubscribed", "sms": "unsubscribed"}
    assert people.contact(1)["first_name"] is None
