"""When what comes back belongs to somebody else by now (law 6)."""

import polars as pl

from onefold.model.frames import HOLDER_SCHEMA, MARK_SCHEMA, Contacts
from onefold.resolve.collisions import coming_back, got_since, spelled_apart, taken_meanwhile, without_taken
from tests.frames import book_of, lines, marks, rules, shown, words

KINDS = ("crm_id", "loyalty_id", "email", "phone")
BACK = {"contact_id": pl.Int64, "kind": pl.String, "value": pl.String}
TAKEN = BACK | {"holder": pl.Int64}
LEDGER = {"batch_id": pl.Int64, "contact_id": pl.Int64, "before": pl.String}


def test_what_a_contact_will_have_and_has_not_comes_back() -> None:
    now = book_of("id crm_id email phone merged_into", "1 C b - -", "2 - - 1 1", "3 - c - -")
    after = book_of("id crm_id email phone merged_into", "1 C a 2 -", "2 - - 1 -", "3 - - - -")
    assert words(coming_back(now, after, KINDS)) == ["1 email a", "1 phone 2", "2 phone 1"]
    assert words(coming_back(now, after, ("phone",))) == ["1 phone 2", "2 phone 1"]


def meanwhile(back: tuple[str, ...], holders: tuple[str, ...], after: Contacts, *mark: str) -> list[str]:
    told = lines(BACK, *back)
    return words(taken_meanwhile(told, lines(HOLDER_SCHEMA, *holders), after, marks(*mark), rules()))


def test_what_another_contact_holds_is_taken() -> None:
    after = book_of("id email phone", "1 a 1")
    holders = ("email a 7 current", "phone 1 8 second")
    assert meanwhile(("1 email a", "1 phone 1"), holders, after) == ["1 email a 7", "1 phone 1 8"]


def test_an_alias_that_recognises_nobody_takes_nothing() -> None:
    whys = ("former", "released", "held_elsewhere", "claimed")
    holders = tuple(f"email a {number} {why}" for number, why in enumerate(whys, 5))
    assert meanwhile(("1 email a",), holders, book_of("id email", "1 a")) == []


def test_contacts_that_are_put_back_count_as_they_will_be() -> None:
    after = book_of("id email", "1 a", "2 b")
    assert meanwhile(("1 email a",), ("email a 2 current", "email a 1 current"), after) == []
    both = book_of("id email", "1 a", "2 a")
    assert meanwhile(("1 email a",), (), both) == ["1 email a 2"]


def test_shared_and_blocked_values_may_sit_on_several() -> None:
    after = book_of("id email phone", "1 info@x 1")
    holders = ("email info@x 7 current", "phone 1 7 current")
    assert meanwhile(("1 email info@x", "1 phone 1"), holders, after, "phone 1 shared") == []
    assert meanwhile(("1 phone 1",), holders, after, "phone 1 blocked") == []


def test_only_who_got_it_since_keeps_it() -> None:
    taken = lines(TAKEN, "1 email a 7", "1 phone 1 8", "1 phone 2 9", "1 crm_id C 6", "1 email b 5")
    later = pl.DataFrame(
        [
            (3, 7, None),  # made since
            (3, 8, '[["phone",null]]'),
            (3, 9, '[["email","x"],["first_name","Ana"]]'),  # changed since, but not in its phone
            (4, 6, '[["alias:crm_id:C","former"]]'),
        ],
        schema=LEDGER,
        orient="row",
    )
    assert words(got_since(taken, later)) == ["1 crm_id C 6", "1 email a 7", "1 phone 1 8"]


def test_who_does_without_keeps_an_alias_and_no_spelling() -> None:
    after = book_of(
        "id crm_id email email_as_written phone phone_as_written",
        "1 C a A 1 01",
        "2 D b - 2 -",
        aliases=["1 email a former", "1 phone 3 former"],
    )
    rest = without_taken(after, lines(TAKEN, "1 email a 7", "1 crm_id C 8", "2 phone 2 8"))
    assert shown(rest, 1) == (
        "phone=1 phone_as_written=01 crm_id~C:held_elsewhere email~a:held_elsewhere phone~3:former"
    )
    assert shown(rest, 2) == "crm_id=D email=b phone~2:held_elsewhere"


def test_where_nothing_is_taken_nothing_changes() -> None:
    after = book_of("id email", "1 a", aliases=["1 phone 1 former"])
    assert shown(without_taken(after, lines(TAKEN)), 1) == "email=a phone~1:former"


def test_what_could_be_spelled_in_two_ways_does_not_come_back_to_two() -> None:
    told = [(3, "email", "é"), (2, "email", "é"), (2, "crm_id", "a"), (3, "crm_id", "a"), (4, "crm_id", "é")]
    back = pl.DataFrame(told, schema=BACK, orient="row")
    taken = pl.DataFrame([(4, "crm_id", "é", 1)], schema=TAKEN, orient="row")
    marks = pl.DataFrame(schema=MARK_SCHEMA)
    assert sorted(spelled_apart(taken, back, marks).rows()) == [(3, "email", "é", 2), (4, "crm_id", "é", 1)]
    shared = pl.DataFrame([("email", "é", "shared")], schema=MARK_SCHEMA, orient="row")
    assert spelled_apart(taken, back, shared).rows() == [(4, "crm_id", "é", 1)]
