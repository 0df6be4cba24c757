"""What the book tells of a contact: where each value comes from, its history, and whose number is stale."""

from datetime import timedelta

import pytest

from onefold.book import Book
from tests.way.at_the_desk import ANA, BEA, NOW, ONE, THREE, TWO, Clock, refusal, take_in


def changes(book: Book, contact_id: int) -> list[tuple[str, int, list[tuple[str, str | None, str | None]]]]:
    """The history in short: kind, receipt, and each key with before and after."""
    return [
        (
            step["kind"],
            step["receipt"],
            [(change["key"], change["before"], change["after"]) for change in step["changes"]],
        )
        for step in book.history(contact_id)
    ]


def told(book: Book, clock: Clock) -> None:
    book.add_field("City", "text")
    take_in(book, "email,first_name", f"{ANA},Ana", tags=["old"])
    clock.forward(days=1)
    take_in(book, "email,phone,City", f"{ANA},{ONE},Porto")
    clock.forward(days=1)
    book.set_values(1, {"first_name": "Anna", "phone": TWO})


def test_for_every_value_the_receipt_that_set_it(book: Book, clock: Clock) -> None:
    told(book, clock)
    found = {key: (line["value"], line["receipt"], line["kind"]) for key, line in book.provenance(1).items()}
    assert found == {
        "email": (ANA, 1, "import"),
        "first_name": ("Anna", 3, "edit"),
        "phone": (TWO, 3, "edit"),
        "City": ("Porto", 2, "import"),
        "tag:old": ("1", 1, "import"),
        f"alias:phone:{ONE}": ("former", 3, "edit"),
    }
    assert book.provenance(1)["City"]["at"] == "2026-11-23T10:00:00Z"
    assert book.provenance(1)["email"]["source"] == "standard input"


def test_a_value_that_came_with_a_merge_is_from_the_merge(book: Book) -> None:
    take_in(book, "email", ANA)
    take_in(book, "phone", ONE)
    book.merge(1, [2])
    assert book.provenance(1)["phone"]["kind"] == "merge"


def test_a_value_that_an_undo_brought_back_is_from_the_undo(book: Book) -> None:
    take_in(book, "email,first_name", f"{ANA},Ana")
    take_in(book, "email,first_name", f"{ANA},Anna")
    book.undo(2)
    assert (book.provenance(1)["first_name"]["value"], book.provenance(1)["first_name"]["kind"]) == (
        "Ana",
        "undo",
    )


def test_the_history_has_every_change_with_before_and_after(book: Book, clock: Clock) -> None:
    told(book, clock)
    assert changes(book, 1) == [
        ("import", 1, []),
        ("import", 2, [("City", None, "Porto"), ("phone", None, ONE)]),
        (
            "edit",
            3,
            [
                (f"alias:phone:{ONE}", None, "former"),
                ("first_name", "Ana", "Anna"),
                ("phone", ONE, TWO),
            ],
        ),
    ]
    assert [step["made"] for step in book.history(1)] == [True, False, False]
    assert [step["at"][:10] for step in book.history(1)] == ["2026-11-22", "2026-11-23", "2026-11-24"]


def test_a_value_that_changed_twice_shows_each_step(book: Book) -> None:
    for name in ("Ana", "Anna", "Anne"):
        take_in(book, "email,first_name", f"{ANA},{name}")
    assert [step[2] for step in changes(book, 1)] == [
        [],
        [("first_name", "Ana", "Anna")],
        [("first_name", "Anna", "Anne")],
    ]


def test_an_import_that_changed_nothing_is_no_part_of_the_history(book: Book) -> None:
    for _ in range(2):
        take_in(book, "email", ANA)
    assert len(changes(book, 1)) == 1


def test_a_contact_that_was_taken_back_has_a_history_and_no_more(book: Book) -> None:
    take_in(book, "email", ANA)
    book.undo(1)
    assert [step[:2] for step in changes(book, 1)] == [("import", 1), ("undo", 2)]
    with refusal("unknown_contact_id") as error:
        book.contact(1)
    assert "it was taken back" in error[0].hint


def test_nobody_has_no_history(book: Book) -> None:
    with refusal("unknown_contact_id") as error:
        book.contact(1)
    assert error[0].hint == "see `onefold contacts`"
    assert list(book.history(1)) == []


@pytest.mark.parametrize(("text", "number"), [("12", 12), (12, 12), (" 12 ", 12), ("CODE-12", 12)])
def test_a_contacts_number_is_read_as_people_write_it(book: Book, text: str | int, number: int) -> None:
    written = text.replace("CODE", book.short_id.upper()) if isinstance(text, str) else text
    assert book.contact_id(written) == number


@pytest.mark.parametrize("text", ["zzzz-12", "twelve", "", "-12", "1.0", "b7k2_12"])
def test_what_is_no_number_of_this_book_is_refused(book: Book, text: str) -> None:
    with refusal("unknown_contact_id") as error:
        book.contact_id(text)
    assert f"{book.short_id}-12" in error[0].hint


# Changed numbers


def stale(book: Book, clock: Clock) -> None:
    """Ana's number changes, Bea's does not, and a file still has Ana's old one."""
    take_in(book, "crm_id,phone,first_name,last_name", f"C,{ONE},Ana,Silva", f"D,{THREE},Bea,Sousa")
    clock.forward(days=1)
    book.set_values(1, {"phone": TWO})
    clock.forward(days=1)
    take_in(book, "crm_id,phone", f"C,{ONE}", f"D,{THREE}")


def test_a_stale_file_never_turns_a_number_back(book: Book, clock: Clock) -> None:
    stale(book, clock)
    assert book.contact(1)["phone"] == TWO


def test_the_report_names_whose_number_in_the_file_is_stale(book: Book, clock: Clock) -> None:
    stale(book, clock)
    [line] = book.changed_numbers().to_dicts()
    assert line == {
        "CRM ID": "C",
        "First Name": "Ana",
        "Last Name": "Silva",
        "Contact ID": f"{book.short_id}-1",
        "Number in File": ONE,
        "Current Number": TWO,
        "Changed At": "2026-11-23T10:00:00Z",
    }


def test_the_report_is_of_one_import_or_since_a_day(book: Book, clock: Clock) -> None:
    stale(book, clock)
    assert [book.changed_numbers(receipt=number).height for number in (1, 2, 3)] == [0, 0, 1]
    assert [book.changed_numbers(since=NOW + timedelta(days=days)).height for days in (2, 3)] == [1, 0]


def test_a_number_that_is_current_again_is_not_stale(book: Book, clock: Clock) -> None:
    stale(book, clock)
    book.set_values(1, {"phone": ONE})
    assert book.changed_numbers().height == 0


def test_a_policy_that_replaces_has_no_stale_numbers(book: Book, clock: Clock) -> None:
    book.use_policy("delivra")
    take_in(book, "email,phone", f"{BEA},{ONE}")
    take_in(book, "email,phone", f"{BEA},{TWO}")
    take_in(book, "email,phone", f"{BEA},{ONE}")
    assert (book.contact(1)["phone"], book.changed_numbers().height) == (ONE, 0)
