"""`onefold keywords`: words that people text to the book, and a text received by hand."""

from dataclasses import asdict
from typing import Annotated

import typer

from onefold.interfaces.cli.printing import heading, line, listing, pairs
from onefold.interfaces.cli.session import Yes, session_of
from onefold.model.keyword import Keyword

Word = Annotated[str, typer.Argument(metavar="WORD", help="The word, like JOIN.")]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="keywords")


@group.callback()
def keywords(context: typer.Context) -> None:
    """Show the book's own keywords."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        found = book.keywords()
    rows = [(each.word, each.version, each.list, each.tags, each.wording) for each in found]
    session.show(
        [asdict(each) for each in found], *listing(("word", "version", "list", "tags", "wording"), rows)
    )


@group.command()
def save(
    context: typer.Context,
    word: Word,
    wording: Annotated[
        str,
        typer.Option(metavar="TEXT", help="What people read before they text the word: they agree to it."),
    ],
    list_: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="The list that the word leads to.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="A tag for whoever texts it; as often as needed.")
    ] = None,
    reply: Annotated[str | None, typer.Option(metavar="TEXT", help="What is answered.")] = None,
    question: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Asks for the email address, behind the reply.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Keep a keyword, in the place of one with the same word. Another wording is a new version."""
    session = session_of(context)
    said = Keyword(word, wording, list=list_, tags=tuple(tag or ()), reply=reply, question=question)
    with session.book() as book:
        saved = book.save_keyword(said)
    session.show(asdict(saved), line(f"Keyword {saved.word}, version {saved.version}, is kept."))


@group.command()
def show(context: typer.Context, word: Word) -> None:
    """Show one keyword."""
    session = session_of(context)
    with session.book() as book:
        found = book.keyword(word)
    session.show(asdict(found), heading(f"Keyword {found.word}"), pairs(asdict(found)))


@group.command()
def remove(context: typer.Context, word: Word, yes: Yes = False) -> None:
    """Take a keyword away. Consents that were given by it stay, with their wording."""
    session = session_of(context)
    with session.book() as book:
        gone = book.remove_keyword(word)
    session.show(asdict(gone), line(f"Keyword {gone.word} is gone. What was agreed to by it stays."))


@group.command()
def receive(
    context: typer.Context,
    from_: Annotated[str, typer.Option("--from", metavar="NUMBER", help="Who sent the text.")],
    body: Annotated[str, typer.Option(metavar="TEXT", help="What it says.")],
    to: Annotated[str | None, typer.Option(metavar="NUMBER", help="The number that was texted.")] = None,
    message_id: Annotated[
        str | None, typer.Option(metavar="ID", help="The provider's id; the same text is taken once.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When it was sent, like 2026-11-22T10:00:00Z; else now."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Take a text in as if a provider had handed it over."""
    session = session_of(context)
    with session.book() as book:
        got = book.receive_text(from_=from_, body=body, to=to, message_id=message_id, at=at)
    facts = {"status": got.status, "reason": got.reason, "contact": got.contact_id, "detail": got.detail}
    session.show(
        got.as_dict(), heading(f"A text: {got.kind}"), pairs({**facts, "reply": got.reply or "none"})
    )
