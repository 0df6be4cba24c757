"""The same table, written as files of every kind, is the same rows."""

import gzip
import json
import subprocess
import sys
import zipfile
from io import BytesIO

import polars as pl
import pytest

from onefold.sources.input import Input
from onefold.sources.spool import Spool
from tests.sources.reading import cells, read
from tests.sources.workbooks import rows_workbook

HEADERS = ("Full Name", "First Name", "Last Name", "Email", "Phone")
PEOPLE = [
    ("Ana Silva", "Ana", "Silva", "ana@example.com", "+351912345678"),
    ("Zoë O'Neill", "Zoë", "O'Neill", "zoe@example.com", None),
    ('Łukasz "Luk", Jr.', "Łukasz", None, None, "+48512345678"),
]


def delimited(delimiter: str) -> bytes:
    def quoted(text: str | None) -> str:
        return '"' + (text or "").replace('"', '""') + '"'

    return "\r\n".join(delimiter.join(map(quoted, row)) for row in (HEADERS, *PEOPLE)).encode()


def objects() -> list[dict[str, str]]:
    return [{key: text for key, text in zip(HEADERS, row, strict=True) if text} for row in PEOPLE]


def parquet() -> bytes:
    data = BytesIO()
    pl.DataFrame(PEOPLE, schema=dict.fromkeys(HEADERS, pl.String), orient="row").write_parquet(data)
    return data.getvalue()


def vcard(version: str) -> bytes:
    lines = []
    for full, first, last, email, phone in PEOPLE:
        lines += ["BEGIN:VCARD", f"VERSION:{version}", f"N:{last or ''};{first}"]
        lines.append("FN:" + (full if version == "2.1" else full.replace(",", "\\,")))
        lines += [f"EMAIL:{email}"] if email else []
        lines += [f"TEL;TYPE=CELL:{phone}"] if phone else []
        lines.append("END:VCARD")
    return "\n".join(lines).encode()


def zipped(name: str, data: bytes) -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(name, data)
    return archive.getvalue()


FILES = {
    "csv": delimited(","),
    "tsv": delimited("\t"),
    "xlsx": rows_workbook(list(HEADERS), *map(list, PEOPLE)),
    "parquet": parquet(),
    "jsonl": "\n".join(map(json.dumps, objects())).encode(),
    "json": json.dumps(objects(), indent=2).encode(),
    "vcard 2.1": vcard("2.1"),
    "vcard 3.0": vcard("3.0"),
    "vcard 4.0": vcard("4.0"),
}
PACKED = {
    "as it is": lambda kind, data: data,
    "gzipped": lambda kind, data: gzip.compress(data),
    "zipped": lambda kind, data: zipped(f"people.{kind.partition(' ')[0]}", data),
}


def people_of(table: Input) -> list[tuple[str | None, ...]]:
    by_header = [dict(zip(table.headers, row, strict=True)) for row in cells(table)]
    return [tuple(row.get(header) or None for header in HEADERS) for row in by_header]


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_has_the_same_people(kind: str, packed: str, spool: Spool) -> None:
    table = read(PACKED[packed](kind, FILES[kind]), spool)
    assert set(table.headers) == set(HEADERS)
    assert people_of(table) == PEOPLE


def test_a_reader_is_loaded_only_when_there_is_such_a_file() -> None:
    readers = ("xlsx", "parquet", "json_lines", "vcard")
    program = "import sys, onefold.interfaces.cli.main; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert [name for name in readers if f"onefold.sources.{name}" in loaded.split()] == []
