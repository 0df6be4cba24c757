"""Whatever bytes a file has: rows, or one line that says what is wrong. Never anything else."""

import gzip
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import onefold
from onefold.book import Book
from onefold.model.error import OnefoldError, UsageError
from onefold.sources.file_options import FileOptions
from onefold.sources.input import Input
from onefold.sources.spool import Spool
from onefold.sources.table_file import find_table, read_table
from tests.shared_data import SHARED_DATA, needs_shared_data

ENDINGS = ("csv", "tsv", "txt", "xlsx", "parquet", "json", "jsonl", "vcf", "gz", "zip", "")
LARGEST = 60_000


def examples(number: int) -> settings:
    """That many tries, the same ones each time."""
    large = [HealthCheck.data_too_large]
    return settings(max_examples=number, deadline=None, derandomize=True, suppress_health_check=large)


def small_parquet() -> bytes:
    file = io.BytesIO()
    pl.DataFrame({"email": ["ana@example.com", None], "n": [1, 2]}).write_parquet(file)
    return file.getvalue()


def small_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people.csv", "email,name\nana@example.com,Ana\n" * 20)
    return file.getvalue()


SEEDS = (
    b"email,name\nana@example.com,Ana\n\nben@example.com,\"B\n\"\"en\"\n",
    b"sep=;\nTitle\nemail;name\nana@example.com;Ana\n",
    b'{"email": "ana@example.com", "tags": ["a", {"b": 1}]}\n{"email": null}\n',
    b'[{"email": "ana@example.com"}, {"email": "ben@example.com"}]',
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\r\nEMAIL:ana@example.com\r\nEND:VCARD\r\n",
    "name,city\nZo\u00eb,K\u00f6ln\n".encode("utf-16"),
    gzip.compress(b"email\nana@example.com\n" * 30),
    small_zip(),
    small_parquet(),
)  # fmt: skip


def real_files() -> list[bytes]:
    """The files of other projects, each cut to a length that many tries can bear."""
    paths = sorted(path for path in SHARED_DATA.glob("**/*") if path.is_file())
    return [path.read_bytes()[:LARGEST] for path in paths]


@st.composite
def mutated(draw: st.DrawFn, files: list[bytes]) -> bytes:
    """One of the files, cut, flipped, spliced with another or with something put in."""
    data = draw(st.sampled_from(files))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, max(len(data), 1)))
        length = draw(st.integers(0, 40))
        kind = draw(st.sampled_from(("truncate", "cut", "flip", "insert", "splice", "repeat")))
        if kind == "truncate":
            data = data[:place]
        elif kind == "cut":
            data = data[:place] + data[place + length :]
        elif kind == "flip":
            mask = draw(st.integers(1, 255))
            data = data[:place] + bytes(byte ^ mask for byte in data[place : place + 1]) + data[place + 1 :]
        elif kind == "insert":
            odd = draw(
                st.sampled_from((b'"', b"\0", b"\r", b"\n", b",", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80"))
            )
            data = data[:place] + odd * draw(st.integers(1, 3)) + data[place:]
        elif kind == "splice":
            other = draw(st.sampled_from(files))
            data = data[:place] + other[draw(st.integers(0, max(len(other), 1))) :]
        else:
            data = data[:place] + data[place : place + length] * 3 + data[place + length :]
    return data


@pytest.fixture(scope="module")
def plan_bytes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bytes, str], None]]:
    folder = tmp_path_factory.mktemp("plans")
    with onefold.open(folder / "people.db") as book:

        def plan(data: bytes, ending: str) -> None:
            _plan(book, folder / f"people.{ending}", data)

        yield plan


def _plan(book: Book, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        plan = book.plan(path, new_fields=True)
    except OnefoldError as refusal:
        one_line(refusal)
        return
    receipt = plan.receipt
    assert receipt.rows == receipt.imported + receipt.updated + receipt.skipped + receipt.error
    plan.discard()


def read_bytes(data: bytes, ending: str) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / f"people.{ending}"
        path.write_bytes(data)
        spool = Spool(folder / "spool")
        try:
            table = read_table(find_table(path, spool), FileOptions(), spool, 7)
        except UsageError as refusal:
            one_line(refusal)
        else:
            _check(table, data)
    finally:
        shutil.rmtree(folder)


def one_line(refusal: OnefoldError) -> None:
    assert "\n" not in str(refusal)
    assert refusal.message
    assert refusal.hint


def _check(table: Input, data: bytes) -> None:
    rows = pl.concat(table.batch(number) for number in range(table.batches))
    assert rows["row"].to_list() == list(range(table.rows))
    assert rows["line"].is_sorted()
    assert len(set(table.headers)) == len(table.headers) == rows.width - 4
    assert table.bytes == len(data)


@examples(150)
@given(st.binary(max_size=400), st.sampled_from(ENDINGS))
def test_random_bytes(data: bytes, ending: str) -> None:
    read_bytes(data, ending)


@examples(250)
@given(mutated(list(SEEDS)), st.sampled_from(ENDINGS))
def test_small_files_that_went_wrong(data: bytes, ending: str) -> None:
    read_bytes(data, ending)


def test_plans_of_small_files_that_went_wrong(plan_bytes: Callable[[bytes, str], None]) -> None:
    @examples(60)
    @given(mutated(list(SEEDS)), st.sampled_from(ENDINGS))
    def plan(data: bytes, ending: str) -> None:
        plan_bytes(data, ending)

    plan()


@needs_shared_data
def test_real_files_that_went_wrong() -> None:
    @examples(300)
    @given(mutated(real_files()), st.sampled_from(ENDINGS))
    def read(data: bytes, ending: str) -> None:
        read_bytes(data, ending)

    read()


@needs_shared_data
def test_plans_of_real_files_that_went_wrong(plan_bytes: Callable[[bytes, str], None]) -> None:
    @examples(60)
    @given(mutated(real_files()), st.sampled_from(ENDINGS))
    def plan(data: bytes, ending: str) -> None:
        plan_bytes(data, ending)

    plan()
