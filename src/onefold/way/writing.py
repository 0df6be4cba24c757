"""A change of one batch, written as a receipt of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from onefold.model.frames import Changes
from onefold.model.outcome import ReceiptStatus
from onefold.resolve.changes import THE_BOOK
from onefold.stores import Writer


def write_receipt(
    writer: Writer,
    kind: str,
    changes: Changes,
    now: datetime,
    *,
    rows: int = 0,
    options: Mapping[str, Any] | None = None,
    **values: Any,
) -> tuple[int, pl.DataFrame]:
    """Writes changes as a completed receipt; gives its id, and the real ids (`provisional`, `id`) of new
    contacts.

    `values` are further attributes of the stored receipt.
    """
    receipt_id = writer.start_receipt(
        kind,
        ReceiptStatus.COMPLETED,
        now,
        rows=rows,
        options={**(options or {}), "changed": contacts_changed(changes)},
        finished_at=now,
        **values,
    )
    batch_id = writer.start_batch(receipt_id, 0, rows, now)
    return receipt_id, writer.apply(changes, batch_id=batch_id, now=now)


def contacts_changed(changes: Changes) -> int:
    """How many contacts these changes touch."""
    return changes.ledger.filter(pl.col("contact_id") != THE_BOOK)["contact_id"].n_unique()
