"""Which line is the header: decided once, said, and the operator's word goes first."""

from collections.abc import Sequence

import pytest

from onefold.sources.header_row import header_place
from onefold.sources.spool import Spool
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sources.reading import cells, read, whole

PEOPLE = "Ana;ana@example.com;Ulm\nBen;ben@example.com;Bonn\n"


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("", 1),
        ("\n\n", 3),
        ("Members of the club\n", 2),
        ("Members of the club\n\nas of 1 May\n\n", 5),
        ("Members of the club;;\n;;\n", 3),
        ("Report:;Members;\nDate:;2026-11-22;\n", 3),
        ("sep=;\nMembers\n", 3),
        ("Created by us. Do not edit; ask first.\n", 2),
        ('"Members\nof the club"\n', 3),
    ],
)
def test_titles_and_notes_above_the_header_are_left_out(above: str, line: int, spool: Spool) -> None:
    table = read(f"{above}Name;E-Mail;City\n{PEOPLE}".encode(), spool)
    assert table.headers == ("Name", "E-Mail", "City")
    assert whole(table)["line"].to_list() == [line + 1, line + 2]
    told = [note for note in table.notes if note.startswith(f"the header is line {line};")]
    assert len(told) == (1 if above.strip() else 0)


def test_what_is_left_out_above_the_header_is_shown_with_the_way_out(spool: Spool) -> None:
    table = read(f"Members\n\nof the club\nName;E-Mail;City\n{PEOPLE}".encode(), spool)
    assert table.notes == (
        "read as UTF-8, delimiter semicolon",
        "the header is line 4; the 2 lines above it are left out: Members of the club "
        "(if another line is the header: --header-row N)",
        "blank lines left out: 1",
    )
    other = read(f"Members\nName;E-Mail;City\n{PEOPLE}".encode(), spool, header_row=1)
    assert other.headers == ("Members",)
    assert whole(other)["malformed"].null_count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "foo\nabc\n12\n13\n",
        "foo\nAna,Silva\nBen,Okafor\n",
        "email\nAna,Silva\nBen,Okafor\n",
        "name,2025,2026\nAna,1,2\n",
        "2025,2026\n1,2\n3,4\n",
        "a,b\n1,2\n",
        "a,,\n1,2,3\n",
        "id,phone\n1,+447700900123\n2,+447700900124\n",
        "12345678,phone\nx,+447700900123\n",
        "ana@example.com,n\nx,1\n",
        "date,1971-06-24,1971-06-25\nAna,1971-06-24,1971-06-25\n",
        "type\nPhone\nEmail\n",
    ],
)
def test_the_first_line_is_the_header_where_nothing_speaks_against_it(text: str, spool: Spool) -> None:
    table = read(text.encode(), spool, delimiter=",")
    first = text.split("\n")[0].split(",")
    assert [header for header in table.headers if not header.startswith("column ")] == list(
        filter(None, first)
    )
    assert len(table.notes) == (2 if "" in first else 1)


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.com,Ana\nben@example.com,Ben\n",
        "Ana,ana@example.com\nBen,\nCem,cem@example.com\n",
        "+44 7700 900123\n+44 7700 900124\n",
        "7700900123;x\n7700900124;y\n",
        "ana@example.com\n",
        "+44 7700 900123\n",
    ],
)
def test_a_file_that_begins_with_a_person_has_no_header(text: str, spool: Spool) -> None:
    table = read(text.encode(), spool)
    assert table.headers[0] == "column 1"
    assert table.rows == text.count("\n")
    assert "line 1 looks like a row, so the file has no header" in table.notes[1]
    assert "--header-row 1" in table.notes[1]
    if table.rows > 1:
        assert read(text.encode(), spool, header_row=1).rows == table.rows - 1


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([], 0),
        ([["x"]], 0),
        ([["Title", ""], ["Name", "Email"], ["Ana", "ana@example.com"]], 1),
        ([["Title"], ["a", "a"], ["1", "2"]], 0),
        ([["Title"], ["a", "b"], ["1", "2"]], 1),
        ([["Title"], ["a", "b"], ["x", "y"]], 0),
        ([["Ana", "ana@example.com"], ["Ben", "ben@example.com"]], None),
    ],
)
def test_the_place_of_the_header(rows: Sequence[Sequence[str]], place: int | None) -> None:
    assert header_place(rows) == place


@needs_shared_data
def test_a_real_file_with_a_title(spool: Spool) -> None:
    table = read(SHARED_DATA / "csv" / "csvkit" / "realdata" / "Datagov_FY10_EDU_recp_by_State.csv", spool)
    assert table.headers[:2] == ("State Name", "State Abbreviate")
    assert cells(table)[0][:2] == ("ALABAMA", "AL")
    assert table.notes[1].startswith("the header is line 3; the 2 lines above it are left out: Number of")


@needs_shared_data
@pytest.mark.parametrize(
    "path", sorted((SHARED_DATA / "people").glob("*.csv")), ids=lambda path: str(path.name)
)
def test_real_files_of_people_begin_with_their_header(path: object, spool: Spool) -> None:
    assert whole(read(path, spool))["line"][0] == 2  # type: ignore[arg-type]
