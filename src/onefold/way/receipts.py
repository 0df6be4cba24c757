"""Receipts as people and scripts see them, and the files that go with them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

from onefold.model.error import UsageError
from onefold.model.field import FieldType
from onefold.model.frames import DECISION_SCHEMA, empty
from onefold.model.identifier import PHONE
from onefold.model.outcome import Status
from onefold.model.receipt import Kept, Receipt, status_counts
from onefold.report.results import write_results
from onefold.sources.input import batch_schema
from onefold.stores import Reader, StoredReceipt
from onefold.way.plan import Plan
from onefold.way.spooled import DECISIONS

NOT_CELLS = ("line", "malformed", "undecodable")
RESULTS = "results.csv"
ERRORS = "errors.csv"


def read_receipt(reader: Reader, receipt_id: int) -> Receipt:
    """The receipt of that id. Raises `UsageError` (`unknown_receipt`)."""
    stored = reader.receipt(receipt_id)
    if stored is None:
        raise UsageError(
            f"this book has no receipt {receipt_id}", code="unknown_receipt", hint="see `onefold imports`"
        )
    return as_receipt(stored)


def as_receipt(stored: StoredReceipt) -> Receipt:
    """A stored receipt in its public shape."""
    imported = int(stored.options.get("imported", 0))
    return Receipt(
        id=stored.id,
        kind=stored.kind,
        status=stored.status,
        policy=stored.policy,
        purpose=stored.purpose,
        rows=stored.rows,
        reasons=stored.counts,
        mapping=stored.mapping,
        warnings=tuple(stored.warnings),
        tag=stored.tag,
        results=stored.results_path,
        errors=stored.errors_path,
        created_at=stored.created_at,
        finished_at=stored.finished_at,
        source_name=stored.source_name,
        undoes=stored.undoes,
        undone_by=stored.undone_by,
        kept=tuple(Kept(**kept) for kept in stored.options.get("kept", ())),
        changed=int(stored.options.get("changed", 0)),
        erased=stored.options.get("erased", {}),
        **vars(status_counts(stored.counts, imported)),
    )


def write_files(plan: Plan, folder: Path, code: str) -> tuple[Path, Path]:
    """Writes results file and error file of an applied plan, and gives their paths."""
    results, errors = folder / RESULTS, folder / ERRORS
    write_one(plan, results, code, errors_only=False)
    write_one(plan, errors, code, errors_only=True)
    return results, errors


def write_one(plan: Plan, path: Path, code: str, *, errors_only: bool) -> int:
    """Writes one of the two files of a plan, applied or not, and answers how many rows it has."""
    read = plan.mapped.input
    batches = _batches_in_error(plan) if errors_only else _batches(plan)
    columns = plan.terms.rules.policy.limits.results_columns
    exempt = exempt_headers(plan)
    return write_results(
        path, read.headers, batches, code=code, columns=columns, exempt=exempt, errors_only=errors_only
    )


def _batches(plan: Plan) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """The cells of every batch, and its decisions."""
    for number in range(plan.batches):
        yield plan.mapped.input.batch(number).drop(*NOT_CELLS), plan.spool.get(DECISIONS, number)


def _batches_in_error(plan: Plan) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """The same, only of batches with a row in error: the others need not be read. There is always one, for
    its columns.
    """
    headers = plan.mapped.input.headers
    columns = pl.DataFrame(schema={"row": pl.UInt32, **batch_schema(len(headers))})
    yield columns.drop(*NOT_CELLS), empty(DECISION_SCHEMA)
    for number in range(plan.batches):
        decisions = plan.spool.get(DECISIONS, number)
        if (decisions["status"] == Status.ERROR).any():
            yield plan.mapped.input.batch(number).drop(*NOT_CELLS), decisions


def exempt_headers(plan: Plan) -> Sequence[str]:
    """Headers of columns of type phone and number: they are exempt from the formula guard by their type
    (CONTRACT).
    """
    numeric = {custom.column for custom in plan.terms.rules.fields if custom.type is FieldType.NUMBER}
    headers = plan.mapped.input.headers
    return [
        headers[index]
        for column, index in plan.mapped.columns.items()
        if column == PHONE or column in numeric
    ]


def kept_file(receipt: Receipt, policy_days: float, now: datetime, *, errors_only: bool) -> Path:
    """The results file (or error file) of an import while it is kept (RIO-22).

    Raises `UsageError` (`no_results`, `results_expired`).
    """
    path = receipt.errors if errors_only else receipt.results
    if path is None or receipt.finished_at is None:
        raise UsageError(
            f"receipt {receipt.id} has no results file",
            code="no_results",
            hint="only finished imports have one",
        )
    finished = datetime.fromisoformat(receipt.finished_at.replace("Z", "+00:00"))
    if (now - finished).total_seconds() > policy_days * 86_400:
        raise UsageError(
            f"the results of import {receipt.id} were kept for {policy_days:g} days and are gone",
            code="results_expired",
            hint="import the file again to see what it would do now",
        )
    if not Path(path).exists():
        raise UsageError(
            f"{path} is not there any more", code="no_results", hint="it lies where the import was run"
        )
    return Path(path)
