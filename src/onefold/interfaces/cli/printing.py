"""How things look on a terminal: aligned, without lines and boxes, safe whatever the data holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

NOTHING: Final = "–"
ROWS_SHOWN: Final = 50


def plain(value: Any) -> str:
    """A value as one line of text that cannot steer the terminal."""
    match value:
        case None | "" | [] | ():
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return f"{value:.0f}"
        case list() | tuple():
            return ", ".join(map(plain, value))
        case _:
            return "".join(map(_visible, str(value)))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "�"


def line(text: str = "", style: str = "") -> Text:
    """One line, or one paragraph."""
    return Text(text, style=style)


def heading(text: str) -> Text:
    """One line that names what follows."""
    return Text(text, style="bold")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, counts: Sequence[str] = ()) -> Padding:
    """A table with these columns; those in `counts` are numbers, and end in one line."""
    lines = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        lines.add_column(
            Text(column),
            justify="right" if column in counts else "left",
            overflow="fold",
            no_wrap=column in counts,
        )
    for row in rows:
        lines.add_row(*(_cell(value) for value in row))
    return Padding(lines, (0, 0, 0, 2), expand=False)


def listing(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, rest: str = "--json has them all"
) -> Iterator[RenderableType]:
    """A table of the first rows; where there are more, a line says how many, and `rest` where they are."""
    yield table(columns, rows[:ROWS_SHOWN])
    if len(rows) > ROWS_SHOWN:
        yield line(f"… and {len(rows) - ROWS_SHOWN:,} more; {rest}")


def pairs(values: Mapping[str, Any]) -> Padding:
    """Names and their values, one pair a line."""
    lines = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for name, value in values.items():
        lines.add_row(Text(name, style="dim"), _cell(value))
    return Padding(lines, (0, 0, 0, 2), expand=False)


def _cell(value: Any) -> Text:
    return (
        value
        if isinstance(value, Text)
        else Text(plain(value), style="dim" if plain(value) == NOTHING else "")
    )


def moment(time: str | None) -> str:
    """A time of the book (UTC, ISO 8601) to the minute."""
    return "" if time is None else time[:16].replace("T", " ")


def counted(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 row, 2 rows."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def name_of(contact: Mapping[str, Any]) -> str:
    """What a contact is called by people: its full name, its first and last, or nothing."""
    parts = (contact.get("first_name"), contact.get("last_name"))
    return contact.get("full_name") or " ".join(part for part in parts if part)


def origin(told: Mapping[str, Any]) -> str:
    """By which receipt, in words: `import 3 (people.csv)`."""
    source = f" ({told['source']})" if told.get("source") else ""
    return f"{told['kind']} {told['receipt']}{source}"
