"""The figures as a page of the manual, and the machine that they were taken on."""

import math
import os
import platform
import re
import sqlite3
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from bench.bare_load import WAYS
from bench.measure import Figures

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = (
    "<!-- measured: `python -m bench --write DATE` writes what follows -->\n",
    "<!-- end of what was measured -->\n",
)
LIBRARIES = ("polars", "sqlalchemy", "psycopg", "phonenumbers", "email-validator")


def write_page(figures: Figures, date: str) -> None:
    """Puts the figures in place of those that the manual has; what is written around them stays."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}{page(figures, date)}{END}{after}", encoding="utf-8")


def page(figures: Figures, date: str) -> str:
    """All figures as Markdown."""
    stores: Figures = figures["stores"]
    parts = [
        f"\nMeasured {date}: {figures['rows']:,} rows, {_machine()}; {_versions(figures)}.\n",
        _whole(stores, figures["rows"]),
        f"Medians of {figures['pairs']} runs, bare load and import in turn.\n",
        "### Where the time of an import goes\n",
        _table(("", *stores), _stages(stores)),
        "### Phones and emails in columns, and one at a time by the libraries\n",
        _table(("", "columns", "one at a time", "times as fast"), _columns(figures["columns"])),
    ]
    tangles = next(iter(stores.values()))["tangles"]
    if tangles:
        names = [
            (name, *(_within(store["tangles"][name]["seconds"]) for store in stores.values()))
            for name in tangles
        ]
        parts += ["### Tangled files, whole and with the search index\n", _table(("", *stores), names)]
    return "\n".join(parts) + "\n"


def _whole(stores: Figures, rows: int) -> str:
    def line(title: str, cells: Iterable[str]) -> tuple[str, ...]:
        return (title, *cells)

    every = list(stores.values())
    lines = [line("**import over bare load**", (f"**{store['quotient']:.2f}**" for store in every))]
    imports = [store["import"] for store in every]
    lines.append(
        line(
            "whole import",
            (f"{one['seconds']:.2f} s, {rows / one['seconds']:,.0f} rows/s" for one in imports),
        )
    )
    for how in dict.fromkeys(how for name in stores for how in WAYS[name]):
        shown = (f"{store['bare'][how]:.2f} s" if how in store["bare"] else "" for store in every)
        lines.append(line(f"bare load, {how}", shown))
    lines.append(line("search index, apart", (f"{one['search']:.2f} s" for one in imports)))
    lines.append(line("undo", (f"{one['undo']:.2f} s" for one in imports)))
    lines.append(line("undo over import", (f"{one['undo'] / one['seconds']:.2f}" for one in imports)))
    lines.append(line("peak memory of the import", (f"{one['peak_memory']:,.0f} MiB" for one in imports)))
    return _table(("", *stores), lines)


def _stages(stores: Figures) -> list[Sequence[str]]:
    stages = next(iter(stores.values()))["stages"]
    return [
        (stage, *(_share(store["stages"][stage], store["import"]["seconds"]) for store in stores.values()))
        for stage in stages
    ]


def _within(seconds: float) -> str:
    return "too long" if math.isinf(seconds) else f"{seconds:.1f} s"


def _share(seconds: float, whole: float) -> str:
    return f"{seconds:.2f} s, {seconds / whole:.0%}"


def _columns(figures: Figures) -> list[Sequence[str]]:
    lines: list[Sequence[str]] = []
    for kind in ("phone", "email"):
        columns, one_at_a_time = figures[kind], figures[f"{kind}, one at a time"]
        lines.append((kind, f"{columns:.2f} s", f"{one_at_a_time:.1f} s", f"{one_at_a_time / columns:.0f}"))
    return lines


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table that is also good to read as it is: numbers to the right."""
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


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*:\s*(.+)$", told.read_text(), re.MULTILINE) if told.exists() else None
    return model[1].strip() if model else platform.processor() or platform.machine()


def _versions(figures: Figures) -> str:
    databases = [f"SQLite {sqlite3.sqlite_version}"]
    if "postgresql" in figures:
        databases.append(f"PostgreSQL {figures['postgresql']}")
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    return ", ".join([f"Python {platform.python_version()}", *databases, *libraries])
