"""A plan becomes a receipt: batch by batch, each in one transaction under the writer lock."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from onefold.model.brought import Brought
from onefold.model.error import OnefoldError, Refused
from onefold.model.frames import DECISION_SCHEMA, empty
from onefold.model.identifier import CONTACT_ID
from onefold.model.outcome import ReceiptStatus
from onefold.normalise.nfc import frame_in_nfc
from onefold.resolve.renumber import Known, renumbered, with_ids
from onefold.sources.input import FRAME
from onefold.stores import Reader, Store, Writer
from onefold.survey.meetings import Meetings, wanted
from onefold.way.asking import ask_for_claimed
from onefold.way.asking_told import counts_told
from onefold.way.came_to import came_to_of_batch
from onefold.way.folders import working_folder
from onefold.way.incoming import RecordsInput
from onefold.way.keys import Keyed, sound_keys, taken_before, without
from onefold.way.mapped_input import MappedInput
from onefold.way.plan import Plan, count_outcomes, imported_of, reasons_of
from onefold.way.remembering import remember
from onefold.way.spooled import (
    BROUGHT,
    CAME_TO,
    DECISIONS,
    KEYED,
    NAMED,
    RECORDS,
    spooled_brought,
    spooled_changes,
    spooled_keyed,
)
from onefold.way.stages import Decided, Earlier, decide_batch, world_of
from onefold.way.terms import Terms, import_tag
from onefold.way.writing import contacts_changed, write_changes

KEPT: Final = ("name", "headers", "rows", "batches", "notes", "bytes", "sha256")
"""What a receipt keeps of the input of an import that is under way."""

TAKEN_AWAY: Final = "taken_away"
PlanAgain = Callable[[Reader], Plan]
Waiting = Callable[[], None]
Step = Callable[[int], None]
"""Told how many rows more are in the book."""


@dataclass
class Applying:
    """An import on its way into the book: what its batches have made real so far.

    `options` are kept with the receipt. `expected_revision` is that of the book if nobody else writes;
    `decided_anew` counts batches before which somebody did. `interrupted_after`: the rows that were in when
    the import was interrupted before.
    """

    plan: Plan
    receipt_id: int
    options: Mapping[str, Any]
    known: Known
    expected_revision: int
    decided_anew: int = 0
    interrupted_after: int | None = None
    changed: int = 0
    told: list[pl.DataFrame] = field(default_factory=list)
    asked: list[pl.DataFrame] = field(default_factory=list)


class Interrupted(OnefoldError):
    """The person at the keyboard stopped an import between two of its batches."""


def apply_plan(
    store: Store,
    plan: Plan,
    plan_again: PlanAgain,
    *,
    shown: bool,
    now: Callable[[], datetime],
    step: Step,
    waiting: Waiting | None = None,
) -> tuple[Plan, int]:
    """Writes a plan, and gives it back as it was applied, with the id of its receipt.

    The caller has the import's turn. Where the book has moved since it was planned, it is planned again; if
    it was `shown` and any row would now end otherwise, raises `Refused` (`plan_changed`). A batch before
    which somebody else wrote is decided anew. Raises `Interrupted` on Ctrl-C once a batch is in.
    """

    def current(reader: Reader, plan: Plan) -> Plan:
        if reader.revision() == plan.terms.revision:
            return plan
        return _planned_again(reader, plan, plan_again, shown)

    going = None
    try:
        # To plan takes long: others may write meanwhile, and then it is done once more, with the lock.
        with store.reader() as reader:
            plan = current(reader, plan)
        columns: dict[str, str] = {}
        if plan.mapped.new_fields:
            with store.writer(waiting=waiting) as writer:
                plan = current(writer, plan)
                columns, plan = _make_fields(writer, plan)
        with store.writer(waiting=waiting) as writer:
            now_current = current(writer, plan)
            if now_current is not plan:
                plan, columns = now_current, {}
            going = _start(writer, plan, columns, store.files, now())
            _write_batch(writer, going, 0, now())
    except Refused:
        raise
    except BaseException as problem:
        if going is None:
            plan.discard()
            raise
        # It may be in all the same: an interruption, or the end of a server, can come just after the commit.
        if not isinstance(problem, KeyboardInterrupt) or not _stopped(store, going):
            raise
    write_batches(store, going, 1, now=now, step=step, waiting=waiting)
    return plan, going.receipt_id


def write_batches(
    store: Store,
    going: Applying,
    first: int,
    *,
    now: Callable[[], datetime],
    step: Step,
    waiting: Waiting | None = None,
) -> None:
    """Writes the batches from `first` on, each in its own transaction."""
    plan = going.plan
    try:
        for number in range(first):
            step(_rows(plan, number))
        for number in range(first, plan.batches):
            with store.writer(waiting=waiting) as writer:
                _write_batch(writer, going, number, now())
            step(_rows(plan, number))
    except OnefoldError as error:
        if error.code != TAKEN_AWAY:
            goes_on = f"`onefold {plan.mapped.kind} --resume {going.receipt_id}` goes on with the import"
            error.hint = "; ".join(filter(None, (error.hint, goes_on)))
        raise
    except KeyboardInterrupt:
        if not _stopped(store, going):
            raise


def _stopped(store: Store, going: Applying) -> bool:
    """Whether all of the import is in, and Ctrl-C came too late; raises `Interrupted` where some of it is."""
    with store.reader() as reader:
        written = reader.batches(going.receipt_id)
    if 0 < len(written) < going.plan.batches:
        done = sum(batch.rows for batch in written)
        raise Interrupted(
            f"interrupted after {done:,} of {going.plan.mapped.input.rows:,} rows",
            code="interrupted",
            hint=f"`onefold {going.plan.mapped.kind} --resume {going.receipt_id}` goes on, "
            f"`onefold undo {going.receipt_id}` takes it back",
        ) from None
    return bool(written)


def _rows(plan: Plan, number: int) -> int:
    return plan.spool.get(DECISIONS, number).height


def _planned_again(reader: Reader, plan: Plan, plan_again: PlanAgain, shown: bool) -> Plan:
    """The new plan, if it comes to the same for every row or nobody was shown the old one."""
    outcome = ["row", "status", "reason", "contact_id"]
    before = plan.rows.select(outcome) if shown else None
    plan = plan_again(reader)
    if before is not None and not before.equals(plan.rows.select(outcome)):
        plan.discard()
        raise Refused(
            "the book has changed since this plan was made, and some rows would now end otherwise",
            code="plan_changed",
            hint="look at the plan again and apply the new one",
        )
    return plan


def _make_fields(writer: Writer, plan: Plan) -> tuple[dict[str, str], Plan]:
    """Makes the fields that the file brings; gives their real columns, and the plan for the book that has
    them.

    This is a transaction of its own: on PostgreSQL nobody can read contacts while their table gets a column.
    """
    made = {
        custom.column: writer.add_field(custom.name, custom.type).column for custom in plan.mapped.new_fields
    }
    return made, replace(plan, terms=replace(plan.terms, revision=writer.revision()))


def _start(writer: Writer, plan: Plan, columns: Mapping[str, str], files: Path, now: datetime) -> Applying:
    rules, read = plan.terms.rules, plan.mapped.input
    options = {
        "request": asdict(plan.request),
        "policy": plan.policy_text,
        "input": {name: getattr(read, name) for name in KEPT},
        "new_columns": dict(columns),
        "planned_at": plan.planned_at.isoformat(),
    }
    receipt_id = writer.start_receipt(
        plan.mapped.kind,
        ReceiptStatus.RUNNING,
        now,
        policy=rules.policy.name,
        purpose=rules.purpose.value,
        source_name=read.name,
        header_line="\t".join(read.headers),
        mapping=dict(plan.mapped.mapping.fields),
        rows=read.rows,
        warnings=list(plan.warnings),
        options=options,
    )
    if isinstance(plan.mapped, MappedInput):
        remember(writer, receipt_id, plan.mapped)
    tag = None
    if plan.terms.tag is not None:
        tag = (plan.terms.tag, import_tag(plan.planned_at, receipt_id))
        writer.update_receipt(receipt_id, tag=tag[1])
    plan.spool.move(working_folder(files, receipt_id))
    if plan.batches > 1:
        _keep_to_go_on(plan)
    ids = pl.DataFrame(schema={"provisional": pl.Int64, "id": pl.Int64})
    known = Known(ids, columns, tag)
    return Applying(plan, receipt_id, options, known, expected_revision=writer.revision())


def _keep_to_go_on(plan: Plan) -> None:
    """Sees to it that all that an interrupted import needs to go on as it began outlives a power cut."""
    found = plan.surveyed.survey
    survey = {
        "repeats": found.repeats,
        "refused": found.refused,
        "crowded": found.crowded,
        "folded": plan.surveyed.folded,
    }
    for name, frame in survey.items():
        plan.spool.put(name, 0, frame)
    beside = [f"{BROUGHT}_{part.name}" for part in fields(Brought)]
    keyed = [f"{KEYED}_{part.name}" for part in fields(Keyed)]
    plan.spool.sync(FRAME, RECORDS, *beside, *keyed, *survey)


def _write_batch(writer: Writer, going: Applying, number: int, now: datetime) -> None:
    plan = going.plan
    if number > 0:
        _check_still_ours(writer, going, number)
    if number > 0 and writer.revision() != going.expected_revision:
        decided = _decided_anew(writer, going, number)
        changes, decisions = renumbered(decided.changes, going.known), decided.decisions
        if isinstance(plan.mapped, RecordsInput):
            plan.spool.put(NAMED, number, decided.named)
    else:
        changes = renumbered(spooled_changes(plan.spool, number, plan.terms), going.known)
        decisions = with_ids(plan.spool.get(DECISIONS, number), going.known.ids)
    batch_id = writer.start_batch(going.receipt_id, number, decisions.height, now)
    given = write_changes(writer, changes, batch_id, now)
    going.asked.append(ask_for_claimed(writer, changes, given, plan.terms.rules.policy, now))
    decisions = with_ids(decisions, given)
    put = plan.spool.put_durably if plan.batches > 1 else plan.spool.put
    put(DECISIONS, number, decisions)
    if isinstance(plan.mapped, RecordsInput):
        put(CAME_TO, number, came_to_of_batch(writer, plan.spool, number, decisions))
    going.told.append(count_outcomes(decisions))
    going.changed += contacts_changed(changes)
    going.known = replace(going.known, ids=pl.concat([going.known.ids, given]))
    # Once a batch is decided anew, those planned after it rest on what did not come to pass.
    going.expected_revision = -1 if going.decided_anew else writer.revision()
    if number == plan.batches - 1:
        _finish(writer, going, now)


def _check_still_ours(writer: Writer, going: Applying, number: int) -> None:
    """Raises `OnefoldError` where somebody has ended this import, or goes on with it in our place."""
    stored = writer.receipt(going.receipt_id)
    if stored is None or stored.status is not ReceiptStatus.RUNNING:
        state = "gone" if stored is None else stored.status.value
        raise OnefoldError(
            f"import {going.receipt_id} is {state}: somebody has ended it, and what was not in was left out",
            code=TAKEN_AWAY,
            hint=f"see `onefold imports show {going.receipt_id}`",
        )
    if len(writer.batches(going.receipt_id)) != number:
        raise OnefoldError(
            f"somebody else goes on with import {going.receipt_id}",
            code=TAKEN_AWAY,
            hint=f"see `onefold imports show {going.receipt_id}`",
        )


def _decided_anew(writer: Writer, going: Applying, number: int) -> Decided:
    """The batch against the book as it is now; what the survey found stands."""
    going.decided_anew += 1
    plan = going.plan
    # An import may have been begun before records were in NFC.
    records = frame_in_nfc(plan.spool.get(RECORDS, number)).rename(going.known.columns, strict=False)
    records, brought, keyed, repeats = _not_taken_meanwhile(writer, plan, number, records)
    terms = _real_terms(writer, going)
    holders = writer.holders(wanted(records, terms.rules))
    surveyed = replace(
        plan.surveyed,
        survey=replace(plan.surveyed.survey, repeats=repeats),
        world=world_of(writer, holders["contact_id"], terms),
        leads=holders.filter(pl.col("kind") == CONTACT_ID),
        met=Meetings.of_all(records),
        folded=frame_in_nfc(plan.surveyed.folded).rename(going.known.columns, strict=False),
    )
    earlier = [plan.spool.get(DECISIONS, before) for before in range(number)]
    spoken_for = pl.concat([repeats["repeat_of"], keyed.following["repeat_of"]]).unique().to_frame("row")
    heads = pl.concat([empty(DECISION_SCHEMA), *earlier]).join(spoken_for, on="row", how="semi")
    before = replace(Earlier.nothing(), heads=heads)
    return decide_batch(number, records, brought, surveyed, keyed, before, writer, terms, alone=True)[0]


def _not_taken_meanwhile(
    writer: Writer, plan: Plan, number: int, records: pl.DataFrame
) -> tuple[pl.DataFrame, Brought, Keyed, pl.DataFrame]:
    """A batch without the rows whose keys somebody else has taken since it was planned; with what its keys
    tell, and the rows that repeat others.
    """
    brought, keyed = spooled_brought(plan.spool, number), spooled_keyed(plan.spool, number)
    repeats = plan.surveyed.survey.repeats
    late = taken_before(sound_keys(records, brought), writer)
    if late.is_empty():
        return records, brought, keyed, repeats
    taken = Keyed.of(late, keyed.following.clear(), records, brought)
    records, brought = without(records, brought, taken)
    # Whoever was to speak for others is not taken, and they speak for themselves.
    repeats = repeats.join(late.select("row"), left_on="repeat_of", right_on="row", how="anti")
    return records, brought, keyed.beside(taken), repeats


def _real_terms(writer: Writer, going: Applying) -> Terms:
    """The terms of the plan with what this import has added to the book since.

    Its own tag is one like the others now: contacts of earlier batches have it.
    """
    terms = going.plan.terms
    rules = replace(terms.rules, fields=writer.fields(), retired=writer.retired_fields())
    labels = terms.labels
    if going.known.tag is not None:
        planned, real = going.known.tag
        is_tag = (pl.col("kind") == "tag") & (pl.col("name") == planned)
        labels = labels.with_columns(pl.when(is_tag).then(pl.lit(real)).otherwise("name").alias("name"))
    spelling = replace(terms.spelling, rules=rules)
    return replace(terms, rules=rules, spelling=spelling, marks=writer.marks(), labels=labels, tag=None)


def _finish(writer: Writer, going: Applying, now: datetime) -> None:
    outcomes = pl.concat(going.told).group_by("status", "reason").agg(pl.col("rows").sum())
    warnings = list(going.plan.warnings)
    if going.interrupted_after is not None:
        rows = going.plan.mapped.input.rows
        warnings.append(f"interrupted after {going.interrupted_after:,} of {rows:,} rows, and gone on with")
    elif going.decided_anew:
        warnings.append(
            f"the book changed meanwhile: {going.decided_anew} of {going.plan.batches} batches decided anew"
        )
    warnings.extend(counts_told(pl.concat(going.asked, how="diagonal")))
    writer.update_receipt(
        going.receipt_id,
        status=ReceiptStatus.COMPLETED,
        finished_at=now,
        counts=reasons_of(outcomes),
        warnings=warnings,
        options={**going.options, "imported": imported_of(outcomes), "changed": going.changed},
    )
    for address in going.plan.request.notify:
        writer.put_outbox("notice", address, *_notice(going, outcomes), now)


def _notice(going: Applying, outcomes: pl.DataFrame) -> tuple[str, str]:
    """Subject and body of the mail that tells that an import is done (RIO-21, DOT-10)."""
    name, rows = going.plan.mapped.input.name, int(outcomes["rows"].sum())
    reasons = "\n".join(f"{reason}: {count}" for reason, count in reasons_of(outcomes).items())
    return (
        f"Import {going.receipt_id} of {name} is done",
        f"{rows} rows of {name} were taken in.\n\n{reasons}\n",
    )
