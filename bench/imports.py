"""Imports as they are measured: each of these functions runs in a process of its own, see `bench.measure`."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onefold
from bench.bare_load import How, high_water, load, read_out
from bench.measure import Figures
from bench.people import HOME
from bench.stages import watch_stages

MIB = 1024 * 1024


def whole_import(place: str, file: str) -> Figures:
    """The whole import of a file, the search index apart: all that `import_file` does."""
    with book_at(place) as book:
        return _import(book, file)


def import_and_undo(place: str, file: str) -> Figures:
    """The whole import, and taking it back."""
    with book_at(place) as book:
        figures = _import(book, file)
        started = time.perf_counter()
        book.undo(figures["receipt"])
        return {**figures, "undo": time.perf_counter() - started}


def dry_run(place: str, file: str) -> Figures:
    """The plan of an import, which is all that a dry run is."""
    with book_at(place) as book, watch_stages() as running:
        started = time.perf_counter()
        plan = book.plan(file, region=HOME)
        seconds = time.perf_counter() - started
        plan.discard()
    return figures_of(seconds, running)


def small_imports(place: str, folder: str, limit: str) -> Figures:
    """One import after the other of the files in a folder, search index and all.

    No new one is begun after `limit` seconds.
    """
    with book_at(place) as book, watch_stages() as running:
        imports, rows, started = 0, 0, time.perf_counter()
        for file in sorted(Path(folder).iterdir()):
            rows += book.import_file(file, region=HOME).rows
            imports += 1
            if time.perf_counter() - started > float(limit):
                break
        seconds = time.perf_counter() - started
    stages = {**running, "the rest": seconds - sum(running.values())}
    return {"seconds": seconds, "imports": imports, "rows": rows, "stages": stages}


def import_and_keep(place: str, file: str, kept: str) -> Figures:
    """No figure: imports, and keeps the rows that it made for the bare load."""
    with book_at(place) as book:
        before = high_water(place)
        book.import_file(file, region=HOME)
    read_out(place, Path(kept), before)
    return {}


def bare(place: str, kept: str, how: str) -> Figures:
    """The bare load of the same rows."""
    with book_at(place):
        pass
    return {"seconds": load(Path(kept), place, How(how))}


@contextmanager
def book_at(place: str) -> Iterator[onefold.Book]:
    """The book there, with the field that the people have."""
    with onefold.open(place) as book:
        if not book.fields():
            book.add_field("City", "text")
        yield book


def _import(book: onefold.Book, file: str) -> Figures:
    with watch_stages() as running:
        started = time.perf_counter()
        receipt = book.import_file(file, region=HOME)
        seconds = time.perf_counter() - started
    return {
        **figures_of(seconds, running),
        "receipt": receipt.id,
        "rows": receipt.rows,
        "reasons": dict(receipt.reasons),
        "peak_memory": peak_memory(),
    }


def figures_of(whole: float, running: dict[str, float]) -> Figures:
    """The seconds of the whole without the search index, and of every stage."""
    stages = dict(running)
    search = stages.pop("search")
    seconds = whole - search
    stages["the rest"] = seconds - sum(stages.values())
    return {"seconds": seconds, "search": search, "stages": stages}


def peak_memory() -> float:
    """MiB that this process had at most; Linux counts KiB, macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (MIB if sys.platform == "darwin" else 1024)
