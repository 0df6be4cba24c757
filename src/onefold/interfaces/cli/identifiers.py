"""`onefold identifiers`: what people are recognised by, and values that are nobody's or several people's."""

from typing import TYPE_CHECKING, Annotated

import typer

from onefold.interfaces.cli.printing import line, listing, moment, table
from onefold.interfaces.cli.receipts import change_lines
from onefold.interfaces.cli.session import Session, Yes, session_of

if TYPE_CHECKING:
    import polars as pl

    from onefold.model.receipt import Receipt

Kind = Annotated[str, typer.Argument(metavar="KIND", help="email, phone, crm_id, or one of the book's own.")]
Value = Annotated[str, typer.Argument(metavar="VALUE", help="The identifier, in any spelling.")]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="identifiers")


@group.callback()
def identifiers(context: typer.Context) -> None:
    """Show what people are recognised by, strongest first."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        kinds = list(book.identifiers())
    session.show(kinds, line("Strongest first:"), table(("kind",), [(kind,) for kind in kinds]))


@group.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the kind is called, like loyalty_id.")],
    yes: Yes = False,
) -> None:
    """Add a kind of the book's own. It is weaker than crm_id and stronger than email."""
    session = session_of(context)
    with session.book() as book:
        book.add_identifier(name)
        kinds = list(book.identifiers())
    session.show(kinds, line(f"Identifier {name} added. Strongest first: {', '.join(kinds)}"))


@group.command()
def block(context: typer.Context, kind: Kind, value: Value, yes: Yes = False) -> None:
    """Say that a value is nobody's. It recognises nobody from now on."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.block(kind, value)
    _show(session, receipt, f"{kind} {value} is blocked")


@group.command()
def unblock(context: typer.Context, kind: Kind, value: Value, yes: Yes = False) -> None:
    """Take that back."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.unblock(kind, value)
    _show(session, receipt, f"{kind} {value} is no longer blocked")


@group.command()
def share(context: typer.Context, kind: Kind, value: Value, yes: Yes = False) -> None:
    """Say that several people have a value. Contacts that had it withheld get it."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.share(kind, value)
    _show(session, receipt, f"{kind} {value} is shared")


@group.command()
def unshare(context: typer.Context, kind: Kind, value: Value, yes: Yes = False) -> None:
    """Take that back."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.unshare(kind, value)
    _show(session, receipt, f"{kind} {value} is no longer shared")


@group.command()
def blocked(context: typer.Context) -> None:
    """Show the values that are nobody's."""
    session = session_of(context)
    with session.book() as book:
        _show_marks(session, book.blocked())


@group.command()
def shared(context: typer.Context) -> None:
    """Show the values that several people have."""
    session = session_of(context)
    with session.book() as book:
        _show_marks(session, book.shared())


def _show(session: Session, receipt: "Receipt", what: str) -> None:
    session.show(receipt.as_dict(), *change_lines(receipt, what))


def _show_marks(session: Session, marks: "pl.DataFrame") -> None:
    documents = marks.to_dicts()
    rows = [(each["kind"], each["value"], each["marked_by"], moment(each["marked_at"])) for each in documents]
    session.show(documents, *listing(("kind", "value", "by", "since (UTC)"), rows))
