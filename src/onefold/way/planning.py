"""From a file to a plan: every batch read, surveyed and decided, nothing written."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import polars as pl

from onefold.model.policy import Policy
from onefold.resolve.guard import together
from onefold.resolve.refusals import refusals_under_keys
from onefold.sources.record_lines import read_record_lines
from onefold.sources.remote import AnyFile
from onefold.sources.spool import Spool
from onefold.stores import Reader
from onefold.way.consent_warnings import consent_warnings
from onefold.way.ended_consents import with_subscribed
from onefold.way.incoming import Incoming, RecordsInput, taken_up
from onefold.way.keys import Keys, without
from onefold.way.last_time import changes_since_last_time
from onefold.way.mapped_input import MappedInput
from onefold.way.missing_crm_id import missing_crm_id
from onefold.way.plan import Plan, count_outcomes
from onefold.way.reading import check_rows, read_file
from onefold.way.remembering import with_remembered
from onefold.way.request import ImportRequest
from onefold.way.spooled import (
    NAMED,
    RECORDS,
    spool_brought,
    spool_decided,
    spool_keyed,
    spooled_brought,
    spooled_keyed,
)
from onefold.way.stages import Earlier, decide_batch, look_first, normalise_batch, survey_input
from onefold.way.standing_grants import standing_note
from onefold.way.terms import Terms, agree_terms
from onefold.way.warnings import read_as_subscribed, warnings_of

Progress = Callable[[str, int, int], None]
"""Told the stage (`reading`, `normalising`, `surveying`, `planning`, `applying`), the rows done and the rows
in all (0: not known).
"""


class MakePlan(Protocol):
    """`plan_file` or `plan_records`."""

    def __call__(
        self,
        reader: Reader,
        file: AnyFile,
        request: ImportRequest,
        policy: Policy,
        spool: Spool,
        *,
        batch_rows: int,
        now: datetime,
        progress: Progress,
        policy_text: str | None = None,
    ) -> Plan:
        """Lays an input down and plans it."""


def silent(stage: str, done: int, rows: int) -> None:
    """Progress that nobody watches."""


def plan_file(
    reader: Reader,
    file: AnyFile,
    request: ImportRequest,
    policy: Policy,
    spool: Spool,
    *,
    batch_rows: int,
    now: datetime,
    progress: Progress,
    policy_text: str | None = None,
) -> Plan:
    """Reads a file and plans it against the book as the reader sees it."""
    terms = agree_terms(reader, policy, request, now)
    progress("reading", 0, 0)
    read = read_file(file, request, policy.limits, spool, batch_rows)
    request = with_remembered(reader, read, request, policy)
    mapped, terms = taken_up(MappedInput.kind, read, request, reader, terms)
    plan = plan_input(reader, mapped, request, terms, spool, now=now, progress=progress)
    return replace(plan, policy_text=policy_text)


def plan_records(
    reader: Reader,
    file: AnyFile,
    request: ImportRequest,
    policy: Policy,
    spool: Spool,
    *,
    batch_rows: int,
    now: datetime,
    progress: Progress,
    policy_text: str | None = None,
) -> Plan:
    """Lays a file of records down and plans it against the book as the reader sees it."""
    terms = agree_terms(reader, policy, request, now)
    progress("reading", 0, 0)
    read = read_record_lines(file, spool, batch_rows)
    check_rows(read, policy.limits)
    incoming, terms = taken_up(RecordsInput.kind, read, request, reader, terms)
    plan = plan_input(reader, incoming, request, terms, spool, now=now, progress=progress)
    return replace(plan, policy_text=policy_text)


def plan_again(reader: Reader, plan: Plan) -> Plan:
    """The same for the book as the reader sees it now."""
    terms = agree_terms(reader, plan.terms.rules.policy, plan.request, plan.planned_at)
    incoming, terms = taken_up(plan.mapped.kind, plan.mapped.input, plan.request, reader, terms)
    new = plan_input(reader, incoming, plan.request, terms, plan.spool, now=plan.planned_at, progress=silent)
    return replace(new, policy_text=plan.policy_text)


def plan_input(
    reader: Reader,
    mapped: Incoming,
    request: ImportRequest,
    terms: Terms,
    spool: Spool,
    *,
    now: datetime,
    progress: Progress,
) -> Plan:
    """Plans an input that has been read: survey, normalise, match and resolve, in this order, over all
    batches.
    """
    rows, batches = mapped.input.rows, mapped.input.batches
    doubtful, foreign, words, looks, keys, done = [], [], [], [], Keys(), 0
    for number in range(batches):
        told = mapped.recorded(number)
        read = normalise_batch(told.cells, terms, told.brought)
        keyed = keys.look_at(read.records, read.brought, reader)
        records, brought = without(read.records, read.brought, keyed)
        doubtful += read.doubtful_numbers
        foreign += read.foreign_ids
        words.append(read.doubtful_consents)
        spool.put(RECORDS, number, records)
        spool_brought(spool, number, brought)
        spool_keyed(spool, number, keyed)
        looks.append(look_first(records, keyed, reader, terms.rules, rows))
        done += read.records.height
        progress("normalising", done, rows)
    progress("surveying", 0, rows)
    surveyed = survey_input(
        looks, lambda: (spool.get(RECORDS, number) for number in range(batches)), reader, terms
    )
    earlier, outcomes, risks, standing = Earlier.nothing(), [], [], 0
    spoken_for = pl.concat([surveyed.survey.repeats["repeat_of"], keys.repeated]).unique().to_frame("row")
    current, done = surveyed, 0
    for number in range(batches):
        records = spool.get(RECORDS, number)
        decided, world = decide_batch(
            number,
            records,
            spooled_brought(spool, number),
            current,
            spooled_keyed(spool, number),
            earlier,
            reader,
            terms,
            alone=batches == 1,
        )
        spool_decided(spool, number, decided)
        if isinstance(mapped, RecordsInput):
            spool.put(NAMED, number, decided.named)
        if number + 1 < batches:
            current = replace(current, world=world)
            known = world.contacts.select(pl.col("id").alias("contact_id"))
            given = decided.changes.memberships_added.join(known, on="contact_id", how="semi")
            heads = decided.decisions.join(spoken_for, on="row", how="semi")
            refusals = refusals_under_keys(decided.changes.consents)
            earlier = earlier.then(Earlier(heads, given, refusals, decided.changes.addresses_typed))
        outcomes.append(count_outcomes(decided.decisions))
        risks.append(decided.risk)
        standing += decided.standing
        done += decided.decisions.height
        progress("planning", done, rows)
    return Plan(
        mapped=mapped,
        request=request,
        terms=terms,
        surveyed=surveyed,
        outcomes=pl.concat(outcomes).group_by("status", "reason").agg(pl.col("rows").sum()),
        risk=with_subscribed(together(risks), reader),
        spool=spool,
        batches=batches,
        warnings=(
            *warnings_of(mapped, doubtful, foreign),
            *read_as_subscribed(mapped, words),
            *standing_note(standing),
            *_of_columns(reader, mapped, terms, spool),
            *_crowded(surveyed.survey.crowded),
        ),
        planned_at=now,
    )


def _of_columns(reader: Reader, mapped: Incoming, terms: Terms, spool: Spool) -> Iterator[str]:
    """What there is to say of the columns of a file; records have none."""
    if isinstance(mapped, MappedInput):
        yield from consent_warnings(reader, mapped, spool, terms.now)
        yield from missing_crm_id(reader, mapped, terms)
        yield from changes_since_last_time(reader, mapped, terms)


def _crowded(crowded: pl.DataFrame) -> list[str]:
    """The warning that goes with every identifier that the survey marks as shared (DESIGN 5, step 2)."""
    return [
        f"{line['kind']} {line['value']} is used by many people: it is marked as shared "
        "and recognises only with the name"
        for line in crowded.head(5).iter_rows(named=True)
    ] + ([f"{crowded.height - 5} more identifiers are marked as shared"] if crowded.height > 5 else [])
