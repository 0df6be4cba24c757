"""`onefold link`: signed links for contacts, and what they do when they come back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from onefold.interfaces.cli.contacts import read_values
from onefold.interfaces.cli.printing import counted, line, listing, plain
from onefold.interfaces.cli.session import Session, Yes, session_of
from onefold.interfaces.cli.whom import InSegment, OneByOne, whom
from onefold.model.error import UsageError

Days = Annotated[int, typer.Option("--days", metavar="N", help="How long the link is good.")]
By = Annotated[
    str,
    typer.Option(
        "--channel",
        metavar="email|sms",
        help="By which way the link goes: it proves that address, and no other.",
    ),
]
ToFile = Annotated[
    Path | None, typer.Option("--to", metavar="FILE.csv", help="Write the links there, one a line.")
]

group = typer.Typer(no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="link", help="Make signed links for contacts, and use them.")


@group.command("click-to-text")
def click_to_text(
    context: typer.Context,
    keyword: Annotated[str, typer.Option(metavar="WORD", help="The keyword that the text begins with.")],
    contact: OneByOne = None,
    segment: InSegment = None,
    number: Annotated[str, typer.Option(metavar="NUMBER", help="Your number, which the text goes to.")] = "",
    days: Days = 30,
    channel: By = "email",
    to: ToFile = None,
) -> None:
    """Make links that open a text, by which a number links."""
    session = session_of(context)
    options = {"days": days, "channel": channel, "keyword": keyword, "number": number}
    _make(session, "click_to_text", contact, segment, to, **options)


@group.command()
def subscribe(
    context: typer.Context,
    contact: OneByOne = None,
    segment: InSegment = None,
    days: Days = 30,
    channel: By = "email",
    to: ToFile = None,
) -> None:
    """Make links behind which contacts type their number."""
    _make(session_of(context), "subscribe", contact, segment, to, days=days, channel=channel)


@group.command()
def preferences(
    context: typer.Context,
    contact: OneByOne = None,
    segment: InSegment = None,
    days: Days = 30,
    channel: By = "email",
    to: ToFile = None,
) -> None:
    """Make links behind which contacts set their preferences."""
    _make(session_of(context), "preferences", contact, segment, to, days=days, channel=channel)


@group.command()
def use(
    context: typer.Context,
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="The token of a link that was opened.")],
    values: Annotated[
        list[str] | None, typer.Argument(metavar="FIELD=VALUE", help="What was typed behind the link.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Do what a link is for, as the page that it leads to would. It works once."""
    session = session_of(context)
    with session.book() as book:
        used = book.use_token(token, read_values(values or []))
    told = [line(f"{used.status}: {used.reason}, contact {used.contact_id}.")]
    told += [line(used.detail)] if used.detail else []
    told += [line(f"Waits until {', '.join(used.confirm)} confirms it.")] if used.confirm else []
    session.show(used.as_dict(), *told, line(f"`onefold undo {used.receipt_id}` takes it back."))


def _make(
    session: Session,
    kind: str,
    contacts: Sequence[str] | None,
    segment: str | None,
    to: Path | None,
    **options: Any,
) -> None:
    if to is not None and to.suffix.lower() != ".csv":
        raise UsageError(
            f"{to} does not end in .csv", code="bad_target", hint="links are written as CSV: name it so"
        )
    with session.book() as book:
        these = whom(book, contacts, segment=segment)
        if to is not None:
            count = book.write_links(kind, these, to, **options)
            told = f"{counted(count, 'link')} written: {plain(to)}"
            session.show({"file": str(to), "links": count}, line(told))
            return
        made = book.link(kind, these, **options)
    rows = [(each["contact_id"], each["link"]) for each in made]
    session.show(made, *listing(("contact", "link"), rows, rest="--to FILE.csv has them all"))
