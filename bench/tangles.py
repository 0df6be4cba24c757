"""Files that tie their rows together as badly as a file can: none may take much longer than a clean one."""

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.people import FIRST_NAMES, LAST_NAMES, SEED

Row = tuple[str, ...]

LONG_CHAIN = 1000
FAMILY = 50
CHAIN_AT_THE_LIMIT = 50
"""As long as the shipped policy decides a group at all (`group_limit`)."""


def write_tangle(path: Path, name: str, rows: int) -> None:
    """The file TANGLES[name] as CSV, of that many rows."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("Email", "Mobile", "First Name", "Last Name"))
        writer.writerows(TANGLES[name](rows))


def _one_email_with_names(rows: int) -> Iterator[Row]:
    return (("desk@example.com", "", f"Person {row}", "Glenby") for row in range(rows))


def _one_email_without_names(rows: int) -> Iterator[Row]:
    return (("desk@example.com", "", "", "") for _ in range(rows))


def _one_email_with_phones(rows: int) -> Iterator[Row]:
    return (("desk@example.com", f"+4474{row:08d}", f"Person {row}", "Glenby") for row in range(rows))


def _one_phone_with_names(rows: int) -> Iterator[Row]:
    return (("", "+447400100200", f"Person {row}", "Glenby") for row in range(rows))


def _families(rows: int) -> Iterator[Row]:
    """Fifty people with one phone at home, and one mailbox for all the families."""
    for row in range(rows):
        family = row // FAMILY
        name = LAST_NAMES[family % len(LAST_NAMES)]
        yield "office@example.com", f"+4474{family:08d}", FIRST_NAMES[row % FAMILY], name


def _percolating(rows: int) -> Iterator[Row]:
    """Two by two they share a phone, all one mailbox, and by chance a name with somebody far away."""
    chance = random.Random(SEED)
    last_names = [f"{name}s" for name in FIRST_NAMES]
    for row in range(rows):
        yield (
            "office@example.com",
            f"+4474{row // 2:08d}",
            chance.choice(FIRST_NAMES),
            chance.choice(last_names),
        )


def _chains(length: int) -> Callable[[int], Iterator[Row]]:
    """Row after row shares its email with one neighbour and its phone with the other."""

    def chains(rows: int) -> Iterator[Row]:
        for row in range(rows):
            place = row % length
            email, phone = row - place + (place + 1) // 2, row - place + place // 2
            yield f"link{email}@example.com", f"+4474{phone:08d}", "", ""

    return chains


TANGLES: dict[str, Callable[[int], Iterator[Row]]] = {
    "one email, everybody with a name": _one_email_with_names,
    "one email, nobody with a name": _one_email_without_names,
    "one email, everybody with a name and a phone": _one_email_with_phones,
    "one phone, everybody with a name": _one_phone_with_names,
    f"families of {FAMILY} with one phone, at one mailbox": _families,
    "pairs with one phone, at one mailbox, names by chance": _percolating,
    f"chains of {LONG_CHAIN:,}": _chains(LONG_CHAIN),
    f"chains of {CHAIN_AT_THE_LIMIT}, which are decided": _chains(CHAIN_AT_THE_LIMIT),
}
