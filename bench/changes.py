"""Files of people once more: some rows changed, or a few rows of many."""

import csv
import random
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from bench.people import COUNTRIES, FIRST_NAMES, HEADERS, SEED, mobile_number, people

NOBODY_YET = 9_000_000
"""From this person on, numbers are free to be given to others."""


def write_changed(path: Path, file: Path, share: float) -> None:
    """The file of people once more, with a new phone, city or name in about that share of its rows."""
    chance = random.Random(SEED)
    with file.open(newline="", encoding="utf-8") as old, path.open("w", newline="", encoding="utf-8") as new:
        rows = csv.reader(old)
        writer = csv.writer(new)
        writer.writerow(next(rows))
        for number, row in enumerate(rows):
            if chance.random() < share:
                chance.choice(CHANGES)(row, number, chance)
            writer.writerow(row)


def _new_phone(row: list[str], number: int, chance: random.Random) -> None:
    country = chance.choice(COUNTRIES)
    row[HEADERS.index("Mobile")] = f"+{country.calling_code}{mobile_number(NOBODY_YET + number, country)}"


def _new_city(row: list[str], number: int, chance: random.Random) -> None:
    row[HEADERS.index("City")] = chance.choice(("Newtown", "Neustadt", "Villanueva"))


def _new_name(row: list[str], number: int, chance: random.Random) -> None:
    row[HEADERS.index("First Name")] = f"{row[HEADERS.index('First Name')]}-{chance.choice(FIRST_NAMES)}"


CHANGES: tuple[Callable[[list[str], int, random.Random], None], ...] = (_new_phone, _new_city, _new_name)


def write_small_files(folder: Path, file: Path, known: int, files: int, rows: int) -> None:
    """So many files of so many rows each: half rows of the file of `known` people, half new people."""
    half = rows // 2
    with file.open(newline="", encoding="utf-8") as old:
        reader = csv.reader(old)
        next(reader)
        step = max(known // (files * half), 1)
        old_rows = [tuple(row) for row in islice(reader, 0, files * half * step, step)]
    random.Random(SEED).shuffle(old_rows)
    new_rows: Iterator[tuple[str, ...]] = people(files * (rows - half), SEED, known)
    folder.mkdir()
    for number in range(files):
        with (folder / f"{number:04d}.csv").open("w", newline="", encoding="utf-8") as new:
            writer = csv.writer(new)
            writer.writerow(HEADERS)
            writer.writerows(old_rows[number * half : (number + 1) * half])
            writer.writerows(islice(new_rows, rows - half))
