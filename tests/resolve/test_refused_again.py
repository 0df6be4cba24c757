"""An address that an erased contact had refused comes back."""

import polars as pl

from onefold.model.consent import ERASED_REFUSAL, LOG_SCHEMA
from onefold.model.frames import empty
from onefold.resolve.refused_again import refused_again

FOUND = pl.DataFrame({"channel": ["sms"], "address": ["1"], "at": ["2026-11-22T10:00:00Z"]})


def test_it_is_said_as_of_then_and_is_nobodys() -> None:
    [entry] = refused_again(FOUND, empty(LOG_SCHEMA)).to_dicts()
    told = {name: entry[name] for name in ("address", "state", "at", "method", "contact_id")}
    assert told == {
        "address": "1",
        "state": "unsubscribed",
        "at": "2026-11-22T10:00:00Z",
        "method": ERASED_REFUSAL,
        "contact_id": None,
    }


def test_it_is_said_once() -> None:
    said = refused_again(FOUND, empty(LOG_SCHEMA))
    silent = [
        pl.lit(None, dtype).alias(name) for name, dtype in LOG_SCHEMA.items() if name not in said.columns
    ]
    assert refused_again(FOUND, said.with_columns(silent).select(list(LOG_SCHEMA))).is_empty()
