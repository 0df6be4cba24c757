"""An archive with one table in it: unpacked into the spool, and refused before it fills the disk."""

import gzip
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final, cast

from onefold.model.error import UsageError
from onefold.sources.raw_file import BLOCK_BYTES, RawFile, keep_copy
from onefold.sources.spool import Spool

UNPACKED_BYTES: Final = 8 * 1024**3
"""What is larger unpacked is refused: no table of people is, and no disk should be filled by surprise."""
_UNSUSPICIOUS_BYTES: Final = 64 * 1024**2
_RATIO: Final = 250
"""Tables pack to a fifth or a fiftieth, the emptiest workbooks to a hundredth; archives made to harm, to a
thousandth.
"""
_DIRECTORY_BYTES: Final = 8 * 1024**2
_TABLES: Final = frozenset(
    {"csv", "tsv", "tab", "xlsx", "parquet", "json", "jsonl", "ndjson", "vcf", "vcard"}
)
_NOT_MEANT: Final = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_NAMES_SHOWN: Final = 5


def unpack_gzip(raw: RawFile, came: RawFile, spool: Spool) -> RawFile:
    """The file in a gzip archive. `came` is the file as it came, for one archive may lie in another.

    Raises `UsageError` (`bad_archive`, `archive_too_large`, `empty_file`).
    """
    name = raw.name[: -len(".gz")] if raw.name.lower().endswith(".gz") else raw.name
    with _plain_archive_errors(raw), gzip.open(raw.path) as stream:
        return keep_copy(_counted(cast(IO[bytes], stream), raw, came.bytes), name, spool)


def unpack_zip(raw: RawFile, came: RawFile, spool: Spool) -> RawFile:
    """The one table in a ZIP archive; hidden files, folders and files beside it that are no tables are left.

    Raises `UsageError` (`bad_archive`, `archive_too_large`, `several_tables`, `empty_file`).
    """
    with _plain_archive_errors(raw), open_zip(raw) as archive:
        member = _the_table(raw, archive)
        with archive.open(member) as stream:
            name = f"{raw.name}/{_shown(member.filename)}"
            return keep_copy(_counted(stream, raw, came.bytes), name, spool)


def check_zip(raw: RawFile, most_bytes: int = UNPACKED_BYTES) -> None:
    """Refuse a workbook that unpacks to more than `most_bytes`, or to suspiciously much, before it is parsed.

    It is unpacked and counted: what its directory says may be a lie. Raises `UsageError` (`bad_archive`,
    `archive_too_large`).
    """
    unpacked = 0
    with _plain_archive_errors(raw), open_zip(raw) as archive:
        for member in archive.infolist():
            _refuse_unreadable(raw, member)
            with archive.open(member) as stream:
                for block in _counted(stream, raw, raw.bytes, most_bytes, before=unpacked):
                    unpacked += len(block)


@contextmanager
def open_zip(raw: RawFile) -> Iterator[zipfile.ZipFile]:
    """The archive, with a directory that is small enough to be read into memory."""
    with raw.path.open("rb") as file:
        _check_directory(raw, file)
        with zipfile.ZipFile(file) as archive:
            yield archive


def _check_directory(raw: RawFile, file: IO[bytes]) -> None:
    """The directory's size stands at the end of the archive (APPNOTE.TXT 4.3.16; of large ones, 4.3.14)."""
    tail_bytes = min(raw.bytes, 22 + 65_535 + 20 + 56)
    file.seek(raw.bytes - tail_bytes)
    tail = file.read(tail_bytes)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or place + 22 > len(tail):
        return
    (size,) = struct.unpack_from("<L", tail, place + 12)
    large = tail.rfind(b"PK\x06\x06", 0, place)
    if large >= 0 and large + 48 <= len(tail):
        (size,) = struct.unpack_from("<Q", tail, large + 40)
    if size > _DIRECTORY_BYTES:
        raise UsageError(
            f"{raw.name} has far too many files in it",
            code="archive_too_large",
            hint="unpack it and give the file that is meant",
        )


def _the_table(raw: RawFile, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir() and _is_meant(member.filename)]
    tables = [
        member for member in members if member.filename.rpartition(".")[2].lower() in _TABLES
    ] or members
    if not tables:
        raise UsageError(
            f"there is no file in {raw.name}", code="empty_file", hint="give one with a table in it"
        )
    if len(tables) > 1:
        names = ", ".join(_shown(member.filename) for member in tables[:_NAMES_SHOWN])
        more = f" and {len(tables) - _NAMES_SHOWN:,} more" if len(tables) > _NAMES_SHOWN else ""
        raise UsageError(
            f"there are {len(tables):,} files in {raw.name}: {names}{more}",
            code="several_tables",
            hint="unpack it and import them one by one",
        )
    _refuse_unreadable(raw, tables[0])
    return tables[0]


def _is_meant(path: str) -> bool:
    parts = path.replace("\\", "/").lower().split("/")
    return not any(part in _NOT_MEANT or part.startswith(".") for part in parts)


def _refuse_unreadable(raw: RawFile, member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise UsageError(
            f"{raw.name} is locked with a password",
            code="bad_archive",
            hint="unpack it and give the file in it",
        )
    # Others may ask for gigabytes of memory in a header of a few bytes.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UsageError(
            f"{raw.name} is packed in an unusual way",
            code="bad_archive",
            hint="unpack it and give the file in it",
        )


def _counted(
    stream: IO[bytes], raw: RawFile, packed: int, most_bytes: int = UNPACKED_BYTES, before: int = 0
) -> Iterator[bytes]:
    """The blocks of `stream`, until they are more than a file of `packed` bytes should have in it."""
    most = min(most_bytes, max(_UNSUSPICIOUS_BYTES, _RATIO * packed))
    unpacked = before
    while True:
        with _plain_archive_errors(raw):
            block = stream.read(BLOCK_BYTES)
        if not block:
            return
        unpacked += len(block)
        if unpacked > most:
            raise UsageError(
                f"{raw.name} unpacks to more than {most // 1024**2:,} MiB",
                code="archive_too_large",
                hint="if that is right, unpack it and give the file in it",
            )
        yield block


@contextmanager
def _plain_archive_errors(raw: RawFile) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, struct.error) as problem:
        raise _damaged(raw) from problem
    # What the library says of headers that contradict each other, or ask for what it has not.
    except (NotImplementedError, ValueError, RuntimeError, OSError) as problem:
        raise _damaged(raw) from problem


def _damaged(raw: RawFile) -> UsageError:
    return UsageError(
        f"{raw.name} is damaged or was cut off", code="bad_archive", hint="fetch it again, or pack it again"
    )


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)
