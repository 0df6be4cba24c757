"""Records as they are measured: checkouts in a file, one at a time and a thousand at a time."""

import csv
import json
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import onefold
from bench.files import BenchFiles
from bench.imports import book_at, figures_of
from bench.measure import Figures, measured
from bench.people import HEADERS, HOME, people
from bench.places import Places
from bench.rounds import Sizes, middle, tell
from bench.stages import watch_stages

ONE_AT_A_TIME, WARM_UP = 300, 30
THOUSANDS = 20
THOUSAND = 1_000


def records_round(sizes: Sizes, files: BenchFiles, places: Places) -> Figures:
    """A file of checkouts and a file of the same people in turn, each into a copy of the middle book, half of
    them known there; then records through `take`.
    """
    known, rows = sizes.middle_rows, sizes.rows
    tell(f"{places.name}: a book of {known:,} for records")
    place, first = places.new(), max(0, known - rows // 2)
    measured("import", place, str(files.people(known)))
    table, lines = (str(files.folder / f"half-known.{ending}") for ending in ("csv", "jsonl"))
    write_table(Path(table), rows, first)
    write_checkouts(Path(lines), rows, first)
    runs: dict[str, list[Figures]] = {"import": [], "records": []}
    for number in range(sizes.pairs):
        for name, file in (("import", table), ("records", lines)):
            copy = places.copy(place)
            runs[name].append(measured(name, copy, file))
            places.drop(copy)
        tell(f"{places.name}: {number + 1} of {sizes.pairs} pairs of a table and records")
    taken = measured("take", place, str(known))
    places.clear()
    ratios = [
        table["seconds"] / lines["seconds"]
        for table, lines in zip(runs["import"], runs["records"], strict=True)
    ]
    of_files = {name: middle(of_name) for name, of_name in runs.items()}
    return {"book": known, **of_files, "over import": median(ratios), **taken}


def take_file(place: str, file: str) -> Figures:
    """A file of records, the search index apart: planned and applied."""
    with book_at(place) as book, watch_stages() as running:
        started = time.perf_counter()
        receipt = book.apply(book.plan_records(file, region=HOME), yes=True, shown=False)
        seconds = time.perf_counter() - started
    return {**figures_of(seconds, running), "rows": receipt.rows}


def take(place: str, known: str) -> Figures:
    """Records in process, warm: one at a time (the median in milliseconds), and a thousand at a time."""
    with book_at(place) as book:
        book.set_setting("region", HOME)
        one = median(_seconds(book, int(known), ONE_AT_A_TIME + WARM_UP, 1, 0)[WARM_UP:])
        many = median(_seconds(book, int(known), THOUSANDS + 2, THOUSAND, ONE_AT_A_TIME + WARM_UP)[2:])
    return {"one": one * 1000, "per second": THOUSAND / many}


def _seconds(book: onefold.Book, known: int, batches: int, size: int, skip: int) -> list[float]:
    half = batches * size // 2
    records = list(checkouts(2 * half, max(0, known - half), key=f"take-{skip}"))
    # Known and new in turn, as they come.
    records = [record for pair in zip(records[:half], records[half:], strict=True) for record in pair]
    seconds = []
    for number in range(batches):
        batch = records[number * size : (number + 1) * size]
        started = time.perf_counter()
        book.take(batch)
        seconds.append(time.perf_counter() - started)
    return seconds


def write_table(path: Path, rows: int, first: int) -> None:
    """The same people as a table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(_some_people(rows, first))


def write_checkouts(path: Path, rows: int, first: int) -> None:
    """Checkouts of people from number `first` on, one JSON object a line."""
    with path.open("w", encoding="utf-8") as file:
        for record in checkouts(rows, first, key="file"):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def checkouts(rows: int, first: int, key: str) -> Iterator[dict[str, Any]]:
    """What a shop sends of people from number `first` on: who has an email has shown it to be theirs."""
    for number, (_, first_name, last_name, email, phone, city) in enumerate(_some_people(rows, first)):
        yield {
            "source": "checkout",
            "at": "2026-11-22T10:00:00Z",
            "key": f"{key}-{first + number}",
            "proven": ["email"] if email else [],
            "email": email or None,
            "phone": phone or None,
            "first_name": first_name,
            "last_name": last_name,
            "fields": {"City": city},
            "consent": {"email": {"state": "subscribed", "method": "checkbox"}} if email else {},
        }


def _some_people(rows: int, first: int) -> Iterator[tuple[str, ...]]:
    """People from number `first` on as a file of all of them has them: chance goes on from the first one."""
    return islice(people(first + rows), first, None)
