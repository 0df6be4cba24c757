import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.normalise.spreadsheet import guarded, guarded_headers, unguarded, unguarded_headers
from onefold.report.spreadsheet import neutralise
from tests.shared_data import SHARED_DATA, needs_shared_data


def guard(texts: list[str]) -> list[str]:
    return pl.DataFrame({"text": texts}).select(guarded(pl.col("text")))["text"].to_list()


def unguard(texts: list[str]) -> list[str]:
    return pl.DataFrame({"text": texts}).select(unguarded(pl.col("text")))["text"].to_list()


@pytest.mark.parametrize("text", ["=1", "+1", "-5", "@handle", "\t=1", "\r1", "\n1", "  =1", "＝1", "'=1"])
def test_what_a_spreadsheet_would_run_gets_one_apostrophe(text: str) -> None:
    assert guard([text]) == ["'" + text]


@pytest.mark.parametrize("text", ["", "Ana", "O'Brien", "'tis", "1+1", "a=b", "–", "'", 'DDE ("cmd")'])
def test_what_it_would_not_stays_as_it_is(text: str) -> None:
    assert guard([text]) == [text]


@given(st.lists(st.text(alphabet="'=+-@\t\r\n a＝\u00a0", max_size=6), min_size=1))
def test_taking_the_guard_off_gives_back_what_was_written(texts: list[str]) -> None:
    assert unguard(guard(texts)) == texts
    assert unguarded_headers(guarded_headers(texts)) == texts
    assert guard(texts) == guarded_headers(texts)


def test_phones_and_numbers_are_exempt_by_their_type() -> None:
    frame = pl.DataFrame({"phone": ["+44123"], "note": ["+44123"], "age": [-5], "=h": [None]})
    safe = neutralise(frame, exempt={"phone"})
    assert safe.columns == ["phone", "note", "age", "'=h"]
    assert safe.row(0) == ("+44123", "'+44123", -5, None)


@needs_shared_data
def test_payloads_are_neutralised_and_come_back() -> None:
    folder = SHARED_DATA / "hostile"
    payloads = (
        (folder / "csv-injection" / "payloadbox_csv-payload.txt").read_text(encoding="utf-8").splitlines()
    )
    payloads += json.loads(
        (folder / "csv-injection" / "payloads_all_the_things.json").read_text(encoding="utf-8")
    )
    safe = guard(payloads)
    assert not any(text.startswith(("=", "+", "-", "@")) for text in safe)
    assert sum(text.startswith("'") for text in safe) == sum(text[:1] in "=+-@" for text in payloads)
    assert unguard(safe) == payloads
    strings = json.loads((folder / "blns" / "blns.json").read_text(encoding="utf-8"))
    assert unguard(guard(strings)) == strings
