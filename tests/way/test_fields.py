"""Fields get other names and types, go and come back, and no value is lost by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import onefold
from onefold.book import Book
from onefold.model.field import Access, Field, FieldType
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, Clock, everybody, refusal, take_in

PORTO = {"include": {"all": [{"field": "City", "is": "equals", "value": "Porto"}]}}


@pytest.fixture
def people(database_url: str, clock: Clock) -> Iterator[Book]:
    """Ana of Porto, Bea of Faro, and Carla of whom no city is known."""
    with onefold.open(database_url, clock=clock) as book:
        book.add_field("City", "text")
        take_in(book, "email,City", f"{ANA},Porto", f"{BEA},Faro", f"{CARLA},")
        yield book


def values(book: Book, name: str) -> list[object]:
    return [contact["fields"].get(name, "no such field") for contact in book.contacts()]


def names(fields: object) -> list[str]:
    return [field.name for field in fields]  # type: ignore[attr-defined]


# Names


def test_a_renamed_field_keeps_its_values_and_its_segments(people: Book) -> None:
    people.save_segment("North", PORTO)
    assert people.rename_field("City", "Town").name == "Town"
    assert values(people, "Town") == ["Porto", "Faro", None]
    assert [contact["id"] for contact in people.contacts(segment="North")] == [1]
    take_in(people, "email,Town", f"{CARLA},Porto")
    assert [contact["id"] for contact in people.contacts(segment="North")] == [1, 3]


def test_a_name_that_is_a_word_of_rules_is_told_apart_from_it(people: Book) -> None:
    people.save_segment("North", PORTO)
    people.rename_field("City", "tag")
    assert [contact["id"] for contact in people.contacts(segment="North")] == [1]
    people.rename_field("tag", "City")
    assert [contact["id"] for contact in people.contacts(segment="North")] == [1]


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("email", "bad_field"),
        ("score", "bad_field"),
        ("", "bad_name"),
        ("a\0", "bad_name"),
        ("\ud800", "bad_name"),
    ],
)
def test_a_name_that_is_taken_or_cannot_be_read_is_refused(people: Book, new: str, code: str) -> None:
    people.add_field("Score", "number")
    people.retire_field("Score")
    with refusal(code):
        people.rename_field("City", new)
    with refusal("unknown_field"):
        people.rename_field("Ctiy", "Town")
    assert people.rename_field("City", "CITY").name == "CITY"


def test_a_field_that_the_policy_names_keeps_its_name(people: Book, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('name = "own"\n[overwrite]\nCity = "fill_empty"\n')
    people.use_policy(file)
    with refusal("field_in_use"):
        people.rename_field("City", "Town")
    with refusal("field_in_use"):
        people.retire_field("City")


# Out of use and back


def test_a_retired_field_is_offered_nowhere_and_keeps_its_values(people: Book) -> None:
    assert people.retire_field("City").retired
    assert (people.fields(), names(people.retired_fields())) == ((), ["City"])
    assert values(people, "City") == ["no such field"] * 3
    assert "City" not in people.provenance(1)
    assert people.everything(1)["provenance"]["City"]["value"] == "Porto"
    receipt = take_in(people, "email,City", f"{CARLA},Porto", new_fields=True)
    assert receipt.mapping == {"email": "email", "City": None}
    assert any("City" in warning for warning in receipt.warnings)
    with refusal("bad_field"):
        people.add_field("city", "text")
    with refusal("unknown_field"):
        people.retire_field("City")
    people.restore_field("City")
    assert values(people, "City") == ["Porto", "Faro", None]
    with refusal("unknown_field"):
        people.restore_field("City")


def test_what_happens_to_contacts_happens_to_what_they_have_in_a_retired_field(people: Book) -> None:
    late = take_in(people, "email,City", f"{CARLA},Braga", "dora@example.com,Evora")
    people.retire_field("City")
    take_in(people, "phone", ONE)
    people.undo(late.id or 0)
    again = people.undo(people.receipts()[0].id or 0)
    people.merge(5, [1])
    assert people.check() == []
    people.restore_field("City")
    assert again.kept == ()
    assert everybody(people) == {
        2: f"email={BEA} City=Faro",
        3: f"email={CARLA} City=Braga",
        4: "email=dora@example.com City=Evora",
        5: f"email={ANA} phone={ONE} City=Porto contact_id~1:merged_id",
    }


def test_who_would_miss_a_field_is_named(people: Book) -> None:
    people.save_segment("North", PORTO)
    with refusal("guard", status=3) as error:
        people.retire_field("City")
    assert error[0].message == "the segment North would miss the field City"
    people.retire_field("City", yes=True)
    with refusal("unknown_field"):
        people.contacts(segment="North")


# What a field is


def test_the_default_choices_access_and_folder_of_a_field_change(people: Book) -> None:
    people.add_field("Size", "choice", choices=["S", "M"])
    people.change_field("Size", choices=["S", "M", "L"], default="m", access="private", folder="Shop")
    size = people.fields()[1]
    assert size == Field(2, "Size", FieldType.CHOICE, ("S", "M", "L"), "M", Access.PRIVATE, "Shop")
    assert values(people, "Size") == ["M", "M", "M"]
    people.change_field("Size", default=None)
    assert values(people, "Size") == [None, None, None]
    with refusal("bad_field"):
        people.change_field("Size", default="XL")
    with refusal("bad_field"):
        people.change_field("City", choices=["Porto"])
    with refusal("bad_field"):
        people.change_field("Size", choices=[])


def test_a_choice_that_contacts_have_goes_only_with_a_yes_and_they_keep_it(people: Book) -> None:
    people.add_field("Size", "choice", choices=["S", "M"])
    take_in(people, "email,Size", f"{ANA},S", f"{BEA},S")
    with refusal("guard", status=3) as error:
        people.change_field("Size", choices=["M"])
    assert "S (2)" in error[0].message
    people.change_field("Size", choices=["M"], yes=True)
    assert values(people, "Size") == ["S", "S", None]
    assert take_in(people, "email,Size", f"{CARLA},S").reasons == {"bad_choice": 1}


@pytest.mark.parametrize("said", [" ", "a\0b", "\ud800"])
def test_what_nobody_could_read_is_no_part_of_a_field(people: Book, said: str) -> None:
    for options in ({"choices": ["S", said]}, {"choices": ["S"], "folder": said}):
        with refusal("bad_field"):
            people.add_field("Size", "choice", **options)  # type: ignore[arg-type]
    for changed in ({"default": said}, {"folder": said}):
        with refusal("bad_field"):
            people.change_field("City", **changed)
    with refusal("unknown_field"):
        people.rename_field(said, "Town")
    with refusal("bad_field"):
        people.plan_retyping("City", "text", default=said)
    with refusal("bad_field"):
        people.plan_retyping("City", "choice", choices=[said])
    assert names(people.fields()) == ["City"]


# Another type


def test_a_field_of_another_type_has_the_same_values_in_it(people: Book) -> None:
    people.add_field("Visits", "text", default="7")
    take_in(people, "email,Visits", f"{ANA},3", f'{BEA},"1,234.5"')
    people.retype_field("Visits", "number")
    assert values(people, "Visits") == [3.0, 1234.5, 7.0]
    assert names(people.fields()) == ["City", "Visits"]
    assert names(people.retired_fields()) == ["Visits (text)"]
    back = people.retype_field("Visits", "text")
    assert values(people, "Visits") == ["3", "1234.5", "7"]
    assert back.warnings == ()
    assert people.check() == []


@pytest.mark.parametrize(
    ("type_", "cell", "into", "value"),
    [
        ("yes_no", "Yes", "text", "Yes"),
        ("date", "2026-11-22", "text", "2026-11-22"),
        ("text", "22/11/2026", "date", "2026-11-22"),
        ("text", "nein", "yes_no", False),
        ("number", "1", "yes_no", True),
        ("number", "0.5", "text", "0.5"),
    ],
)
def test_values_are_read_as_an_import_would_read_them(
    people: Book, type_: str, cell: str, into: str, value: object
) -> None:
    people.add_field("It", type_)
    take_in(people, "email,It", f"{ANA},{cell}")
    people.retype_field("It", into)
    assert values(people, "It") == [value, None, None]


def test_dates_are_read_in_the_order_that_all_of_them_show(people: Book) -> None:
    people.add_field("Born", "text")
    take_in(people, "email,Born", f"{ANA},03/04/1990", f"{BEA},25/04/1990")
    people.retype_field("Born", "date")
    assert values(people, "Born") == ["1990-04-03", "1990-04-25", None]


def test_dates_that_show_no_order_wait_for_a_word(people: Book) -> None:
    people.add_field("Born", "text")
    take_in(people, "email,Born", f"{ANA},03/04/1990", f"{BEA},05/06/1990")
    planned = people.plan_retyping("Born", "date")
    assert (planned.converted, planned.not_converted, len(planned.unread)) == (0, 2, 1)
    assert "--date-order" in planned.unread[0].why
    people.retype_field("Born", "date", date_order="mdy")
    assert values(people, "Born") == ["1990-03-04", "1990-05-06", None]
    with refusal("bad_value"):
        people.plan_retyping("Born", "text", date_order="sideways")


def test_what_would_not_convert_is_shown_first(people: Book) -> None:
    people.add_field("Visits", "text")
    take_in(people, "email,Visits", f"{ANA},3", f"{BEA},many", f"{CARLA},a 'few'")
    people.save_segment("Guests", {"include": {"all": [{"field": "Visits", "is": "not_empty"}]}})
    before = everybody(people)
    planned = people.plan_retyping("Visits", "number")
    assert planned.as_dict() == {
        "field": "Visits",
        "type": "number",
        "converted": 1,
        "not_converted": 2,
        "reasons": [{"why": "is not a number", "contacts": 2, "examples": ["a 'few'", "many"]}],
        "used_by": ["the segment Guests"],
    }
    with refusal("guard", status=3) as error:
        people.retype_field("Visits", "number")
    assert error[0].message.startswith("2 values of Visits would not be read as number")
    assert (everybody(people), names(people.retired_fields())) == (before, [])


def test_values_that_stay_behind_come_back_with_undo(people: Book) -> None:
    people.add_field("Visits", "text")
    take_in(people, "email,Visits", f"{ANA},3", f"{BEA},many")
    before = everybody(people)
    changed = people.retype_field("Visits", "number", yes=True)
    assert (values(people, "Visits"), changed.changed) == ([3.0, None, None], 1)
    assert "'Visits (text)'" in changed.warnings[0]
    undone = people.undo(changed.id or 0)
    assert (everybody(people), undone.kept) == (before, ())
    assert names(people.retired_fields()) == ["Visits (number)"]
    people.undo(undone.id or 0)
    assert values(people, "Visits") == [3.0, None, None]
    assert people.check() == []


def test_a_value_that_was_set_since_is_kept_and_named(people: Book) -> None:
    people.add_field("Visits", "text")
    take_in(people, "email,Visits", f"{ANA},3", f"{BEA},4")
    changed = people.retype_field("Visits", "number")
    people.set_values(1, {"Visits": "5"})
    undone = people.undo(changed.id or 0)
    assert [(kept.contact_id, kept.key) for kept in undone.kept] == [(1, "Visits")]
    assert values(people, "Visits") == ["3", "4", None]
    people.restore_field("Visits (number)")
    assert values(people, "Visits (number)") == [5.0, None, None]


def test_only_the_last_of_two_type_changes_can_be_taken_back(people: Book) -> None:
    people.add_field("Visits", "text")
    take_in(people, "email,Visits", f"{ANA},1")
    first = people.retype_field("Visits", "number")
    second = people.retype_field("Visits", "yes_no")
    with refusal("field_in_use"):
        people.undo(first.id or 0)
    people.undo(second.id or 0)
    people.undo(first.id or 0)
    assert values(people, "Visits") == ["1", None, None]


def test_merged_contacts_keep_what_they_had(people: Book) -> None:
    people.add_field("Visits", "text")
    take_in(people, "email,Visits", f"{ANA},1", f"{BEA},2")
    people.merge(1, [2])
    people.retype_field("Visits", "number")
    people.split(2)
    assert values(people, "Visits") == [1.0, 2.0, None]


def test_a_type_that_cannot_be_is_refused(people: Book) -> None:
    with refusal("bad_value"):
        people.retype_field("City", "colour")
    with refusal("bad_field"):
        people.retype_field("City", "text")
    with refusal("bad_field"):
        people.retype_field("City", "choice")
    with refusal("unknown_field"):
        people.retype_field("Ctiy", "number")
    people.retype_field("City", "choice", choices=["porto", "faro"], default="Porto")
    assert values(people, "City") == ["porto", "faro", "porto"]


def test_a_look_at_an_undo_says_the_same(people: Book) -> None:
    changed = people.retype_field("City", "choice", choices=["Porto", "Faro"])
    assert people.undo(changed.id or 0, dry_run=True).changed == 2
    people.retire_field("City")
    with refusal("field_in_use"):
        people.undo(changed.id or 0, dry_run=True)
