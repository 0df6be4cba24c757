"""Consent as products write it: a word that is not known is refused, and nothing is widened by reading."""

from datetime import UTC, datetime

import polars as pl
import pytest

from onefold.model.consent import SAID_CONSENT_SCHEMA, Channel, ConsentState
from onefold.normalise.consent import ConsentTerms, consent_in
from onefold.normalise.consent_cells import consent_columns, consent_moments, holds_ticks, refusal_columns
from onefold.normalise.consent_words import consent_words
from onefold.normalise.date import DateOrder

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def read(*cells: str | None) -> list[str | None]:
    told = consent_columns(pl.Series(cells, dtype=pl.String))
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


@pytest.mark.parametrize("cell", ["maybe", "UNSET", "yes please", "2", "10", "ana@example.com", "ye\u200bs"])
def test_a_word_that_is_not_known_is_refused(cell: str) -> None:
    [told] = read(cell)
    assert str(told).endswith("is no consent: write subscribed, unsubscribed, pending, yes or no")


def refusals(*cells: str | None, order: DateOrder | None = None, ticked: bool = False) -> list[object]:
    """What each cell of a column of refusals says: nothing, or that somebody refused, since when and why."""
    read = refusal_columns(pl.Series(cells, dtype=pl.String), order, NOW, ticked=ticked)
    return [
        (at, reason, "dead" if dead else "person" if by_person else None) if refused else None
        for refused, dead, by_person, at, reason in read.select(
            "refused", "dead", "by_person", "at", "reason"
        ).iter_rows()
    ]


@pytest.mark.parametrize("cell", ["yes", "1", "TRUE", "Ja", "x", "✓", "✗", "1.0"])
def test_a_yes_in_a_column_of_refusals_is_a_refusal(cell: str) -> None:
    assert refusals(cell) == [(None, None, None)]


@pytest.mark.parametrize(
    "cell",
    [
        "", " ", None, "0", "no", "No", "FALSE", "never", "n/a", "N.A.", "none", "-", "—", "?", "0.0", "nein",
        "0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "0001-01-01T00:00:00Z", "1970-01-01 00:00:00",
        "active", "Subscribed", "opted-in", "Abonniert", "abonné", "suscrito", "not opted out", "Not set",
        "nunca", "nie", "aktiv", "NULL", "keine Abmeldung",
    ],
)  # fmt: skip
def test_no_and_nothing_say_nothing_of_a_refusal(cell: str | None) -> None:
    assert refusals(cell) == [None]


def test_a_date_is_a_refusal_of_that_day() -> None:
    told = refusals("2024-01-02", "13/02/2020", "2024-01-02 10:11:12", "Jan 5, 2024 8:15 PM", "20240103")
    days = ["2024-01-02T00", "2020-02-13T00", "2024-01-02T10", "2024-01-05T00", "2024-01-03T00"]
    assert [(at[:13], reason, kind) for at, reason, kind in told] == [(day, None, None) for day in days]


def test_a_date_to_come_is_a_refusal_of_now_and_one_that_cannot_be_read_is_a_refusal_at_least() -> None:
    assert refusals("2030-01-01") == [("2026-11-22T10:00:00Z", "2030-01-01", None)]
    assert refusals("02/03/2024", "45292") == [
        (None, "02/03/2024", None),
        (None, "45292", None),
    ]
    assert refusals("02/03/2024", order=DateOrder.DMY) == [("2024-03-02T00:00:00Z", None, None)]


def test_any_other_text_is_a_refusal_with_its_reason() -> None:
    assert refusals("too many emails", "NORMAL_UNSUBSCRIBE", "Hard bounce (550)", "USER_SUPPRESSED") == [
        (None, "too many emails", "person"),
        (None, "NORMAL_UNSUBSCRIBE", "person"),
        (None, "Hard bounce (550)", "dead"),
        (None, "USER_SUPPRESSED", "person"),
    ]


def test_crosses_beside_ticks_are_no_refusals() -> None:
    assert refusals("✓", "✗", "x", ticked=True) == [(None, None, None), None, None]
    assert read("✓", "✗", "x") == ["subscribed", "unsubscribed", "subscribed"]
    assert consent_columns(pl.Series(["x"]), ticked=True)["value"].to_list() == ["unsubscribed"]
    assert holds_ticks(pl.Series(["x", None, "✔️"]))
    assert not holds_ticks(pl.Series(["x", "yes", None]))


def test_nobody_is_subscribed_by_a_column_of_refusals() -> None:
    given = cells(consent__email__refused=list(consent_words().states))
    assert set(consent_in(given, {}, NOW).consents["state"]) == {"unsubscribed"}


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
    assert consent_moments(pl.Series([cell]), None, NOW).select("value", "refusal").rows() == [(moment, None)]


@pytest.mark.parametrize("cell", ["2026-11-24", "2026-11-22T10:06:00Z", "2026-11-22T10:00:00-01:00"])
def test_a_moment_to_come_is_refused(cell: str) -> None:
    assert consent_moments(pl.Series([cell]), None, NOW).rows() == [
        (None, f'"{cell}" is still to come', True)
    ]


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


def test_several_columns_of_refusals_are_one_or() -> None:
    given = cells(
        consent__email__refused=["2024-01-02", "2024-01-02", "", "0"],
        **{"consent__email__refused 2": ["Summer sale", "2024-03-04", "", "never"]},
        **{"consent__email__refused 3": ["too many", "bounced", "no", ""]},
        consent__email__date=["2023-01-01", "soon", "", ""],
        consent__email__wording=["Send me news", "", "", ""],
    )
    assert told(consent_in(given, {}, NOW).consents) == [
        (0, "email", "unsubscribed", "2024-01-02T00:00:00Z", None, "Summer sale; too many"),
        (1, "email", "unsubscribed", "2024-03-04T00:00:00Z", "hard_bounce", "bounced"),
    ]
    assert consent_in(given, {}, NOW).refused.is_empty()


def test_a_column_about_addresses_that_do_not_work_is_no_word_of_the_person() -> None:
    given = cells(consent__email__refused=["2024-01-02"], consent__sms__refused=["yes"])
    reading = ConsentTerms(undeliverable=frozenset({"consent.email.refused"}))
    assert [line[:5:4] for line in told(consent_in(given, {}, NOW, reading).consents)] == [
        (0, "hard_bounce"),
        (0, None),
    ]


def test_a_date_of_opting_in_is_no_date_of_a_refusal() -> None:
    given = cells(consent__email=["yes", "no"], consent__email__date=["2024-01-02", "2024-01-02"])
    reading = ConsentTerms(of_grants=frozenset({"consent.email.date"}))
    assert [line[2:4] for line in told(consent_in(given, {}, NOW, reading).consents)] == [
        ("subscribed", "2024-01-02T00:00:00Z"),
        ("unsubscribed", "2026-11-22T10:00:00Z"),
    ]


def test_what_is_said_of_every_row_gives_way_to_what_is_more_restrictive() -> None:
    given = cells(consent__email=["yes", "no", "pending", "", "maybe"])
    states: dict[str, list[object]] = {}
    for state in ("unsubscribed", "subscribed", "pending"):
        reading = ConsentTerms({Channel.EMAIL: ConsentState(state)}, at="2026-01-02T00:00:00Z", wording="W")
        read = consent_in(given, {}, NOW, reading)
        states[state] = [(row, said) for row, _, said, *_ in told(read.consents)]
        assert {line[3:] for line in told(read.consents)} == {("2026-01-02T00:00:00Z", None, "W")}
        assert read.unread.rows() == ([] if state == "unsubscribed" else [(4, "email")])
    no = "unsubscribed"
    assert states == {
        "unsubscribed": [(row, no) for row in range(5)],
        "subscribed": [(0, "subscribed"), (1, no), (2, "pending"), (3, "subscribed"), (4, "subscribed")],
        "pending": [(0, "pending"), (1, no), (2, "pending"), (3, "pending"), (4, "pending")],
    }


def test_it_is_told_which_rows_were_not_understood_and_which_words_could_mean_an_account() -> None:
    given = cells(
        consent__email=["maybe", "Active", "active", "1", "yes", "enabled"],
        consent__email__date=["", "", "", "", "soon", ""],
        consent__sms=["no", "", "", "", "", ""],
    ).with_columns(malformed=pl.Series([None, None, None, None, None, "too many cells"]))
    read = consent_in(given, {}, NOW)
    assert sorted(read.unread.rows()) == [(0, "email"), (4, "email"), (5, "email"), (5, "sms")]
    assert sorted(read.doubtful.rows()) == [
        ("consent.email", "1", 1),
        ("consent.email", "Active", 1),
        ("consent.email", "active", 1),
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
