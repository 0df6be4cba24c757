"""Which addresses were typed for a contact, and what confirms them."""

import polars as pl
import pytest

from onefold.model.consent import SAID_CONSENT_SCHEMA
from onefold.resolve.addresses import OWN_SCHEMA, Addresses
from onefold.resolve.consent_said import APPLIED_SCHEMA, EVENT_SCHEMA, Speaking
from onefold.resolve.typed_addresses import typed_addresses
from tests.frames import book_of, words

ONE, TWO = "+447400100001", "+447400100002"
RECORD = {"row": 0, "source": "form", "phone": ONE, "trust:phone": 0}
NAMED = {"row": pl.UInt32, "source": pl.String, "email": pl.String, "phone": pl.String} | {
    "trust:email": pl.UInt8,
    "trust:phone": pl.UInt8,
}


def said(
    *records: dict[str, object],
    has: str | None = ONE,
    before: str = "-",
    consent: str = "",
    unchanged: bool = False,
    word: bool = False,
) -> list[str]:
    """What records of contact 1 typed and confirmed; it has a number after them, and had one before."""
    rows = [RECORD | record | {"row": row} for row, record in enumerate(records)]
    this = Speaking(
        pl.DataFrame(rows, schema=NAMED),
        pl.DataFrame([(row, 1, row) for row in range(len(rows))], schema=APPLIED_SCHEMA, orient="row"),
        Addresses(
            Addresses.nothing().left,
            Addresses.nothing().not_taken,
            pl.DataFrame(
                [(row, None, has) for row in range(0 if unchanged else len(rows))],
                schema=OWN_SCHEMA,
                orient="row",
            ),
        ),
        "2026",
    )
    consents = [{"row": 0, "channel": "sms", "state": consent}] if consent else []
    spoken = [{"channel": "sms", "address": ONE}] if word else []
    found = typed_addresses(
        this,
        book_of("id phone", f"1 {before}"),
        pl.DataFrame(consents, schema=SAID_CONSENT_SCHEMA),
        pl.DataFrame(spoken, schema=EVENT_SCHEMA),
    )
    return [
        *(f"typed {line}" for line in words(found.typed)),
        *(f"confirmed {line}" for line in words(found.confirmed)),
        *words(found.events.select("row", "state")),
    ]


def test_a_claimed_address_that_the_contact_did_not_have_is_typed() -> None:
    assert said({}) == [f"typed 1 phone {ONE}"]
    assert said({}, before=ONE) == []
    assert said({}, has=TWO) == []


def test_a_row_that_changes_nothing_types_nothing() -> None:
    assert said({}, unchanged=True) == []


@pytest.mark.parametrize(
    ("record", "consent", "confirms"),
    [
        ({"source": "import", "trust:phone": 2}, "", True),
        ({"source": "form", "trust:phone": 1}, "", True),
        ({"source": "checkout", "trust:phone": 1}, "unsubscribed", False),
        ({"source": "import", "trust:phone": 2}, "unsubscribed", False),
        ({"source": "keyword", "trust:phone": 1}, "", False),
        ({"source": "keyword", "trust:phone": 1}, "unsubscribed", False),
        ({"source": "keyword", "trust:phone": 1}, "subscribed", True),
    ],
)
def test_what_confirms_it(record: dict[str, object], consent: str, confirms: bool) -> None:
    assert said(record, before=ONE, consent=consent) == ([f"confirmed 1 phone {ONE}"] if confirms else [])


def test_an_address_that_is_confirmed_in_the_same_batch_was_not_typed() -> None:
    assert said({}, {"source": "api", "trust:phone": 2}) == [f"confirmed 1 phone {ONE}"]


def test_where_there_is_a_word_about_it_the_row_is_told() -> None:
    assert said({}, word=True) == [f"typed 1 phone {ONE}", "0 typed"]
    confirms: dict[str, object] = {"source": "api", "trust:phone": 2}
    assert said({}, confirms, word=True) == [f"confirmed 1 phone {ONE}", "0 typed", "1 confirmed"]
    assert said(confirms, {}, word=True) == [f"confirmed 1 phone {ONE}", "0 confirmed"]


def test_a_batch_that_names_no_address_types_none() -> None:
    assert said({"phone": None}) == []
