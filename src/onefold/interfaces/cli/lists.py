"""`onefold lists`: contacts are put on lists, taken off, and taken out of the book by their list."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.members import HISTORY_SHOWN, Limit, counts, move_lines
from onefold.interfaces.cli.printing import counted, line, moment, name_of, origin, table
from onefold.interfaces.cli.receipts import change_lines
from onefold.interfaces.cli.session import Yes, session_of
from onefold.interfaces.cli.whom import InSegment, OfImport, OneByOne, OnList, WithTag, whom
from onefold.model.nfc import in_nfc

ListName = Annotated[str, typer.Argument(metavar="NAME", help="What the list is called.")]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="lists")


@group.callback()
def lists(context: typer.Context) -> None:
    """Show the lists, and how many contacts are on each."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        session.show(*counts(book.lists()))


@group.command()
def create(context: typer.Context, name: ListName, yes: Yes = False) -> None:
    """Make an empty list. One of that name stays as it is."""
    session = session_of(context)
    with session.book() as book:
        book.create_list(name)
        contacts = book.lists()[in_nfc(name)]
    session.show({"name": name, "contacts": contacts}, line(f"List {name}: {counted(contacts, 'contact')}."))


@group.command()
def rename(
    context: typer.Context,
    name: ListName,
    new: Annotated[str, typer.Argument(metavar="NEW", help="What it is to be called.")],
    yes: Yes = False,
) -> None:
    """Give a list another name. Its contacts stay on it, and segments say the new name."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.rename_list(name, new)
    told = line(f"List {name} is called {new} now. `onefold undo {receipt.id}` takes it back.")
    session.show(receipt.as_dict(), told)


@group.command()
def delete(context: typer.Context, name: ListName, yes: Yes = False) -> None:
    """Delete a list. Its contacts stay in the book."""
    session = session_of(context)
    with session.book() as book:
        session.agree(
            f"Delete the list {name}?",
            yes=yes,
            plan=lambda: [
                line(f"It has {counted(book.lists().get(in_nfc(name), 0), 'contact')}, which stay.")
            ],
        )
        receipt = book.delete_list(name)
    session.show(receipt.as_dict(), *change_lines(receipt, f"List {name} deleted"))


@group.command()
def add(
    context: typer.Context,
    name: ListName,
    segment: InSegment = None,
    list_: OnList = None,
    tag: WithTag = None,
    import_: OfImport = None,
    contact: OneByOne = None,
    yes: Yes = False,
) -> None:
    """Put contacts on a list."""
    session = session_of(context)
    with session.book() as book:
        these = whom(book, contact, segment=segment, list=list_, tag=tag, receipt=import_)
        receipt = book.add_to_list(name, these)
    session.show(receipt.as_dict(), *change_lines(receipt, f"List {name}"))


@group.command()
def remove(
    context: typer.Context,
    name: ListName,
    segment: InSegment = None,
    list_: OnList = None,
    tag: WithTag = None,
    import_: OfImport = None,
    contact: OneByOne = None,
    yes: Yes = False,
) -> None:
    """Take contacts off a list. They stay in the book."""
    session = session_of(context)
    with session.book() as book:
        these = whom(book, contact, segment=segment, list=list_, tag=tag, receipt=import_)
        receipt = book.remove_from_list(name, these)
    session.show(receipt.as_dict(), *change_lines(receipt, f"List {name}"))


@group.command("from-segment")
def from_segment(
    context: typer.Context,
    segment: Annotated[str, typer.Argument(metavar="SEGMENT", help="Whose contacts join.")],
    name: ListName,
    yes: Yes = False,
) -> None:
    """Put all who are in a segment now on a list. It is made where it is not there."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.list_from_segment(segment, name)
    session.show(receipt.as_dict(), *change_lines(receipt, f"List {name}"))


@group.command()
def show(
    context: typer.Context,
    name: ListName,
    limit: Limit = HISTORY_SHOWN,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Only those below this contact: the next page.")
    ] = None,
) -> None:
    """Show who is on a list, since when, and why. Who joined last comes first."""
    session = session_of(context)
    with session.book() as book:
        last = None if after is None else book.contact_id(after)
        members = book.members(name, limit=limit, after=last)
    session.show(members, *_members(members, limit))


@group.command()
def history(context: typer.Context, name: ListName, limit: Limit = HISTORY_SHOWN) -> None:
    """Show who joined a list and who left it, and why."""
    session = session_of(context)
    with session.book() as book:
        moves = book.list_history(name, limit=limit)
    session.show(moves, *move_lines(moves))


@group.command("remove-contacts")
def remove_contacts(
    context: typer.Context,
    name: ListName,
    only_without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="IDENTIFIER",
            help="Remove nobody if any of them has one, an email say; as often as needed.",
        ),
    ] = None,
    yes: Yes = False,
) -> None:
    """Take the contacts of a list out of the book, into the bin."""
    session = session_of(context)
    without = only_without or []
    with session.book() as book:
        contacts = counted(book.check_removal(name, only_without=without), "contact")
        session.be_sure(
            f"Take {contacts} out of the book?",
            yes=yes,
            reason=f"this would take {contacts} of the list {name} out of the book, into the bin",
            plan=lambda: [line(f"{contacts} of the list {name} would go to the bin.")],
        )
        receipt = book.remove_list_contacts(name, only_without=without)
    session.show(receipt.as_dict(), *change_lines(receipt, f"Contacts of the list {name}, into the bin"))


def _members(members: Sequence[Mapping[str, Any]], limit: int) -> Iterator[RenderableType]:
    rows = [
        (each["id"], name_of(each), each["email"], each["phone"], moment(each["joined_at"]), origin(each))
        for each in members
    ]
    yield table(("id", "name", "email", "phone", "joined (UTC)", "by"), rows)
    if len(members) == limit:
        yield line(f"There may be more: the same with --after {members[-1]['id']}")
