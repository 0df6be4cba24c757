"""How a command is told whom it is about: by what they are in or on, or one by one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from onefold.model.error import UsageError

if TYPE_CHECKING:
    from onefold.book import Book
    from onefold.way.memberships import Whom

LAST_ID: Final = 2**62
"""Above it a store has no numbers."""

InSegment = Annotated[
    str | None, typer.Option("--segment", metavar="NAME", help="All contacts of this segment.")
]
OnList = Annotated[str | None, typer.Option("--list", metavar="NAME", help="All contacts on this list.")]
WithTag = Annotated[str | None, typer.Option("--tag", metavar="TAG", help="All contacts with this tag.")]
OfImport = Annotated[
    int | None,
    typer.Option("--import", metavar="ID", min=1, max=LAST_ID, help="All contacts that this import touched."),
]
OneByOne = Annotated[
    list[str] | None, typer.Option("--contact", metavar="ID", help="This contact; as often as needed.")
]


def whom(
    book: "Book",
    contacts: Sequence[str] | None,
    *,
    segment: str | None = None,
    list: str | None = None,  # noqa: A002
    tag: str | None = None,
    receipt: int | None = None,
) -> "Whom":
    """The contacts that these options name: one by one, or those of whom all else that was said holds.

    Raises `UsageError` (`wrong_use`) for nobody, and for both at once.
    """
    from onefold.audience.choosing import Choice  # heavy

    choice = Choice(segment=segment, list=list, tag=tag, receipt=receipt)
    chosen = choice != Choice()
    if contacts and chosen:
        raise UsageError(
            "contacts are named one by one and by what they are in",
            code="wrong_use",
            hint="say one of the two, and the other with a second command",
        )
    if not contacts and not chosen:
        raise UsageError("nobody was named", code="wrong_use", hint="say --segment NAME, or --contact ID")
    return choice if chosen else [book.contact_id(text) for text in contacts or ()]
