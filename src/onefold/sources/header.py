"""Where the table in a text begins: its header, and the delimiter that parts it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from onefold.model.error import UsageError
from onefold.sources.decoding import DAMAGED
from onefold.sources.delimiter import asked_delimiter, named_delimiter, seen_delimiter
from onefold.sources.file_options import HeaderRow
from onefold.sources.input import unique_headers
from onefold.sources.records import Lines, Record, Records

_RECORDS_TO_MEASURE: Final = 1_000
_PIECE_CHARACTERS: Final = 16 * 1024


@dataclass(frozen=True)
class Header:
    """The headers of a text, those of them that we had to name, its delimiter, and where its rows begin:
    `end` is a place in the text, `next_line` the line of the file there.
    """

    headers: tuple[str, ...]
    repaired: tuple[str, ...]
    delimiter: str
    end: int
    next_line: int


def find_header(name: str, text: str, *, delimiter: str | None, header_row: HeaderRow) -> Header:
    """The header in `text`, the beginning of the file called `name`.

    By default it is the first row that is not blank; `header_row` names a line of the file instead, or
    `none`, and then the columns are called `column 1`, `column 2`, … Raises `UsageError` (`empty_file`,
    `bad_header_row`, `bad_header`, `bad_delimiter`, `too_large`).
    """
    named = named_delimiter(text)
    start, line = (named[1], 2) if named else (0, 1)
    if isinstance(header_row, int):
        start, line = _start_of_line(name, text, header_row), header_row
    if delimiter is not None:
        chosen = asked_delimiter(delimiter)
    else:
        chosen = named[0] if named else seen_delimiter(text[start:])
    if header_row == "none":
        return _no_header(name, text, start, line, chosen)
    lines = Lines(_pieces(text, start), line)
    for record in Records(lines, chosen):
        if any(map(str.strip, record.cells)):
            headers = _headers(name, record)
            return Header(
                headers, _repaired(record, headers), chosen, start + lines.characters, lines.next_line
            )
    raise _nothing_in(name)


def _pieces(text: str, start: int) -> Iterator[str]:
    """Few lines are looked at: the whole text need not be cut into lines for them."""
    return (text[place : place + _PIECE_CHARACTERS] for place in range(start, len(text), _PIECE_CHARACTERS))


def _start_of_line(name: str, text: str, line: int) -> int:
    lines = Lines(_pieces(text, 0))
    start = 0
    while lines.next_line <= line:
        start = lines.characters
        if lines.take() is None:
            break
    else:
        if line > 0:
            return start
    raise UsageError(
        f"{name} has no line {line} for a header to stand on",
        code="bad_header_row",
        hint="--header-row counts the lines of the file from 1, or is none",
    )


def _no_header(name: str, text: str, start: int, line: int, delimiter: str) -> Header:
    records = islice(Records(Lines(_pieces(text, start), line), delimiter), _RECORDS_TO_MEASURE)
    columns = max((len(record.cells) for record in records), default=0)
    if not columns:
        raise _nothing_in(name)
    return Header(unique_headers([""] * columns), (), delimiter, start, line)


def _headers(name: str, record: Record) -> tuple[str, ...]:
    if record.malformed:
        raise UsageError(
            f"line {record.line} of {name}, its header, cannot be read: {record.malformed}",
            code="bad_header",
            hint="mend that line, or name the line of the header with --header-row",
        )
    return unique_headers([DAMAGED.sub("\ufffd", cell) for cell in record.cells])


def _repaired(record: Record, headers: tuple[str, ...]) -> tuple[str, ...]:
    """The headers that are not what their cell says but for white space."""
    return tuple(
        header for header, text in zip(headers, record.cells, strict=True) if header != " ".join(text.split())
    )


def _nothing_in(name: str) -> UsageError:
    return UsageError(
        f"there is nothing in {name} but blank lines",
        code="empty_file",
        hint="give a file with a header line and at least one row",
    )
