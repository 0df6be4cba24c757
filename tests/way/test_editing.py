"""Edits by hand: values set, contacts merged and split."""

import pytest

from onefold.book import Book
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, THREE, TWO, everybody, refusal, shown, take_in


def test_values_are_set_by_hand_and_spelled_as_everywhere(book: Book) -> None:
    book.add_field("City", "text")
    take_in(book, "email,first_name", f"{ANA},Ana")
    receipt = book.set_values(1, {"phone": "0044 7400 100001", "last_name": "Silva", "City": "Porto"})
    assert (receipt.kind, receipt.rows, receipt.reasons) == ("edit", 1, {"updated": 1})
    assert shown(book, 1) == f"email={ANA} phone={ONE} first_name=Ana last_name=Silva City=Porto"


def test_the_clear_token_empties_a_value_and_nothing_leaves_it(book: Book) -> None:
    take_in(book, "email,first_name,last_name", f"{ANA},Ana,Silva")
    book.set_values(1, {"first_name": "UNSET", "last_name": None})
    assert shown(book, 1) == f"email={ANA} last_name=Silva"


def test_an_edit_replaces_an_identifier_whatever_the_policy_spares(book: Book) -> None:
    take_in(book, "email,phone", f"{ANA},{ONE}")
    book.use_policy("mainstay")
    book.set_values(1, {"email": BEA, "phone": TWO})
    book.set_values(1, {"phone": ONE})
    assert shown(book, 1) == f"email={BEA} phone={ONE} email~{ANA}:former phone~{TWO}:former"


def test_an_identifier_that_another_holds_stays_there(book: Book) -> None:
    take_in(book, "email", ANA, BEA)
    receipt = book.set_values(1, {"email": BEA})
    assert receipt.reasons == {"kept_apart": 1}
    assert everybody(book) == {1: f"email={ANA} email~{BEA}:held_elsewhere", 2: f"email={BEA}"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"email": "nobody"}, "bad_email"),
        ({"phone": "12"}, "bad_phone"),
        ({"Visits": "often"}, "bad_number"),
        ({"Nickname": "Nana"}, "malformed_row"),
    ],
)
def test_what_a_field_refuses_changes_nothing(book: Book, values: dict[str, str], code: str) -> None:
    book.add_field("Visits", "number")
    take_in(book, "email,first_name", f"{ANA},Ana")
    with refusal(code):
        book.set_values(1, {"first_name": "Anna", **values})
    assert (shown(book, 1), len(book.receipts())) == (f"email={ANA} first_name=Ana", 1)


def test_only_a_contact_that_is_there_can_be_edited(book: Book) -> None:
    with refusal("unknown_contact_id"):
        book.set_values(7, {"first_name": "Ana"})


def test_an_edit_can_be_taken_back(book: Book) -> None:
    take_in(book, "email,phone", f"{ANA},{ONE}")
    receipt = book.set_values(1, {"phone": TWO, "first_name": "Ana"})
    book.undo(int(receipt.id or 0))
    assert shown(book, 1) == f"email={ANA} phone={ONE}"


# Merging


def pair(book: Book) -> None:
    book.create_list("News")
    take_in(book, "email,first_name", f"{ANA},Ana", tags=["old"])
    take_in(book, "phone,email,last_name", f"{ONE},{BEA},Silva", tags=["fair"], into_list="News")


APART = {
    1: f"email={ANA} first_name=Ana #old",
    2: f"email={BEA} phone={ONE} last_name=Silva #fair @News",
}
MERGED = (
    f"email={ANA} phone={ONE} first_name=Ana last_name=Silva #fair #old @News "
    f"contact_id~2:merged_id email~{BEA}:second"
)


def test_two_become_one_with_all_they_are_known_by(book: Book) -> None:
    pair(book)
    receipt = book.merge(1, [2])
    assert receipt.kind == "merge"
    assert everybody(book) == {1: MERGED}
    assert book.check() == []


def test_the_number_of_the_merged_one_leads_to_the_keeper(book: Book) -> None:
    pair(book)
    book.merge(1, [2])
    take_in(book, "Contact ID,first_name", "2,Anna", identifier="contact_id")
    take_in(book, "email,last_name", f"{BEA},Sousa")
    assert [contact["id"] for contact in book.contacts()] == [1]
    assert (book.contact(1)["first_name"], book.contact(1)["last_name"]) == ("Anna", "Sousa")


def test_several_merge_at_once(book: Book) -> None:
    take_in(book, "email", ANA, BEA, CARLA)
    book.merge(2, [1, 3])
    aliases = f"contact_id~1:merged_id contact_id~3:merged_id email~{ANA}:second email~{CARLA}:second"
    assert everybody(book) == {2: f"email={BEA} {aliases}"}


@pytest.mark.parametrize(
    ("keep", "others", "code"),
    [
        (1, [1], "same_contact"),
        (1, [2, 2], "same_contact"),
        (1, [7], "unknown_contact_id"),
        (7, [1], "unknown_contact_id"),
        (1, [3], "unknown_contact_id"),
    ],
)
def test_only_different_contacts_that_are_there_can_merge(
    book: Book, keep: int, others: list[int], code: str
) -> None:
    take_in(book, "email", ANA, BEA, CARLA)
    book.merge(2, [3])
    before = everybody(book)
    with refusal(code):
        book.merge(keep, others)
    assert everybody(book) == before


# Splitting


def test_a_split_brings_both_back_as_they_were(book: Book) -> None:
    pair(book)
    book.merge(1, [2])
    receipt = book.split(1)
    assert (receipt.kind, everybody(book)) == ("split", APART)
    assert book.check() == []


@pytest.mark.parametrize("named", [1, 2])
def test_either_of_the_two_can_be_named(book: Book, named: int) -> None:
    pair(book)
    book.merge(1, [2])
    book.split(named)
    assert everybody(book) == APART


def test_a_keeper_parts_from_the_one_it_merged_with_last(book: Book) -> None:
    take_in(book, "email", ANA, BEA, CARLA)
    book.merge(1, [3])
    book.merge(1, [2])
    book.split(1)
    assert [contact["id"] for contact in book.contacts()] == [1, 2]
    book.split(1)
    assert everybody(book) == {1: f"email={ANA}", 2: f"email={BEA}", 3: f"email={CARLA}"}


def test_what_happened_since_the_merge_stays_with_the_keeper(book: Book) -> None:
    pair(book)
    book.merge(1, [2])
    book.set_values(1, {"first_name": "Anna", "last_name": "Sousa"})
    book.split(1)
    assert everybody(book) == {1: f"email={ANA} first_name=Anna last_name=Sousa #old", 2: APART[2]}


def test_a_split_parts_what_one_row_of_an_import_joined_and_leaves_the_rest_of_it(book: Book) -> None:
    take_in(book, "email", ANA)
    take_in(book, "phone", ONE)
    take_in(book, "email,phone,first_name", f"{ANA},{ONE},Ana", f"{BEA},,Bea", tags=["spring"])
    book.split(1)
    assert everybody(book) == {
        1: f"email={ANA} first_name=Ana #spring",
        2: f"phone={ONE}",
        3: f"email={BEA} first_name=Bea #spring",
    }


def test_two_made_and_merged_by_one_import_can_be_parted(book: Book) -> None:
    take_in(book, "email,phone,first_name", f"{ANA},,Ana", f",{ONE},Bea", f"{ANA},{ONE},")
    book.split(1)
    assert everybody(book) == {1: f"email={ANA} first_name=Ana", 2: f"phone={ONE} first_name=Bea"}


def test_an_identifier_that_a_third_got_meanwhile_stays_there(book: Book) -> None:
    take_in(book, "crm_id,phone", f"C,{ONE}", f"D,{TWO}")
    book.merge(1, [2])
    book.set_values(1, {"phone": THREE})
    take_in(book, "email", ANA)
    with_two = {"phone": TWO}
    book.set_values(3, with_two)
    book.split(1)
    holders = [contact["id"] for contact in book.contacts() if contact["phone"] == TWO]
    assert len(holders) == 1
    assert book.check() == []


def test_a_contact_that_was_never_merged_cannot_be_split(book: Book) -> None:
    take_in(book, "email", ANA)
    with refusal("not_merged"):
        book.split(1)
    with refusal("unknown_contact_id"):
        book.split(7)


def test_a_split_can_be_taken_back(book: Book) -> None:
    pair(book)
    book.merge(1, [2])
    receipt = book.split(1)
    book.undo(int(receipt.id or 0))
    assert everybody(book) == {1: MERGED}
