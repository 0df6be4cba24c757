"""Workbooks for tests: one written by a program, one whose sheet is written by hand."""

import zipfile
from collections.abc import Callable
from io import BytesIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet


def workbook(fill: Callable[[xlsxwriter.Workbook, Worksheet], None], **options: object) -> bytes:
    """A workbook with a sheet called People, which `fill` fills."""
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet("People"))
    return data.getvalue()


def rows_workbook(*rows: list[object]) -> bytes:
    """A workbook of one sheet with these rows from the top left on."""

    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return workbook(fill)


def handwritten(sheet: str, **parts: str) -> bytes:
    """A workbook whose only sheet has this in its `sheetData`; `parts` are others, by their file's name."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            '<workbook xmlns:r="r"><sheets><sheet name="People" r:id="one"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="one" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            sheet
            if sheet.startswith("<") and "worksheet" in sheet
            else f"<worksheet><sheetData>{sheet}</sheetData></worksheet>",
        )
        for name, text in parts.items():
            archive.writestr(f"xl/{name}" if "." in name else f"xl/{name}.xml", text)
    return data.getvalue()
