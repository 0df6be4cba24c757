from datetime import date, time
from random import Random

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from onefold.model.error import UsageError
from onefold.sources.spool import Spool
from tests.sources.reading import cells, read, whole
from tests.sources.workbooks import handwritten, rows_workbook, workbook


def refusal(file: bytes, spool: Spool, **options: object) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read(file, spool, **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return caught.value


def one_cell(cell: str, **parts: str) -> bytes:
    """A sheet with a header and, in its second row, an email and this cell."""
    return handwritten(
        '<row r="1"><c r="A1" t="str"><v>email</v></c><c r="B1" t="str"><v>value</v></c></row>'
        f'<row r="2"><c r="A2" t="str"><v>ana@example.com</v></c>{cell}</row>',
        **parts,
    )


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<v>491701234567</v>", "491701234567"),
        ("<v>4.91701234567E+11</v>", "491701234567"),
        ("<v>491701234567.0</v>", "491701234567"),
        ("<v>1234567890123456789</v>", "1234567890123456789"),
        ("<v>0.30000000000000004</v>", "0.3"),
        ("<v>1E-7</v>", "0.0000001"),
        ("<v>-12.5</v>", "-12.5"),
        ("<v>0</v>", "0"),
        ("", None),
        ("<v/>", None),
        ("<is><t>Zoë</t></is>", "Zoë"),
        ("<is><r><t>An</t></r><r><rPr><b/></rPr><t>a</t></r><rPh><t>spoken</t></rPh></is>", "Ana"),
    ],
)
def test_numbers_and_texts(cell: str, text: str | None, spool: Spool) -> None:
    kind = ' t="inlineStr"' if "<is>" in cell else ""
    assert cells(read(one_cell(f'<c r="B2"{kind}>{cell}</c>'), spool)) == [("ana@example.com", text)]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("b", "1", "yes"),
        ("b", "0", "no"),
        ("str", "of a formula", "of a formula"),
        ("str", "a_x000D__x0000_b_xD800_", "a\rb_xD800_"),
        ("d", "2024-01-31T00:00:00", "2024-01-31"),
        ("d", "2024-01-31T10:30:00", "2024-01-31T10:30:00"),
        ("s", "0", "Ana Silva"),
        ("s", "1", None),
    ],
)
def test_cells_of_every_type(kind: str, value: str, text: str | None, spool: Spool) -> None:
    shared = "<sst><si><r><t>Ana </t></r><r><t>Silva</t></r><rPh><t>x</t></rPh></si><si/></sst>"
    file = one_cell(f'<c r="B2" t="{kind}"><v>{value}</v></c>', sharedStrings=shared)
    assert cells(read(file, spool)) == [("ana@example.com", text)]


STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="{}"/></numFmts>'
    '<cellXfs><xf/><xf numFmtId="164"/></cellXfs></styleSheet>'
)


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("dd.mm.yyyy", "29302", "1980-03-22"),
        ("[$-409]mmmm\\ d\\,\\ yyyy;@", "29302", "1980-03-22"),
        ("yyyy-mm-dd hh:mm", "45293.4375", "2024-01-02T10:30:00"),
        ("hh:mm", "0.4375", "10:30:00"),
        ("[h]:mm", "1.5", "36:00:00"),
        ("yyyy-mm-dd", "45292.99999999999", "2024-01-02"),
        ("yyyy-mm-dd hh:mm:ss.000", "45293.00000578704", "2024-01-02T00:00:00.500"),
        ("d", "59", "1900-02-28"),
        ("d", "60", "60"),
        ("d", "61", "1900-03-01"),
        ("d", "-1", "-1"),
        ("d", "99999999", "99999999"),
        ("0.00%", "0.25", "0.25"),
        ("#,##0.00 [$€-407]", "1234.5", "1234.5"),
        ("[Red]0", "7", "7"),
        ('0" days"', "7", "7"),
        ("_(* #,##0_);_(* \\(#,##0\\);_(* \\-_)", "7", "7"),
        ("General", "7", "7"),
        ("0", "7", "7"),
        ("00000", "1234", "01234"),
        ("00000", "123456", "123456"),
        ("0.00E+00", "491701234567", "491701234567"),
    ],
)
def test_a_number_is_a_date_where_its_format_says_so(code: str, value: str, text: str, spool: Spool) -> None:
    styles = STYLES.format(code.replace('"', "&quot;"))
    file = one_cell(f'<c r="B2" s="1"><v>{value}</v></c>', styles=styles)
    assert cells(read(file, spool)) == [("ana@example.com", text)]


def test_days_that_count_from_1904(spool: Spool) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["email", "born", "first"])
        as_date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write(1, 0, "ana@example.com")
        sheet.write_datetime(1, 1, date(1980, 3, 22), as_date)
        sheet.write_number(1, 2, 0, as_date)

    table = read(workbook(fill, date_1904=True), spool)
    assert cells(table) == [("ana@example.com", "1980-03-22", "1904-01-01")]


def test_what_a_program_writes(spool: Spool) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, ["Email", "Phone", "Born", "At", "VIP", "Name"])
        sheet.write(1, 0, "ana@example.com")
        sheet.write_number(1, 1, 491701234567)
        sheet.write_datetime(1, 2, date(1980, 3, 22), book.add_format({"num_format": "d/m/yyyy"}))
        sheet.write_datetime(1, 3, time(9, 5), book.add_format({"num_format": "hh:mm"}))
        sheet.write_boolean(1, 4, True)
        sheet.write_rich_string(1, 5, "A", bold, "n", "a")

    table = read(workbook(fill), spool)
    assert table.headers == ("Email", "Phone", "Born", "At", "VIP", "Name")
    assert cells(table) == [("ana@example.com", "491701234567", "1980-03-22", "09:05:00", "yes", "Ana")]
    assert table.notes == ()


def test_what_may_surprise_is_said(spool: Spool) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(0, 1, 0, 3, "Customers of 2024")
        sheet.write_row(2, 1, ["Email", "First Name", "Total"])
        sheet.write_row(3, 1, ["ana@example.com", "Ana"])
        sheet.write_formula(3, 3, "=1+1", None, 2)
        sheet.write_row(6, 1, ["rui@example.com", "Rui"])
        sheet.write_formula(6, 3, "=NA()", None, "#N/A")
        sheet.write(6, 27, "call him")
        sheet.set_row(6, None, None, {"hidden": True})

    table = read(workbook(fill), spool)
    assert table.headers == ("Email", "First Name", "Total")
    assert whole(table)["line"].to_list() == [4, 7]
    assert cells(table) == [("ana@example.com", "Ana", "2"), ("rui@example.com", "Rui", None)]
    assert table.notes == (
        "the header is row 3; above it is left out: Customers of 2024 "
        "(if another row is the header: --header-row N)",
        "cells with an error such as #N/A are read as blank: 1",
        "merged cells have their value in the first cell only: 1",
        "hidden rows are read like all others: 1",
        "cells beside the table are left out: 1, the first is AB7",
    )


def test_a_formula_without_a_stored_value_is_blank_and_said(spool: Spool) -> None:
    table = read(one_cell('<c r="B2"><f>A2&amp;"x"</f><v></v></c>'), spool)
    assert cells(table) == [("ana@example.com", None)]
    assert table.notes[0].startswith("formulas without a stored value are read as blank: 1 (open the")


def test_a_formula_whose_value_is_an_empty_text_is_blank(spool: Spool) -> None:
    table = read(one_cell('<c r="B2" t="str"><f>""</f><v></v></c>'), spool)
    assert (cells(table), table.notes) == ([("ana@example.com", None)], ())


def test_cells_without_a_place_stand_one_after_the_other(spool: Spool) -> None:
    file = handwritten(
        '<x:worksheet xmlns:x="urn:x"><x:sheetData>'
        '<x:row><x:c t="str"><x:v>email</x:v></x:c><x:c t="str"><x:v>n</x:v></x:c></x:row><x:row/>'
        '<x:row><x:c t="str"><x:v>ana@example.com</x:v></x:c><x:c><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    table = read(file, spool)
    assert (cells(table), whole(table)["line"].to_list()) == ([("ana@example.com", "1")], [3])


def test_header_rows(spool: Spool) -> None:
    file = rows_workbook(["x"], ["email", "name"], ["ana@example.com", "Ana"])
    assert read(file, spool, header_row=2).headers == ("email", "name")
    table = read(file, spool, header_row="none")
    assert table.headers == ("column 1", "column 2")
    assert len(cells(table)) == 3
    assert refusal(file, spool, header_row=9).code == "bad_header_row"


def test_columns_without_a_header(spool: Spool) -> None:
    table = read(rows_workbook(["email", None, "name"], ["ana@example.com", 1, "Ana", 2, None, "far"]), spool)
    assert table.headers == ("email", "column 2", "name", "column 4")
    assert cells(table) == [("ana@example.com", "1", "Ana", "2")]
    assert table.notes == (
        "headers that were empty or repeated are called column 2, column 4",
        "cells beside the table are left out: 1, the first is F2",
    )


def test_a_sheet_of_people_without_a_header(spool: Spool) -> None:
    table = read(rows_workbook(["ana@example.com", "Ana"], ["rui@example.com", "Rui"]), spool)
    assert table.headers == ("column 1", "column 2")
    assert len(cells(table)) == 2
    assert "row 1 looks like a person, so the sheet has no header" in table.notes[0]


@pytest.fixture
def three_sheets() -> bytes:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.hide()
        sheet.write_column(0, 0, ["email", "hidden@example.com"])
        book.add_worksheet("Empty").activate()
        book.add_worksheet("Current").write_column(0, 0, ["email", "ana@example.com"])
        book.add_worksheet("Former").write_column(0, 0, ["email", "rui@example.com"])
        book.add_chartsheet("Chart")

    return workbook(fill)


def test_the_first_sheet_that_people_see_and_that_has_cells(three_sheets: bytes, spool: Spool) -> None:
    table = read(three_sheets, spool)
    assert cells(table) == [("ana@example.com",)]
    assert table.notes[0] == (
        "sheet 'Current' is read; --sheet NAME reads another: 'People' (hidden), 'Empty', 'Former'"
    )


@pytest.mark.parametrize(
    ("sheet", "email"),
    [
        ("Former", "rui@example.com"),
        (" former", "rui@example.com"),
        ("People", "hidden@example.com"),
        ("2", "ana@example.com"),
        ("3", "rui@example.com"),
    ],
)
def test_a_sheet_that_is_asked_for(sheet: str, email: str, three_sheets: bytes, spool: Spool) -> None:
    assert cells(read(three_sheets, spool, sheet=sheet)) == [(email,)]


@pytest.mark.parametrize("sheet", ["Nobody", "9", "0", "-1", "9" * 5000, ""])
def test_a_sheet_that_is_not_there(sheet: str, three_sheets: bytes, spool: Spool) -> None:
    error = refusal(three_sheets, spool, sheet=sheet)
    assert error.code == "unknown_sheet"
    assert error.hint == "its sheets are 'People' (hidden), 'Empty', 'Current', 'Former'"


def test_an_empty_workbook(spool: Spool) -> None:
    assert refusal(rows_workbook(), spool).code == "empty_file"
    assert refusal(rows_workbook(["email"]), spool).code == "no_rows"

    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write(0, 0, "x")
        sheet.hide()
        _.add_worksheet("Seen").activate()

    assert "name a hidden one with --sheet: 'People' (hidden)" in str(refusal(workbook(fill), spool))


@pytest.mark.parametrize(
    ("sheet", "code", "says"),
    [
        ('<row r="99999999999"><c><v>1</v></c></row>', "bad_workbook", "no row 99999999999"),
        ("<row/>" * 1_100_000, "bad_workbook", "no row 1048577"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "bad_workbook", "no column 16385"),
        ("<row>" + "<c><v>1</v></c>" * 20_000 + "</row>", "bad_workbook", "no column 16385"),
        ('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>', "bad_workbook", "no cell ZZZZZZ1"),
        ("<row>" + "<c><v>1</v></c>" * 3_000 + "</row>", "too_large", "more than 2,000 columns"),
        ('<row r="1"><c t="s"><v>5</v></c></row>', "bad_workbook", "refers to a text that is not in it"),
        ('<row r="1"><c t="n"><v>five</v></c></row>', "bad_workbook", "five"),
        ('<row r="1"><c><v>1</v></c>', "bad_workbook", "mismatched tag"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', "bad_workbook", "a document type definition"),
        ("<worksheet>" + " " * 100_000_000 + "</worksheet>", "archive_too_large", "unpacks to more"),
    ],
)
def test_what_no_sheet_has_is_refused_in_one_line(sheet: str, code: str, says: str, spool: Spool) -> None:
    error = refusal(handwritten(sheet), spool)
    assert error.code == code
    assert says in str(error)


def test_a_tag_and_a_cell_without_an_end(spool: Spool) -> None:
    noise = Random(1).randbytes(9_000_000).hex()
    assert "a tag that does not end" in str(refusal(handwritten(f'<row r="{noise}'), spool))
    for cell in (f'<c t="str"><v>{noise}</v></c>', f'<c t="inlineStr"><is><t>{noise}</t></is></c>'):
        assert "more than 10,000,000 characters" in str(refusal(handwritten(f"<row>{cell}</row>"), spool))


def test_a_cell_in_the_last_corner_takes_no_memory(spool: Spool) -> None:
    file = handwritten(
        '<worksheet><dimension ref="A1:XFD1048576"/><sheetData>'
        '<row r="1"><c r="A1" t="str"><v>email</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>ana@example.com</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    table = read(file, spool)
    assert cells(table) == [("ana@example.com",)]
    assert table.notes == ("cells beside the table are left out: 1, the first is XFD1048576",)


def test_a_binary_workbook_is_named(spool: Spool) -> None:
    assert "the binary format (.xlsb)" in str(refusal(handwritten("<row/>", **{"workbook.bin": ""}), spool))
