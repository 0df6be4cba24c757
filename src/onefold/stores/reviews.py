"""The review queue: what a person must decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl
from sqlalchemy import RowMapping, select, update

from onefold.model.outcome import ReviewKind, ReviewState
from onefold.stores.schema import review
from onefold.stores.snapshot import Snapshot, as_text

ASKED_AGAIN = """(kind, contact_id, other_contact_id, identifier, value) DO UPDATE
    SET state = excluded.state, message = excluded.message, row_number = excluded.row_number,
        receipt_id = excluded.receipt_id, created_at = excluded.created_at, decided_at = NULL
    WHERE review.state IN ('withdrawn', 'accepted')
        OR (review.state = 'dismissed' AND review.kind = 'doubtful_opt_out')"""
"""An open question is not asked twice and a dismissed one never again; an accepted one may come up anew, and
so may a doubtful opt-out: each text is another question.
"""

KINDS: Final = ", ".join(f"'{kind}'" for kind in ReviewKind)
OPEN_ABOUT: Final = f"""
    SELECT review.id AS id FROM {{given}} CROSS JOIN review
    WHERE review.kind IN ({KINDS}) AND review.contact_id = given.value AND review.state = 'open'
"""
"""All kinds are named, since the index by which contacts are found begins with the kind."""


@dataclass(frozen=True)
class ReviewEntry:
    """One question. `contact_id` is the contact it is about, `other_contact_id` the one that it met."""

    id: int
    kind: ReviewKind
    state: ReviewState
    contact_id: int | None
    other_contact_id: int | None
    identifier: str | None
    value: str | None
    message: str
    row_number: int | None
    receipt_id: int
    created_at: str
    decided_at: str | None


class ReviewReading(Snapshot):
    """Questions as they stand."""

    def reviews(
        self, kind: ReviewKind | None = None, state: ReviewState | None = ReviewState.OPEN
    ) -> list[ReviewEntry]:
        """Entries of the queue, the oldest first; `None` is any kind, any state."""
        question = select(review).order_by(review.c.id)
        if kind is not None:
            question = question.where(review.c.kind == kind)
        if state is not None:
            question = question.where(review.c.state == state)
        return [_entry(row) for row in self._connection.execute(question).mappings()]

    def review(self, review_id: int) -> ReviewEntry | None:
        """One entry, or `None` where there is none of that id."""
        row = self._connection.execute(select(review).where(review.c.id == review_id)).mappings().first()
        return None if row is None else _entry(row)

    def reviews_about(self, ids: pl.Series) -> list[ReviewEntry]:
        """Open entries about these contacts (not those of which they are the other one), the oldest first."""
        asked = ids.cast(pl.Int64).drop_nulls().unique().sort()
        found = self._select(OPEN_ABOUT, {"id": pl.Int64}, asked)["id"].sort()
        return [entry for number in found if (entry := self.review(number)) is not None]


class ReviewWriting(ReviewReading):
    """Questions put and answered."""

    def decide_review(self, review_id: int, state: ReviewState, now: datetime) -> None:
        """Close an entry as accepted or dismissed."""
        self._connection.execute(
            update(review).where(review.c.id == review_id).values(state=state, decided_at=as_text(now))
        )

    def withdraw_reviews(self, receipt_id: int) -> None:
        """Take back the open questions that a receipt put, because it is undone."""
        self._turn(receipt_id, ReviewState.OPEN, ReviewState.WITHDRAWN)

    def reopen_reviews(self, receipt_id: int) -> None:
        """Put the withdrawn questions of a receipt again, because its undo is undone."""
        self._turn(receipt_id, ReviewState.WITHDRAWN, ReviewState.OPEN)

    def _withdraw_reviews_of(self, ids: pl.Series) -> None:
        """Take back the open questions about contacts that are no more."""
        question = select(review.c.id, review.c.contact_id, review.c.other_contact_id)
        rows = self._connection.execute(question.where(review.c.state == ReviewState.OPEN)).all()
        gone = frozenset(ids)
        for row in rows:
            if row.contact_id in gone or row.other_contact_id in gone:
                withdrawn = update(review).where(review.c.id == row.id).values(state=ReviewState.WITHDRAWN)
                self._connection.execute(withdrawn)

    def _turn(self, receipt_id: int, old: ReviewState, new: ReviewState) -> None:
        these = (review.c.receipt_id == receipt_id) & (review.c.state == old)
        self._connection.execute(update(review).where(these).values(state=new))

    def _ask(self, reviews: pl.DataFrame, receipt_id: int, now: datetime) -> None:
        """Write questions (`REVIEW_SCHEMA`, real ids)."""
        rows = (
            reviews.with_columns(
                pl.col("contact_id", "other_contact_id").fill_null(0),
                pl.col("identifier", "value", "message").fill_null(""),
                state=pl.lit(ReviewState.OPEN.value),
                receipt_id=pl.lit(receipt_id, dtype=pl.Int64),
                created_at=pl.lit(as_text(now)),
            )
            .rename({"row": "row_number"})
            .unique(["kind", "contact_id", "other_contact_id", "identifier", "value"], maintain_order=True)
        )
        self._database.insert(self._connection, "review", rows, ASKED_AGAIN)


def _entry(row: RowMapping) -> ReviewEntry:
    return ReviewEntry(
        **dict(row)
        | {
            "kind": ReviewKind(row["kind"]),
            "state": ReviewState(row["state"]),
            "contact_id": row["contact_id"] or None,
            "other_contact_id": row["other_contact_id"] or None,
            "identifier": row["identifier"] or None,
            "value": row["value"] or None,
        }
    )
