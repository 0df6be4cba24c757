"""The fast reader is trusted only where it gives what the strict one gives; here that is put to the test."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from onefold.sources.decoding import DecodedText
from onefold.sources.input import batch_schema
from onefold.sources.records import Lines
from onefold.sources.table import Table
from tests.shared_data import SHARED_DATA, needs_shared_data

SOUND = cast(DecodedText, SimpleNamespace(damaged=True))

PIECES = (
    'a', 'b c', '""', '"x"', '"x,y"', '"l\nm"', '"l\r\nm"', '"q""q"', '', 'é', ' ', '\ufeff', 'a"b', 'a""b',
    '"', '""""', '"a"b', ' "s"', '""b', '"#', '\ud800', '"\n"', '"""', '\x0b', '\u2028', "'", '\\"',
)  # fmt: skip
pieces = st.sampled_from(PIECES)
ends = st.sampled_from(["\n", "\n", "\n", "\r\n", "\n\n", "\r"])
texts = st.lists(st.tuples(st.lists(pieces, min_size=1, max_size=4).map(",".join), ends), max_size=6).map(
    lambda lines: "".join(line + end for line, end in lines)
)


def both(text: str, columns: int, delimiter: str = ",") -> tuple[pl.DataFrame | None, pl.DataFrame]:
    table = Table(columns, delimiter)
    strictly = list(table.read_strictly(SOUND, Lines([text], 3), len(text)))
    return table.read_clean(text, 3), pl.concat([pl.DataFrame(schema=batch_schema(columns)), *strictly])


@settings(max_examples=400, deadline=None)
@given(texts, st.integers(1, 3))
@example('\ufeff,"x"\n"l\r\nm",\n"x,y",b c\n', 2)
@example('"x";"""\na,a,""\n"q""q","x","""\n', 3)
@example(',"x"\n","\n"a"\n', 2)
@example(' "s",b\na,a\n', 2)
@example("a\n\nb\n", 1)
def test_where_the_fast_reader_answers_both_answer_alike(text: str, columns: int) -> None:
    fast, strict = both(text, columns)
    if fast is not None:
        assert_frame_equal(fast, strict)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("1,2,3\n4,5,6\n", 3),
        ("1,2\r\n3,4\r\n", 2),
        ('"a ""b""",2\n"c\nd",\n', 2),
        (",,\n,,\n", 3),
        ("Zoë,ʤ\n", 2),
        ("a\nb\n", 1),
    ],
)
def test_the_fast_reader_takes_what_is_clean(text: str, columns: int) -> None:
    fast, strict = both(text, columns)
    assert fast is not None
    assert_frame_equal(fast, strict)


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n\n3,4\n",
        "1\n3,4\n",
        "1,2,3\n",
        '1,5" pipe\n',
        '1,"a"b\n',
        "1,2\r3,4\n",
        "1,\ud800\n",
        '1, "x"\n',
    ],
)
def test_the_fast_reader_leaves_what_is_not(text: str) -> None:
    assert both(text, 2)[0] is None


@needs_shared_data
@pytest.mark.parametrize(
    "path", sorted(SHARED_DATA.glob("**/*.csv")), ids=lambda path: str(path.relative_to(SHARED_DATA))
)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_real_files_look_alike_to_both(path: Path, delimiter: str) -> None:
    text = path.read_bytes().decode("utf-8", "surrogateescape").replace("\0", "")
    text = text.rstrip("\r\n") + "\n"
    columns = text.split("\n")[0].count(delimiter) + 1
    fast, strict = both(text, columns, delimiter)
    if fast is not None:
        assert_frame_equal(fast, strict)
