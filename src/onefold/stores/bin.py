"""The bin: contacts that were removed, and when."""

from datetime import datetime
from typing import Final

import polars as pl

from onefold.stores.snapshot import Snapshot, as_text

BIN_SCHEMA: Final = {"id": pl.Int64, "since": pl.String, "receipt_id": pl.Int64}
IN_BIN: Final = r"""
    SELECT binned.id, batch.committed_at AS since, batch.receipt_id
    FROM (
        SELECT contact.id,
               (SELECT max(ledger.batch_id) FROM ledger WHERE ledger.contact_id = contact.id
                AND ledger.before LIKE '%["in!_bin",%' ESCAPE '!') AS batch_id
        FROM contact WHERE contact.in_bin AND contact.merged_into IS NULL AND contact.id > :after
    ) AS binned JOIN batch ON batch.id = binned.batch_id
    WHERE batch.committed_at < :before ORDER BY binned.id LIMIT :limit
"""
"""A contact came there by the last batch that changed whether it is there; a key stands unescaped in a ledger
line, and no value does."""
HOW_MANY: Final = "SELECT count(*) AS contacts FROM contact WHERE in_bin AND merged_into IS NULL"
EVER: Final = "9999"
EVERYBODY: Final = 2**62


class BinReading(Snapshot):
    """What waits in the bin. Contacts that are part of others wait with them, and are not counted."""

    def in_bin(self, *, before: datetime | None = None, after: int = 0, limit: int = 100) -> pl.DataFrame:
        """Contacts in the bin, lowest id above `after` first: `id`, `since`, `receipt_id` (by which they came
        there); with `before`, only those that came there earlier.
        """
        moment = EVER if before is None else as_text(before)
        return self._select(IN_BIN, BIN_SCHEMA, after=after, before=moment, limit=limit)

    def count_in_bin(self, *, before: datetime | None = None) -> int:
        """How many contacts wait in the bin; with `before`, of those that came there earlier."""
        if before is not None:
            return self.in_bin(before=before, limit=EVERYBODY).height
        return int(self._select(HOW_MANY, {"contacts": pl.Int64})["contacts"].item())
