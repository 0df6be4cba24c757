"""`onefold`: the commands, and the options that all of them take."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from onefold.interfaces.cli import (
    comparing,
    consent,
    contacts,
    demo,
    exporting,
    fields,
    forms,
    identifiers,
    importing,
    imports,
    keywords,
    links,
    lists,
    policies,
    records,
    review,
    sample,
    segments,
    settings,
    tags,
    the_bin,
    watching,
)
from onefold.interfaces.cli.failing import exit_status_of, version_of_onefold
from onefold.interfaces.cli.session import Session
from onefold.interfaces.cli.terminal import survive_any_encoding

ROOMS: Final = (
    demo,
    importing,
    records,
    sample,
    comparing,
    imports,
    contacts,
    exporting,
    the_bin,
    consent,
    review,
    fields,
    identifiers,
    segments,
    tags,
    lists,
    forms,
    keywords,
    links,
    policies,
    settings,
    watching,
)
ORDER: Final = (
    "demo",
    "sample",
    "import",
    "records",
    "watch",
    "compare",
    "imports",
    "undo",
    "contacts",
    "export",
    "exports",
    "bin",
    "consent",
    "review",
    "changed-numbers",
    "fields",
    "identifiers",
    "segments",
    "tags",
    "lists",
    "forms",
    "keywords",
    "link",
)


class InOrder(TyperGroup):
    """Lists the commands in the order of a first acquaintance, not that of their kinds."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command, those of `ORDER` first."""
        return sorted(self.commands, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


app = typer.Typer(name="onefold", cls=InOrder, add_completion=False, rich_markup_mode=None)
for room in ROOMS:
    room.add_to(app)


@app.callback(invoke_without_command=True)
def onefold(
    context: typer.Context,
    book: Annotated[
        str,
        typer.Option(
            "--book",
            envvar="ONEFOLD_BOOK",
            metavar="BOOK",
            help="A path, sqlite:///PATH or postgresql://USER@HOST/DATABASE; it is made on first use.",
        ),
    ] = "onefold.db",
    json: Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")] = False,
    show_version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    """One profile per person: a contact book with a reason for every row, and a way back."""
    session = Session(book, json, context.obj)
    context.obj = session
    if show_version:
        version = version_of_onefold()
        session.show({"version": version}, f"onefold {version}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Runs the command that was typed, and leaves with its exit status (CONTRACT, "Book")."""
    survive_any_encoding()
    words = sys.argv[1:]
    for_all, command = options_for_all(words)
    run = partial(_run, [*for_all, *command], words)
    sys.exit(exit_status_of(run, words, as_json="--json" in for_all))


def options_for_all(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words for `--book` and `--json`, wherever they were typed, and the other words.

    `onefold contacts --json` is as good as `onefold --json contacts`.
    """
    for_all: list[str] = []
    others: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            others += [word, *rest]
        elif word == "--book":
            for_all += [word, *([value] if (value := next(rest, None)) is not None else [])]
        elif word == "--json" or word.startswith("--book="):
            for_all.append(word)
        else:
            others.append(word)
    return for_all, others


def _run(arranged: Sequence[str], typed: Sequence[str]) -> None:
    command = typer.main.get_command(app)
    with command.make_context("onefold", list(arranged), obj=tuple(typed)) as context:
        command.invoke(context)
