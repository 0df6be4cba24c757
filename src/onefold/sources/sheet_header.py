"""Where the table in a sheet begins: its header, its first column, and the rows under it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, islice
from typing import Final

from onefold.model.error import UsageError
from onefold.model.nfc import in_nfc
from onefold.sources.file_options import HeaderRow
from onefold.sources.header_row import ROWS_LOOKED_AT, header_place
from onefold.sources.input import unique_headers
from onefold.sources.records import COLUMNS
from onefold.sources.sheet_rows import SheetRow

_SHOWN_CHARACTERS: Final = 60


@dataclass(frozen=True)
class SheetHeader:
    """The headers of a sheet, and the column, from 0, that the first of them stands over. `notes` say what
    was decided.
    """

    headers: tuple[str, ...]
    first_column: int
    notes: tuple[str, ...]


def find_sheet_header(
    where: str, rows: Iterator[SheetRow], header_row: HeaderRow
) -> tuple[SheetHeader, Iterator[SheetRow]]:
    """The header, and the rows under it; `where` names the sheet in errors.

    By default the header is where `header_place` sees it; `header_row` names a row of the sheet instead, or
    `none`. Raises `UsageError` (`empty_file`, `bad_header_row`, `too_large`).
    """
    if isinstance(header_row, int):
        rows = (row for row in rows if row.number >= header_row)
    first = list(islice(rows, ROWS_LOOKED_AT))
    if not first and isinstance(header_row, int):
        raise UsageError(
            f"{where} has nothing in row {header_row} or below it for a header",
            code="bad_header_row",
            hint="--header-row counts the rows of the sheet from 1, or is none",
        )
    if not first:
        raise UsageError(
            f"there is nothing in {where}", code="empty_file", hint="name another sheet with --sheet"
        )
    column = min(min(row.cells) for row in first)
    place: int | None = 0
    if header_row == "none":
        place = None
    elif header_row is None:
        place = header_place([_texts(row, column) for row in first])
    if place is None:
        width = max(max(row.cells) for row in first) - column + 1
        names = unique_headers([""] * _checked(where, width))
        seen = (
            f"row {first[0].number} looks like a person, so the sheet has no header: its columns are called "
            f"{names[0]}, … (if that row is the header: --header-row {first[0].number})"
        )
        return SheetHeader(names, column, () if header_row == "none" else (seen,)), chain(first, rows)
    header = first[place]
    column = min(min(row.cells) for row in first[place:])
    filled = set[int]().union(*(row.cells for row in first[place:]))
    # Columns that adjoin it are its own though nobody named them; a remark farther off is not.
    end = next(beyond for beyond in count(max(header.cells) + 1) if beyond not in filled)
    cells = _texts(header, column, _checked(where, end - column))
    names = unique_headers(cells)
    notes = _notes(header, names, cells, first[:place])
    return SheetHeader(names, column, tuple(notes)), chain(first[place + 1 :], rows)


def _texts(row: SheetRow, first_column: int, width: int = 0) -> list[str]:
    width = width or min(max(row.cells) - first_column + 1, COLUMNS)
    return [row.cells.get(first_column + place, "") for place in range(width)]


def _checked(where: str, width: int) -> int:
    if width > COLUMNS:
        raise UsageError(
            f"{where} has more than {COLUMNS:,} columns",
            code="too_large",
            hint="check that it has a row for each person",
        )
    return width


def _notes(
    header: SheetRow, names: tuple[str, ...], cells: list[str], above: list[SheetRow]
) -> Iterator[str]:
    if above:
        shown = " ".join(" ".join(text for row in above for text in row.cells.values()).split())
        shown = shown if len(shown) <= _SHOWN_CHARACTERS else shown[: _SHOWN_CHARACTERS - 1] + "…"
        yield (
            f"the header is row {header.number}; above it is left out: {shown} "
            "(if another row is the header: --header-row N)"
        )
    read = [in_nfc(" ".join(cell.split())) for cell in cells]
    repaired = [name for name, cell in zip(names, read, strict=True) if name != cell]
    if repaired:
        yield f"headers that were empty or repeated are called {', '.join(repaired)}"
