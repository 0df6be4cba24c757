"""Phone numbers as three kinds of files have them, each with the region of its row."""

import csv
import random
from collections.abc import Callable
from pathlib import Path

from bench.people import COUNTRIES, HEADERS, HOME, SEED, Country, mobile_number, people

KINDS = ("as people have them", "clean international", "messy national")


def write_phones(path: Path, kind: str, rows: int) -> None:
    """A CSV file with a phone and its region in every row, of one of KINDS."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("Phone", "Region"))
        if kind == "as people have them":
            phone = HEADERS.index("Mobile")
            writer.writerows((person[phone], HOME) for person in people(rows))
            return
        chance = random.Random(SEED)
        spell = _international if kind == "clean international" else _messy
        for person in range(rows):
            country = chance.choice(COUNTRIES)
            writer.writerow((spell(country, mobile_number(person, country), chance), country.region))


def _international(country: Country, number: str, chance: random.Random) -> str:
    return f"+{country.calling_code}{number}"


def _messy(country: Country, number: str, chance: random.Random) -> str:
    spelled = chance.choice(MESSY)(f"{country.trunk}{number}")
    return chance.choice(("", "", "", " ", "'", "\u00a0")) + spelled + chance.choice(("", "", "", " "))


MESSY: tuple[Callable[[str], str], ...] = (
    lambda number: number,
    lambda number: f"{number[:5]} {number[5:]}",
    lambda number: f"{number[:3]} {number[3:6]} {number[6:]}",
    lambda number: f"({number[:3]}) {number[3:6]}-{number[6:]}",
    lambda number: f"({number[:4]}){number[4:]}",
    lambda number: f"{number[:3]}.{number[3:6]}.{number[6:]}",
    lambda number: f"{number[:4]}/{number[4:]}",
    lambda number: f"{number[:4]} - {number[4:7]} - {number[7:]}",
    lambda number: f"{number[:2]} {number[2:4]} {number[4:6]} {number[6:8]} {number[8:]}",
    lambda number: f"{number[:4]}\u00a0{number[4:]}",
)
"""How a national number is written by people who never think of other countries."""
