"""Every line of a file is accounted for: header, lines above it, blank lines, rows with their numbers."""

import re
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onefold.model.error import UsageError
from onefold.sources.input import Input
from onefold.sources.records import GOES_ON, NEVER_CLOSED, SWALLOWS
from onefold.sources.spool import Spool
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sources.reading import read, whole

LINE_END = re.compile(r"\r\n|\r|\n")


def account_for(text: str, table: Input) -> None:
    """Nothing lies between two rows but the line breaks in the first one's cells, and blank lines."""
    lines = LINE_END.split(text)
    if lines[-1] == "":
        lines.pop()
    rows = whole(table)
    starts = [*rows["line"].to_list(), len(lines) + 1]
    blank = 0
    for (start, after), row in zip(pairwise(starts), rows.iter_rows(named=True), strict=True):
        assert start < after
        cells = [value for name, value in row.items() if name.startswith("cell:") and value is not None]
        breaks = sum(len(LINE_END.findall(value)) for value in cells)
        if row["malformed"] and row["malformed"].startswith((GOES_ON, NEVER_CLOSED, SWALLOWS)):
            assert breaks == 0
        between = lines[start + breaks : after - 1]
        if row["malformed"] and row["malformed"].startswith("the row has"):
            # Its cells beyond the header are told, not kept: they may have line breaks in them.
            between = between[len(between) - _blank_at_end(between) :]
        assert set(between) <= {""}, (start, after, row)
        blank += len(between)
    above = lines[: starts[0] - 1]
    told = [note for note in table.notes if note.startswith("the header is line ")]
    header = (
        int(re.findall(r"\d+", told[0])[0]) if told else next((n for n, s in enumerate(above, 1) if s), 0)
    )
    blank += sum(line == "" for line in above[: max(header - 1, 0)])
    below = above[header:] if header else above
    blank += _blank_at_end(below)
    said = [
        int(note.rpartition(" ")[2].replace(",", ""))
        for note in table.notes
        if note.startswith("blank lines")
    ]
    assert sum(said) == blank


def _blank_at_end(lines: list[str]) -> int:
    return next((n for n, line in enumerate(reversed(lines)) if line != ""), len(lines))


cells_of = st.sampled_from(
    [
        "", "a", "Zoë", "b c", '""', '"x"', '"x,y"', '"l\nm"', '"l\r\nm\n\no"', '"q""q"', '"', 'a"b', '"a"b',
        ' "s"',
    ]
)  # fmt: skip
lines_of = st.lists(st.lists(cells_of, min_size=1, max_size=4).map(",".join), max_size=12)
ends_of = st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n", "\r\n\r\n"])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(lines_of.map("\n".join), ends_of), max_size=4), st.booleans())
@example([('h,i\na,"b', "\n"), ("c,d\n\n\ne,f", "\n\n")], True)
@example([("h\n\n\na\n", "\r\n")], False)
@example([("h\r", "\n"), ("a", "\r")], False)
def test_every_line_of_generated_files(pieces: list[tuple[str, str]], header: bool) -> None:
    text = ("h,i,j\n" if header else "") + "".join(text + end for text, end in pieces)
    with tempfile.TemporaryDirectory() as folder:
        try:
            table = read(text.encode(), Spool(Path(folder)), batch_rows=7, delimiter=",", header_row=1)
        except UsageError as refusal:
            assert refusal.code in {"empty_file", "no_rows", "bad_header"}
            return
        account_for(text, table)


@needs_shared_data
@pytest.mark.parametrize(
    "path", sorted(SHARED_DATA.glob("**/*.csv")), ids=lambda path: str(path.relative_to(SHARED_DATA))
)
def test_every_line_of_real_files(path: Path, spool: Spool) -> None:
    try:
        table = read(path, spool)
    except UsageError as refusal:
        assert refusal.code in {"empty_file", "no_rows"}
        return
    encoding = table.notes[0].removeprefix("read as ").partition(",")[0].partition(" ")[0]
    account_for(path.read_bytes().decode(encoding).replace("\0", "").lstrip("\ufeff"), table)


def test_a_quote_opened_by_mistake_does_not_swallow_rows(spool: Spool) -> None:
    rows = [f"{n},Ana {n},note {n},x" for n in range(2_000)]
    rows[3] = '3,Ana 3,"note 3,x'
    rows[1_500] = '1500,Ana 1500,a 5",x'
    table = read(("id,name,note,more\n" + "\n".join(rows) + "\n").encode(), spool)
    malformed = whole(table).filter(whole(table)["malformed"].is_not_null())
    assert table.rows == 2_000
    assert malformed.select("line", "malformed").rows() == [(5, SWALLOWS)]


def test_a_quote_opened_by_mistake_in_a_large_file_costs_its_own_row_only(spool: Spool) -> None:
    rows = [f"{n},Ana {n},{'x' * 90},x" for n in range(150_000)]
    rows[3] = '3,"Ana 3,x,x'
    table = read(("id,name,note,more\n" + "\n".join(rows) + "\n").encode(), spool)
    told = whole(table)["malformed"]
    assert (table.rows, told.to_list()[3], told.null_count()) == (150_000, NEVER_CLOSED, 149_999)


def test_a_long_note_in_a_cell_is_no_swallowed_row(spool: Spool) -> None:
    note = "\n".join(["Dear Ana, dear Ben, hello", "", "see you, soon", "yours, truly, Cem, and Dee", "bye"])
    table = read(f'id,name,note\n1,Ana,"{note}"\n2,Ben,"{note}"\n'.encode(), spool)
    assert whole(table)["malformed"].null_count() == 2
    assert whole(table)["cell:2"].to_list() == [note, note]


def test_the_fast_reader_takes_over_again_after_a_dirty_part(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onefold.sources.table import Table

    monkeypatch.setattr("onefold.sources.decoding.BLOCK_BYTES", 2_000)
    monkeypatch.setattr("onefold.sources.csv._BEGINNING_CHARACTERS", 100)
    clean = []
    fast = Table.read_clean

    def counted(self: Table, text: str, line: int) -> object:
        frame = fast(self, text, line)
        clean.append(frame is not None)
        return frame

    monkeypatch.setattr(Table, "read_clean", counted)
    rows = "".join(f"{n},Ana\n" for n in range(2_000))
    table = read(f'n,name\n{rows}\n\n1,"broken\n{rows}1,2,3\n{rows}'.encode(), spool)
    assert table.rows == 6_002
    assert sum(clean) > 0.7 * len(clean)
    account_for(f'n,name\n{rows}\n\n1,"broken\n{rows}1,2,3\n{rows}', table)
