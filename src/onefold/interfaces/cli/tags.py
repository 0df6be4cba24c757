"""`onefold tags`: what contacts are marked with, and who got which tag when."""

from typing import Annotated

import typer

from onefold.interfaces.cli.members import HISTORY_SHOWN, Limit, counts, move_lines
from onefold.interfaces.cli.receipts import change_lines
from onefold.interfaces.cli.session import Yes, session_of
from onefold.interfaces.cli.whom import InSegment, OfImport, OneByOne, OnList, whom

TagName = Annotated[str, typer.Argument(metavar="TAG", help="The tag.")]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="tags")


@group.callback()
def tags(context: typer.Context) -> None:
    """Show the tags, and how many contacts have each."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        session.show(*counts(book.tags()))


@group.command()
def add(
    context: typer.Context,
    tag: TagName,
    segment: InSegment = None,
    list_: OnList = None,
    import_: OfImport = None,
    contact: OneByOne = None,
    yes: Yes = False,
) -> None:
    """Give contacts a tag."""
    session = session_of(context)
    with session.book() as book:
        these = whom(book, contact, segment=segment, list=list_, receipt=import_)
        receipt = book.tag(tag, these)
    session.show(receipt.as_dict(), *change_lines(receipt, f"Tag {tag}"))


@group.command()
def remove(
    context: typer.Context,
    tag: TagName,
    segment: InSegment = None,
    list_: OnList = None,
    import_: OfImport = None,
    contact: OneByOne = None,
    yes: Yes = False,
) -> None:
    """Take a tag from contacts."""
    session = session_of(context)
    with session.book() as book:
        these = whom(book, contact, segment=segment, list=list_, receipt=import_)
        receipt = book.untag(tag, these)
    session.show(receipt.as_dict(), *change_lines(receipt, f"Tag {tag}"))


@group.command()
def history(context: typer.Context, tag: TagName, limit: Limit = HISTORY_SHOWN) -> None:
    """Show who got a tag and who lost it, and why."""
    session = session_of(context)
    with session.book() as book:
        moves = book.tag_history(tag, limit=limit)
    session.show(moves, *move_lines(moves))
