"""`onefold lists` and `onefold tags`: contacts by what they were put on or given."""

from typing import Annotated

import typer

from onefold.interfaces.cli.printing import line, table
from onefold.interfaces.cli.receipts import change_lines
from onefold.interfaces.cli.session import Session, Yes, session_of
from onefold.model.error import UsageError

ListName = Annotated[str, typer.Argument(metavar="NAME", help="What the list is called.")]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.command("tags")(tags)
    app.add_typer(group, name="lists")


def tags(context: typer.Context) -> None:
    """Show the tags, and how many contacts have each."""
    session = session_of(context)
    with session.book() as book:
        _show_counts(session, book.tags())


@group.callback()
def lists(context: typer.Context) -> None:
    """Show the lists, and how many contacts are on each."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        _show_counts(session, book.lists())


@group.command()
def create(context: typer.Context, name: ListName, yes: Yes = False) -> None:
    """Make an empty list. One of that name stays as it is."""
    session = session_of(context)
    with session.book() as book:
        book.create_list(name)
        contacts = book.lists()[name]
    session.show({"name": name, "contacts": contacts}, line(f"List {name}: {contacts:,} contacts."))


@group.command()
def add(
    context: typer.Context,
    name: ListName,
    contact: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="This contact; as often as needed.")
    ] = None,
    import_: Annotated[
        int | None, typer.Option("--import", metavar="ID", help="All contacts that this import touched.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Put contacts on a list."""
    session = session_of(context)
    if not contact and import_ is None:
        raise UsageError("nobody was named", code="wrong_use", hint="say --contact ID, or --import ID")
    with session.book() as book:
        numbers = [book.contact_id(text) for text in contact or ()]
        receipt = book.add_to_list(name, contacts=numbers, receipt=import_)
    session.show(receipt.as_dict(), *change_lines(receipt, f"List {name}"))


def _show_counts(session: Session, counts: dict[str, int]) -> None:
    documents = [{"name": name, "contacts": contacts} for name, contacts in counts.items()]
    rows = [(name, f"{contacts:,}") for name, contacts in counts.items()]
    session.show(documents, table(("name", "contacts"), rows, counts=("contacts",)))
