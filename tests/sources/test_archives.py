"""Archives: one table in them, however they were packed, and nothing that could do harm."""

import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from onefold.model.error import UsageError
from onefold.sources import archive
from onefold.sources.archive import check_zip
from onefold.sources.raw_file import lay_down
from onefold.sources.spool import Spool
from tests.sources.reading import cells, read

TABLE = b"email,name\nana@example.com,Ana\n"
ROWS = [("ana@example.com", "Ana")]


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as file:
        for name, content in members:
            file.writestr(name, content)
    return packed.getvalue()


def refusal(file: bytes, spool: Spool) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read(file, spool)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(TABLE),
        gzip.compress(TABLE[:9]) + gzip.compress(TABLE[9:]),
        zipped(("members.csv", TABLE)),
        zipped(("members.csv", TABLE), method=zipfile.ZIP_STORED),
        zipped(("export/", b""), ("export/members", TABLE)),
        zipped(("members.csv", TABLE), ("__MACOSX/._members.csv", b"\0\5\x16\7"), (".DS_Store", b"\0")),
        zipped(("members.csv", TABLE), ("readme.txt", b"hello"), ("logo.png", b"\x89PNG")),
        gzip.compress(zipped(("members.csv", TABLE))),
        zipped(("members.csv.gz", gzip.compress(TABLE))),
        gzip.compress("email,name\nana@example.com,Ana\n".encode("utf-16")),
    ],
    ids=[
        "gzip", "gzip in pieces", "zip", "zip not compressed", "in a folder", "from a Mac", "with a readme",
        "zip in gzip", "gzip in zip", "utf-16 in gzip",
    ],
)  # fmt: skip
def test_the_table_in_an_archive_is_read(packed: bytes, spool: Spool, tmp_path: Path) -> None:
    path = tmp_path / "members.archive"
    path.write_bytes(packed)
    table = read(path, spool)
    assert cells(table) == ROWS
    assert (table.name, table.bytes) == ("members.archive", len(packed))
    assert [file.name for file in spool.folder.iterdir()] == ["input.000000.arrow"]


@pytest.mark.parametrize(
    ("packed", "code", "says"),
    [
        (gzip.compress(TABLE)[:-9], "bad_archive", "damaged or was cut off"),
        (gzip.compress(TABLE)[:-8] + b"\0" * 8, "bad_archive", "damaged or was cut off"),
        (gzip.compress(TABLE) + b"rubbish", "bad_archive", "damaged or was cut off"),
        (b"\x1f\x8b", "bad_archive", "damaged or was cut off"),
        (gzip.compress(b""), "empty_file", "is empty"),
        (zipped(("members.csv", TABLE))[:-10], "bad_archive", "damaged or was cut off"),
        (b"PK\x03\x04rest", "bad_archive", "damaged or was cut off"),
        (zipped(), "empty_file", "there is no file in standard input"),
        (zipped((".hidden", b"x"), ("folder/", b"")), "empty_file", "there is no file in"),
        (zipped(("members.csv", b"")), "empty_file", "standard input/members.csv is empty"),
        (zipped(("members.csv", TABLE), method=zipfile.ZIP_LZMA), "bad_archive", "in an unusual way"),
        (zipped(("a.csv", TABLE), ("b.xlsx", b"x")), "several_tables", "2 files in standard input: a.csv, b"),
        (zipped(("a.txt", TABLE), ("b", b"x")), "several_tables", "a.txt, b"),
        (zipped(*((f"{n}.csv", TABLE) for n in range(9))), "several_tables", "4.csv and 4 more"),
        (zipped(("a\nb\x1b[1m.csv", TABLE), ("b.csv", b"")), "several_tables", "a\ufffdb\ufffd[1m.csv"),
        (gzip.compress(gzip.compress(gzip.compress(TABLE))), "bad_archive", "in an archive in an archive"),
        (zipped(("picture.csv", b"\x89PNG\r\n")), "not_a_table", "standard input/picture.csv is a picture"),
        (zipped(("mimetype", b"application/x"), ("content.xml", b"")), "not_a_table", "office program"),
        (zipped(("word/document.xml", b"")), "not_a_table", "office program"),
    ],
)  # fmt: skip
def test_what_is_no_archive_with_one_table_is_refused_in_one_line(
    packed: bytes, code: str, says: str, spool: Spool
) -> None:
    error = refusal(packed, spool)
    assert error.code == code
    assert says in error.message


def test_a_member_with_a_wrong_check_sum_is_refused(spool: Spool) -> None:
    packed = zipped(("members.csv", TABLE)).replace(struct.pack("<L", zlib.crc32(TABLE)), b"\0\0\0\0")
    assert refusal(packed, spool).code == "bad_archive"


def test_an_archive_with_a_password_is_refused(spool: Spool) -> None:
    packed = bytearray(zipped(("members.csv", TABLE)))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    assert "locked with a password" in str(refusal(bytes(packed), spool))


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_UNSUSPICIOUS_BYTES", 1024**2)
    monkeypatch.setattr(archive, "BLOCK_BYTES", 64 * 1024)
    monkeypatch.setattr(archive, "_RATIO", 20)


@pytest.mark.parametrize("zeros", [b"\0" * 8 * 1024**2, TABLE * 200_000], ids=["zeros", "rows"])
@pytest.mark.parametrize("lies", [False, True])
@pytest.mark.usefixtures("small_bounds")
def test_a_bomb_is_refused_before_it_fills_the_disk(zeros: bytes, lies: bool, spool: Spool) -> None:
    packed = zipped(("members.csv", zeros))
    if lies:
        packed = packed.replace(struct.pack("<L", len(zeros)), struct.pack("<L", 10))
    error = refusal(packed, spool)
    assert error.code in ({"bad_archive", "archive_too_large"} if lies else {"archive_too_large"})
    error = refusal(gzip.compress(zeros), spool)
    assert error.code == "archive_too_large"
    assert "unpacks to more than 1 MiB" in str(error)
    assert max(file.stat().st_size for file in spool.folder.iterdir()) <= 1024**2


@pytest.mark.usefixtures("small_bounds")
def test_a_bomb_in_an_archive_counts_from_the_file_that_came(spool: Spool) -> None:
    inner = gzip.compress(b"a\n" * 400_000)
    assert len(read(inner, spool).headers) == 1
    twice = gzip.compress(gzip.compress(b"a\n" * 8 * 1024**2))
    assert refusal(twice, spool).code == "archive_too_large"


def test_an_archive_larger_than_the_bound_is_refused(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "UNPACKED_BYTES", 10)
    monkeypatch.setattr(archive._counted, "__defaults__", (10, 0))
    assert refusal(gzip.compress(TABLE), spool).code == "archive_too_large"


def test_a_directory_of_a_million_files_is_not_read(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_DIRECTORY_BYTES", 1_000)
    assert refusal(zipped(*((f"{n}.csv", b"") for n in range(50))), spool).code == "archive_too_large"


@pytest.mark.usefixtures("small_bounds")
def test_a_workbook_is_counted_before_it_is_parsed(spool: Spool, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(zipped(("xl/workbook.xml", b"<x/>"), ("xl/sheet.xml", b"<row/>" * 1_000)))
    check_zip(lay_down(path, spool))
    for bomb in (
        zipped(("xl/workbook.xml", b"<x/>"), ("xl/sheet.xml", b" " * 2 * 1024**2)),
        zipped(*((f"xl/{n}.xml", b" " * 200_000) for n in range(10))),
    ):
        path.write_bytes(bomb)
        with pytest.raises(UsageError) as caught:
            check_zip(lay_down(path, spool))
        assert caught.value.code == "archive_too_large"
