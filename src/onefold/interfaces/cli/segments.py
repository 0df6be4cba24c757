"""`onefold segments`: rules that say whom, kept under a name, counted and told in a sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.contacts import table_of
from onefold.interfaces.cli.json_files import read_rules
from onefold.interfaces.cli.printing import counted, heading, line, moment, table
from onefold.interfaces.cli.session import Yes, session_of
from onefold.model.nfc import in_nfc

if TYPE_CHECKING:
    from onefold.way.segments import Segment

SegmentName = Annotated[str, typer.Argument(metavar="NAME", help="What the segment is called.")]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="segments")


@group.callback()
def segments(context: typer.Context) -> None:
    """Show the segments, and whom they mean."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        found = book.segments()
    rows = [(each.name, _count(each), moment(each.counted_at), each.sentence) for each in found]
    columns = ("name", "contacts", "counted (UTC)", "contacts that")
    session.show([segment_document(each) for each in found], table(columns, rows, counts=("contacts",)))


@group.command()
def save(
    context: typer.Context,
    name: SegmentName,
    rules: Annotated[
        Path, typer.Argument(metavar="RULES.json", help="A file with the rules; - is standard input.")
    ],
    yes: Yes = False,
) -> None:
    """Keep rules under a name. Those that were there are replaced."""
    session = session_of(context)
    read = read_rules(rules)
    with session.book() as book:
        segment = book.save_segment(name, read)
    session.show(segment_document(segment), *_told(segment))


@group.command()
def count(context: typer.Context, name: SegmentName) -> None:
    """Count the contacts of a segment, and keep the number."""
    session = session_of(context)
    with session.book() as book:
        segment = book.count_segment(name)
    session.show(segment_document(segment), *_told(segment))


@group.command()
def show(context: typer.Context, name: SegmentName) -> None:
    """Show a segment: whom it means, and its first contacts."""
    session = session_of(context)
    with session.book() as book:
        segment = book.segment(name)
    document = segment_document(segment) | {"preview": list(segment.preview)}
    session.show(document, *_told(segment), *_preview(segment))


@group.command()
def rename(
    context: typer.Context,
    name: SegmentName,
    new: Annotated[str, typer.Argument(metavar="NEW", help="What it is called from now on.")],
    yes: Yes = False,
) -> None:
    """Call a segment otherwise. Segments that use it go on using it."""
    session = session_of(context)
    with session.book() as book:
        users = list(book.rename_segment(name, new))
    also = f" {', '.join(users)} {'uses' if len(users) == 1 else 'use'} it under that name." if users else ""
    session.show({"name": new, "was": name, "used_by": users}, line(f"Segment {name} is now {new}.{also}"))


@group.command()
def remove(context: typer.Context, name: SegmentName, yes: Yes = False) -> None:
    """Forget a segment. Its contacts stay as they are."""
    session = session_of(context)
    with session.book() as book:
        segment = next((each for each in book.segments() if each.name == in_nfc(name)), None)
        if segment is not None:
            told = list(_told(segment))
            session.agree(f"Remove the segment {name}?", yes=yes, plan=lambda: told)
        book.remove_segment(name)
    session.show({"name": name, "removed": True}, line(f"Segment {name} removed. No contact has changed."))


def segment_document(segment: "Segment") -> dict[str, Any]:
    """A segment as JSON has it."""
    names = ("name", "sentence", "contacts", "counted_at", "rules", "created_at", "updated_at")
    return {name: getattr(segment, name) for name in names}


def _told(segment: "Segment") -> Iterator[RenderableType]:
    yield heading(f"Segment {segment.name}")
    yield line(f"Contacts that {segment.sentence}.")
    if segment.contacts is None:
        yield line("Nobody has counted them yet: onefold segments count NAME")
    else:
        yield line(f"{counted(segment.contacts, 'contact')} at {moment(segment.counted_at)} (UTC).")


def _preview(segment: "Segment") -> Iterator[RenderableType]:
    yield line()
    yield heading("The first of them" if segment.preview else "Nobody is in it")
    if segment.preview:
        yield table_of(segment.preview)


def _count(segment: "Segment") -> str:
    return "" if segment.contacts is None else f"{segment.contacts:,}"
