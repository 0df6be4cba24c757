"""A grant does not stand unseen where a row that could have ended it was not understood."""

import polars as pl

from onefold.model.consent import CONSENT_STATE_SCHEMA, SAID_CONSENT_SCHEMA, UNREAD_CONSENT_SCHEMA
from onefold.model.frames import DECISION_SCHEMA, HOLDER_SCHEMA
from onefold.resolve.standing_grants import (
    addresses_of_rows,
    contacts_of_rows,
    standing,
    unheard,
    with_standing,
)


def decisions(*lines: tuple[int, str, str | None]) -> pl.DataFrame:
    """Lines of row, status and detail."""
    told = pl.DataFrame(lines, schema=["row", "status", "detail"], orient="row")
    missing = [pl.lit(None, dtype).alias(n) for n, dtype in DECISION_SCHEMA.items() if n not in told.columns]
    return told.with_columns(*missing).select(list(DECISION_SCHEMA)).cast(pl.Schema(DECISION_SCHEMA))


def unread(*rows: tuple[int, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=UNREAD_CONSENT_SCHEMA, orient="row")


RECORDS = pl.DataFrame(
    {"row": [0, 1], "email": ["a", None], "phone": [None, "1"], "crm_id": [None, "C"]},
    schema={"row": pl.UInt32, "email": pl.String, "phone": pl.String, "crm_id": pl.String},
)


def test_errors_that_were_not_understood_and_refusals_that_reached_nobody_are_unheard() -> None:
    said = pl.DataFrame(
        [(row, "email", "unsubscribed") for row in (1, 2, 3)],
        schema=["row", "channel", "state"],
        orient="row",
    )
    missing = [
        pl.lit(None, dtype).alias(n) for n, dtype in SAID_CONSENT_SCHEMA.items() if n not in said.columns
    ]
    said = said.with_columns(*missing).cast({"row": pl.UInt32})
    told = decisions((0, "Error", "x"), (1, "Error", "x"), (2, "Error", "x"), (3, "Updated", None))
    found = unheard(told, said, unread((0, "sms"), (3, "sms")), unread((1, "email")))
    assert sorted(found.rows()) == [(0, "sms"), (2, "email")]


def test_who_is_subscribed_at_the_address_or_is_the_contact_of_the_row() -> None:
    rows = unread((0, "email"), (1, "email"), (1, "sms"))
    addresses = addresses_of_rows(rows, RECORDS)
    assert sorted(addresses.rows()) == [(0, "email", "a"), (1, "sms", "1")]
    holders = pl.DataFrame(
        [("crm_id", "C", 7, "current"), ("phone", "1", 8, "former")], schema=HOLDER_SCHEMA, orient="row"
    )
    contacts = contacts_of_rows(rows, RECORDS, holders)
    assert sorted(contacts.rows()) == [(1, "email", 7), (1, "sms", 7)]
    states = pl.DataFrame(
        [("email", "a", "subscribed", "2026", True, 1), ("sms", "1", "unsubscribed", "2026", False, 8)],
        schema=CONSENT_STATE_SCHEMA,
        orient="row",
    )
    of_contacts = pl.DataFrame({"contact_id": [7], "channel": ["email"], "state": ["subscribed"]})
    assert sorted(standing(addresses, states, contacts, of_contacts).rows()) == [(0, True), (1, False)]


def test_the_errors_say_so() -> None:
    rows = pl.DataFrame(
        {"row": [0, 1], "at_address": [True, False]}, schema={"row": pl.UInt32, "at_address": pl.Boolean}
    )
    told = with_standing(decisions((0, "Error", "no date"), (1, "Error", None), (2, "Error", "x")), rows)
    assert told["detail"].to_list() == [
        "no date; this address is subscribed today",
        "this contact is subscribed today",
        "x",
    ]


def test_a_book_that_knows_nobody_of_a_row_has_no_contact_of_it() -> None:
    nobody = pl.DataFrame(schema=HOLDER_SCHEMA)
    assert contacts_of_rows(unread((0, "email")), RECORDS, nobody).is_empty()
