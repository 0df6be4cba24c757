"""Whose own a refusal is when it is said, and what ends it."""

import polars as pl
import pytest

from onefold.model.consent import LOG_SCHEMA, NEW_CONSENT_SCHEMA, REFUSAL_SCHEMA
from onefold.resolve.own_refusals import (
    HELD_SCHEMA,
    holders_at,
    own_refusals,
    with_answers,
    with_sole_holders,
)
from tests.frames import lines, words

OLD, NEW = "+447400100001", "+447400100002"
STOP = {
    "state": "unsubscribed",
    "channel": "sms",
    "address": OLD,
    "source": "keyword",
    "trust": 1,
    "own": False,
}


def batch(*said: dict[str, object]) -> pl.DataFrame:
    """New entries in their order; each is a STOP at OLD but for what is said."""
    rows = [STOP | entry | {"place": place} for place, entry in enumerate(said)]
    return pl.DataFrame(rows, schema={"place": pl.UInt32, **NEW_CONSENT_SCHEMA})


def held(*rows: str) -> pl.DataFrame:
    return lines(HELD_SCHEMA, *rows)


def holders(entries: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> list[str]:
    asked = entries.filter(pl.col("state") == "unsubscribed").select("place")
    return words(holders_at(asked, entries, before, after).sort("place", "contact_id"))


GETS, LEAVES = {"state": "held"}, {"state": "lapsed"}


def test_it_binds_who_has_the_address_before_and_after() -> None:
    family = held(f"1 sms {OLD}", f"2 sms {OLD}", f"3 sms {NEW}")
    assert holders(batch({}), family, family) == ["0 1", "0 2"]


def test_it_binds_who_has_it_at_that_moment_of_the_batch() -> None:
    mine, hers = held(f"1 sms {OLD}"), held(f"2 sms {OLD}")
    assert holders(batch({}, GETS | {"contact_id": 2}), mine, hers) == ["0 1"]
    assert holders(batch(GETS | {"contact_id": 2}, {}), mine, hers) == ["1 2"]
    assert holders(batch({}, GETS | {"contact_id": 2}, {}), mine, hers) == ["0 1", "2 2"]


def test_it_does_not_bind_who_emptied_the_number_before() -> None:
    mine = held(f"1 sms {OLD}")
    assert holders(batch({}, LEAVES | {"contact_id": 1}), mine, held()) == ["0 1"]
    assert holders(batch(LEAVES | {"contact_id": 1}, {}), mine, held()) == []


def test_who_keeps_a_replaced_number_as_a_former_one_has_it_still() -> None:
    mine = held(f"1 sms {OLD}")
    assert holders(batch(LEAVES | {"contact_id": 1}, {}), mine, mine) == ["1 1"]


@pytest.mark.parametrize(
    ("said", "typed", "whose"),
    [
        ({}, [], ["0 1 False"]),
        ({"method": "text"}, [], ["0 1 False"]),
        ({"method": "not_in_service"}, [], []),
        ({"method": "wrong_number"}, [], []),
        ({"method": "erased_refusal"}, [], []),
        ({}, [f"1 sms {OLD}"], []),
        ({"contact_id": 1}, [f"1 sms {OLD}"], ["0 1 True"]),
        ({"contact_id": 1, "own": True}, [f"1 sms {OLD}"], ["0 1 False"]),
        ({"contact_id": 2, "own": True}, [], ["0 1 False", "0 2 False"]),
        ({"channel": "email", "address": "info@example.com"}, [], []),
        (
            {"channel": "email", "address": "info@example.com", "contact_id": 1, "own": True},
            [],
            ["0 1 False"],
        ),
    ],
)
def test_whose_own_it_is(said: dict[str, object], typed: list[str], whose: list[str]) -> None:
    entries = batch(said)
    has = entries.select("place").with_columns(contact_id=pl.lit(1, pl.Int64))
    assert words(own_refusals(entries, has, held(*typed), ("info",))) == whose


def test_a_refusal_that_names_nobody_is_of_the_one_who_has_the_address() -> None:
    entries = batch({}, {"contact_id": 9}, {"address": NEW}, {"state": "subscribed"})
    holders = held(f"1 sms {OLD}", f"2 sms {NEW}", f"3 sms {NEW}")
    assert with_sole_holders(entries, holders)["contact_id"].to_list() == [1, 9, None, None]


@pytest.mark.parametrize(
    ("states", "is_own"),
    [
        (["typed", "unsubscribed"], False),
        (["unsubscribed", "typed"], True),
        (["typed", "confirmed", "unsubscribed"], True),
        (["typed", "unsubscribed", "confirmed"], False),
    ],
)
def test_an_address_is_typed_until_it_is_confirmed(states: list[str], is_own: bool) -> None:
    entries = batch(*({"state": state, "contact_id": 1} for state in states))
    refusal = entries.filter(pl.col("state") == "unsubscribed")
    has = refusal.select("place").with_columns(contact_id=pl.lit(1, pl.Int64))
    assert own_refusals(entries, has, held(), ())["alone"].to_list() == [not is_own]


REFUSED = REFUSAL_SCHEMA | {"address": pl.String}
YES = {"state": "subscribed", "channel": "sms", "source": "keyword", "trust": 1}


def answered(refusal: str, *said: dict[str, object], has: tuple[str, ...] = ()) -> str:
    """What ended a refusal: the number of an entry, from 10 on, or `-`."""
    rows = [
        YES | {"id": number, "recorded_at": "2026", **entry, "now_id": entry.get("contact_id")}
        for number, entry in enumerate(said, start=10)
    ]
    log = pl.DataFrame(rows, schema={**LOG_SCHEMA, "now_id": pl.Int64})
    return words(with_answers(lines(REFUSED, refusal), log, held(*has)).select("answered_by"))[0]


MINE = f"1 5 1 sms 2022 - {OLD}"


def test_one_that_is_the_addresss_alone_stays_so() -> None:
    assert answered(f"1 5 1 sms 2022 5 {OLD}") == "5"


def test_a_later_yes_of_the_person_ends_it_at_any_address() -> None:
    assert answered(MINE, {"address": NEW, "at": "2023", "contact_id": 1}) == "10"
    assert answered(MINE, {"address": NEW, "at": "2021", "contact_id": 1}) == "-"
    assert answered(MINE, {"address": NEW, "at": "2022", "contact_id": 1}) == "-"
    assert answered(MINE, {"address": NEW, "at": "2023", "contact_id": 2}) == "-"
    assert answered(MINE, {"address": NEW, "at": "2023", "contact_id": 1, "trust": 0}) == "-"
    assert answered(MINE, {"address": NEW, "at": "2023", "contact_id": 1, "channel": "email"}) == "-"


def test_a_yes_dated_ahead_counts_from_when_it_was_recorded() -> None:
    assert answered(MINE, {"address": NEW, "at": "2023", "recorded_at": "2021", "contact_id": 1}) == "-"


def test_a_yes_at_the_same_address_ends_it_for_who_has_the_address_still() -> None:
    start = {"address": OLD, "at": "2023"}
    assert answered(MINE, start, has=(f"1 sms {OLD}",)) == "10"
    assert answered(MINE, start, has=(f"1 sms {NEW}",)) == "-"


def test_what_ended_it_stays_its_end_wherever_the_person_goes() -> None:
    ended = f"1 5 1 sms 2022 10 {OLD}"
    assert answered(ended, {"address": OLD, "at": "2023"}) == "10"


def test_what_was_taken_back_ends_nothing() -> None:
    ended = f"1 5 1 sms 2022 10 {OLD}"
    yes = {"address": OLD, "at": "2023", "contact_id": 1}
    back = {"state": "lapsed", "address": OLD, "at": "2024", "ends": 10, "method": "taken back"}
    assert answered(ended, yes, back) == "-"
    assert answered(ended, yes, back, yes | {"at": "2025"}) == "12"


def test_an_operator_ends_it_by_name() -> None:
    names = {"state": "lapsed", "address": OLD, "at": "2024", "ends": 5, "trust": 2}
    assert answered(MINE, names | {"method": "not_this_person", "contact_id": 1}) == "10"
    assert answered(MINE, names | {"method": "not_this_person", "contact_id": 2}) == "-"
    assert answered(MINE, names | {"method": "withdrawn"}) == "10"
    assert answered(MINE, names | {"method": "changed"}) == "-"


def test_one_whose_entries_were_erased_with_somebody_else_stays_ended() -> None:
    assert answered("1 5 1 sms 2022 10 -") == "10"
    assert answered("1 5 1 sms 2022 - -") == "-"
