"""`onefold export` and `exports`: contacts written out, and what was."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.json_files import rules_of
from onefold.interfaces.cli.printing import counted, heading, line, listing, moment, plain
from onefold.interfaces.cli.session import Yes, session_of

if TYPE_CHECKING:
    from onefold.way.exporting import Export

WHY_NOT: Final = {
    "no_address": "have no address there",
    "none": "never said yes",
    "pending": "have not confirmed yet",
    "unsubscribed": "have refused",
}


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.command("export")(export)
    app.command("exports")(exports)


def export(
    context: typer.Context,
    to: Annotated[
        Path, typer.Option(metavar="FILE", help="Write here: a .csv, .xlsx, .parquet or .jsonl file.")
    ],
    segment: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only contacts of this segment.")
    ] = None,
    list_: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Only contacts on this list.")
    ] = None,
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Only contacts with this tag.")] = None,
    where: Annotated[
        str | None, typer.Option(metavar="RULES", help="Only contacts for whom these rules (JSON) hold.")
    ] = None,
    columns: Annotated[
        str, typer.Option(metavar="A,B,...", help="Only these columns; private ones only by name.")
    ] = "all",
    consent: Annotated[
        bool, typer.Option("--consent", help="With the consent to each channel, and its proof.")
    ] = False,
    channel: Annotated[
        str | None,
        typer.Option(metavar="CHANNEL", help="Only those who may be reached by email, or by sms."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Write contacts into a file: all of them, or some."""
    session = session_of(context)
    rules = rules_of(where)
    if to.is_file():
        session.agree(f"Replace {to}?", yes=yes, plan=lambda: [line(f"{to} is there already.")])
    with session.book() as book:
        done = book.export(
            to,
            rules=rules,
            segment=segment,
            list=list_,
            tag=tag,
            columns=columns,
            consent=consent,
            channel=channel,
        )
    session.show(done.as_dict(), *_told(done))


def exports(context: typer.Context) -> None:
    """Show what was written out, newest first."""
    session = session_of(context)
    with session.book() as book:
        found = book.exports()
    rows = [
        (each.id, moment(each.created_at), f"{each.contacts:,}", _choice(each), each.file) for each in found
    ]
    session.show(
        [each.as_dict() for each in found],
        *listing(("id", "when (UTC)", "contacts", "of", "file"), rows),
    )


def _told(done: "Export") -> Iterator[RenderableType]:
    yield heading(f"Export {done.id}: {counted(done.contacts, 'contact')} in {plain(done.file)}")
    yield line(f"Columns: {plain(list(done.columns))}")
    if done.private_left_out:
        private = plain(list(done.private_left_out))
        yield line(f"Private, and so left out unless named in --columns: {private}")
    if done.not_reached:
        left = sum(done.not_reached.values())
        yield line(f"Left out, since they may not be reached by {done.channel}: {counted(left, 'contact')}")
        for why, count in done.not_reached.items():
            yield line(f"  {count:,} {WHY_NOT[why]}")
    for note in done.notes:
        yield line(f"Note: {plain(note)}")


def _choice(done: "Export") -> str:
    """Of whom it was, in few words."""
    told = [f"{name} {value}" if isinstance(value, str) else name for name, value in done.choice.items()]
    told += [f"reached by {done.channel}"] if done.channel else []
    return ", ".join(told) or "everybody"
