"""Markdown tables that are also good to read as they are: numbers to the right."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """The table, and an empty line."""
    rows = [tuple(head), *(tuple(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    shown = [
        _line(rows[0], widths),
        "| " + " | ".join(rule) + " |",
        *(_line(row, widths) for row in rows[1:]),
    ]
    return "\n".join(shown) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cells[0].ljust(widths[0]),
        *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)),
    ]
    return "| " + " | ".join(padded) + " |"
