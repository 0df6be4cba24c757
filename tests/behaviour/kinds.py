"""A page's table as a file of the kind that its name says: `people.xlsx`, `people.csv.gz`, …"""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from typing import Final

import polars as pl

from tests.sources.workbooks import rows_workbook

Columns = Sequence[str]
Rows = Sequence[Sequence[str]]


def file_named(name: str, columns: Columns, rows: Rows) -> bytes:
    """The table as such a file; blank cells are not there in kinds that can do without."""
    inner, _, ending = name.rpartition(".")
    if ending == "gz":
        return gzip.compress(file_named(inner, columns, rows))
    if ending == "zip":
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr(inner, file_named(inner, columns, rows))
        return data.getvalue()
    return _WRITERS[ending](columns, rows)


def _delimited(delimiter: str) -> Callable[[Columns, Rows], bytes]:
    def write(columns: Columns, rows: Rows) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows([columns, *rows])
        return text.getvalue().encode()

    return write


def _workbook(columns: Columns, rows: Rows) -> bytes:
    return rows_workbook(list(columns), *([cell or None for cell in row] for row in rows))


def _parquet(columns: Columns, rows: Rows) -> bytes:
    cells = [[cell or None for cell in row] for row in rows]
    data = io.BytesIO()
    pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String), orient="row").write_parquet(data)
    return data.getvalue()


def _json_lines(columns: Columns, rows: Rows) -> bytes:
    objects = ({name: cell for name, cell in zip(columns, row, strict=True) if cell} for row in rows)
    return "".join(json.dumps(one) + "\n" for one in objects).encode()


def _vcard(columns: Columns, rows: Rows) -> bytes:
    lines = []
    for row in rows:
        person = dict(zip(columns, row, strict=True))
        lines += ["BEGIN:VCARD", "VERSION:3.0", f"N:{person['Last Name']};{person['First Name']}"]
        lines += [f"EMAIL:{person['Email']}"] if person["Email"] else []
        lines += [f"TEL;TYPE=CELL:{person['Phone']}"] if person["Phone"] else []
        lines.append("END:VCARD")
    return "\r\n".join(lines).encode()


_WRITERS: Final = {
    "csv": _delimited(","),
    "tsv": _delimited("\t"),
    "xlsx": _workbook,
    "parquet": _parquet,
    "jsonl": _json_lines,
    "vcf": _vcard,
}
