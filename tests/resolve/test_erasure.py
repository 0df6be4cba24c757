"""What an erasure comes to, as data: what goes of ledger and log, and what stays without telling."""

import json

import polars as pl

from onefold.model.consent import LOG_SCHEMA, REFUSAL_SCHEMA
from onefold.model.frames import ALIAS_SCHEMA, MARK_SCHEMA, Contacts, contact_schema, empty
from onefold.resolve.erasure import Erasure, decide_erasure, erased_lines, is_erased, once_merged, spellings

ANA, BEA, ONE = "ana@example.com", "bea@example.com", "+447400100001"
LEDGER = {"batch_id": pl.Int64, "contact_id": pl.Int64, "before": pl.String}
PAIRS = {"kind": pl.String, "value": pl.String}
ADDRESSES = {"channel": pl.String, "address": pl.String}


def lines(*said: tuple[int, int, object]) -> pl.DataFrame:
    """Ledger lines: batch, contact, pairs (or `None`)."""
    told = [(batch, contact, None if pairs is None else json.dumps(pairs)) for batch, contact, pairs in said]
    return pl.DataFrame(told, schema=LEDGER, orient="row")


def log(*said: tuple[int, str, str, str, int | None]) -> pl.DataFrame:
    """Entries of the log: number, address, state, moment, contact; all of them strong words by text."""
    rows = [
        {"id": number, "channel": "sms", "address": address, "state": state, "at": at, "contact_id": contact}
        | {"source": "keyword", "trust": 2, "wording": "words", "recorded_at": at, "batch_id": 1}
        for number, address, state, at, contact in said
    ]
    return pl.DataFrame(rows, schema=LOG_SCHEMA)


def known() -> Contacts:
    """Ana, contact 1."""
    schema = contact_schema((), ())
    row = {"id": 1, "email": ANA, "email_as_written": "Ana@example.com", "phone": ONE, "in_bin": False}
    return Contacts(pl.DataFrame([row], schema=schema), empty(ALIAS_SCHEMA))


def decided(
    ledger: pl.DataFrame,
    others: pl.DataFrame | None = None,
    consent: pl.DataFrame | None = None,
    *,
    reached: bool = False,
    marks: pl.DataFrame | None = None,
    refusals: pl.DataFrame | None = None,
) -> Erasure:
    """Ana is erased; `reached`: her number is somebody else's too."""
    spelled = spellings(known(), ledger)
    return decide_erasure(
        known(),
        pl.Series("id", [1]),
        ledger,
        lines() if others is None else others,
        log() if consent is None else consent,
        spelled,
        pl.DataFrame([("phone", ONE)] if reached else [], schema=PAIRS, orient="row"),
        pl.DataFrame([("sms", ONE)] if reached else [], schema=ADDRESSES, orient="row"),
        empty(MARK_SCHEMA) if marks is None else marks,
        empty(REFUSAL_SCHEMA) if refusals is None else refusals,
    )


def read(ledger: pl.DataFrame) -> dict[tuple[int, int], object]:
    return {(batch, contact): json.loads(before) for batch, contact, before in ledger.iter_rows()}


def test_every_spelling_that_ever_was_is_known() -> None:
    ledger = lines((2, 1, [["email", BEA], ["alias:phone:+44:7", None], ["first_name", "Ana"]]))
    assert set(spellings(known(), ledger).rows()) == {
        ("email", ANA),
        ("email", "Ana@example.com"),
        ("email", BEA),
        ("phone", ONE),
        ("phone", "+44:7"),
    }


def test_lines_stay_without_their_values() -> None:
    ledger = lines((1, 1, None), (2, 1, [["email", BEA]]), (3, 1, []))
    assert read(decided(ledger).ledger) == {(2, 1): []}


def test_a_keeper_of_once_loses_what_was_hers_and_nothing_else() -> None:
    ledger = lines((2, 1, [["merged_into", None]]), (4, 1, [["merged_into", "3"], ["phone", ONE]]))
    assert once_merged(pl.Series([1]), ledger).to_list() == [3]
    others = lines(
        (2, 3, [["phone", None], [f"alias:email:{ANA}", None], ["last_name", "Silva"]]),
        (4, 3, [["phone", ONE], ["city", None]]),
        (5, 3, [["last_name", "Dias"]]),
        (6, 0, [[f"blocked:phone:{ONE}", None], ["blocked:phone:+447400100009", None]]),
    )
    marks = pl.DataFrame([("phone", ONE, "blocked")], schema=MARK_SCHEMA, orient="row")
    erasure = decided(ledger, others, marks=marks)
    assert read(erasure.ledger) == {
        (2, 1): [],
        (4, 1): [],
        (2, 3): [["last_name", "Silva"], ["phone", None]],
        (4, 3): [["city", None]],
        (6, 0): [["blocked:phone:+447400100009", None]],
    }
    assert erasure.marks.rows() == [("phone", ONE)]


def test_a_log_that_is_only_hers_goes_and_its_refusal_is_told() -> None:
    erasure = decided(
        lines(), consent=log((1, ONE, "subscribed", "1", 1), (2, ONE, "unsubscribed", "2", None))
    )
    assert (erasure.consent.gone.sort().to_list(), erasure.consent.bared.to_list()) == ([1, 2], [])
    assert erasure.consent.refused.rows() == [("sms", ONE, "2")]
    assert (erasure.consent.silent.rows(), erasure.consent.states.height) == ([("sms", ONE)], 0)


def test_of_a_shared_log_her_grants_go_and_her_refusals_stay_bare() -> None:
    said = log((1, ONE, "unsubscribed", "1", 1), (2, ONE, "subscribed", "2", 1), (3, ONE, "pending", "3", 7))
    erasure = decided(lines(), consent=said, reached=True)
    assert (erasure.consent.gone.to_list(), erasure.consent.bared.to_list()) == ([2], [1])
    assert erasure.consent.states.select("address", "state", "contact_id").rows() == [
        (ONE, "unsubscribed", None)
    ]
    assert (erasure.consent.refused.height, erasure.consent.silent.height) == (0, 0)
    assert ("phone", ONE) not in erasure.spelled.rows()


def test_the_last_line_says_so() -> None:
    assert is_erased(erased_lines(pl.Series([1, 2]))).sort().to_list() == [1, 2]
    assert is_erased(lines((1, 1, None), (2, 1, [["erased", "1"]]))).to_list() == []
