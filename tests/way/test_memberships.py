"""Contacts join lists, get tags, leave again, and the book can tell when and why."""

from collections.abc import Iterator

import pytest

import onefold
from onefold.audience.choosing import Choice
from onefold.book import Book
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, TWO, Clock, refusal, take_in


@pytest.fixture
def people(database_url: str, clock: Clock) -> Iterator[Book]:
    """Ana, Bea and Carla, of whom Ana is on the list News and has the tag vip."""
    with onefold.open(database_url, clock=clock) as book:
        book.create_list("News")
        take_in(book, "email", ANA, BEA, CARLA)
        book.add_to_list("News", [1])
        book.tag("vip", [1])
        yield book


def on(book: Book, name: str) -> list[int]:
    return [contact["id"] for contact in book.contacts(list=name)]


def with_tag(book: Book, tag: str) -> list[int]:
    return [contact["id"] for contact in book.contacts(tag=tag)]


def told(moves: list[dict[str, object]]) -> list[str]:
    return [f"{move['contact_id']} {move['what']} {move['kind']} {move['source']}" for move in moves]


def test_contacts_join_by_choice_and_leave_again(people: Book) -> None:
    assert people.add_to_list("News", Choice(receipt=1)).changed == 2
    assert people.tag("reader", Choice(list="News")).changed == 3
    assert people.remove_from_list("News", Choice(tag="vip")).changed == 1
    assert people.untag("reader", [2, 3]).changed == 2
    assert (on(people, "News"), with_tag(people, "reader")) == ([2, 3], [1])


def test_all_that_a_choice_names_has_to_hold(people: Book) -> None:
    people.tag("reader", [1, 2])
    people.create_list("Few")
    people.add_to_list("Few", Choice(list="News", tag="reader"))
    assert on(people, "Few") == [1]


def test_undo_takes_joining_and_leaving_back(people: Book) -> None:
    joined = people.add_to_list("News", [2, 3])
    left = people.remove_from_list("News", [1, 2])
    people.undo(left.id or 0)
    assert on(people, "News") == [1, 2, 3]
    people.undo(joined.id or 0)
    assert on(people, "News") == [1]
    untagged = people.untag("vip", [1])
    people.undo(untagged.id or 0)
    assert with_tag(people, "vip") == [1]


def test_who_left_since_and_came_back_by_hand_stays(people: Book) -> None:
    joined = people.add_to_list("News", [2])
    people.remove_from_list("News", [2])
    people.add_to_list("News", [2])
    assert people.undo(joined.id or 0).kept == ()
    assert on(people, "News") == [1]


def test_who_is_there_already_joins_no_second_time(people: Book) -> None:
    assert people.add_to_list("News", [1]).changed == 0
    assert people.tag("vip", [1]).changed == 0
    assert people.remove_from_list("News", [2]).changed == 0


def test_nobody_joins_a_list_that_is_not_there(people: Book) -> None:
    with refusal("unknown_list"):
        people.add_to_list("Nws", [1])
    with refusal("unknown_list"):
        people.remove_from_list("Nws", [1])
    with refusal("unknown_tag"):
        people.untag("vjp", [1])
    with refusal("unknown_receipt"):
        people.add_to_list("News", Choice(receipt=99))
    with refusal("unknown_list"):
        people.tag("new", Choice(list="Nws"))
    assert people.tags() == {"vip": 1}


@pytest.mark.parametrize("name", ["", " ", "x" * 300, "a\0b", "\ud800"])
def test_a_name_that_cannot_be_read_is_no_tag(people: Book, name: str) -> None:
    with refusal("bad_name"):
        people.tag(name, [1])


@pytest.mark.parametrize("name", ["'; DROP TABLE contact; --", "100%_\\", 'a "b" [c],', "tag:vip", "🦊"])
def test_hostile_names_are_names(people: Book, name: str) -> None:
    people.create_list(name)
    people.add_to_list(name, [1, 2])
    people.remove_from_list(name, [1])
    people.tag(name, [3])
    assert (on(people, name), with_tag(people, name)) == ([2], [3])
    assert told(people.list_history(name)) == [
        "1 left list by hand",
        "2 joined list by hand",
        "1 joined list by hand",
    ]
    people.delete_list(name)
    assert people.lists() == {"News": 1}


# When and why


def test_the_last_to_join_comes_first(people: Book, clock: Clock) -> None:
    clock.forward(days=1)
    take_in(people, "email", "dora@example.com", BEA, into_list="News")
    members = people.members("News")
    assert [(each["id"], each["kind"], each["joined_at"][:10]) for each in members] == [
        (4, "import", "2026-11-23"),
        (2, "import", "2026-11-23"),
        (1, "list", "2026-11-22"),
    ]
    assert [each["id"] for each in people.members("News", limit=1)] == [4]
    assert [each["id"] for each in people.members("News", limit=1, after=4)] == [2]
    assert [each["id"] for each in people.members("News", after=2)] == [1]
    assert people.members("News", after=3) == []
    with refusal("unknown_list"):
        people.members("Nws")


def test_a_history_tells_who_came_and_went_and_by_what(people: Book) -> None:
    take_in(people, "email", "dora@example.com", into_list="News", tags=("vip",))
    people.remove_from_list("News", [4])
    people.add_to_list("News", Choice(tag="vip"))
    assert told(people.list_history("News")) == [
        "4 joined list tag vip",
        "4 left list by hand",
        "4 joined import standard input",
        "1 joined list by hand",
    ]
    assert told(people.tag_history("vip")) == ["4 joined import standard input", "1 joined tag by hand"]
    assert told(people.list_history("News", limit=1)) == ["4 joined list tag vip"]
    with refusal("unknown_tag"):
        people.tag_history("vjp")


def test_of_two_contacts_that_become_one_the_kept_has_both_lists(people: Book) -> None:
    take_in(people, "phone", ONE, into_list="News")
    merged = people.merge(2, [4])
    assert [each["id"] for each in people.members("News")] == [2, 1]
    assert told(people.list_history("News"))[0] == "2 joined merge None"
    people.undo(merged.id or 0)
    assert on(people, "News") == [1, 4]


# Lists that go


def test_a_list_is_deleted_and_its_contacts_stay(people: Book) -> None:
    take_in(people, "phone", ONE, TWO, into_list="News")
    people.merge(4, [5])
    gone = people.delete_list("News")
    assert (people.lists(), people.count(), people.check()) == ({}, 4, [])
    people.undo(gone.id or 0)
    assert (people.lists(), on(people, "News")) == ({"News": 2}, [1, 4])
    assert people.check() == []
    with refusal("unknown_list"):
        people.delete_list("Nws")


def test_a_renamed_list_is_the_same_list(people: Book) -> None:
    rules = {"include": {"all": [{"field": "list", "is": "one_of", "value": ["News", "Old"]}]}}
    people.create_list("Old")
    people.save_segment("Readers", rules)
    joined = people.add_to_list("News", [2])
    before = people.members("News")
    renamed = people.rename_list("News", "Letter")
    assert (people.lists(), people.members("Letter")) == ({"Letter": 2, "Old": 0}, before)
    assert [contact["id"] for contact in people.contacts(segment="Readers")] == [1, 2]
    people.remove_from_list("Letter", [1])
    assert told(people.list_history("Letter")) == [
        "1 left list by hand",
        "2 joined list by hand",
        "1 joined list by hand",
    ]
    assert people.undo(joined.id or 0).kept == ()
    assert on(people, "Letter") == []
    people.undo(renamed.id or 0)
    assert people.lists() == {"News": 0, "Old": 0}
    assert people.check() == []


def test_a_name_that_had_another_list_is_free_again(people: Book) -> None:
    first = people.remove_from_list("News", [1])
    people.rename_list("News", "Old")
    people.create_list("News")
    people.add_to_list("News", [3])
    people.rename_list("Old", "Older")
    people.undo(first.id or 0)
    assert (on(people, "Older"), on(people, "News")) == ([1], [3])
    assert told(people.list_history("News")) == ["3 joined list by hand"]
    assert [change["key"] for change in people.history(1)[1]["changes"]] == ["list:Older"]


def test_a_name_goes_back_only_where_it_is_free(people: Book) -> None:
    renamed = people.rename_list("News", "Letter")
    people.create_list("News")
    with refusal("list_in_use"):
        people.undo(renamed.id or 0)
    with refusal("list_taken"):
        people.rename_list("News", "Letter")
    with refusal("bad_name"):
        people.rename_list("News", " ")
    with refusal("unknown_list"):
        people.rename_list("Nws", "Letter")


def test_a_list_that_segments_use_is_not_deleted(people: Book) -> None:
    people.save_segment("Readers", {"include": {"all": [{"field": "list", "is": "equals", "value": "News"}]}})
    with refusal("list_in_use") as error:
        people.delete_list("News")
    assert "Readers" in error[0].message


# Out of the book


def test_the_contacts_of_a_list_go_to_the_bin(people: Book) -> None:
    take_in(people, "phone", ONE, TWO, into_list="News")
    people.remove_from_list("News", [1])
    assert people.check_removal("News", only_without=["email"]) == 2
    removed = people.remove_list_contacts("News", only_without=["email"])
    assert (people.lists(), people.count(), removed.changed) == ({"News": 0}, 3, 2)
    people.undo(removed.id or 0)
    assert (people.lists(), people.count()) == ({"News": 2}, 5)


def test_nobody_goes_where_one_has_what_nobody_should_have(people: Book) -> None:
    take_in(people, "phone", ONE, into_list="News")
    with refusal("guard", status=3) as error:
        people.remove_list_contacts("News", only_without=["email"])
    assert f"contact 1 ({ANA})" in error[0].message
    with refusal("guard", status=3):
        people.check_removal("News", only_without=["crm_id", "phone"])
    with refusal("unknown_identifier"):
        people.remove_list_contacts("News", only_without=["contact_id"])
    with refusal("unknown_list"):
        people.remove_list_contacts("Nws")
    assert people.count() == 4


def test_an_email_beside_the_current_one_is_an_email(people: Book) -> None:
    people.merge(1, [2])
    people.set_values(1, {"email": "UNSET"})
    with refusal("guard", status=3):
        people.remove_list_contacts("News", only_without=["email"])


def test_own_identifiers_guard_too_and_many_are_counted(people: Book) -> None:
    people.add_identifier("loyalty_id")
    take_in(people, "loyalty_id", *map(str, range(7)), into_list="News")
    with refusal("guard", status=3) as error:
        people.remove_list_contacts("News", only_without=["loyalty_id"])
    assert error[0].message.startswith("7 contacts of the list News have loyalty_id: contact 4 (0), ")
    assert error[0].message.endswith("and 2 more")
