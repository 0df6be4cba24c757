"""Step 11 of DESIGN 5: what else a contact is known by."""

import pytest

from onefold.model.policy import PhoneSpelling, SecondMatch
from tests.frames import book_of, records, shown, words
from tests.resolve.deciding import became, reasons, taken


def test_a_replaced_address_becomes_a_former_one() -> None:
    told = records("crm_id email phone", "C b 2")
    assert became(told, book_of("crm_id email phone", "C a 1")) == (
        "crm_id=C email=b phone=2 email~a:former phone~1:former"
    )


def test_an_emptied_address_is_not_remembered() -> None:
    told = records("crm_id email phone", "C UNSET UNSET")
    assert became(told, book_of("crm_id email phone", "C a 1")) == "crm_id=C"


def test_other_identifiers_that_are_replaced_are_not_remembered() -> None:
    told = records("crm_id loyalty_id", "C M")
    assert became(told, book_of("crm_id loyalty_id", "C L")) == "crm_id=C loyalty_id=M"


def test_an_address_that_stood_for_nobody_is_not_remembered() -> None:
    told = records("crm_id email", "C a")
    assert became(told, book_of("crm_id email", "C info@x")) == "crm_id=C email=a"


@pytest.mark.parametrize("why", ["former", "released", "second", "held_elsewhere", "claimed"])
def test_an_alias_goes_when_its_value_becomes_the_current_one(why: str) -> None:
    book = book_of("crm_id email", "C a", aliases=[f"1 email b {why}"])
    told = records("crm_id email source", "C b console")
    assert became(told, book) == "crm_id=C email=b email~a:former"


def test_a_former_number_of_one_is_released_when_another_gets_it() -> None:
    book = book_of("crm_id phone", "C 2", "D -", aliases=["1 phone 1 former"])
    decided = taken(records("crm_id phone", "D 1"), book)
    assert shown(decided.after, 1) == "crm_id=C phone=2 phone~1:released"
    assert shown(decided.after, 2) == "crm_id=D phone=1"


def test_a_new_contact_releases_a_former_number_too() -> None:
    book = book_of("crm_id phone", "C 2", aliases=["1 phone 1 former"])
    told = records("crm_id phone", "D 1")
    assert (became(told, book), reasons(told, book)) == ("crm_id=C phone=2 phone~1:released", ["created"])


def test_only_what_somebody_new_has_is_released() -> None:
    book = book_of("crm_id phone first_name", "C 2 -", "D 1 -", aliases=["1 phone 1 former"])
    told = records("crm_id phone first_name", "D 1 Bea")
    assert became(told, book) == "crm_id=C phone=2 phone~1:former"


def test_other_aliases_are_not_released() -> None:
    book = book_of("crm_id phone", "C 2", "D -", aliases=["1 phone 1 claimed"])
    assert became(records("crm_id phone", "D 1"), book) == "crm_id=C phone=2 phone~1:claimed"


def test_shared_and_blocked_values_release_nobody() -> None:
    book = book_of(
        "crm_id phone email", "C 2 a", "D - -", aliases=["1 phone 1 former", "1 email info@x former"]
    )
    told = records("crm_id phone email", "D 1 info@x")
    assert became(told, book, "phone 1 shared").endswith("email~info@x:former phone~1:former")
    assert became(told, book).endswith("email~info@x:former phone~1:released")


def test_a_withheld_identifier_is_noted_once() -> None:
    book = book_of("crm_id phone", "C 1", "D -", aliases=["2 phone 1 held_elsewhere"])
    told = records("crm_id phone", "D 1")
    assert (became(told, book, of=2), reasons(told, book)) == (
        "crm_id=D phone~1:held_elsewhere",
        ["kept_apart"],
    )


def test_a_withheld_identifier_leaves_the_alias_that_is_there() -> None:
    for why in ("former", "claimed"):
        book = book_of("crm_id email", "C a", "D b", aliases=[f"2 email a {why}"])
        assert became(records("crm_id email", "D a"), book, of=2) == f"crm_id=D email=b email~a:{why}"


def test_a_claimed_identifier_is_noted_once() -> None:
    book = book_of("email phone", "a 1", aliases=["1 phone 2 claimed", "1 phone 3 former"])
    told = records("email phone source", "a 2 form", "a 4 form")
    assert became(told, book) == "email=a phone=1 phone~2:claimed phone~3:former phone~4:claimed"


# Merging


def test_the_other_contacts_identifier_becomes_a_second_one_where_the_keeper_has_its_own() -> None:
    book = book_of("crm_id loyalty_id email phone", "C - a 1", "- L b 2")
    assert became(records("crm_id loyalty_id", "C L"), book) == (
        "crm_id=C loyalty_id=L email=a phone=1 email~b:second phone~2:second"
    )


def test_what_the_keeper_got_from_the_other_is_no_alias() -> None:
    book = book_of("crm_id loyalty_id phone", "C - -", "- L 2")
    assert became(records("crm_id loyalty_id", "C L"), book) == "crm_id=C loyalty_id=L phone=2"


def test_the_other_contacts_aliases_come_along_and_stay_where_they_were() -> None:
    whys = ("former", "released", "second", "held_elsewhere", "claimed")
    book = book_of(
        "crm_id loyalty_id",
        "C -",
        "- L",
        aliases=[f"2 phone {place} {why}" for place, why in enumerate(whys)],
    )
    decided = taken(records("crm_id loyalty_id", "C L"), book)
    known = " ".join(f"phone~{place}:{why}" for place, why in enumerate(whys))
    assert shown(decided.after, 1) == f"crm_id=C loyalty_id=L {known}"
    assert shown(decided.after, 2) == f"loyalty_id=L merged_into=1 {known}"


def test_an_alias_that_the_keeper_has_is_the_keepers() -> None:
    book = book_of(
        "crm_id loyalty_id phone",
        "C - 1",
        "- L -",
        aliases=["1 phone 2 former", "2 phone 2 second", "2 phone 1 former"],
    )
    assert became(records("crm_id loyalty_id", "C L"), book) == (
        "crm_id=C loyalty_id=L phone=1 phone~2:former"
    )


def test_the_record_on_top_of_a_merge_replaces_what_the_merge_brought() -> None:
    book = book_of("crm_id loyalty_id phone", "C - -", "- L 2")
    assert became(records("crm_id loyalty_id phone", "C L 3"), book) == (
        "crm_id=C loyalty_id=L phone=3 phone~2:former"
    )


def test_what_the_keeper_had_at_the_merge_is_no_alias_brought_along() -> None:
    book = book_of("crm_id email phone", "D a -", "- - 2", aliases=["2 crm_id D held_elsewhere"])
    told = records("crm_id email phone source", "E a 2 api")
    knobs = {"match_on": ("email", "phone"), "second_match": SecondMatch.MERGE}
    assert became(told, book, **knobs) == "crm_id=E email=a phone=2"


def test_a_merged_contacts_aliases_are_not_released() -> None:
    book = book_of("crm_id phone merged_into", "C 2 -", "- 3 1", "D - -", aliases=["2 phone 1 former"])
    decided = taken(records("crm_id phone", "D 1"), book)
    assert shown(decided.after, 2) == "phone=3 merged_into=1 phone~1:former"


# As it is written


def test_aliases_are_as_written_where_that_counts() -> None:
    book = book_of("email phone phone_as_written", "a 1 0-1", "b 3 -")
    told = records("email phone phone_as_written source proven", "a 2 0-2 import -", "b 4 0-4 form email")
    options = {"phone_spelling": PhoneSpelling.AS_WRITTEN, "chosen": "email"}
    decided = taken(told, book, **options)
    assert words(decided.after.aliases, "contact_id", "value", "why") == ["1 0-1 former", "2 0-4 claimed"]
