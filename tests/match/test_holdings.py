"""Which contact can be found by which identifier."""

from onefold.match.holdings import holdings
from onefold.model.frames import Contacts
from onefold.model.policy import PhoneSpelling
from tests.frames import book_of, rules, words

KINDS = ("contact_id", "crm_id", "loyalty_id", "email", "phone")


def held(book: Contacts, *kinds: str) -> list[str]:
    return words(holdings(book, kinds or KINDS, rules()), "kind", "value", "holder")


def test_a_contact_holds_what_it_has_now_and_its_number() -> None:
    book = book_of("id crm_id loyalty_id email phone", "7 C L a 1")
    assert held(book) == ["contact_id 7 7", "crm_id C 7", "email a 7", "loyalty_id L 7", "phone 1 7"]


def test_only_the_kinds_that_are_asked_for() -> None:
    book = book_of("id email phone", "7 a 1", aliases=["7 email b second", "7 phone 2 second"])
    assert held(book, "phone") == ["phone 1 7", "phone 2 7"]


def test_a_second_identifier_is_held_and_no_other_alias_is() -> None:
    whys = ("former", "released", "second", "held_elsewhere", "claimed")
    book = book_of("id", "7", aliases=[f"7 phone {place} {why}" for place, why in enumerate(whys)])
    assert held(book, "phone", "email") == ["phone 2 7"]


def test_a_contact_that_became_part_of_another_holds_nothing_but_its_number_leads_there() -> None:
    book = book_of(
        "id email merged_into", "1 a 2", "2 b 3", "3 c -", aliases=["1 email d second", "2 email e second"]
    )
    assert held(book) == ["contact_id 1 3", "contact_id 2 3", "contact_id 3 3", "email c 3"]


def test_who_is_in_the_bin_is_told_as_such() -> None:
    book = book_of("email in_bin", "a true", "b false")
    assert words(holdings(book, ("email",), rules()), "holder", "in_bin") == ["1 True", "2 False"]


def test_the_name_goes_along_folded() -> None:
    book = book_of("email first_name last_name full_name", "a Ana Silva -", "b - - ANA__Silva", "c - - -")
    assert words(holdings(book, ("email",), rules()), "holder", "name_key") == [
        "1 ana silva",
        "2 ana silva",
        "3 -",
    ]


def test_a_number_is_held_as_it_is_written_where_that_counts() -> None:
    book = book_of("phone phone_as_written", "1 01", "2 -")
    written = rules(phone_spelling=PhoneSpelling.AS_WRITTEN)
    assert held(book, "phone") == ["phone 1 1", "phone 2 2"]
    assert words(holdings(book, ("phone",), written), "value", "holder") == ["01 1", "2 2"]


def test_nobody_holds_nothing() -> None:
    assert held(book_of("id")) == []
