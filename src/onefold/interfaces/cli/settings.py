"""The book as a whole: `onefold settings`, `backup` and `check`."""

from pathlib import Path
from typing import Annotated, Final

import typer

from onefold.interfaces.cli.failing import Found
from onefold.interfaces.cli.printing import counted, line, pairs
from onefold.interfaces.cli.session import Yes, session_of
from onefold.interfaces.cli.terminal import message

WARNING: Final = "warning:"
"""How a line of `check` begins that tells of what may be meant."""

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="settings")
    app.command("backup")(backup)
    app.command("check")(check)


@group.callback()
def settings(context: typer.Context) -> None:
    """Show how the book is set up."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        values = book.settings()
    session.show(values, pairs(values))


@group.command("set")
def set_(
    context: typer.Context,
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", help="region, time_zone, link_base, sender_name, or a reply like stop_reply."
        ),
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What it is to be, like GB.")],
    yes: Yes = False,
) -> None:
    """Change a setting."""
    session = session_of(context)
    with session.book() as book:
        book.set_setting(key, value)
        values = book.settings()
    session.show(values, pairs(values))


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A new file; it is a book in itself.")],
) -> None:
    """Write a consistent copy of the book. Others may go on writing meanwhile."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.backup(file)
    document = {"file": str(file), "bytes": file.stat().st_size, "receipt": receipt.id}
    session.show(document, line(f"{file} is a copy of the book (receipt {receipt.id})."))


def check(context: typer.Context) -> None:
    """Verify every invariant of the book. Exit status 1 if one does not hold."""
    session = session_of(context)
    with session.book() as book:
        found = list(book.check())
    warnings = [each.removeprefix(WARNING).strip() for each in found if each.startswith(WARNING)]
    problems = [each for each in found if not each.startswith(WARNING)]
    document = {"problems": problems, "warnings": warnings}
    told = [line(f"Warning: {each}") for each in warnings]
    if problems:
        if not session.as_json:
            message(*told, *(line(f"Wrong: {each}") for each in problems))
        raise Found(
            f"{session.address} has {counted(len(problems), 'problem')}",
            code="book_damaged",
            hint="go back to a backup, or tell whoever looks after Onefold",
            document=document,
        )
    session.show(document, *told, line("Every invariant holds."))
