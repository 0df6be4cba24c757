"""Tables as a page shows them, and how one is compared with what is really there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

ANYTHING: Final = "…"


@dataclass(frozen=True)
class Table:
    """A Markdown table: texts in rows, under the columns of its first line."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def records(self) -> list[dict[str, str]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def matches(expected: str, actual: str) -> bool:
    """Whether a text is what a page says: `…` and a cell of just `*` stand for any text, but not for none."""
    if expected == "*":
        return actual != ""
    pattern = ".+".join(re.escape(part) for part in expected.split(ANYTHING))
    return re.fullmatch(pattern, actual, re.DOTALL) is not None


def check_table(what: str, expected: Table, actual: Sequence[Mapping[str, str]]) -> None:
    """Fails unless `actual` has the rows of `expected`, in order, in the columns that the page shows."""
    known = list(dict.fromkeys(column for row in actual for column in row))
    unknown = [column for column in expected.columns if actual and column not in known]
    assert not unknown, f"{what}: no column {', '.join(unknown)}; there are {', '.join(known)}"
    shown = [tuple(row.get(column, "") for column in expected.columns) for row in actual]
    same = len(shown) == len(expected.rows) and all(
        all(map(matches, wanted, found)) for wanted, found in zip(expected.rows, shown, strict=True)
    )
    assert same, (
        f"{what}: the page says\n{_drawn(expected.columns, expected.rows)}\n"
        f"and it is\n{_drawn(expected.columns, shown)}"
    )


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    return "\n".join(
        "  | " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
        for cells in (columns, *rows)
    )
