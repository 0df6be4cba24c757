"""The figures as a page of the manual: what was promised, what was measured, and on which machine."""

import os
import platform
import re
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.bare_load import WAYS
from bench.details import details
from bench.measure import Figures
from bench.promises import PROMISES, Promise
from bench.table import table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = (
    "<!-- measured: `python -m bench --write DATE` writes what follows -->\n",
    "<!-- end of what was measured -->\n",
)
LIBRARIES = ("polars", "sqlalchemy", "psycopg", "phonenumbers", "email-validator")


def write_page(kept: dict[str, Any], date: str, file: Path = PAGE) -> None:
    """Puts the figures in place of those that the manual has; what is written around them stays.

    Raises `ValueError` where the page has lost one of its two marks.
    """
    text = file.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{file} has lost a mark: {BEGIN.strip()} or {END.strip()}")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    file.write_text(f"{before}{BEGIN}{page(kept, date)}{END}{after}", encoding="utf-8")


def page(kept: dict[str, Any], date: str) -> str:
    """All figures as Markdown; what was not measured is left out, and said to be."""
    figures: Figures = kept["figures"]
    sizes = kept["sizes"]
    runs = {of_round["run"] for of_store in figures.values() for of_round in of_store.values()}
    pieces = "" if len(runs) < 2 else f" It was measured in {len(runs)} pieces, not in one run."
    parts = [
        f"\nMeasured {date}: files of {sizes['rows']:,} rows, a big book of {sizes['big rows']:,}, "
        f"medians of {sizes['pairs']}. {_machine()}; {_versions(kept)}.{pieces}\n",
        "### What was promised, and what was measured\n",
        table(("", "promised", *WAYS), [_line(promise, figures) for promise in PROMISES]),
        *details(kept),
    ]
    return "\n".join(parts) + "\n"


def _line(promise: Promise, figures: Figures) -> tuple[str, ...]:
    """What needs no store, or is measured on SQLite only, stands in the first column."""
    if promise.once:
        return promise.title, promise.words, _cell(promise, figures.get("once", {})), ""
    return promise.title, promise.words, *(_cell(promise, figures.get(store, {})) for store in WAYS)


def _cell(promise: Promise, figures: Figures) -> str:
    figure = promise.measured(figures.get(promise.round, {}))
    return "not measured" if figure is None else promise.verdict(figure)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*:\s*(.+)$", told.read_text(), re.MULTILINE) if told.exists() else None
    return model[1].strip() if model else platform.processor() or platform.machine()


def _versions(kept: dict[str, Any]) -> str:
    databases = [f"SQLite {sqlite3.sqlite_version}"]
    if "postgresql" in kept:
        databases.append(f"PostgreSQL {kept['postgresql']}")
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    return ", ".join([f"Python {platform.python_version()}", *databases, *libraries])
