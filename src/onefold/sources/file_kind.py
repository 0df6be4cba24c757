"""What kind of file it is: by its content, and by the end of its name only where the content is any text."""

import json
import re
import zipfile
from enum import StrEnum
from typing import Final

from onefold.model.error import UsageError
from onefold.sources.archive import open_zip
from onefold.sources.encoding import rough_text
from onefold.sources.raw_file import RawFile


class FileKind(StrEnum):
    """The kinds that are read, by the usual end of their names; the last two have another file in them."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON_LINES = "jsonl"
    VCARD = "vcf"
    GZIP = "gz"
    ZIP = "zip"


ARCHIVES: Final = frozenset({FileKind.GZIP, FileKind.ZIP})
_SIGNATURES: Final = (
    (b"PK\x03\x04", FileKind.ZIP),
    (b"PK\x05\x06", FileKind.ZIP),
    (b"\x1f\x8b", FileKind.GZIP),
    (b"PAR1", FileKind.PARQUET),
)
_ENDINGS: Final = {
    "jsonl": FileKind.JSON_LINES,
    "ndjson": FileKind.JSON_LINES,
    "json": FileKind.JSON_LINES,
    "vcf": FileKind.VCARD,
    "vcard": FileKind.VCARD,
}
_SAVE_AS_CSV: Final = "open it in the program that it belongs to and save it as CSV"
_UNPACK: Final = "unpack it and give the file that is in it"
_NO_TABLES: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook, or one with a password",
     "save it as .xlsx without a password, or as CSV"),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"SQLite format 3\x00", "an SQLite database", _SAVE_AS_CSV),
    (b"ARROW1", "an Arrow file", _SAVE_AS_CSV),
    (b"%PDF", "a PDF", _SAVE_AS_CSV),
    (b"\x89PNG", "a picture", _SAVE_AS_CSV),
    (b"\xff\xd8\xff", "a picture", _SAVE_AS_CSV),
    (b"GIF8", "a picture", _SAVE_AS_CSV),
    (b"\x7fELF", "a program", _SAVE_AS_CSV),
    (b"{\\rtf", "a rich text document", _SAVE_AS_CSV),
)  # fmt: skip
_MARKUP: Final = re.compile(r"<(!doctype\s+html|html|head|body|table|meta|\?xml)\b", re.IGNORECASE)
_VCARD: Final = re.compile(r"begin[ \t]*:[ \t]*vcard\b", re.IGNORECASE)
_OBJECT: Final = re.compile(r"\{\s*(\"(?:[^\"\\\n]|\\.)*\"\s*:|\}|\Z)")
_OBJECTS_IN_ARRAY: Final = re.compile(r"\[\s*\{")


def kind_of(raw: RawFile) -> FileKind:
    """The kind of the file. Raises `UsageError` (`not_a_table`) for what is known to be none of them."""
    start = raw.letters.start
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return _kind_of_zip(raw) if kind is FileKind.ZIP else kind
    for signature, what, hint in _NO_TABLES:
        if start.startswith(signature):
            raise _no_table(raw, what, hint)
    if start[257:262] == b"ustar":
        raise _no_table(raw, "a tar archive", _UNPACK)
    text = rough_text(start).lstrip()
    if _MARKUP.match(text):
        raise _no_table(raw, "a web page or other markup", _SAVE_AS_CSV)
    if _VCARD.match(text):
        return FileKind.VCARD
    if _OBJECTS_IN_ARRAY.match(text) or _is_object(text):
        return FileKind.JSON_LINES
    ending = raw.name.rpartition(".")[2].lower()
    return _ENDINGS.get(ending, FileKind.CSV)


def _is_object(text: str) -> bool:
    """Whether the first line is a JSON object, or the beginning of one that goes on over more lines."""
    if not _OBJECT.match(text):
        return False
    line, ended, _ = text.partition("\n")
    if not ended:
        return True
    try:
        json.loads(line)
    except ValueError as problem:
        # `{"a": 1}, x` is a row of something else; `{"a": [` is not over yet.
        return not str(problem).startswith("Extra data")
    except RecursionError:
        return True
    return True


def _kind_of_zip(raw: RawFile) -> FileKind:
    """A workbook is a ZIP archive too; so are documents of other office programs."""
    try:
        with open_zip(raw) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # Damaged, or packed in a way that the library has not: whoever unpacks it will say so.
        return FileKind.ZIP
    if any(name.startswith("xl/") for name in names):
        return FileKind.XLSX
    if "mimetype" in names or any(name.startswith(("word/", "ppt/")) for name in names):
        raise _no_table(raw, "a document of an office program", "save it as .xlsx or as CSV")
    return FileKind.ZIP


def _no_table(raw: RawFile, what: str, hint: str) -> UsageError:
    return UsageError(f"{raw.name} is {what}, not a table", code="not_a_table", hint=hint)
