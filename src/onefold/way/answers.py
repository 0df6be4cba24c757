"""What is answered to a file of records: a line for each, in its order."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from onefold.model.consent import Channel
from onefold.model.error import OnefoldError, UsageError
from onefold.model.outcome import Status
from onefold.sources.spool import Spool
from onefold.way.came_to import spoken_states
from onefold.way.incoming import RecordsInput
from onefold.way.plan import Plan
from onefold.way.spooled import CAME_TO, DECISIONS

ANSWERS: Final = "answers.jsonl"
"""Lies beside the results of a file of records."""


def answers_of(plan: Plan) -> Iterator[pl.DataFrame]:
    """The answers to each batch of a plan, applied or not: `key`, `status`, `reason`, `contact_id` (null
    where there is none, or none yet), `consent` (a state by channel; only of a plan that is applied),
    `detail`.
    """
    for number in range(plan.batches):
        # Bad records have keys too: they are read off what came.
        key = pl.col("cell:0").str.json_path_match("$.key").alias("key")
        keys = plan.mapped.input.batch(number).select(key)["key"]
        there = (pl.col("contact_id") > 0) & (pl.col("status") != Status.ERROR)
        yield _with_consent(plan.spool, number).select(
            keys,
            "status",
            "reason",
            pl.when(there).then("contact_id").alias("contact_id"),
            "consent",
            "detail",
        )


def _with_consent(spool: Spool, number: int) -> pl.DataFrame:
    """The decisions of a batch, and what the consent came to that its records brought."""
    decisions = spool.get(DECISIONS, number)
    if not spool.holds(CAME_TO, number):
        return decisions.with_columns(pl.lit(None).alias("consent"))
    came_to = spool.get(CAME_TO, number).select("row", pl.struct(*Channel).alias("consent"))
    return decisions.join(came_to, on="row", how="left", maintain_order="left")


def shown_answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as people and programs have it: `consent` only where the record brought any."""
    consent = spoken_states(answer.get("consent") or {})
    shown = {name: consent if name == "consent" else value for name, value in answer.items()}
    if not consent:
        shown.pop("consent", None)
    return shown


def write_answers(plan: Plan, path: Path) -> None:
    """Writes the answers to a file of records as JSON Lines; a plan of another file has none.

    Raises `OnefoldError` (`results_not_written`).
    """
    if not isinstance(plan.mapped, RecordsInput):
        return
    try:
        with path.open("wb") as file:
            for answers in answers_of(plan):
                answers.write_ndjson(file)
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise OnefoldError(
            f"{path} cannot be written: {problem}", code="results_not_written", hint="the records are taken"
        ) from problem


def kept_answers(path: Path, receipt_id: int) -> Iterator[dict[str, Any]]:
    """The answers that were written there. Raises `UsageError` (`no_results`)."""
    if not path.exists():
        raise UsageError(
            f"there are no answers of receipt {receipt_id}",
            code="no_results",
            hint="they lie where a file of records was taken, for a while",
        )
    with path.open(encoding="utf-8") as file:
        yield from map(shown_answer, map(json.loads, file))
