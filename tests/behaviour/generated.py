"""Files too large to be printed on a page."""

from itertools import cycle, islice
from typing import Final

PEOPLE: Final = [f"+6018998{number:04},Person {number}\r\n".encode() for number in range(1000)]


def file_of_rows(count: int) -> bytes:
    """A CSV file of `count` rows: a thousand people with a phone number and a first name, over and over."""
    return b"Phone Number,First Name\r\n" + b"".join(islice(cycle(PEOPLE), count))


def file_of_bytes(size: int) -> bytes:
    """A CSV file of `size` bytes: as many people as fit, with ten thousand letters of notes each."""
    header = b"Phone Number,First Name,Notes\r\n"
    notes = b"x" * 10_000
    rows = [
        b"+6018%07d,Person %d,%s\r\n" % (number, number, notes) for number in range((size - 20_000) // 10_050)
    ]
    file = header + b"".join(rows)
    last = b"+60189988776,Last,"
    return file + last + b"x" * (size - len(file) - len(last) - 2) + b"\r\n"
