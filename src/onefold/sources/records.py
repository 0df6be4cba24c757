"""Records out of delimited text, read strictly by RFC 4180 and going on after what is wrong.

This reader is right on every input; `table.py` takes a faster one where both must give the same.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final, NamedTuple

from onefold.model.error import UsageError

COLUMNS: Final = 2_000
CELL_CHARACTERS: Final = 10_000_000
LINE_CHARACTERS: Final = 4 * CELL_CHARACTERS
_CLOSED: Final = re.compile(r'[^"]*+(?:""[^"]*+)*+"')
"""From inside a quoted cell, all up to the quote that closes it: one that is not doubled."""

_MANY_COLUMNS: Final = f"more than {COLUMNS:,} columns"
_LARGE_CELL: Final = f"a cell of more than {CELL_CHARACTERS:,} characters"
NEVER_CLOSED: Final = 'the quote (") opened in this line is never closed'
SWALLOWS: Final = 'the quote (") opened in this line is closed only after lines that look like rows'
FITTING_DELIMITERS: Final = 8
GOES_ON: Final = 'a cell goes on after its closing quote: write a quote (") inside a quoted cell twice'


class Record(NamedTuple):
    """One row: the line of the file that it starts on, its cells, and what is wrong with its quotes."""

    line: int
    cells: list[str]
    malformed: str | None


class Lines:
    """Lines with their ends (LF, CR LF or CR) out of blocks of text that are cut anywhere."""

    def __init__(self, blocks: Iterable[str], first_line: int = 1) -> None:
        self.next_line = first_line
        self.characters = 0
        self._blocks = iter(blocks)
        self._ready: deque[str] = deque()
        self._begun = ""

    def take(self) -> str | None:
        """The next line, or None at the end. Raises `UsageError` (`too_large`)."""
        if not self._ready and not self._split_more():
            return None
        line = self._ready.popleft()
        self.next_line += 1
        self.characters += len(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        """Undo taking `lines`, the last ones taken."""
        self._ready.extendleft(reversed(lines))
        self.next_line -= len(lines)
        self.characters -= sum(map(len, lines))

    def rest(self) -> str:
        """What the blocks so far have after the last line taken; nobody takes lines from here any more."""
        return "".join(self._ready) + self._begun

    def _split_more(self) -> bool:
        for block in self._blocks:
            lines = list(StringIO(self._begun + block, newline=""))
            # The last line may go on in the next block, and a CR at its end may be half of CR LF.
            self._begun = lines.pop() if lines else ""
            if len(self._begun) > LINE_CHARACTERS:
                raise too_large(
                    self.next_line + len(lines), f"a line of more than {LINE_CHARACTERS:,} characters"
                )
            if lines:
                self._ready.extend(lines)
                return True
        if self._begun:
            self._ready.append(self._begun)
            self._begun = ""
        return bool(self._ready)


class Records:
    """The records of `lines`, without its `blank_lines`. `columns` is how many a row should have."""

    def __init__(self, lines: Lines, delimiter: str, columns: int = 0) -> None:
        self.blank_lines = 0
        self._lines = lines
        self._columns = columns
        self._delimiter = delimiter
        at_end = rf"(?=[{re.escape(delimiter)}\r\n]|\Z)"
        spaces = "" if delimiter == " " else " *+"
        self._quoted = re.compile(rf'{spaces}"([^"]*+(?:""[^"]*+)*+)"({spaces}){at_end}')
        self._plain = re.compile(rf"[^{re.escape(delimiter)}\r\n]*+")

    def __iter__(self) -> Iterator[Record]:
        """Each record in turn. Raises `UsageError` (`too_large`): beyond that it is no table of people."""
        lines, delimiter = self._lines, self._delimiter
        while (text := lines.take()) is not None:
            line = lines.next_line - 1
            if text in ("\n", "\r\n", "\r"):
                self.blank_lines += 1
                continue
            if '"' in text:
                cells, malformed = self._with_quotes(text, line)
            else:
                cells, malformed = text.rstrip("\r\n").split(delimiter, COLUMNS), None
            if len(cells) > COLUMNS:
                raise too_large(line, _MANY_COLUMNS)
            if len(text) > CELL_CHARACTERS and max(map(len, cells)) > CELL_CHARACTERS:
                raise too_large(line, _LARGE_CELL)
            yield Record(line, cells, malformed)

    def _with_quotes(self, text: str, line: int) -> tuple[list[str], str | None]:
        first, taken = text, list[str]()
        cells: list[str] = []
        position = 0
        while True:
            if quoted := self._quoted.match(text, position):
                cells.append(quoted[1].replace('""', '"') + quoted[2])
                position = quoted.end()
            elif not text.startswith('"', position):
                plain = self._plain.match(text, position)
                assert plain is not None
                cells.append(plain[0])
                position = plain.end()
            elif _CLOSED.match(text, position + 1):
                return self._started_again(first, taken, GOES_ON)
            elif more := self._until_closing(line, len(text) - position):
                if looks_like_rows(more[:-1], self._delimiter, self._columns):
                    return self._started_again(first, taken + more, SWALLOWS)
                taken += more
                if sum(map(len, taken)) > LINE_CHARACTERS:
                    raise too_large(line, f"a row of more than {LINE_CHARACTERS:,} characters")
                text, position = text[position:] + "".join(more), 0
                continue
            else:
                return self._started_again(first, taken, NEVER_CLOSED)
            if not text.startswith(self._delimiter, position) or len(cells) > COLUMNS:
                return cells, None
            position += 1

    def _until_closing(self, line: int, characters: int) -> list[str]:
        """The lines up to one that closes a quoted cell; none if there is none."""
        more: list[str] = []
        while (text := self._lines.take()) is not None:
            more.append(text)
            characters += len(text)
            if characters > CELL_CHARACTERS:
                if not looks_like_rows(more, self._delimiter, self._columns):
                    raise too_large(line, f'{_LARGE_CELL}: look for a quote (") that is never closed')
                break
            if _CLOSED.match(text):
                return more
        self._lines.give_back(more)
        return []

    def _started_again(self, first: str, taken: list[str], malformed: str) -> tuple[list[str], str]:
        """Only the first line is lost to a quote that went wrong; the reader goes on at the next."""
        self._lines.give_back(taken)
        return first.rstrip("\r\n").split(self._delimiter, COLUMNS), malformed


def looks_like_rows(lines: list[str], delimiter: str, columns: int) -> bool:
    """Whether lines inside one quoted cell are rows of the table: its quote was opened by mistake.

    Nine in ten have exactly the delimiters of a row, and there are so many that it is no accident.
    """
    lines = [line for line in lines if line.strip()]
    fitting = sum(line.count(delimiter) == columns - 1 for line in lines)
    return fitting * (columns - 1) >= FITTING_DELIMITERS and 10 * fitting >= 9 * len(lines)


def too_large(line: int, what: str) -> UsageError:
    """What is said of a file that is beyond any table of people."""
    return UsageError(
        f"line {line} has {what}",
        code="too_large",
        hint="check that the file is a table and how it was saved",
    )
