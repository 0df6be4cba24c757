"""What has happened and how to take it back: `onefold imports`, `undo` and `changed-numbers`."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.printing import counted, heading, line, listing, moment, pairs
from onefold.interfaces.cli.receipts import change_lines, import_lines, warning_lines
from onefold.interfaces.cli.reports import read_moment, write_report
from onefold.interfaces.cli.session import Yes, session_of
from onefold.model.receipt import COPIES, IMPORTS, UPGRADE

if TYPE_CHECKING:
    from onefold.model.receipt import Receipt

ReceiptId = Annotated[
    int, typer.Argument(metavar="ID", help="The number of the receipt; see `onefold imports`.")
]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="imports")
    app.command("undo")(undo)
    app.command("changed-numbers")(changed_numbers)


@group.callback()
def imports(context: typer.Context) -> None:
    """Show the history, newest first."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        receipts = book.receipts()
    rows = [
        (each.id, moment(each.created_at), each.kind, each.source_name, each.status, _counts(each))
        for each in receipts
    ]
    newest = next((each.id for each in receipts if each.kind not in (*COPIES, UPGRADE)), None)
    session.show(
        [each.as_dict() for each in receipts],
        *listing(("id", "when (UTC)", "what", "of", "status", "rows"), rows),
        *([line(), line(f"Next: onefold undo {newest}  takes the newest back")] if newest else []),
    )


@group.command()
def show(context: typer.Context, receipt_id: ReceiptId) -> None:
    """Show one receipt."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.receipt(receipt_id)
    session.show(receipt.as_dict(), *_receipt(receipt))


@group.command()
def results(
    context: typer.Context,
    receipt_id: ReceiptId,
    to: Annotated[
        Path | None,
        typer.Option("--results", metavar="FILE", help="Write the results here. [default: standard output]"),
    ] = None,
    errors: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the refused rows here.")] = None,
) -> None:
    """Get the results of an import again, while kept."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.receipt(receipt_id)
        document: dict[str, Any] = {"id": receipt_id, "results": receipt.results, "errors": receipt.errors}
        with TemporaryDirectory() as folder:
            written = book.results(receipt_id, to or Path(folder) / "results.csv")
            if errors is not None:
                book.results(receipt_id, errors, errors_only=True)
            if to is None and errors is None and not session.as_json:
                sys.stdout.write(written.read_text(encoding="utf-8"))
                return
    files = {"results": to, "errors": errors}
    document |= {name: str(path) for name, path in files.items() if path is not None}
    session.show(document, *(line(f"{name.capitalize()}: {path}") for name, path in files.items() if path))


@group.command()
def cancel(context: typer.Context, receipt_id: ReceiptId, yes: Yes = False) -> None:
    """Give up an interrupted import. What is in stays in, and can be undone."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.cancel(receipt_id)
    session.show(receipt.as_dict(), *_receipt(receipt))


def undo(
    context: typer.Context,
    receipt_id: ReceiptId,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the answers; change nothing.")] = False,
    refusals: Annotated[
        bool, typer.Option("--refusals", help="Also take back what the file itself refused, by mistake.")
    ] = False,
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="TEXT", help="How you know that these people did not refuse.")
    ] = "",
    yes: Yes = False,
) -> None:
    """Take an import back, or any other change. What changed since is kept, and named."""
    session = session_of(context)
    with session.book() as book:

        def planned() -> "Receipt":
            return book.undo(receipt_id, dry_run=True, refusals=refusals, evidence=evidence)

        if dry_run:
            receipt = planned()
        else:
            asked = f"Take {receipt_id} back{', with what its file refused' if refusals else ''}?"
            session.agree(asked, yes=yes, plan=lambda: list(change_lines(planned(), f"Undo {receipt_id}")))
            receipt = book.undo(receipt_id, refusals=refusals, evidence=evidence)
    session.show(receipt.as_dict(), *change_lines(receipt, f"Undo {receipt_id}"))


def changed_numbers(
    context: typer.Context,
    import_: Annotated[
        int | None, typer.Option("--import", metavar="ID", help="Only those that this import's file has.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only those met since then, like 2026-11-22.")
    ] = None,
    to: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write the report here.")] = None,
) -> None:
    """Show whose number in a file was a former one."""
    session = session_of(context)
    with session.book() as book:
        report = book.changed_numbers(receipt=import_, since=read_moment(since))
    if to is not None:
        write_report(report, to, ("Number in File", "Current Number"))
    document = {"file": str(to), "rows": report.height} if to is not None else report.to_dicts()
    told = list(listing(report.columns, report.rows())) if to is None else []
    session.show(
        document, *told, line(counted(report.height, "changed number") + (f" in {to}" if to else ""))
    )


def _counts(receipt: "Receipt") -> str | None:
    return f"{receipt.rows:,}" if receipt.rows else None


def _receipt(receipt: "Receipt") -> Iterator[RenderableType]:
    if receipt.kind in IMPORTS:
        yield from import_lines(receipt)
        return
    yield heading(f"Receipt {receipt.id}: {receipt.kind}, {receipt.status}")
    facts: dict[str, Any] = {"when": moment(receipt.created_at), "of": receipt.source_name}
    facts |= {"takes back": receipt.undoes, "taken back by": receipt.undone_by}
    yield pairs({name: value for name, value in facts.items() if value is not None})
    yield from _kept(receipt.kept)
    yield from warning_lines(receipt)


def _kept(kept: Sequence[Any]) -> Iterator[RenderableType]:
    if kept:
        yield line(f"Kept as it was, {counted(len(kept), 'value')}:")
        yield from listing(
            ("contact", "field", "why"), [(each.contact_id, each.key, each.why) for each in kept]
        )
