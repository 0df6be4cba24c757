"""Where the table in a text begins: its header, and the delimiter that parts it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from onefold.model.error import UsageError
from onefold.model.nfc import in_nfc
from onefold.sources.decoding import DAMAGED
from onefold.sources.delimiter import asked_delimiter, named_delimiter, seen_delimiter
from onefold.sources.file_options import HeaderRow
from onefold.sources.header_row import ROWS_LOOKED_AT, header_place
from onefold.sources.input import unique_headers
from onefold.sources.records import Lines, Record, Records

_RECORDS_TO_MEASURE: Final = 1_000
_PIECE_CHARACTERS: Final = 16 * 1024
_SHOWN_CHARACTERS: Final = 60


@dataclass(frozen=True)
class Header:
    """The headers of a text, its delimiter, and where its rows begin: `end` is a place in the text,
    `next_line` the line of the file there. `blank_lines` lie above it. `notes` say what was decided.
    """

    headers: tuple[str, ...]
    delimiter: str
    end: int
    next_line: int
    blank_lines: int
    notes: tuple[str, ...]


def find_header(name: str, text: str, *, delimiter: str | None, header_row: HeaderRow) -> Header:
    """The header in `text`, the beginning of the file called `name`.

    By default it is where `header_place` sees it; `header_row` names a line of the file instead, or `none`,
    and then the columns are called `column 1`, `column 2`, … Raises `UsageError` (`empty_file`,
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
    lines = Lines(_pieces(text, start), line)
    records = Records(lines, chosen)
    if header_row == "none":
        return _no_header(name, records, chosen, start, line)
    first = _filled(islice(records, ROWS_LOOKED_AT))
    if not first:
        # Beyond that many rows of nothing but delimiters there may still be one.
        first = list(islice((record for record in records if _is_filled(record)), 1))
    if not first:
        raise _nothing_in(name)
    place = 0 if isinstance(header_row, int) else header_place([record.cells for record in first])
    if place is None:
        again = Records(Lines(_pieces(text, start), line), chosen)
        header = _no_header(name, again, chosen, start, line)
        seen = (
            f"line {first[0].line} looks like a row, so the file has no header: its columns are called "
            f"{header.headers[0]}, … (if that line is the header: --header-row {first[0].line})"
        )
        return replace(header, notes=(seen,))
    return _header(name, text, start, first[place], chosen, first[:place], asked=header_row is not None)


def _header(
    name: str, text: str, start: int, record: Record, delimiter: str, above: list[Record], *, asked: bool
) -> Header:
    if record.malformed:
        raise UsageError(
            f"line {record.line} of {name}, its header, cannot be read: {record.malformed}",
            code="bad_header",
            hint="mend that line, or name the line of the header with --header-row",
        )
    headers = unique_headers([DAMAGED.sub("\ufffd", cell) for cell in record.cells])
    lines = Lines(_pieces(text, 0))
    blank = 0
    while lines.next_line < record.line:
        blank += (lines.take() or "").strip("\r\n") == ""
    next(iter(Records(lines, delimiter)))
    left_out = record.line - 1 - blank - (named_delimiter(text) is not None)
    return Header(
        headers, delimiter, lines.characters, lines.next_line, blank,
        tuple(_notes(record, headers, above, left_out, asked=asked)),
    )  # fmt: skip


def _notes(
    record: Record, headers: tuple[str, ...], above: list[Record], left_out: int, *, asked: bool
) -> Iterator[str]:
    if left_out:
        shown = " ".join(" ".join(cell for record in above for cell in record.cells).split())
        shown = shown if len(shown) <= _SHOWN_CHARACTERS else shown[: _SHOWN_CHARACTERS - 1] + "…"
        lines = "the line" if left_out == 1 else f"the {left_out} lines"
        yield (
            f"the header is line {record.line}; {lines} above it {'is' if left_out == 1 else 'are'} left out"
            + (f": {shown}" if shown else "")
            + ("" if asked else " (if another line is the header: --header-row N)")
        )
    # Those that are not what their cell says but for white space.
    repaired = [
        header
        for header, cell in zip(headers, record.cells, strict=True)
        if header != in_nfc(" ".join(cell.split()))
    ]
    if repaired:
        yield f"headers that were empty, repeated or damaged are called {', '.join(repaired)}"


def _filled(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if _is_filled(record)]


def _is_filled(record: Record) -> bool:
    return any(map(str.strip, record.cells))


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


def _no_header(name: str, records: Records, delimiter: str, start: int, line: int) -> Header:
    measured = islice(records, _RECORDS_TO_MEASURE)
    columns = max((len(record.cells) for record in measured), default=0)
    if not columns:
        raise _nothing_in(name)
    return Header(unique_headers([""] * columns), delimiter, start, line, 0, ())


def _nothing_in(name: str) -> UsageError:
    return UsageError(
        f"there is nothing in {name} but blank lines",
        code="empty_file",
        hint="give a file with a header line and at least one row",
    )
