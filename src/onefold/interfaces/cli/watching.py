"""`onefold watch`: what is laid into a folder is imported, one line a file, until somebody ends it."""

import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Final

import typer

from onefold.interfaces.cli.import_options import (
    Consent,
    ConsentDate,
    ConsentWording,
    DateOrderOption,
    DecimalOption,
    Delimiter,
    DoNotOverwrite,
    DoNotOverwriteColumns,
    EncodingName,
    HeaderRow,
    Identifier,
    IntoList,
    Map,
    NewFields,
    NoImportTag,
    NoRememberedMapping,
    Notify,
    PolicyName,
    PurposeOption,
    Region,
    Sheet,
    Skip,
    Tags,
    as_the_book_takes_them,
)
from onefold.interfaces.cli.printing import counted, line, plain
from onefold.interfaces.cli.session import Session, session_of
from onefold.interfaces.cli.terminal import answer, answer_json, answer_json_line, message
from onefold.model.outcome import Purpose
from onefold.sources.remote import without_secrets

if TYPE_CHECKING:
    from onefold.way.watching import Laid

OF_WATCHING: Final = ("folder", "once", "settle", "yes")
ENDS_IT: Final = (signal.SIGINT, signal.SIGTERM)


def add_to(app: typer.Typer) -> None:
    """Gives the app this command."""
    app.command("watch")(watch)


def watch(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder that files are laid into.")],
    once: Annotated[
        bool, typer.Option("--once", help="Import what is there and complete, and end; for cron.")
    ] = False,
    settle: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="How long a file must not change before it is taken."),
    ] = 10.0,
    purpose: PurposeOption = Purpose.ADD_AND_UPDATE,
    identifier: Identifier = None,
    map_: Map = None,
    skip: Skip = None,
    no_remembered_mapping: NoRememberedMapping = False,
    new_fields: NewFields = False,
    do_not_overwrite: DoNotOverwrite = False,
    do_not_overwrite_column: DoNotOverwriteColumns = None,
    tag: Tags = None,
    no_import_tag: NoImportTag = False,
    list_: IntoList = None,
    policy: PolicyName = None,
    region: Region = None,
    encoding: EncodingName = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    date_order: DateOrderOption = None,
    decimal: DecimalOption = None,
    notify: Notify = None,
    consent: Consent = None,
    consent_date: ConsentDate = None,
    consent_wording: ConsentWording = None,
    yes: Annotated[bool, typer.Option("--yes", help="Go on past the guard.")] = False,
) -> None:
    """Import each file that is laid into a folder."""
    session = session_of(context)
    options = as_the_book_takes_them(context.params)

    def command(file: Path) -> str:
        return import_command(session, context, file)

    told = []
    with session.book() as book, _ending_between_files() as stop:
        files = book.watch(
            folder,
            once=once,
            stop=stop,
            settle=settle,
            yes=yes,
            say=lambda what: message(line(what)),
            command=command,
            **options,
        )
        if not once:
            message(line(f"watching {plain(folder)}; Ctrl-C ends it"))
        for laid in files:
            told.append(laid.as_dict())
            if not session.as_json:
                answer(line(told_of(laid)))
            elif not once:
                answer_json_line(told.pop())
            sys.stdout.flush()
    if once and session.as_json:
        answer_json(told)
    elif once and not told:
        answer(line("no file is there"))


def told_of(laid: "Laid") -> str:
    """A file and what became of it, in one line."""
    name, receipt = plain(laid.file), laid.receipt
    if laid.error is not None:
        what = str(laid.error)
    elif receipt is None:
        return f"{name}: still being written, left for the next time"
    elif laid.fate == "same":
        what = f"the same as import {receipt.id}, not imported"
    else:
        what = (
            f"import {receipt.id}, {counted(receipt.rows, 'row')}: {receipt.imported:,} imported, "
            f"{receipt.updated:,} updated, {receipt.skipped:,} skipped, {receipt.error:,} refused"
        )
    return f"{name}: {plain(what)}; it lies in {plain(laid.moved_to)}"


def import_command(session: Session, context: typer.Context, file: Path) -> str:
    """The command that imports a file past the guard, with the options that the watch was given."""
    words = ["onefold", "--book", without_secrets(session.address), "import", str(file)]
    for parameter in context.command.params:
        name = str(parameter.name)
        value = context.params[name]
        if name in OF_WATCHING or not value or value == parameter.default:
            continue
        for each in value if isinstance(value, list | tuple) else [value]:
            words += [parameter.opts[0]] if each is True else [parameter.opts[0], str(each)]
    return shlex.join([*words, "--yes"])


@contextmanager
def _ending_between_files() -> Iterator[Event]:
    """Set by the first Ctrl-C or SIGTERM; the second one interrupts the import that is under way."""
    stop = Event()

    def end(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, end) for number in ENDS_IT}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
