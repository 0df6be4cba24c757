"""A plan: what would happen, row by row, with a reason for each; nothing is written."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from onefold.model.outcome import ReceiptStatus, Status
from onefold.model.receipt import Receipt, status_counts
from onefold.resolve.changes import from_ledger
from onefold.resolve.guard import Risk
from onefold.sources.spool import Spool
from onefold.way.incoming import Incoming
from onefold.way.request import ImportRequest
from onefold.way.spooled import DECISIONS, spooled_changes
from onefold.way.stages import Surveyed
from onefold.way.terms import Terms


@dataclass(frozen=True)
class Plan:
    """An import as it was decided and not yet applied.

    `receipt` has status `planned` and no id. The batches lie in `spool`; `outcomes` counts rows by status and
    reason.
    """

    mapped: Incoming
    request: ImportRequest
    terms: Terms
    surveyed: Surveyed
    outcomes: pl.DataFrame
    risk: Risk
    spool: Spool
    batches: int
    warnings: tuple[str, ...]
    planned_at: datetime
    policy_text: str | None = None

    @property
    def receipt(self) -> Receipt:
        """The counts, the mapping and the warnings, in the shape of what did happen."""
        return receipt_of_outcomes(self.outcomes, self, ReceiptStatus.PLANNED)

    @property
    def rows(self) -> pl.DataFrame:
        """Every row of the input: `row`, `line`, `status`, `reason`, `contact_id` (below zero: one that would
        be made), `other_contact_id`, `repeat_of`, `detail`.
        """
        parts = []
        for number in range(self.batches):
            lines = self.mapped.input.batch(number).select("row", "line")
            parts.append(lines.join(self.spool.get(DECISIONS, number), on="row", maintain_order="left"))
        return pl.concat(parts)

    @property
    def changes(self) -> pl.DataFrame:
        """Every value that would change: `contact_id`, `key`, `before`, `after`; new contacts have no
        `before`.
        """
        parts = [self._changes_of(number) for number in range(self.batches)]
        return pl.concat(parts).sort("contact_id", "key")

    def _changes_of(self, number: int) -> pl.DataFrame:
        changes = spooled_changes(self.spool, number, self.terms)
        updated, created = changes.updated, changes.created
        entries = from_ledger(changes.ledger)
        after = _one_a_line(pl.concat([updated, created]))
        changed = entries.join(after, on=["contact_id", "key"], how="left")
        new = _one_a_line(created).select(
            "contact_id", "key", pl.lit(None, pl.String).alias("before"), "after"
        )
        names = {column: self.terms.rules.name_of(column) for column in created.columns}
        shown = pl.concat([changed.select(new.columns), new])
        return shown.with_columns(pl.col("key").replace(names))

    def discard(self) -> None:
        """Takes the plan's files off the disk; it cannot be applied afterwards."""
        self.spool.delete()

    def __str__(self) -> str:
        told = self.receipt
        counts = f"{told.rows:,} rows: {told.imported:,} to add, {told.updated:,} to update, "
        counts += f"{told.skipped:,} to skip, {told.error:,} errors"
        reasons = [f"  {reason:<20} {count:>9,}" for reason, count in told.reasons.items()]
        return "\n".join([counts, *reasons, *(f"warning: {warning}" for warning in told.warnings)])


def _one_a_line(contacts: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in contacts.columns if name not in ("id", "in_bin")]
    lines = [
        contacts.filter(pl.col(name).is_not_null()).select(
            pl.col("id").alias("contact_id"),
            pl.lit(name).alias("key"),
            pl.col(name).cast(pl.String).alias("after"),
        )
        for name in names
    ]
    return pl.concat(lines)


def count_outcomes(decisions: pl.DataFrame) -> pl.DataFrame:
    """Rows by `status` and `reason`: `rows`."""
    return decisions.group_by("status", "reason").agg(pl.len().cast(pl.Int64).alias("rows"))


def reasons_of(outcomes: pl.DataFrame) -> dict[str, int]:
    """Rows by reason, the most frequent first."""
    counted = (
        outcomes.group_by("reason")
        .agg(pl.col("rows").sum())
        .sort(["rows", "reason"], descending=[True, False])
    )
    return dict(counted.select("reason", "rows").iter_rows())


def imported_of(outcomes: pl.DataFrame) -> int:
    """How many rows made a contact."""
    return int(outcomes.filter(pl.col("status") == Status.IMPORTED)["rows"].sum())


def receipt_of_outcomes(outcomes: pl.DataFrame, plan: Plan, status: ReceiptStatus) -> Receipt:
    """A receipt without an id, from counts."""
    reasons = reasons_of(outcomes)
    return Receipt(
        id=None,
        kind=plan.mapped.kind,
        status=status,
        policy=plan.terms.rules.policy.name,
        purpose=plan.request.purpose.value,
        rows=sum(reasons.values()),
        reasons=reasons,
        mapping=plan.mapped.mapping.fields,
        warnings=plan.warnings,
        source_name=plan.mapped.input.name,
        **vars(status_counts(reasons, imported_of(outcomes))),
    )
