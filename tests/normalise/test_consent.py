"""Consent as products write it: a word that is not known is refused, and nothing is widened by reading."""

from datetime import UTC, datetime

import polars as pl
import pytest

from onefold.model.consent import SAID_CONSENT_SCHEMA
from onefold.normalise.consent import consent_columns, consent_in, consent_moments
from onefold.normalise.consent_words import WHO_REFUSED, WORDS
from onefold.normalise.date import DateOrder

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def read(*cells: str | None, says_who_refused: bool = False) -> list[str | None]:
    series = pl.Series(cells, dtype=pl.String)
    told = consent_columns(series, says_who_refused=says_who_refused)
    return [refusal or value for value, refusal in told.select("value", "refusal").iter_rows()]


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("yes", "subscribed"), ("TRUE", "subscribed"), ("1", "subscribed"), ("Oui", "subscribed"),
        ("Opted In", "subscribed"), ("opt-in", "subscribed"), ("OPTED_IN", "subscribed"),
        (" Active. ", "subscribed"), ("Double Opt-In", "subscribed"),
        ("no", "unsubscribed"), ("0", "unsubscribed"), ("Nein", "unsubscribed"), ("STOP!", "unsubscribed"),
        ("opt‑out", "unsubscribed"), ("Unsubscribed", "unsubscribed"), ("inactive", "unsubscribed"),
        ("Cleaned", "unsubscribed"), ("Hard_Bounce", "unsubscribed"),
        ("pending", "pending"), ("Unconfirmed", "pending"),
        ("", None), ("  ", None), (None, None), ("-", None), ("Never Subscribed", None), ("N/A", None),
        ("not_subscribed", None), ("UNKNOWN", None),
    ],
)  # fmt: skip
def test_words(cell: str | None, state: str | None) -> None:
    assert read(cell) == [state]


@pytest.mark.parametrize("cell", ["maybe", "UNSET", "yes please", "2", "x", "ana@example.com", "ye\u200bs"])
def test_a_word_that_is_not_known_is_refused(cell: str) -> None:
    [told] = read(cell)
    assert str(told).endswith("is no consent: write subscribed, unsubscribed, pending, yes or no")


@pytest.mark.parametrize(
    ("cell", "state"),
    [("yes", "unsubscribed"), ("1", "unsubscribed"), ("opted out", "unsubscribed"), ("no", None), ("", None)],
)
def test_where_a_yes_is_a_refusal(cell: str, state: str | None) -> None:
    assert read(cell, says_who_refused=True) == [state]


def test_nobody_is_subscribed_by_a_column_of_refusals() -> None:
    assert "subscribed" not in read(*WORDS, says_who_refused=True)
    assert set(WHO_REFUSED.values()) == {None, "unsubscribed"}
    [told] = read("subscribed", says_who_refused=True)
    assert told == '"subscribed" does not say who refused: write yes or no'


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-01-02", "2024-01-02T00:00:00Z"),
        ("13/02/2020", "2020-02-13T00:00:00Z"),
        ("2024-01-02 10:11:12", "2024-01-02T10:11:12Z"),
        ("2024-01-02T10:11:12.345Z", "2024-01-02T10:11:12Z"),
        ("2024-01-02T10:11+02:00", "2024-01-02T08:11:00Z"),
        ("2024-01-02T22:11:12-0530", "2024-01-03T03:41:12Z"),
        ("2026-11-22", "2026-11-22T00:00:00Z"),
        ("2026-11-23", "2026-11-22T10:00:00Z"),  # it is the 23rd somewhere
        ("2026-11-22T10:04:00Z", "2026-11-22T10:00:00Z"),  # a clock that is ahead
        ("", None),
    ],
)
def test_moments(cell: str, moment: str | None) -> None:
    assert consent_moments(pl.Series([cell]), None, NOW).rows() == [(moment, None)]


@pytest.mark.parametrize("cell", ["2026-11-24", "2026-11-22T10:06:00Z", "2026-11-22T10:00:00-01:00"])
def test_a_moment_to_come_is_refused(cell: str) -> None:
    assert consent_moments(pl.Series([cell]), None, NOW).rows() == [(None, f'"{cell}" is still to come')]


def test_the_order_of_the_column_counts() -> None:
    for order, moment in ((DateOrder.DMY, "2024-02-01T00:00:00Z"), (DateOrder.MDY, "2024-01-02T00:00:00Z")):
        assert consent_moments(pl.Series(["01/02/2024"]), order, NOW)["value"].to_list() == [moment]
    refused = consent_moments(pl.Series(["01/02/2024", "2024-02-31", "soon"]), None, NOW)
    assert refused["value"].null_count() == 3
    assert refused["refusal"].null_count() == 0


def cells(**columns: list[str | None]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    named = {name.replace("__", "."): values for name, values in columns.items()}
    whole = {"row": range(height), "malformed": [None] * height, "undecodable": [False] * height}
    schema = {"row": pl.UInt32, "malformed": pl.String, "undecodable": pl.Boolean}
    return pl.DataFrame({**whole, **named}, schema=schema | dict.fromkeys(named, pl.String()))


def told(said: pl.DataFrame) -> list[tuple[object, ...]]:
    return said.select("row", "channel", "state", "at", "method", "wording").rows()


def test_a_row_says_something_of_each_channel() -> None:
    given = cells(
        consent__email=["yes", "cleaned", "", "pending"],
        consent__email__date=["2024-01-02", "", "garbage", ""],
        consent__email__source=["checkout", "export", "", ""],
        consent__email__wording=["Send me news", "", "", ""],
        consent__sms=["no", "invalid", "yes", ""],
    )
    read = consent_in(given, {}, NOW)
    now = "2026-11-22T10:00:00Z"
    assert told(read.consents) == [
        (0, "email", "subscribed", "2024-01-02T00:00:00Z", "checkout", "Send me news"),
        (0, "sms", "unsubscribed", now, None, None),
        (1, "email", "unsubscribed", now, "hard_bounce", None),
        (1, "sms", "unsubscribed", now, "not_in_service", None),
        (2, "sms", "subscribed", now, None, None),
        (3, "email", "pending", now, None, None),
    ]
    assert read.consents.schema == SAID_CONSENT_SCHEMA
    assert read.refused.is_empty()


def test_what_cannot_be_read_is_refused_but_a_refusal_counts() -> None:
    given = cells(
        consent__email=["maybe", "yes", "no", "no"],
        consent__email__date=["soon", "soon", "soon", "2030-01-01"],
        consent__sms=["no", "", "", "yes"],
    )
    read = consent_in(given, {}, NOW)
    assert [line[:3] for line in told(read.consents)] == [
        (0, "sms", "unsubscribed"),
        (2, "email", "unsubscribed"),
        (3, "email", "unsubscribed"),
        (3, "sms", "subscribed"),
    ]
    assert sorted(read.refused.select("row", "reason").rows()) == [
        (0, "bad_choice"),
        (1, "bad_date"),
        (2, "bad_date"),
        (3, "bad_date"),
    ]


def test_who_refused_goes_before() -> None:
    given = cells(consent__email=["yes", "yes", ""], consent__email__refused=["1", "0", "no"])
    assert [line[:3] for line in told(consent_in(given, {}, NOW).consents)] == [
        (0, "email", "unsubscribed"),
        (1, "email", "subscribed"),
    ]


def test_rows_that_cannot_be_read_say_nothing() -> None:
    given = cells(consent__email=["no", "no"]).with_columns(
        malformed=pl.Series(["too many cells", None]), undecodable=pl.Series([False, True])
    )
    read = consent_in(given, {}, NOW)
    assert (len(read.consents), len(read.refused)) == (0, 0)


def test_columns_without_consent_say_nothing() -> None:
    read = consent_in(cells(email=["ana@example.com"], consent__email__date=["x"]), {}, NOW)
    assert (read.consents.schema, len(read.consents), len(read.refused)) == (SAID_CONSENT_SCHEMA, 0, 0)
