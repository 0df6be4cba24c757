"""An import that was interrupted goes on where it stopped, or is given up."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from onefold.model.error import UsageError
from onefold.model.frames import Contacts
from onefold.model.outcome import Purpose, ReceiptStatus
from onefold.policies import parse_policy, shipped_policy
from onefold.resolve.guard import together
from onefold.resolve.renumber import Known
from onefold.sources.input import Input
from onefold.sources.spool import Spool
from onefold.stores import Reader, Store, StoredReceipt
from onefold.survey.survey import Survey
from onefold.way.applying import Applying, Step, write_batches
from onefold.way.plan import Plan, count_outcomes
from onefold.way.reading import map_columns
from onefold.way.receipts import working_folder
from onefold.way.request import ImportRequest
from onefold.way.stages import DECISIONS, Surveyed
from onefold.way.terms import agree_terms


def resume_import(store: Store, receipt_id: int, *, now: Callable[[], datetime], step: Step) -> Plan:
    """Writes the batches that are missing, decided against the book as it is; what the survey found stands.

    Raises `UsageError` (`nothing_to_resume`).
    """
    with store.reader() as reader:
        stored = running(reader, receipt_id)
        plan = _plan_kept(reader, stored, working_folder(store.files, receipt_id))
        done = len(reader.batches(receipt_id))
    kept = stored.options
    going = Applying(
        plan,
        receipt_id,
        Known(pl.DataFrame(schema={"provisional": pl.Int64, "id": pl.Int64}), kept["new_columns"], None),
        expected_revision=-1,
        told=[count_outcomes(plan.spool.get(DECISIONS, number)) for number in range(done)],
    )
    write_batches(store, going, done, now=now, step=step)
    return plan


def cancel_import(store: Store, receipt_id: int, now: datetime) -> None:
    """Gives up an import that was interrupted; what is in stays in, and can be undone.

    Raises `UsageError` (`nothing_to_resume`).
    """
    with store.writer() as writer:
        running(writer, receipt_id)
        writer.update_receipt(receipt_id, status=ReceiptStatus.CANCELLED, finished_at=now)
    Spool(working_folder(store.files, receipt_id)).delete()


def running(reader: Reader, receipt_id: int) -> StoredReceipt:
    """The receipt of an import that is not done. Raises `UsageError` (`nothing_to_resume`)."""
    stored = reader.receipt(receipt_id)
    if stored is None or stored.status is not ReceiptStatus.RUNNING:
        state = "is not there" if stored is None else f"is {stored.status}"
        raise UsageError(
            f"import {receipt_id} {state}: there is nothing to go on with",
            code="nothing_to_resume",
            hint="see `onefold imports`",
        )
    return stored


def _plan_kept(reader: Reader, stored: StoredReceipt, folder: Path) -> Plan:
    kept, spool = stored.options, Spool(folder)
    policy = (
        parse_policy(kept["policy"], str(stored.policy))
        if kept["policy"]
        else shipped_policy(str(stored.policy))
    )
    request = _request(kept["request"])
    planned_at = datetime.fromisoformat(kept["planned_at"])
    terms = agree_terms(reader, policy, request, planned_at, tag=stored.tag)
    read = Input(**{**kept["input"], "headers": tuple(kept["input"]["headers"]), "spool": spool})
    mapped, terms = map_columns(read, request, terms)
    survey = Survey(*(spool.get(name, 0) for name in ("repeats", "refused", "crowded")))
    nobody = Contacts.none(terms.rules.own_kinds, terms.rules.fields)
    return Plan(
        mapped=mapped,
        request=request,
        terms=terms,
        surveyed=Surveyed(survey, spool.get("folded", 0), nobody, pl.DataFrame()),
        outcomes=pl.DataFrame(),
        risk=together([]),
        spool=spool,
        batches=read.batches,
        warnings=tuple(stored.warnings),
        planned_at=planned_at,
    )


def _request(kept: Mapping[str, Any]) -> ImportRequest:
    tuples = {name: tuple(value) for name, value in kept.items() if isinstance(value, list)}
    return ImportRequest(**{**kept, **tuples, "purpose": Purpose(kept["purpose"])})
