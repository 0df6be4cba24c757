import json
from pathlib import Path

import pytest

from onefold.model.error import UsageError
from onefold.sources.spool import Spool
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sources.reading import cells, read, whole

SPECTRUM = SHARED_DATA / "csv" / "csv-spectrum"
CSVKIT = SHARED_DATA / "csv" / "csvkit"
GHOST = SHARED_DATA / "contacts" / "ghost"

pytestmark = needs_shared_data


@pytest.mark.parametrize(
    "name",
    [
        "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf",
        "quotes_and_newlines", "simple", "simple_crlf", "utf8",
    ],
)  # fmt: skip
def test_csv_spectrum_gives_the_cells_that_it_says(name: str, spool: Spool) -> None:
    expected = json.loads((SPECTRUM / "json" / f"{name}.json").read_text(encoding="utf-8"))
    table = read(SPECTRUM / "csvs" / f"{name}.csv", spool)
    assert [dict(zip(table.headers, row, strict=True)) for row in cells(table)] == expected


@pytest.mark.parametrize(
    ("name", "encoding", "letter"),
    [
        ("test_utf8", "UTF-8", "ʤ"),
        ("test_utf8_bom", "UTF-8", "ʤ"),
        ("test_utf16_big", "UTF-16-BE", "ʤ"),
        ("test_utf16_little", "UTF-16-LE", "ʤ"),
        ("test_latin1", "cp1252", "©"),
    ],
)
def test_every_encoding_gives_the_same_table(name: str, encoding: str, letter: str, spool: Spool) -> None:
    table = read(CSVKIT / f"{name}.csv", spool)
    assert cells(table) == [("1", "2", "3"), ("4", "5", letter)]
    assert table.headers in (("a", "b", "c"), ("foo", "bar", "baz"))
    assert table.notes[0].startswith(f"read as {encoding}")


def test_old_mac_line_ends(spool: Spool) -> None:
    table = read(CSVKIT / "mac_newlines.csv", spool)
    assert cells(table) == [("1", "2", "3"), ("Once upon\ra time", "5", "6")]


def test_a_nul_is_left_out_and_said(spool: Spool) -> None:
    table = read(CSVKIT / "null_byte.csv", spool)
    assert cells(table) == [("", "2", "3")]
    assert "NUL characters were left out: 1" in table.notes


def test_a_row_that_is_too_long_is_malformed_and_the_others_are_not(spool: Spool) -> None:
    rows = whole(read(CSVKIT / "bad.csv", spool))
    assert rows["malformed"].to_list() == [
        "the row has 4 cells, the header 3; beyond it stands: I'm too long!",
        None,
        None,
    ]
    assert rows["cell:2"].to_list() == ["", None, "17"]


def test_blank_lines_are_no_rows_but_count_as_lines(spool: Spool) -> None:
    rows = whole(read(CSVKIT / "bad_skip_lines.csv", spool))
    assert rows["row"].to_list() == [0, 1, 2]
    assert rows["line"].to_list() == [5, 6, 7]


def test_a_line_break_in_a_header(spool: Spool) -> None:
    table = read(CSVKIT / "test_header_newline.csv", spool)
    assert table.headers == ("start end", "b", "c")
    assert cells(table) == [("d", "e", "f")]


def test_columns_without_a_header_are_numbered(spool: Spool) -> None:
    table = read(CSVKIT / "test_empty_columns.csv", spool)
    assert table.headers == ("a", "b", "c", "column 4", "column 5")
    assert "headers that were empty, repeated or damaged are called column 4, column 5" in table.notes


def test_semicolons_and_tabs_are_seen(spool: Spool, tmp_path: Path) -> None:
    assert cells(read(CSVKIT / "sniff_limit.csv", spool)) == [("1", "2", "3")]
    assert cells(read(CSVKIT / "dummy.tsv", Spool(tmp_path / "other"))) == [("1", "2", "3")]


def test_a_header_below_other_lines_is_found_where_it_is_said(spool: Spool) -> None:
    table = read(CSVKIT / "realdata" / "Datagov_FY10_EDU_recp_by_State.csv", spool, header_row=3)
    assert table.headers[:2] == ("State Name", "State Abbreviate")
    assert cells(table)[0][:2] == ("ALABAMA", "AL")


def test_a_trailing_comma_beyond_the_header_is_no_cell(spool: Spool) -> None:
    table = read(GHOST / "members-duplicate-emails.csv", spool)
    assert table.headers == ("email",)
    assert cells(table) == [("duplicate@example.com",)] * 2
    assert whole(table)["malformed"].null_count() == 2


def test_a_row_that_is_too_short_has_no_cell_where_it_ends(spool: Spool) -> None:
    table = read(GHOST / "members-ragged-row.csv", spool)
    assert cells(table) == [
        ("ragged-first@example.com", None, None),
        ("ragged-full@example.com", "Bob", "a note"),
    ]


def test_a_header_and_nothing_else_is_refused(spool: Spool) -> None:
    with pytest.raises(UsageError, match="has a header but no rows") as caught:
        read(GHOST / "members-headers-only.csv", spool)
    assert caught.value.code == "no_rows"


@pytest.mark.parametrize(
    "path", sorted(SHARED_DATA.glob("**/*.csv")), ids=lambda path: str(path.relative_to(SHARED_DATA))
)
def test_every_real_file_is_read_or_refused_in_one_line(path: Path, spool: Spool) -> None:
    try:
        table = read(path, spool, batch_rows=7)
    except UsageError as refusal:
        assert refusal.code in {"empty_file", "no_rows"}
        return
    rows = whole(table)
    assert rows["row"].to_list() == list(range(table.rows))
    assert rows["line"].is_sorted()
    assert table.bytes == path.stat().st_size
