"""`onefold import`: a file in, planned, shown, and applied."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer
from rich.console import RenderableType

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
from onefold.interfaces.cli.import_words import check_target, read_source
from onefold.interfaces.cli.printing import ROWS_SHOWN, counted, line, table
from onefold.interfaces.cli.progress import progress_bar
from onefold.interfaces.cli.receipts import import_lines
from onefold.interfaces.cli.session import Session, Yes, session_of
from onefold.interfaces.cli.terminal import can_ask, message
from onefold.model.error import OnefoldError, Refused
from onefold.model.outcome import Purpose

if TYPE_CHECKING:
    from onefold.book import Book
    from onefold.model.receipt import Receipt
    from onefold.way.plan import Plan

GUARD: Final = "guard"


def add_to(app: typer.Typer) -> None:
    """Gives the app this command."""
    app.command("import")(import_file)


def import_file(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(help="A file, its address (sftp://…), or - for standard input.")
    ] = None,
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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan; write nothing.")] = False,
    yes: Yes = False,
    results: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the results here: the input, with an outcome a row."),
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the refused rows here, to mend and import again."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing at all if any row would be refused.")
    ] = False,
    resume: Annotated[
        int | None, typer.Option(metavar="ID", help="Go on with an import that was interrupted.")
    ] = None,
) -> None:
    """Take a file in. One contact per person, a reason for every row."""
    session = session_of(context)
    if resume is not None:
        _resume(session, resume, results, errors)
        return
    source = read_source(file)
    for path in (results, errors):
        check_target(path, source)
    options = as_the_book_takes_them(context.params)
    with session.book() as book:
        with progress_bar() as step:
            plan = book.plan(source, **options, progress=step)
        try:
            if strict:
                refuse_errors(book, plan, errors)
            if not dry_run:
                receipt = apply_as_agreed(session, book, plan, yes=yes)
        except Refused:
            plan.discard()
            raise
        if dry_run:
            _show_plan(session, book, plan, results, errors)
            plan.discard()
        else:
            _show(session, book, receipt, results, errors)


def refuse_errors(book: "Book", plan: "Plan", errors: Path | None) -> None:
    """What `--strict` asks for: all rows or none."""
    told = plan.receipt
    if told.error == 0:
        return
    hint = "nothing was changed; mend them, or leave --strict out"
    if errors is not None:
        book.results(plan, errors, errors_only=True)
        hint = f"nothing was changed; mend them in {errors}, or leave --strict out"
    raise Refused(
        f"{told.error:,} of {told.rows:,} rows would be refused, and --strict takes all or none",
        code="strict",
        hint=hint,
    )


def apply_as_agreed(session: Session, book: "Book", plan: "Plan", *, yes: bool) -> "Receipt":
    """Applies a plan; where somebody is there to answer, it is shown first, and they are asked."""
    shown = can_ask() and not yes
    question = f"Import {counted(plan.receipt.rows, 'row')} like this?"
    session.agree(question, yes=yes, plan=lambda: list(import_lines(plan.receipt)))
    try:
        return _applied(book, plan, yes=yes, shown=shown)
    except Refused as refusal:
        if refusal.code != GUARD:
            raise
        if shown:
            careful = line(f"Careful: {refusal.message}.")
            session.agree("Go on all the same?", yes=False, plan=lambda: [careful])
            return _applied(book, plan, yes=True, shown=shown)
        raise Refused(refusal.message, code=GUARD, hint=f"to go on: {session.words_with_yes}") from None


def _applied(book: "Book", plan: "Plan", *, yes: bool, shown: bool) -> "Receipt":
    with progress_bar() as step:
        return book.apply(plan, yes=yes, shown=shown, progress=step, say=say)


def say(what: str) -> None:
    """Tells how an import goes, on standard error."""
    message(line(what))


def _resume(session: Session, receipt_id: int, results: Path | None, errors: Path | None) -> None:
    with session.book() as book:
        with progress_bar() as step:
            receipt = book.resume(receipt_id, progress=step, say=say)
        _show(session, book, receipt, results, errors)


def _show(
    session: Session, book: "Book", receipt: "Receipt", results: Path | None, errors: Path | None
) -> None:
    """The receipt, and the files that were asked for; one that fails does not undo an import that is done."""
    document = receipt.as_dict()
    written = []
    for name, path in _wanted(results, errors):
        try:
            book.results(cast(int, receipt.id), path, errors_only=name == "errors")
        except (OnefoldError, OSError) as problem:
            warning = f"{path} was not written: {problem}"
            document["warnings"] = [*document["warnings"], warning]
            message(line(f"Warning: {warning}; later: onefold imports results {receipt.id}"))
        else:
            document[name] = str(path)
            written.append(path)
    session.show(document, *import_lines(receipt, written))


def _show_plan(
    session: Session, book: "Book", plan: "Plan", results: Path | None, errors: Path | None
) -> None:
    """The receipt as it would be, and the first rows with their reasons."""
    document = plan.receipt.as_dict()
    wanted = list(_wanted(results, errors))
    for name, path in wanted:
        document[name] = str(book.results(plan, path, errors_only=name == "errors"))
    files = [path for _, path in wanted]
    session.show(document, *_row_lines(plan), line(), *import_lines(plan.receipt, files))


def _wanted(results: Path | None, errors: Path | None) -> Iterator[tuple[str, Path]]:
    """The files that were asked for, by their key in a receipt."""
    for name, path in (("results", results), ("errors", errors)):
        if path is not None:
            yield name, path


def _row_lines(plan: "Plan") -> Iterator[RenderableType]:
    """The first rows of a plan, each with its reason."""
    rows = plan.rows
    shown = [
        (row["line"], row["status"], row["reason"], _contact(row["contact_id"]), _because(row))
        for row in rows.head(ROWS_SHOWN).iter_rows(named=True)
    ]
    yield table(("line", "status", "reason", "contact", "because"), shown)
    if rows.height > ROWS_SHOWN:
        yield line(f"… and {rows.height - ROWS_SHOWN:,} more rows; --results FILE writes them all")


def _because(row: Mapping[str, Any]) -> str | None:
    """What there is to say of a row; one that was folded names the row that speaks for it, as results do."""
    if row["repeat_of"] is None:
        return cast("str | None", row["detail"])
    return f"{row['detail']} (row {row['repeat_of'] + 1} of the file)"


def _contact(contact_id: int | None) -> str | None:
    """A contact as a plan names it: one that would be made has no number yet."""
    if contact_id is None:
        return None
    return "new" if contact_id < 0 else str(contact_id)
