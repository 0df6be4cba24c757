import json
from io import BytesIO
from pathlib import Path

import pytest

from onefold.model.error import UsageError
from onefold.sources import json_values, keyed_rows
from onefold.sources.spool import Spool
from tests.sources.reading import cells, read, whole


def test_columns_are_the_keys_of_all_rows_as_they_first_appear(spool: Spool) -> None:
    table = read(b'{"email": "ana@example.com"}\r\n\r\n{"city": "Porto", "email": "rui@example.com"}', spool)
    assert table.headers == ("email", "city")
    assert cells(table) == [("ana@example.com", None), ("rui@example.com", "Porto")]
    assert whole(table)["line"].to_list() == [1, 3]
    assert table.notes == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('"Ana"', "Ana"),
        ("491701234567", "491701234567"),
        ("4.91701234567e11", "491701234567"),
        ("491701234567.0", "491701234567"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("0.10", "0.1"),
        ("-1.5E-3", "-0.0015"),
        ("-0.0", "0"),
        ("1e999999999", "1e999999999"),
        ("true", "yes"),
        ("false", "no"),
        ("null", None),
        ("NaN", None),
        ('""', None),
        ("[]", None),
        ("{}", None),
        ('["VIP"]', "VIP"),
        ('["VIP", null, 7.50, true]', "VIP, 7.5, yes"),
        ('[{"a": 1.50}, ["é"]]', '[{"a": 1.50}, ["é"]]'),
        ('"\\u0000A\\ud83d\\ude00"', "A😀"),
    ],
)
def test_values_become_the_text_that_people_write(value: str, text: str | None, spool: Spool) -> None:
    table = read(f'{{"id": 1, "value": {value}, "last": "x"}}'.encode(), spool)
    row = dict(zip(table.headers, cells(table)[0], strict=True))
    assert row.pop("value", None) == text
    assert row == {"id": "1", "last": "x"}


def test_an_object_in_an_object_is_columns_with_a_dotted_name(spool: Spool) -> None:
    table = read(b'{"a": {"b": {"c": 1}, "d": 2}, "a.d": 3}', spool)
    assert table.headers == ("a.b.c", "a.d", "a.d (2)")
    assert cells(table) == [("1", "2", "3")]


def test_custom_fields_of_our_own_records_have_their_own_names(spool: Spool) -> None:
    table = read(b'{"city": "x", "fields": {"city": "Porto", "Club": {"Level": 3}}}', spool)
    assert table.headers == ("city", "city (2)", "Club.Level")
    assert cells(table) == [("x", "Porto", "3")]


def test_lists_are_one_text_and_that_is_said(spool: Spool) -> None:
    table = read(b'{"tags": ["a", "b"], "x": {"y": ["c", "d"]}, "one": ["e"]}', spool)
    assert cells(table) == [("a, b", "c, d", "e")]
    assert table.notes == ("lists are read as one text, their values parted by commas: tags, x.y",)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"nonsense", "this is no JSON (Expecting value at character 1): nonsense"),
        (b'{"email": "cut', "this is no JSON (Unterminated string starting at character 11)"),
        (b"[1, 2]", "this is no JSON object: [1, 2]"),
        (b"7", "this is no JSON object: 7"),
        (b'{"email": "a@x.org", "email": "b@x.org"}', "the key email stands twice in it"),
        (b'{"a": ' * 100_000, "its values are nested too deeply"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "its values are nested too deeply"),
        (b'{"email": "\\ud800"}', "the row has characters that are no text"),
    ],
)
def test_a_line_that_cannot_be_read_is_one_row_and_the_rest_goes_on(
    line: bytes, says: str, spool: Spool
) -> None:
    table = read(b'{"email": "ana@example.com"}\n' + line + b'\n{"email": "rui@example.com"}\n', spool)
    rows = whole(table)
    assert rows["line"].to_list() == [1, 2, 3]
    assert rows["cell:0"].to_list()[::2] == ["ana@example.com", "rui@example.com"]
    first, malformed, last = rows["malformed"].to_list()
    assert (first, last) == (None, None)
    assert malformed.startswith(says)
    assert rows["undecodable"].to_list() == [False, "characters" in says, False]


def test_sixteen_levels_are_columns_and_what_is_deeper_is_text(spool: Spool) -> None:
    deep = '{"a":' * 20 + "1" + "}" * 20
    table = read(deep.encode(), spool)
    assert table.headers == (".".join("a" * 17),)
    assert cells(table) == [('{"a": {"a": {"a": 1}}}',)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(encoding: str, spool: Spool) -> None:
    table = read('{"name": "Zoë"}\n{"name": "Ana"}\n'.encode(encoding), spool)
    assert cells(table) == [("Zoë",), ("Ana",)]


ARRAYS = [
    '[{"email": "a@x.org", "note": "]}, {\\" ["},{"email": "b@x.org", "l": [1, {"x": "}"}]}]',
    '\n[\n {"email": "a@x.org",\n  "note": "]}, {\\" ["},\n\n {"email": "b@x.org", "l": [1, {"x": "}"}]}\n]',
    '{\n  "email": "a@x.org",\n   "note": "]}, {\\" ["}\n{"email": "b@x.org", "l": [1, {"x": "}"}]}',
]


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("text", ARRAYS, ids=["minified", "indented", "one after the other"])
def test_arrays_and_indented_objects_wherever_their_blocks_are_cut(text: str, block: int) -> None:
    blocks = (text[place : place + block] for place in range(0, len(text), block))
    found = [json.loads(element) for _, element in json_values.json_texts(blocks, "x.json")]
    assert found == [
        {"email": "a@x.org", "note": ']}, {" ['},
        {"email": "b@x.org", "l": [1, {"x": "}"}]},
    ]


def test_elements_of_an_array_know_their_lines(spool: Spool) -> None:
    table = read(b'[\n{"e": "a"},\n\n{"e":\n"b"}, 5,\n{"e": "c', spool)
    assert whole(table).select("line", "cell:0").rows() == [(2, "a"), (4, "b"), (5, None), (6, None)]
    assert whole(table)["malformed"].is_null().to_list() == [True, True, False, False]


@pytest.mark.parametrize(
    ("file", "code", "says"),
    [
        (b"{}\n{}\n", "not_a_table", "all of them are empty (line 1)"),
        (b'{"a": 1\n{"b": \n', "not_a_table", "this is no JSON"),
        (b"{" + b",".join(b'"k%d": 1' % key for key in range(3_000)) + b"}", "too_large", "2,000 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(file: bytes, code: str, says: str, spool: Spool) -> None:
    with pytest.raises(UsageError) as caught:
        read(file, spool)
    assert caught.value.code == code
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("beginning", [b'{"a": "', b'[{"a": "', b'{"a": 1}\n{"b": "'])
def test_a_value_without_an_end_is_refused_before_it_fills_the_memory(
    beginning: bytes, spool: Spool, tmp_path: Path
) -> None:
    path = tmp_path / "endless.jsonl"
    with path.open("wb") as file:
        file.write(beginning)
        for _ in range(50):
            file.write(b"x" * 1_000_000)
    with pytest.raises(UsageError, match="more than 40,000,000 characters"):
        read(path, spool)


def test_columns_that_appear_late_are_blank_above(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed_rows, "_ROWS_AT_ONCE", 2)
    table = read(b'{"a": 1}\n{"b": 2}\n{"c": 3}\n{"a": 4}\n{"d": 5, "b": 6}\n', spool)
    assert cells(table) == [
        ("1", None, None, None),
        (None, "2", None, None),
        (None, None, "3", None),
        ("4", None, None, None),
        (None, "6", None, "5"),
    ]
    assert spool.numbers("ragged_rows") == []


def test_batches_hold_what_was_asked_for(spool: Spool) -> None:
    lines = b"".join(b'{"n": %d}\n' % number for number in range(25))
    table = read(BytesIO(lines), spool, batch_rows=10)
    assert [table.batch(number).height for number in range(table.batches)] == [10, 10, 5]
    assert [row[0] for row in cells(table)] == [str(number) for number in range(25)]
