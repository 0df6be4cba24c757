"""`onefold records`: records of any source, one JSON object a line, and an answer to each."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onefold.interfaces.cli.import_options import IntoList, Notify, PolicyName, Region, Tags
from onefold.interfaces.cli.import_words import read_source
from onefold.interfaces.cli.importing import apply_as_agreed, refuse_errors, say
from onefold.interfaces.cli.progress import progress_bar
from onefold.interfaces.cli.receipts import import_lines
from onefold.interfaces.cli.session import Session, Yes, session_of
from onefold.interfaces.cli.terminal import answer_json, answer_json_line, message
from onefold.model.error import Refused

if TYPE_CHECKING:
    from onefold.model.receipt import Receipt


def add_to(app: typer.Typer) -> None:
    """Gives the app this command."""
    app.command("records")(take_records)


def take_records(
    context: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(help="A file of JSON objects, one a line; its address, or - for standard input."),
    ] = None,
    tag: Tags = None,
    list_: IntoList = None,
    policy: PolicyName = None,
    region: Region = None,
    notify: Notify = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan; write nothing.")] = False,
    yes: Yes = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing at all if any record would be refused.")
    ] = False,
    resume: Annotated[
        int | None, typer.Option(metavar="ID", help="Go on with records whose taking was interrupted.")
    ] = None,
) -> None:
    """Take records in, from any source. Each is answered on standard output, in one line of JSON."""
    session = session_of(context)
    if resume is not None:
        _resume(session, resume)
        return
    source = read_source(file)
    options: dict[str, Any] = {
        "tags": tuple(tag or ()),
        "into_list": list_,
        "policy": policy,
        "region": region,
        "notify": tuple(notify or ()),
    }
    with session.book() as book:
        with progress_bar() as step:
            plan = book.plan_records(source, **options, progress=step)
        try:
            if strict:
                refuse_errors(book, plan, None)
            if not dry_run:
                receipt = apply_as_agreed(session, book, plan, yes=yes)
                _show(session, receipt, book.answers(_id(receipt)))
        except Refused:
            plan.discard()
            raise
        if dry_run:
            _show(session, plan.receipt, book.answers(plan))
            plan.discard()


def _resume(session: Session, receipt_id: int) -> None:
    with session.book() as book:
        with progress_bar() as step:
            receipt = book.resume(receipt_id, progress=step, say=say)
        _show(session, receipt, book.answers(receipt_id))


def _show(session: Session, receipt: "Receipt", answers: Iterable[Mapping[str, Any]]) -> None:
    """The answers on standard output, the receipt on standard error; with `--json` one document of both."""
    told = (_without_nothing(answer) for answer in answers)
    if session.as_json:
        answer_json(receipt.as_dict() | {"answers": list(told)})
        return
    for answer in told:
        answer_json_line(answer)
    message(*import_lines(receipt))


def _without_nothing(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer in the shape of CONTRACT; a sentence only where there is one."""
    return {name: value for name, value in answer.items() if name != "detail" or value is not None}


def _id(receipt: "Receipt") -> int:
    assert receipt.id is not None  # it was applied
    return receipt.id
