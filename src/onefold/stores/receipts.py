"""Receipts and their batches: what did happen, and what `undo` takes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import IMPORTS
from onefold.stores.schema import batch, outbox, receipt
from onefold.stores.snapshot import Snapshot, as_text

AS_JSON = frozenset({"mapping", "counts", "warnings", "options"})


@dataclass(frozen=True)
class StoredReceipt:
    """One row of the table `receipt`. `counts` are by reason; `options` is what going on with it needs."""

    id: int
    kind: str
    status: ReceiptStatus
    created_at: str
    policy: str | None = None
    purpose: str | None = None
    source_name: str | None = None
    header_line: str | None = None
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: int = 0
    tag: str | None = None
    warnings: Sequence[str] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    finished_at: str | None = None
    undoes: int | None = None
    undone_by: int | None = None
    results_path: str | None = None
    errors_path: str | None = None


@dataclass(frozen=True)
class StoredBatch:
    """One row of the table `batch`: a transaction of a receipt, and how many rows of its input it took."""

    id: int
    receipt_id: int
    number: int
    rows: int
    committed_at: str


class ReceiptReading(Snapshot):
    """Receipts as they stand."""

    def receipts(self) -> list[StoredReceipt]:
        """All receipts, the newest first."""
        rows = self._connection.execute(select(receipt).order_by(receipt.c.id.desc())).mappings()
        return [_receipt(row) for row in rows]

    def receipts_of(self, *kinds: str) -> list[StoredReceipt]:
        """All receipts of these kinds, the newest first."""
        asks = select(receipt).where(receipt.c.kind.in_(kinds)).order_by(receipt.c.id.desc())
        return [_receipt(row) for row in self._connection.execute(asks).mappings()]

    def open_imports(self) -> list[StoredReceipt]:
        """Imports that run, or have no results file yet, the oldest first."""
        runs = receipt.c.status == ReceiptStatus.RUNNING
        only_in = (receipt.c.status == ReceiptStatus.COMPLETED) & receipt.c.results_path.is_(None)
        asks = select(receipt).where(receipt.c.kind.in_(IMPORTS), runs | only_in).order_by(receipt.c.id)
        return [_receipt(row) for row in self._connection.execute(asks).mappings()]

    def receipt(self, receipt_id: int) -> StoredReceipt | None:
        """One receipt, or `None` where no receipt has that id."""
        row = self._connection.execute(select(receipt).where(receipt.c.id == receipt_id)).mappings().first()
        return None if row is None else _receipt(row)

    def imported_before(self, sha256: str) -> StoredReceipt | None:
        """The last import of a file of these bytes that is completed, has its results, and was not undone."""
        asks = select(receipt).where(
            receipt.c.kind.in_(IMPORTS),
            receipt.c.status == ReceiptStatus.COMPLETED,
            receipt.c.results_path.is_not(None),
            receipt.c.undone_by.is_(None),
            receipt.c.options.contains(sha256),
        )
        row = self._connection.execute(asks.order_by(receipt.c.id.desc()).limit(1)).mappings().first()
        return None if row is None else _receipt(row)

    def batches(self, receipt_id: int) -> list[StoredBatch]:
        """The batches of a receipt that were committed, in order."""
        rows = self._connection.execute(
            select(batch).where(batch.c.receipt_id == receipt_id).order_by(batch.c.id)
        ).mappings()
        return [StoredBatch(**row) for row in rows]

    def outbox(self) -> list[dict[str, Any]]:
        """Notices that are not sent yet, the oldest first: the columns of the table `outbox`."""
        waiting = select(outbox).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.id)
        return [dict(row) for row in self._connection.execute(waiting).mappings()]


class ReceiptWriting(ReceiptReading):
    """Receipts under way."""

    def start_receipt(self, kind: str, status: ReceiptStatus, now: datetime, **values: Any) -> int:
        """Write a new receipt and give its id. `values` are further attributes of `StoredReceipt`."""
        made = insert(receipt).values(kind=kind, status=status, created_at=as_text(now), **_columns(values))
        return int(self._connection.execute(made.returning(receipt.c.id)).scalar_one())

    def update_receipt(self, receipt_id: int, **values: Any) -> None:
        """Set attributes of a receipt, by the names of `StoredReceipt`."""
        self._connection.execute(update(receipt).where(receipt.c.id == receipt_id).values(**_columns(values)))

    def start_batch(self, receipt_id: int, number: int, rows: int, now: datetime) -> int:
        """Write the next batch of a receipt and give its id; it counts once this transaction is committed."""
        made = insert(batch).values(
            receipt_id=receipt_id, number=number, rows=rows, committed_at=as_text(now)
        )
        return int(self._connection.execute(made.returning(batch.c.id)).scalar_one())


def _receipt(row: RowMapping) -> StoredReceipt:
    values = {name: json.loads(value) if name in AS_JSON else value for name, value in row.items()}
    return StoredReceipt(**values | {"status": ReceiptStatus(row["status"])})


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the table keeps them; a name that is no attribute of a receipt is our mistake."""
    unknown = values.keys() - {attribute.name for attribute in fields(StoredReceipt)}
    if unknown:
        raise TypeError(f"a receipt has no {', '.join(sorted(unknown))}")
    return {
        name: json.dumps(value, ensure_ascii=False)
        if name in AS_JSON
        else as_text(value)
        if isinstance(value, datetime)
        else value
        for name, value in values.items()
    }
