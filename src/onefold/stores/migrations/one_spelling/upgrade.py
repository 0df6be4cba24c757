"""What the upgrade did to contacts, on the record."""

import json
from datetime import datetime
from typing import Any, Final

from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import UPGRADE
from onefold.stores.migrations.one_spelling.statements import Statements
from onefold.stores.snapshot import as_text

NAME: Final = "accents in one spelling"
NEW_RECEIPT: Final = """
    INSERT INTO receipt (kind, status, source_name, created_at, finished_at)
    VALUES (:kind, :status, :name, :now, :now) RETURNING id
"""
NEW_BATCH: Final = """
    INSERT INTO batch (receipt_id, number, rows, committed_at) VALUES (:receipt_id, 0, 0, :now) RETURNING id
"""


class Upgrade:
    """One receipt with one batch, made once there is something to say."""

    def __init__(self, statements: Statements, now: datetime) -> None:
        self.now = as_text(now)
        self._statements = statements
        self._ids: tuple[int, int] | None = None
        self._told: list[str] = []
        self._before: dict[int, list[tuple[str, str | None]]] = {}

    @property
    def receipt_id(self) -> int:
        """Its receipt."""
        return self._made()[0]

    @property
    def batch_id(self) -> int:
        """The batch of that receipt."""
        return self._made()[1]

    def tell(self, line: str) -> None:
        """Something that people should know."""
        self._told.append(line)

    def note(self, contact_id: int, key: str, before: str | None) -> None:
        """What a contact had before, as the ledger says it."""
        self._before.setdefault(contact_id, []).append((key, before))

    def finish(self) -> None:
        """Writes what was told and noted."""
        for contact_id, pairs in sorted(self._before.items()):
            self._statements.run(
                "INSERT INTO ledger (batch_id, contact_id, before) VALUES (:batch_id, :contact_id, :before)",
                batch_id=self.batch_id,
                contact_id=contact_id,
                before=json.dumps(pairs, ensure_ascii=False, separators=(",", ":")),
            )
        if self._told or self._ids:
            self._statements.run(
                "UPDATE receipt SET warnings = :warnings, options = :options WHERE id = :id",
                warnings=json.dumps(self._told, ensure_ascii=False),
                options=json.dumps({"changed": len(self._before)}),
                id=self.receipt_id,
            )

    def _made(self) -> tuple[int, int]:
        if self._ids is None:
            told: dict[str, Any] = {"kind": UPGRADE, "status": ReceiptStatus.COMPLETED.value, "name": NAME}
            [receipt] = self._statements.rows(NEW_RECEIPT, now=self.now, **told)
            [batch] = self._statements.rows(NEW_BATCH, receipt_id=receipt["id"], now=self.now)
            self._ids = (receipt["id"], batch["id"])
        return self._ids
