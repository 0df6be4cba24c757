"""Which character parts the cells of a file: asked for, named in its first line, or seen in its rows."""

from itertools import islice
from typing import Final

from onefold.model.error import UsageError
from onefold.sources.header_row import header_place
from onefold.sources.records import Lines, Records

NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""The delimiters that are looked for, likeliest first. Others are taken where they are asked for."""
_SAMPLE_CHARACTERS: Final = 128 * 1024
_SAMPLE_RECORDS: Final = 200


def asked_delimiter(asked: str) -> str:
    """The character meant by an option: itself, or a name like `tab`. Raises `UsageError`
    (`bad_delimiter`).
    """
    by_name = {name: character for character, name in NAMES.items()} | {
        r"\t": "\t",
        "pipe": "|",
        "space": " ",
    }
    delimiter = by_name.get(asked.lower(), asked)
    # One byte, because the fast reader takes no other.
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        raise UsageError(
            f"{asked!r} cannot part cells",
            code="bad_delimiter",
            hint=f"give one character, or one of {', '.join(NAMES.values())}",
        )
    return delimiter


def named_delimiter(text: str) -> tuple[str, int] | None:
    """The delimiter of a first line like `sep=;`, which spreadsheets write, and the length of that line."""
    line = text[:7]
    if not line.lower().startswith("sep=") or len(line) < 6 or line[5] not in "\r\n" or line[4] in '"\r\n':
        return None
    return line[4], 7 if line[5:7] == "\r\n" else 6


def seen_delimiter(text: str) -> str:
    """The delimiter under which the rows at the start of `text` agree best on how many cells they have.

    A comma where nothing speaks for another, as in a file of one column.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        # A record that was cut off would speak against every delimiter.
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    return max(NAMES, key=lambda delimiter: _agreement(sample, delimiter))


def _agreement(sample: str, delimiter: str) -> tuple[float, int]:
    if delimiter not in sample:
        return 0.0, 0
    rows = [record.cells for record in islice(Records(Lines([sample]), delimiter), _SAMPLE_RECORDS)]
    filled = [row for row in rows if any(map(str.strip, row))]
    rows = filled[header_place(filled) or 0 :]
    columns = len(rows[0]) if rows else 0
    if columns < 2:
        return 0.0, 0
    agreeing = sum(1.0 if len(row) == columns else 0.5 for row in rows if len(row) > 1)
    # "Silva, Ana;ana@example.com" parts as well at the comma, but what follows it begins with a space.
    led_by_space = any(cell.startswith(" ") for row in rows for cell in row)
    return round(agreeing / len(rows) - 0.1 * led_by_space, 2), columns
