"""Whatever is done to a workbook or a part of it, it is read or refused in one line for people."""

import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.model.error import OnefoldError
from onefold.sources.spool import Spool
from tests.sources.reading import read, whole
from tests.sources.test_one_table_many_kinds import FILES


@st.composite
def damaged(draw: st.DrawFn, file: bytes) -> bytes:
    """The file cut, with bytes flipped, and with pieces of it put elsewhere."""
    data = bytearray(file)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data) - 1)) if data else 0
        match draw(st.sampled_from(("cut", "flip", "splice", "insert"))):
            case "cut":
                del data[place : place + draw(st.integers(1, 1 + len(data)))]
            case "flip" if data:
                data[place] = draw(st.integers(0, 255))
            case "splice":
                start = draw(st.integers(0, len(data)))
                data[place:place] = data[start : start + draw(st.integers(0, 100))]
            case _:
                data[place:place] = draw(st.binary(max_size=8))
    return bytes(data)


def read_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            table = read(data, Spool(Path(folder) / "spool"))
        except OnefoldError as error:
            assert "\n" not in str(error)
            assert error.exit_status == 2
        else:
            assert table.rows == len(whole(table)) > 0
            assert len(set(table.headers)) == len(table.headers)


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(data=st.data())
def test_a_damaged_workbook(data: st.DataObject) -> None:
    read_or_refused(data.draw(damaged(FILES["xlsx"])))


PARTS = {
    "worksheets/sheet1.xml": (
        b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c>'
        b'<c r="B1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="str"><v>ana@example.com</v></c>'
        b'<c r="B2" s="1"><f>TODAY()</f><v>29302.5</v></c></row></sheetData>'
        b'<mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>'
    ),
    "sharedStrings.xml": b"<sst><si><r><t>born</t></r></si><si><t>x</t></si></sst>",
    "styles.xml": (
        b'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts>'
        b'<cellXfs><xf/><xf numFmtId="164"/></cellXfs></styleSheet>'
    ),
    "workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="People" r:id="one"/></sheets></workbook>',
    "_rels/workbook.xml.rels": (
        b'<Relationships><Relationship Id="one" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        b"</Relationships>"
    ),
}


def packed(parts: dict[str, bytes]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, part in parts.items():
            archive.writestr(f"xl/{name}", part)
    return data.getvalue()


@pytest.mark.parametrize("part", PARTS)
@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(data=st.data())
def test_a_workbook_with_a_damaged_part(part: str, data: st.DataObject) -> None:
    read_or_refused(packed({**PARTS, part: data.draw(damaged(PARTS[part]))}))
