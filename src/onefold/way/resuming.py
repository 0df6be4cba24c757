"""An import that was interrupted goes on where it stopped, or is given up."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from onefold.model.error import UsageError
from onefold.model.frames import Contacts
from onefold.model.nfc import all_in_nfc
from onefold.model.outcome import Purpose, ReceiptStatus
from onefold.model.policy import Policy
from onefold.normalise.nfc import frame_in_nfc
from onefold.policies import parse_policy, shipped_policy
from onefold.resolve.guard import together
from onefold.resolve.renumber import Known
from onefold.sources.input import Input, unique_headers
from onefold.sources.spool import Spool
from onefold.stores import Reader, Store, StoredReceipt
from onefold.survey.meetings import Meetings
from onefold.survey.survey import Survey
from onefold.way.applying import Applying, Step, write_batches
from onefold.way.finishing import is_unfinished, unfinished
from onefold.way.folders import working_folder
from onefold.way.incoming import taken_up
from onefold.way.plan import Plan, count_outcomes
from onefold.way.request import ImportRequest
from onefold.way.spooled import DECISIONS
from onefold.way.stages import Surveyed
from onefold.way.terms import agree_terms


def same_import(reader: Reader, plan: Plan) -> StoredReceipt | None:
    """The unfinished import of the very same input, with the same options and policy, if there is one.

    Only the caller who has the import's turn knows that it was interrupted and is not under way.
    """
    for stored in unfinished(reader):
        kept = stored.options
        if (
            stored.kind == plan.mapped.kind
            and kept["input"]["sha256"] == plan.mapped.input.sha256
            and _request(kept["request"]) == plan.request
            and (stored.policy, kept["policy"]) == (plan.terms.rules.policy.name, plan.policy_text)
        ):
            return stored
    return None


def how_far(reader: Reader, stored: StoredReceipt) -> str:
    """Where an unfinished import was interrupted, as the end of a sentence."""
    if stored.status is ReceiptStatus.COMPLETED:
        return "was interrupted before its results were written"
    done = sum(batch.rows for batch in reader.batches(stored.id))
    return f"was interrupted after {done:,} of {stored.rows:,} rows"


def resume_import(
    store: Store, receipt_id: int, *, now: Callable[[], datetime], step: Step, policy: Policy | None = None
) -> Plan | None:
    """Writes the batches that are missing, decided against the book as it is; what the survey found stands.

    The caller has the import's turn. `policy` is what counts where the import was begun under one that has
    neither a text nor a shipped name. Gives the plan as it was applied; none where all batches are in and the
    working files are lost. Raises `UsageError` (`nothing_to_resume`, `working_files_lost`).
    """
    folder = working_folder(store.files, receipt_id)
    with store.reader() as reader:
        stored = to_go_on_with(reader, receipt_id)
        completed = stored.status is ReceiptStatus.COMPLETED
        if not folder.is_dir():
            if completed:
                return None
            raise _lost(receipt_id, folder)
        plan = _plan_kept(reader, stored, Spool(folder), policy)
        batches = reader.batches(receipt_id)
        changed = reader.count_changes(receipt_id)
    if completed:
        return plan
    plan = replace(plan, surveyed=_surveyed(plan))
    going = Applying(
        plan,
        receipt_id,
        stored.options,
        Known(
            pl.DataFrame(schema={"provisional": pl.Int64, "id": pl.Int64}),
            stored.options["new_columns"],
            None,
        ),
        expected_revision=-1,
        changed=changed,
        interrupted_after=sum(batch.rows for batch in batches),
        told=[count_outcomes(plan.spool.get(DECISIONS, batch.number)) for batch in batches],
    )
    write_batches(store, going, len(batches), now=now, step=step)
    return plan


def cancel_import(store: Store, receipt_id: int, now: datetime) -> None:
    """Gives up an import that was interrupted, or that is under way; what is in stays in, and can be undone.

    Raises `UsageError` (`nothing_to_resume`).
    """
    with store.writer() as writer:
        if to_go_on_with(writer, receipt_id).status is ReceiptStatus.COMPLETED:
            raise _nothing_left(receipt_id, "is completed")
        writer.update_receipt(receipt_id, status=ReceiptStatus.CANCELLED, finished_at=now)


def to_go_on_with(reader: Reader, receipt_id: int) -> StoredReceipt:
    """The receipt of an import that is not finished. Raises `UsageError` (`nothing_to_resume`)."""
    stored = reader.receipt(receipt_id)
    if stored is None or not is_unfinished(stored):
        raise _nothing_left(receipt_id, "is not there" if stored is None else f"is {stored.status}")
    return stored


def _nothing_left(receipt_id: int, state: str) -> UsageError:
    return UsageError(
        f"import {receipt_id} {state}: there is nothing to go on with",
        code="nothing_to_resume",
        hint="see `onefold imports`",
    )


def _lost(receipt_id: int, folder: Path) -> UsageError:
    return UsageError(
        f"import {receipt_id} was interrupted, and its working files are not in {folder}",
        code="working_files_lost",
        hint="go on where it was begun; or `onefold undo` or `onefold imports cancel` it, and import again",
    )


def _plan_kept(reader: Reader, stored: StoredReceipt, spool: Spool, policy: Policy | None) -> Plan:
    """The plan as far as results need it."""
    kept = stored.options
    if kept["policy"]:
        policy = parse_policy(kept["policy"], str(stored.policy))
    policy = policy or shipped_policy(str(stored.policy))
    request = _request(kept["request"])
    planned_at = datetime.fromisoformat(kept["planned_at"])
    terms = agree_terms(reader, policy, request, planned_at, tag=stored.tag)
    headers = unique_headers(kept["input"]["headers"])
    read = Input(**{**kept["input"], "headers": headers, "spool": spool})
    mapped, terms = taken_up(stored.kind, read, request, reader, terms)
    nothing = Survey(*(pl.DataFrame() for _ in range(3)))
    no_one_met = Meetings.of_all(pl.DataFrame(schema={"row": pl.UInt32}))
    nobody = Contacts.none(terms.rules.own_kinds, terms.rules.every_field)
    return Plan(
        mapped=mapped,
        request=request,
        terms=terms,
        surveyed=Surveyed(nothing, pl.DataFrame(), nobody, pl.DataFrame(), no_one_met),
        outcomes=pl.DataFrame(),
        risk=together([]),
        spool=spool,
        batches=read.batches,
        warnings=tuple(stored.warnings),
        planned_at=planned_at,
    )


def _surveyed(plan: Plan) -> Surveyed:
    """What the survey found when the import began."""
    found = Survey(*(frame_in_nfc(plan.spool.get(name, 0)) for name in ("repeats", "refused", "crowded")))
    return replace(plan.surveyed, survey=found, folded=plan.spool.get("folded", 0))


def _request(kept: Mapping[str, Any]) -> ImportRequest:
    """The options of an import that was begun, maybe by an older Onefold, as they are read now."""
    kept = all_in_nfc(kept)
    tuples = {name: tuple(value) for name, value in kept.items() if isinstance(value, list)}
    return ImportRequest(**{**kept, **tuples, "purpose": Purpose(kept["purpose"])})
