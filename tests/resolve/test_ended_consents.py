"""Whose consent a batch ends, and when the guard asks."""

import polars as pl
import pytest

from onefold.model.consent import CONSENT_STATE_SCHEMA
from onefold.resolve.consent_said import EVENT_SCHEMA, LEAVING, SAYING
from onefold.resolve.ended_consents import ENDED_SCHEMA, ended, ending
from onefold.resolve.guard import ANY, Risk, together

HOLDERS = {"channel": pl.String, "address": pl.String, "contact_id": pl.Int64}
BEFORE = {
    "contact_id": pl.Int64,
    "channel": pl.String,
    "state": pl.String,
    "at": pl.String,
    "address": pl.String,
}


def entries(*said: tuple[int, str, str, int | None, str, str]) -> pl.DataFrame:
    """Lines of phase, address, state, contact, at and source."""
    columns = ["phase", "address", "state", "contact_id", "at", "source"]
    told = pl.DataFrame(said, schema=columns, orient="row").with_columns(channel=pl.lit("email"))
    missing = [
        pl.lit(None, dtype).alias(name) for name, dtype in EVENT_SCHEMA.items() if name not in told.columns
    ]
    return told.with_columns(*missing).select(list(EVENT_SCHEMA)).cast(pl.Schema(EVENT_SCHEMA))


def who(said: pl.DataFrame, *, weak: bool = True, held_by: tuple[int, ...] = (1,)) -> list[int]:
    """Who of two contacts, subscribed at `a` since May, is so no longer."""
    holders = pl.DataFrame([("email", "a", each) for each in held_by], schema=HOLDERS, orient="row")
    before = pl.DataFrame(
        [(each, "email", "subscribed", "2026-05-01", "a") for each in held_by], schema=BEFORE, orient="row"
    )
    states = pl.DataFrame(
        [("email", "a", "subscribed", "2026-05-01", weak, 1)], schema=CONSENT_STATE_SCHEMA, orient="row"
    )
    return sorted(ended(ending(said), holders, before, states)["contact_id"])


def test_a_refusal_ends_the_consent_of_whoever_holds_the_address() -> None:
    said = entries((SAYING, "a", "unsubscribed", None, "2026-06-01", "import"))
    assert who(said) == [1]
    assert who(said, held_by=(1, 2)) == [1, 2]


def test_a_refusal_at_a_new_address_ends_that_of_the_contact_of_its_row() -> None:
    assert who(entries((SAYING, "b", "unsubscribed", 1, "2026-06-01", "import"))) == [1]


@pytest.mark.parametrize(("weak", "contacts"), [(True, [1]), (False, [])])
def test_a_refusal_that_was_answered_ends_nothing(weak: bool, contacts: list[int]) -> None:
    assert who(entries((SAYING, "a", "unsubscribed", 1, "2026-04-01", "import")), weak=weak) == contacts


def test_an_address_that_leaves_ends_it_unless_the_row_grants_it_anew() -> None:
    left = (LEAVING, "a", "lapsed", 1, "2026-06-01", "import")
    assert who(entries(left)) == [1]
    assert who(entries(left, (SAYING, "b", "subscribed", 1, "2026-06-01", "import"))) == []


def test_a_grant_and_what_no_file_says_end_nothing() -> None:
    assert who(entries((SAYING, "a", "subscribed", 1, "2026-06-01", "import"))) == []
    assert who(entries((SAYING, "a", "unsubscribed", 1, "2026-06-01", "keyword"))) == []


def measured(ended: dict[str, int], subscribed: dict[str, int]) -> tuple[str, int, int] | None:
    nobody = pl.Series([], dtype=pl.Int64)
    lines = [(channel, number) for channel, many in ended.items() for number in range(many)]
    risk = Risk(nobody, nobody, pl.DataFrame(lines, schema=ENDED_SCHEMA, orient="row"))
    return together([risk, risk]).of_subscribed(subscribed).ends_too_many


@pytest.mark.parametrize(
    ("ends", "subscribed", "told"),
    [
        (99, 99, None),
        (100, 499, ("email", 100, 499)),
        (100, 500, None),
        (101, 500, ("email", 101, 500)),
    ],
)
def test_the_guard_asks_where_more_than_a_fifth_and_at_least_a_hundred_end(
    ends: int, subscribed: int, told: tuple[str, int, int] | None
) -> None:
    assert measured({"email": ends}, {"email": subscribed, "sms": 0, ANY: subscribed}) == told


def test_a_channel_counts_by_itself_and_both_together() -> None:
    assert measured({"sms": 100}, {"email": 900, "sms": 150, ANY: 1000}) == ("sms", 100, 150)
    assert measured({"sms": 60}, {"email": 900, "sms": 60, ANY: 900}) is None


def test_nothing_is_asked_where_nobody_counted() -> None:
    assert measured({"email": 200}, {}) is None
