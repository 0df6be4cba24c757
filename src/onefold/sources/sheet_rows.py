"""The rows of a sheet, one after the other, their cells as the text that people see in them."""

import re
from collections.abc import Iterator
from typing import IO, Final, NamedTuple

from onefold.sources.records import CELL_CHARACTERS
from onefold.sources.sheet_formats import CellFormat, date_text
from onefold.sources.typed_values import YES_NO, plain_number
from onefold.sources.workbook import TextRun, unescaped
from onefold.sources.workbook_xml import PartHandler, parse_part

_ROWS: Final = 1_048_576
_COLUMNS: Final = 16_384
"""As many as a sheet has (ECMA-376 part 1, 18.3.1.73, and every program that is known)."""
_SHOWN_DIGITS: Final = 15
_PLACE: Final = re.compile(r"([A-Z]{1,3})[0-9]+")
_DIGITS: Final = re.compile(r"-?[0-9]+")


class SheetRow(NamedTuple):
    """A row that has something in it: its number in the sheet, from 1, and its texts by column, from 0."""

    number: int
    cells: dict[int, str]


class SheetRows(PartHandler):
    """Reads a sheet; what it counts are cells and rows that people should know of."""

    def __init__(self, texts: list[str], formats: list[CellFormat], *, from_1904: bool) -> None:
        self.formulas_without_value = 0
        self.errors = 0
        self.merged = 0
        self.hidden_rows = 0
        self._texts = texts
        self._formats = formats
        self._from_1904 = from_1904
        self._columns: dict[str, int] = {}
        self._ready: list[SheetRow] = []
        self._row = 0
        self._row_hidden = False
        self._cells: dict[int, str] = {}
        self._column = -1
        self._kind = "n"
        self._style = 0
        self._formula = False
        self._value: list[str] = []
        self._length = 0
        self._in_value = False
        self._run: TextRun | None = None

    def read(self, stream: IO[bytes]) -> Iterator[SheetRow]:
        """Every row with something in it, in the order of the part."""
        for _ in parse_part(stream, self):
            ready, self._ready = self._ready, []
            yield from ready

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See `PartHandler`."""
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._in_value = True
        elif name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            if not 0 < self._row <= _ROWS:
                raise ValueError(f"a sheet has no row {self._row}")
            self._row_hidden = attributes.get("hidden") in ("1", "true")
            self._cells = {}
            self._column = -1
        elif name == "f":
            self._formula = True
        elif name == "is":
            self._run = TextRun()
        elif self._run is not None:
            self._run.start(name)
        elif name == "mergeCell":
            self.merged += 1

    def text(self, characters: str) -> None:
        """See `PartHandler`."""
        if self._in_value:
            self._value.append(characters)
            self._length += len(characters)
            if self._length > CELL_CHARACTERS:
                raise ValueError(f"a cell has more than {CELL_CHARACTERS:,} characters")
        elif self._run is not None:
            self._run.add(characters)

    def end(self, name: str) -> None:
        """See `PartHandler`."""
        if name == "v":
            self._in_value = False
        elif name == "c":
            text = self._cell_text()
            if text:
                self._cells[self._column] = text
        elif name == "row":
            if self._cells:
                self._ready.append(SheetRow(self._row, self._cells))
                self.hidden_rows += self._row_hidden
        elif self._run is not None:
            self._run.end(name)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column = self._column_of(attributes["r"]) if "r" in attributes else self._column + 1
        if self._column >= _COLUMNS:
            raise ValueError(f"a sheet has no column {self._column + 1}")
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", "0"))
        self._formula = False
        self._value.clear()
        self._length = 0
        self._run = None

    def _column_of(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            if not _PLACE.fullmatch(place):
                raise ValueError(f"a sheet has no cell {place[:20]}")
            column = -1
            for letter in letters:
                column = (column + 1) * 26 + ord(letter) - ord("A")
            self._columns[letters] = column
        return column

    def _cell_text(self) -> str:
        value = "".join(self._value)
        kind = self._kind
        if not value:
            if self._run is not None:
                return self._run.take()
            self.formulas_without_value += self._formula and kind != "str"
            return ""
        if kind == "s":
            return self._shared(int(value))
        if kind == "n":
            return self._number(value)
        if kind == "b":
            return YES_NO[value.strip() in ("1", "true")]
        if kind == "e":
            self.errors += 1
            return ""
        if kind == "d":
            return re.sub(r"T00:00(:00(\.0+)?)?Z?$", "", value)
        return unescaped(value)

    def _shared(self, number: int) -> str:
        if not 0 <= number < len(self._texts):
            raise ValueError("a cell refers to a text that is not in it")
        return self._texts[number]

    def _number(self, value: str) -> str:
        value = value.strip()
        clock, digits = self._formats[self._style] if 0 <= self._style < len(self._formats) else CellFormat()
        if clock is not None:
            as_date = date_text(value, clock, from_1904=self._from_1904)
            if as_date is not None:
                return as_date
        if _DIGITS.fullmatch(value):
            return plain_number(value).zfill(digits)
        # A workbook's numbers have fifteen digits; what is written beyond them is the dust of a double.
        return plain_number(f"{float(value):.{_SHOWN_DIGITS}g}")
