"""vCard to an input: a row for each card, with the columns that an address book shows of it."""

import re
from collections.abc import Iterator
from typing import Final

from onefold.sources.decoding import DecodedText
from onefold.sources.encoding import choose_encoding
from onefold.sources.file_options import FileOptions
from onefold.sources.input import BatchWriter, Input, unique_headers
from onefold.sources.keyed_rows import KeyedRow, write_rows
from onefold.sources.raw_file import RawFile
from onefold.sources.records import Lines
from onefold.sources.spool import Spool
from onefold.sources.vcard_cards import Card, Cards, Property

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "FN": ("Full Name",),
    "N": ("Last Name", "First Name", "Middle Name", "Name Prefix", "Name Suffix"),
    "NICKNAME": ("Nickname",),
    "EMAIL": ("Email",),
    "TEL": ("Phone",),
    "FAX": ("Fax",),
    "PAGER": ("Pager",),
    "ORG": ("Organization", "Department"),
    "TITLE": ("Title",),
    "ROLE": ("Role",),
    "BDAY": ("Birthday",),
    "ANNIVERSARY": ("Anniversary",),
    "ADR": ("P.O. Box", "Address Extension", "Street", "City", "Region", "Postal Code", "Country"),
    "URL": ("Website",),
    "NOTE": ("Note",),
    "CATEGORIES": ("Categories",),
    "UID": ("UID",),
}
"""By property, a column for each of its components (RFC 6350, 6); `FAX` and `PAGER` are kinds of TEL."""
_ORDER: Final = {name: place for place, name in enumerate(_COLUMNS)}
_HAVE_COMPONENTS: Final = frozenset({"N", "ADR"})
_ABOUT_THE_CARD: Final = frozenset({"VERSION", "PRODID", "REV", "PROFILE", "CLASS"})
_MOBILE: Final = frozenset({"cell", "mobile", "iphone", "text"})
_SCHEME: Final = re.compile(r"(?:tel|mailto):", re.IGNORECASE)
_DAY: Final = re.compile(r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)(?:T.*)?")


def read_vcard(raw: RawFile, options: FileOptions, spool: Spool, batch_rows: int) -> Input:
    """Read all cards into `spool`; of several numbers or mailboxes the mobile and the preferred come first.

    Raises `UsageError` for a file that cannot be read and `OnefoldError` where the disk of the spool fails.
    """
    reader = _Rows(raw, options)
    batches = BatchWriter(spool, batch_rows)
    headers = write_rows(reader.rows(), raw.name, spool, batches, lambda header: reader.places[header])
    return Input(
        name=raw.name,
        headers=unique_headers(headers),
        rows=batches.rows,
        batches=batches.batches,
        notes=tuple(reader.notes()),
        bytes=raw.bytes,
        sha256=raw.sha256,
        spool=spool,
    )


class _Rows:
    """The rows of a file; what was met on the way is for the notes.

    `places`: by header, its place among the columns.
    """

    def __init__(self, raw: RawFile, options: FileOptions) -> None:
        self.places: dict[str, tuple[int, int, int]] = {}
        self._raw = raw
        self._encoding = choose_encoding(raw.letters, options.encoding)
        self._left_out: dict[str, None] = {}
        self._cards: Cards | None = None

    def rows(self) -> Iterator[KeyedRow[str]]:
        """Every card from the first one on."""
        self._cards = Cards(Lines(DecodedText(self._raw, self._encoding).blocks()), self._raw.name)
        for card in self._cards:
            yield KeyedRow(card.line, self._cells(card), card.malformed)

    def notes(self) -> Iterator[str]:
        """What was decided, for people."""
        if self._encoding.note != "UTF-8":
            yield f"read as {self._encoding.note}"
        if self._left_out:
            yield f"vCard properties that make no column are left out: {', '.join(sorted(self._left_out))}"
        if self._cards and self._cards.lines_outside:
            yield (
                f"lines that belong to no card are left out: {self._cards.lines_outside:,}, the first is "
                f"line {self._cards.first_outside}"
            )

    def _cells(self, card: Card) -> dict[str, str]:
        cells: dict[str, str] = {}
        numbers: dict[str, int] = {}
        seen = set[tuple[str, tuple[str, ...]]]()
        for one in sorted(card.properties, key=_rank):
            name = _group(one)
            if name not in _COLUMNS:
                if name not in _ABOUT_THE_CARD:
                    self._left_out[name] = None
                continue
            texts = _texts(name, one)
            if not any(texts) or (name, texts) in seen:
                continue
            seen.add((name, texts))
            numbers[name] = number = numbers.get(name, 0) + 1
            for place, (column, text) in enumerate(zip(_COLUMNS[name], texts, strict=False)):
                if text:
                    header = column if number == 1 else f"{column} {number}"
                    self.places[header] = (_ORDER[name], number, place)
                    cells[header] = text
        return cells


def _group(one: Property) -> str:
    """What the property is counted with: a fax number is no phone number."""
    if one.name == "TEL" and not one.kinds & (_MOBILE | {"voice"}):
        return next((kind.upper() for kind in ("fax", "pager") if kind in one.kinds), "TEL")
    return one.name


def _rank(one: Property) -> tuple[bool, bool, int]:
    """A number that takes text messages first, then what is preferred (`PREF` is 1 to 100, RFC 6350 5.3)."""
    preference = one.parameters.get("PREF", "")
    return (
        one.name == "TEL" and not one.kinds & _MOBILE,
        "pref" not in one.kinds,
        int(preference) if preference.isascii() and preference.isdigit() and len(preference) < 4 else 101,
    )


def _texts(name: str, one: Property) -> tuple[str, ...]:
    """The text of each column that the property fills."""
    if name in _HAVE_COMPONENTS:
        return tuple(map(str.strip, one.components))
    if name == "ORG":
        organization, *units = map(str.strip, one.components)
        return organization, ", ".join(filter(None, units))
    text = one.text.strip()
    if name in ("BDAY", "ANNIVERSARY"):
        return (_day(text, one.parameters.get("X-APPLE-OMIT-YEAR")),)
    if name in ("TEL", "FAX", "PAGER", "EMAIL"):
        text = _SCHEME.sub("", text)
    return (text,)


def _day(text: str, no_year: str | None) -> str:
    """A day as ISO 8601 has it; where the year is but a filler, without it."""
    day = _DAY.fullmatch(text)
    if day is None:
        return text
    return f"{'-' if day['year'] == no_year else day['year']}-{day['month']}-{day['day']}"
