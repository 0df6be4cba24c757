"""A workbook: its sheets, and the texts and formats that their cells refer to (ECMA-376 part 1, 18)."""

import re
import zipfile
from dataclasses import dataclass
from posixpath import join, normpath
from typing import IO, Final

from onefold.sources.records import CELL_CHARACTERS
from onefold.sources.sheet_formats import CellFormat, cell_format
from onefold.sources.workbook_xml import PartHandler, parse_part

_FOLDER: Final = "xl"
_MOST_TEXTS: Final = 10_000_000
_MOST_BYTES: Final = 512 * 1024**2
"""What is kept in memory of a workbook; a sheet is not, it is read as a stream."""
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Sheet:
    """A sheet of cells: its name, whether people see it, and the part of the workbook that it is."""

    name: str
    hidden: bool
    part: str


class Workbook:
    """What an archive has of a workbook.

    Everything in it raises what `plain_workbook_errors` turns into one line for people.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {name.lower(): name for name in archive.namelist()}
        if f"{_FOLDER}/workbook.bin" in self._parts:
            raise ValueError("it is in the binary format (.xlsb)")
        main = _Main()
        self._read("workbook.xml", main)
        links = _Links()
        self._read("_rels/workbook.xml.rels", links)
        self.from_1904 = main.from_1904
        self.sheets = tuple(
            Sheet(name, hidden, links.sheets[link])
            for name, hidden, link in main.sheets
            if link in links.sheets
        )

    def open(self, sheet: Sheet) -> IO[bytes]:
        """The XML of the sheet."""
        return self._archive.open(self._parts[sheet.part.lower()])

    def formats(self) -> list[CellFormat]:
        """By style of a cell, what its numbers are."""
        styles = _Styles()
        self._read("styles.xml", styles, optional=True)
        return [cell_format(format_id, styles.codes) for format_id in styles.cells]

    def texts(self) -> list[str]:
        """The texts that cells refer to by number."""
        texts = _Texts()
        self._read("sharedstrings.xml", texts, optional=True)
        return texts.texts

    def _read(self, part: str, handler: PartHandler, *, optional: bool = False) -> None:
        name = self._parts.get(f"{_FOLDER}/{part}")
        if name is None and optional:
            return
        if name is None:
            raise ValueError(f"it has no {_FOLDER}/{part}")
        if self._archive.getinfo(name).file_size > _MOST_BYTES:
            raise ValueError(f"{name} in it is too large")
        with self._archive.open(name) as stream:
            for _ in parse_part(stream, handler):
                pass


class _Main(PartHandler):
    def __init__(self) -> None:
        self.from_1904 = False
        self.sheets: list[tuple[str, bool, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            link = next((text for key, text in attributes.items() if key.endswith(":id")), "")
            self.sheets.append(
                (attributes.get("name", ""), attributes.get("state", "visible") != "visible", link)
            )


class _Links(PartHandler):
    """By id, the parts that are sheets of cells; those of charts and macros are not."""

    def __init__(self) -> None:
        self.sheets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes["Target"]
            part = target.lstrip("/") if target.startswith("/") else normpath(join(_FOLDER, target))
            self.sheets[attributes["Id"]] = part


class _Styles(PartHandler):
    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.cells: list[int] = []
        self._in_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self.cells.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False


class _Texts(PartHandler):
    def __init__(self) -> None:
        self.texts: list[str] = []
        self._run = TextRun()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._run.start(name)

    def text(self, characters: str) -> None:
        self._run.add(characters)

    def end(self, name: str) -> None:
        self._run.end(name)
        if name == "si":
            self.texts.append(self._run.take())
            if len(self.texts) > _MOST_TEXTS:
                raise ValueError("it has too many different texts")


class TextRun:
    """The text of one cell, put together from its pieces, whatever their fonts; how it is spoken is left."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._listening = False
        self._spoken = False

    def start(self, name: str) -> None:
        """An element begins."""
        if name == "t":
            self._listening = not self._spoken
        elif name == "rPh":
            self._spoken = True

    def add(self, characters: str) -> None:
        """A piece of text."""
        if self._listening:
            self._pieces.append(characters)
            self._length += len(characters)
            if self._length > CELL_CHARACTERS:
                raise ValueError(f"a cell has more than {CELL_CHARACTERS:,} characters")

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "t":
            self._listening = False
        elif name == "rPh":
            self._spoken = False

    def take(self) -> str:
        """The text so far; the next one begins."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return unescaped(text)


def unescaped(text: str) -> str:
    """A text with the characters that XML has no place for (`_x000D_`), save for those that no text has."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return escaped[0] if 0xD800 <= code <= 0xDFFF else chr(code).replace("\0", "")
