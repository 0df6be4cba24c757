"""`onefold compare`: what each policy would do with a file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.import_options import PURPOSES, Identifier, Region
from onefold.interfaces.cli.printing import counted, heading, line, listing, table
from onefold.interfaces.cli.progress import progress_bar
from onefold.interfaces.cli.session import session_of
from onefold.model.error import UsageError
from onefold.model.outcome import Purpose

if TYPE_CHECKING:
    from onefold.way.plan import Plan

COUNTS: Final = ("imported", "updated", "skipped", "error")
LIMITS: Final = ("format_not_taken", "file_too_large", "too_many_rows")
"""Codes of errors by which a policy refuses a whole file that another may take."""


def add_to(app: typer.Typer) -> None:
    """Gives the app this command."""
    app.command("compare")(compare)


def compare(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A file, or its address (sftp://…).")],
    policies: Annotated[
        str,
        typer.Option(metavar="A,B,C", help="The policies to compare, by name or file, with commas between."),
    ],
    identifier: Identifier = None,
    purpose: Annotated[
        Purpose, typer.Option(metavar=PURPOSES, help="Whom to add, and whom to update.")
    ] = Purpose.ADD_AND_UPDATE,
    region: Region = None,
) -> None:
    """Show what each policy would do with a file. Nothing is written."""
    session = session_of(context)
    names = [name.strip() for name in policies.split(",") if name.strip()]
    if not names:
        raise UsageError(
            "--policies names none", code="wrong_use", hint="name some: --policies klaviyo,onefold"
        )
    plans: dict[str, Plan] = {}
    refusals: dict[str, str] = {}
    options: dict[str, Any] = {"identifier": identifier, "purpose": purpose, "region": region}
    with session.book() as book, progress_bar() as step:
        try:
            for name in names:
                try:
                    plans |= book.compare(file, [name], **options, progress=step)
                except UsageError as error:
                    if error.code not in LIMITS:
                        raise
                    refusals[name] = error.message
            document = _document(plans) | {"refused": refusals}
        finally:
            for plan in plans.values():
                plan.discard()
    session.show(document, *_side_by_side(document["policies"], refusals), *_where(document["differences"]))


def _document(plans: "Mapping[str, Plan]") -> dict[str, Any]:
    """The receipts of the plans side by side, and the rows whose status or reason is not the same in all."""
    rows = {
        name: plan.rows.select("row", "line", "status", "reason").to_dicts() for name, plan in plans.items()
    }
    differences = []
    for same_row in zip(*rows.values(), strict=True):
        outcomes = {
            name: {"status": row["status"], "reason": row["reason"]}
            for name, row in zip(rows, same_row, strict=True)
        }
        if any(outcome != next(iter(outcomes.values())) for outcome in outcomes.values()):
            place = {"row": same_row[0]["row"], "line": same_row[0]["line"]}
            differences.append(place | {"outcomes": outcomes})
    receipts = {name: plan.receipt.as_dict() for name, plan in plans.items()}
    return {"policies": receipts, "differences": differences}


def _side_by_side(receipts: Mapping[str, Any], refusals: Mapping[str, str]) -> Iterator[RenderableType]:
    names = list(receipts)
    yield heading("Rows by policy")
    counts = [(count, *(f"{receipts[name][count]:,}" for name in names)) for count in COUNTS]
    yield table(("status", *names), counts, counts=names)
    yield line()
    reasons = dict.fromkeys(reason for told in receipts.values() for reason in told["reasons"])
    by_reason = [
        (reason, *(f"{receipts[name]['reasons'].get(reason, 0):,}" for name in names)) for reason in reasons
    ]
    yield table(("reason", *names), by_reason, counts=names)
    for name, message in refusals.items():
        yield line(f"{name} takes nothing of it: {message}")


def _where(differences: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    yield line()
    yield heading(f"They differ on {counted(len(differences), 'row')}")
    if differences:
        names = list(differences[0]["outcomes"])
        rows = [(each["line"], *(each["outcomes"][name]["reason"] for name in names)) for each in differences]
        yield from listing(("line", *names), rows)
    yield line("The book is as it was.")
