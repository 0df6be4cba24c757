"""Lists and tags on the screen: how many have them, who joined, who left."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.printing import moment, origin, table

HISTORY_SHOWN: Final = 100
MOST_SHOWN: Final = 1_000_000

Limit = Annotated[int, typer.Option(metavar="N", min=1, max=MOST_SHOWN, help="At most so many.")]


def counts(contacts: Mapping[str, int]) -> tuple[list[dict[str, Any]], RenderableType]:
    """How many contacts each has: as JSON has it, and as a table."""
    documents = [{"name": name, "contacts": count} for name, count in contacts.items()]
    rows = [(name, f"{count:,}") for name, count in contacts.items()]
    return documents, table(("name", "contacts"), rows, counts=("contacts",))


def move_lines(moves: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """Who joined and who left."""
    rows = [(moment(each["at"]), each["contact_id"], each["what"], origin(each)) for each in moves]
    yield table(("when (UTC)", "contact", "what", "by"), rows)
