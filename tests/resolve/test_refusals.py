"""Refusals that count whatever became of their records: whose they are, and that each counts once."""

import polars as pl

from onefold.model.activity import SAID_ACTIVITY_SCHEMA
from onefold.model.brought import KEY_SCHEMA, Brought
from onefold.model.consent import SAID_CONSENT_SCHEMA
from onefold.model.frames import DECISION_SCHEMA
from onefold.resolve.addresses import LEFT_SCHEMA, OWN_SCHEMA, Addresses
from onefold.resolve.consent_said import EVENT_SCHEMA, LEAVING, SAYING
from onefold.resolve.refusals import (
    SILENT_SCHEMA,
    THEIRS_SCHEMA,
    addresses_given_up,
    addresses_of_holders,
    once_under_a_key,
    silent_refusals,
    surely_about,
    with_addresses,
    with_counted,
    with_keys,
    with_live_contact_ids,
)
from tests.frames import book_of, lines, records, words
from tests.resolve.deciding import a_round

ONE, TWO = "+447400100001", "+447400100002"
NOTHING = Brought.nothing()


def said(*told: str) -> pl.DataFrame:
    """`row channel state` a line."""
    some = lines(dict.fromkeys(("row", "channel", "state"), pl.String), *told)
    rest = [pl.lit(None, pl.String).alias(name) for name in SAID_CONSENT_SCHEMA if name not in some.columns]
    return some.with_columns(pl.col("row").cast(pl.UInt32), *rest).select(list(SAID_CONSENT_SCHEMA))


def events(*told: str) -> pl.DataFrame:
    """`row source key channel address state` a line."""
    some = lines(
        dict.fromkeys(("row", "source", "key", "channel", "address", "state"), pl.String), *told
    ).with_columns(pl.col("row").cast(pl.UInt32), phase=pl.lit(SAYING, pl.Int8))
    rest = [pl.lit(None, kind).alias(name) for name, kind in EVENT_SCHEMA.items() if name not in some.columns]
    return some.with_columns(rest).select(list(EVENT_SCHEMA))


def brought(consents: pl.DataFrame, dead: str | None = None) -> Brought:
    told = dict.fromkeys(SAID_ACTIVITY_SCHEMA) | {"row": 0, "kind": dead}
    activities = pl.DataFrame([told] if dead else [], schema=SAID_ACTIVITY_SCHEMA)
    return Brought(NOTHING.labels, consents, activities, NOTHING.keys)


def test_a_refusal_is_silent_where_its_record_names_no_address_on_the_channel() -> None:
    told = records("email phone", "a@example.com -", "- -", f"- {ONE}")
    refused = said(
        "0 email unsubscribed",
        "0 sms unsubscribed",
        "1 email unsubscribed",
        "1 sms subscribed",
        "2 sms unsubscribed",
    )
    assert words(silent_refusals(told, brought(refused))) == ["0 phone", "1 email"]
    assert words(silent_refusals(told, brought(said(), "not_in_service"))) == ["0 phone"]
    assert words(silent_refusals(told, brought(said(), "bought"))) == []


def test_a_record_is_surely_about_whom_its_strongest_sure_identifier_names() -> None:
    book = book_of(
        "id crm_id email phone",
        "1 C1 a@example.com -",
        "2 C2 b@example.com -",
        f"3 - - {ONE}",
        f"4 - - {ONE}",
    )
    told = records(
        "source proven contact_id crm_id email phone",
        "api - 1 C2 - -",
        "api - - C2 a@example.com -",
        "form - - C2 - -",
        "form email - C1 b@example.com -",
        f"api - - - - {ONE}",
        "api - - C9 - -",
    )
    assert words(surely_about(a_round(told, book))) == ["0 1 2", "1 2 2", "3 2 1"]


def test_a_shared_identifier_names_somebody_with_the_name_only() -> None:
    book = book_of("id phone full_name", f"1 {ONE} Ana", f"2 {ONE} Bea")
    told = records("phone full_name", f"{ONE} -", f"{ONE} Bea")
    assert words(surely_about(a_round(told, book, f"phone {ONE} shared"))) == ["1 2 2"]


def test_the_address_of_the_contact_is_the_one_that_is_refused() -> None:
    book = book_of("id email phone", f"1 a@example.com {ONE}", "2 b@example.com -")
    silent = lines(SILENT_SCHEMA, "0 phone", "1 phone", "2 email")
    about = lines({"row": pl.UInt32, "holder": pl.Int64, "trust": pl.UInt8}, "0 1 2", "1 2 2")
    theirs = addresses_of_holders(silent, about, book)
    assert words(theirs) == [f"0 phone {ONE} 2"]
    told = records("source email phone", "form - -", "form b@example.com -")
    named = with_addresses(told, theirs)
    assert words(named, "row", "email", "phone", "trust:phone") == [
        "0 - " + ONE + " 2",
        "1 b@example.com - 0",
    ]


def test_an_address_that_is_given_up_in_the_same_breath_is_the_one_that_is_refused() -> None:
    addresses = Addresses(
        lines(LEFT_SCHEMA, "0 1 email a@example.com", "5 2 email b@example.com"),
        Addresses.nothing().not_taken,
        lines(OWN_SCHEMA, f"0 - {ONE}", "5 new@example.com -"),
    )
    applied = lines({"row": pl.UInt32, "contact_id": pl.Int64, "head": pl.UInt32}, "1 1 0", "5 2 5")
    silent = lines(SILENT_SCHEMA, "1 email", "5 email", "1 phone")
    assert words(addresses_given_up(silent, applied, addresses)) == ["1 email a@example.com -"]
    assert addresses_given_up(silent, applied, addresses).schema == THEIRS_SCHEMA


def test_ids_lead_to_the_contacts_that_are_there() -> None:
    live = lines({"id": pl.Int64, "contact_id": pl.Int64}, "2 1", "1 1")
    told = records("contact_id email", "2 -", "7 -", "- a@example.com")
    assert with_live_contact_ids(told, live)["contact_id"].to_list() == [1, None, None]


def test_what_a_record_says_is_under_its_key() -> None:
    told = events("0 form - sms +1 unsubscribed", "1 form - sms +1 unsubscribed", "0 form - email a lapsed")
    left = told.with_columns(phase=pl.when(pl.col("state") == "lapsed").then(LEAVING).otherwise("phase"))
    keys = lines(KEY_SCHEMA, "0 form k")
    keyed = with_keys(left.cast(pl.Schema(EVENT_SCHEMA)), keys)
    assert keyed.schema == EVENT_SCHEMA
    assert keyed["key"].to_list() == ["k", None, None]
    assert with_keys(told, keys.clear()).equals(told)


def test_a_refusal_counts_once_under_a_key() -> None:
    told = events(
        "0 form k sms +1 unsubscribed",
        "1 form k sms +1 unsubscribed",
        "2 form k sms +2 unsubscribed",
        "3 form k email +1 unsubscribed",
        "4 api k sms +1 unsubscribed",
        "5 form - sms +1 unsubscribed",
        "6 form - sms +1 unsubscribed",
        "7 form k sms +1 subscribed",
    )
    known = events("9 form k sms +2 unsubscribed")
    assert once_under_a_key(told, known.clear())["row"].to_list() == [0, 2, 3, 4, 5, 6, 7]
    assert once_under_a_key(told, known)["row"].to_list() == [0, 3, 4, 5, 6, 7]


def test_a_repeat_whose_refusal_counts_says_so() -> None:
    told = pl.DataFrame(
        [
            (0, "Updated", "yes"),
            (1, "Skipped", "was taken"),
            (2, "Error", "bad"),
            (3, "Skipped", "was taken"),
        ],
        schema=["row", "status", "detail"],
        orient="row",
    )
    rest = [
        pl.lit(None, kind).alias(name) for name, kind in DECISION_SCHEMA.items() if name not in told.columns
    ]
    decisions = told.with_columns(rest).select(list(DECISION_SCHEMA)).cast(pl.Schema(DECISION_SCHEMA))
    heard = events(*(f"{row} form k sms +{row} unsubscribed" for row in (0, 1, 2)))
    repeated = lines({"row": pl.UInt32}, "1", "2", "3")
    details = with_counted(decisions, heard, repeated)["detail"].to_list()
    assert details == ["yes", "was taken; its refusal counts all the same", "bad", "was taken"]
