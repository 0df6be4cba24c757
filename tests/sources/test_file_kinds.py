"""A file is known by its content; its name counts only where the content is any text."""

import gzip
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from onefold.model.error import UsageError
from onefold.sources.file_kind import FileKind, kind_of
from onefold.sources.file_options import FileOptions
from onefold.sources.raw_file import lay_down
from onefold.sources.spool import Spool
from onefold.sources.table_file import find_table, read_table
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sources.reading import cells, read
from tests.sources.test_archives import zipped

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\r\nEND:VCARD\r\n"


def kind(content: bytes, name: str, spool: Spool, tmp_path: Path) -> FileKind:
    path = tmp_path / name
    path.write_bytes(content)
    return kind_of(lay_down(path, spool))


@pytest.mark.parametrize("name", ["people", "people.csv", "people.xlsx", "people.jsonl", "people.vcf"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (zipped(("xl/workbook.xml", b"<x/>")), FileKind.XLSX),
        (zipped(("people.csv", b"email\n")), FileKind.ZIP),
        (gzip.compress(b"email\n"), FileKind.GZIP),
        (b"PAR1rest", FileKind.PARQUET),
        (CARD.encode(), FileKind.VCARD),
        (b"\xef\xbb\xbf\r\nbegin : vcard\r\n", FileKind.VCARD),
        (CARD.encode("utf-16"), FileKind.VCARD),
        (b'{"email": "ana@example.com"}\n', FileKind.JSON_LINES),
        (b'\n {"email": "ana@example.com"}', FileKind.JSON_LINES),
        (b'{\n  "email": "ana@example.com"\n}\n', FileKind.JSON_LINES),
        ('{"name": "Zo\u00eb"}\n'.encode("utf-16"), FileKind.JSON_LINES),
        (b'[{"email": "ana@example.com"}]', FileKind.JSON_LINES),
        (b'[\n  {\n    "email": 1', FileKind.JSON_LINES),
    ],
)
def test_content_goes_before_the_name(
    content: bytes, expected: FileKind, name: str, spool: Spool, tmp_path: Path
) -> None:
    assert kind(content, name, spool, tmp_path) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("people", FileKind.CSV),
        ("people.xlsx", FileKind.CSV),
        ("people.parquet", FileKind.CSV),
        ("people.JSONL", FileKind.JSON_LINES),
        ("people.ndjson", FileKind.JSON_LINES),
        ("people.json", FileKind.JSON_LINES),
        ("people.vcf", FileKind.VCARD),
    ],
)
def test_the_name_counts_for_any_text(name: str, expected: FileKind, spool: Spool, tmp_path: Path) -> None:
    assert kind(b"email,name\nana@example.com,Ana\n", name, spool, tmp_path) is expected


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1},x\n',
        b"{a},b\n",
        b"[a],[b]\n",
        b"beginning,vcard\n",
        b"<name>,email\n",
        b'"{""a"": 1}",b\n',
        b"{\n",
    ],
)
def test_what_only_begins_alike_is_a_table(content: bytes, spool: Spool, tmp_path: Path) -> None:
    assert kind(content, "people", spool, tmp_path) is (
        FileKind.JSON_LINES if content == b"{\n" else FileKind.CSV
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE html>\n<html>", "a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "markup"),
        (b"  <TABLE><tr>", "markup"),
        (b"%PDF-1.7", "a PDF"),
        (b"x" * 257 + b"ustar\x0000", "a tar archive"),
        (b"\xfd7zXZ\x00", "an xz archive"),
    ],
)
def test_what_is_known_to_be_no_table_is_named(
    content: bytes, says: str, spool: Spool, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        kind(content, "people.csv", spool, tmp_path)
    assert caught.value.code == "not_a_table"


def test_only_a_workbook_has_sheets(spool: Spool, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"email\nana@example.com\n")
    with pytest.raises(UsageError, match="goes with a workbook") as caught:
        read_table(find_table(path, spool), FileOptions(sheet="People"), spool, 10)
    assert caught.value.code == "no_sheets"


@pytest.mark.parametrize("packed", ["as it is", "gzip", "zip"])
@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "jsonl", "vcf"])
def test_every_kind_comes_through_standard_input_too(ending: str, packed: str, spool: Spool) -> None:
    people = pl.DataFrame({"Email": ["ana@example.com"]})
    file = BytesIO()
    match ending:
        case "csv":
            people.write_csv(file)
        case "xlsx":
            people.write_excel(file)
        case "parquet":
            people.write_parquet(file)
        case "jsonl":
            people.write_ndjson(file)
        case _:
            file.write(CARD.replace("FN:Ana", "EMAIL:ana@example.com").encode())
    content = file.getvalue()
    if packed == "gzip":
        content = gzip.compress(content)
    elif packed == "zip":
        content = zipped(("people", content))
    table = read(content, spool)
    assert "ana@example.com" in cells(table)[0]
    assert (table.name, table.bytes) == ("standard input", len(content))
    assert not list(spool.folder.glob("as_it_came*"))


@needs_shared_data
@pytest.mark.parametrize(
    ("folder", "ending", "expected"),
    [
        ("contacts/vcard", "vcf", FileKind.VCARD),
        ("csv/csvkit", "csv", FileKind.CSV),
        ("people", "csv", FileKind.CSV),
        ("csv/csvkit", "json", FileKind.JSON_LINES),
    ],
)
def test_real_files_are_known_without_their_names(
    folder: str, ending: str, expected: FileKind, spool: Spool, tmp_path: Path
) -> None:
    for path in sorted((SHARED_DATA / folder).glob(f"*.{ending}")):
        assert kind(path.read_bytes(), "people", spool, tmp_path) is expected, path
