"""From a file to a plan: every batch read, surveyed and decided, nothing written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import polars as pl

from onefold.model.frames import DECISION_SCHEMA, MEMBERSHIP_SCHEMA, empty
from onefold.model.policy import Policy
from onefold.resolve.guard import together
from onefold.sources.remote import AnyFile
from onefold.sources.spool import Spool
from onefold.stores import Reader
from onefold.way.columns import map_columns
from onefold.way.last_time import changes_since_last_time
from onefold.way.mapped_input import MappedInput
from onefold.way.missing_crm_id import missing_crm_id
from onefold.way.plan import Plan, count_outcomes
from onefold.way.reading import read_file
from onefold.way.remembering import with_remembered
from onefold.way.request import ImportRequest
from onefold.way.stages import (
    RECORDS,
    decide_batch,
    look_first,
    normalise_batch,
    spool_brought,
    spool_decided,
    spooled_brought,
    survey_input,
)
from onefold.way.terms import Terms, agree_terms
from onefold.way.warnings import warnings_of

Progress = Callable[[str, int, int], None]
"""Told the stage (`reading`, `normalising`, `surveying`, `planning`, `applying`), the rows done and the rows
in all (0: not known).
"""


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
    mapped, terms = map_columns(read, request, terms)
    plan = plan_input(reader, mapped, request, terms, spool, now=now, progress=progress)
    return replace(plan, policy_text=policy_text)


def plan_input(
    reader: Reader,
    mapped: MappedInput,
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
    doubtful, foreign, looks = [], [], []
    for number in range(batches):
        read = normalise_batch(mapped.cells(number), terms)
        records = read.records
        doubtful += read.doubtful_numbers
        foreign += read.foreign_ids
        spool.put(RECORDS, number, records)
        spool_brought(spool, number, read.brought)
        looks.append(look_first(records, reader, terms.rules, rows))
        progress("normalising", int(records["row"][-1]) + 1, rows)
    progress("surveying", 0, rows)
    surveyed = survey_input(
        looks, lambda: (spool.get(RECORDS, number) for number in range(batches)), reader, terms
    )
    carried, outcomes, risks = empty(MEMBERSHIP_SCHEMA), [], []
    heads = empty(DECISION_SCHEMA)
    spoken_for = surveyed.survey.repeats.select(pl.col("repeat_of").alias("row")).unique()
    current = surveyed
    for number in range(batches):
        records = spool.get(RECORDS, number)
        decided, world = decide_batch(
            number,
            records,
            spooled_brought(spool, number),
            current,
            heads,
            reader,
            carried,
            terms,
            alone=batches == 1,
        )
        spool_decided(spool, number, decided)
        if number + 1 < batches:
            current = replace(current, world=world)
            known = world.contacts.select(pl.col("id").alias("contact_id"))
            given = decided.changes.memberships_added.join(known, on="contact_id", how="semi")
            carried = pl.concat([carried, given])
            heads = pl.concat([heads, decided.decisions.join(spoken_for, on="row", how="semi")])
        outcomes.append(count_outcomes(decided.decisions))
        risks.append(decided.risk)
        progress("planning", int(records["row"][-1]) + 1, rows)
    return Plan(
        mapped=mapped,
        request=request,
        terms=terms,
        surveyed=surveyed,
        outcomes=pl.concat(outcomes).group_by("status", "reason").agg(pl.col("rows").sum()),
        risk=together(risks),
        spool=spool,
        batches=batches,
        warnings=(
            *warnings_of(mapped, doubtful, foreign),
            *missing_crm_id(reader, mapped, terms),
            *changes_since_last_time(reader, mapped, terms),
            *_crowded(surveyed.survey.crowded),
        ),
        planned_at=now,
    )


def _crowded(crowded: pl.DataFrame) -> list[str]:
    """The warning that goes with every identifier that the survey marks as shared (DESIGN 5, step 2)."""
    return [
        f"{line['kind']} {line['value']} is used by many people: it is marked as shared "
        "and recognises only with the name"
        for line in crowded.head(5).iter_rows(named=True)
    ] + ([f"{crowded.height - 5} more identifiers are marked as shared"] if crowded.height > 5 else [])
