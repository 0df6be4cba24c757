"""The files of exports, each kind by itself."""

import json
from pathlib import Path

import polars as pl
import pytest

from onefold.report.cells import number_text
from onefold.report.export_columns import Column, Kind
from onefold.report.export_files import FORMATS
from onefold.report.xlsx_export import XlsxExport
from onefold.sources.file_options import FileOptions
from onefold.sources.spool import Spool
from onefold.sources.table_file import find_table, read_table

NAME = Column("first_name", "first_name", "First Name", Kind.TEXT)
PHONE = Column("phone", "phone", "Phone", Kind.PHONE)
BORN = Column("field_1", "Born", "Born", Kind.DATE, custom=True)
SCORE = Column("field_2", "Score", "Score", Kind.NUMBER, custom=True)
COLUMNS = (NAME, PHONE, BORN, SCORE)
PEOPLE = pl.DataFrame(
    {
        "first_name": ["Ana", "=1+1", None],
        "phone": ["+447400100001", None, "+447400100002"],
        "field_1": ["1980-03-22", "1899-12-31", None],
        "field_2": [1.5, -3.0, None],
    }
)


def sheet(file: Path, folder: Path, name: str | None = None) -> list[tuple[str | None, ...]]:
    """The cells of a workbook as an import reads them."""
    spool = Spool(folder / f"spool {name}")
    read = read_table(find_table(file, spool), FileOptions(sheet=name), spool, 100)
    return read.batch(0).drop("row", "line", "malformed", "undecodable").rows()


def test_a_workbook_goes_on_on_a_further_sheet(tmp_path: Path) -> None:
    made = XlsxExport(tmp_path / "out.xlsx", COLUMNS, rows=2)
    made.add(PEOPLE)
    assert made.finish() == ("a sheet has 2 rows at most, so the contacts are on 2 sheets",)
    made.close()
    assert sheet(tmp_path / "out.xlsx", tmp_path, "Contacts") == [
        ("Ana", "+447400100001", "1980-03-22", "1.5"),
        ("'=1+1", None, "1899-12-31", "-3"),
    ]
    assert sheet(tmp_path / "out.xlsx", tmp_path, "Contacts 2") == [(None, "+447400100002", None, None)]


def test_numbers_are_written_as_people_write_them() -> None:
    numbers = pl.Series([0.0, 1.0, 1e-7, 123456789012345.0, 1e20, -5.25, None])
    assert number_text(numbers).to_list() == [
        *("0", "1", "0.0000001", "123456789012345", "100000000000000000000", "-5.25", None)
    ]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_that_is_broken_off_can_be_let_go(tmp_path: Path, format_: str) -> None:
    made = FORMATS[format_](tmp_path / f"out.{format_}", COLUMNS)
    made.add(PEOPLE)
    made.close()
    made.close()


def test_json_has_fields_together_and_consent_by_channel(tmp_path: Path) -> None:
    consent = (
        Column("a", "consent.email", "", Kind.TEXT),
        Column("b", "consent.email.date", "", Kind.MOMENT),
    )
    made = FORMATS["jsonl"](tmp_path / "out.jsonl", (NAME, SCORE, *consent))
    made.add(PEOPLE.head(1).with_columns(a=pl.lit("subscribed"), b=pl.lit("2026-11-22T10:00:00Z")))
    made.finish()
    made.close()
    assert json.loads((tmp_path / "out.jsonl").read_text()) == {
        "first_name": "Ana",
        "fields": {"Score": 1.5},
        "consent": {"email": "subscribed"},
        "consent.email.date": "2026-11-22T10:00:00Z",
    }
