"""Files that tie their rows together as badly as a file can: each must be done in less than two minutes."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

Row = tuple[str, ...]

LONG_CHAIN = 1000
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
    f"chains of {LONG_CHAIN:,}": _chains(LONG_CHAIN),
    f"chains of {CHAIN_AT_THE_LIMIT}, which are decided": _chains(CHAIN_AT_THE_LIMIT),
}
