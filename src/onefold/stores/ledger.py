"""The ledger: what contacts were before each batch."""

from typing import Final

import polars as pl
from sqlalchemy import select

from onefold.model.frames import SET_BY_SCHEMA
from onefold.model.receipt import UPGRADE
from onefold.model.source import Source
from onefold.resolve.changes import from_ledger
from onefold.stores.renames import RenameReading
from onefold.stores.schema import counter

LEDGER_ROW_SCHEMA = {"batch_id": pl.Int64, "contact_id": pl.Int64, "before": pl.String}
HISTORY_SCHEMA = {
    "batch_id": pl.Int64,
    "receipt_id": pl.Int64,
    "kind": pl.String,
    "source_name": pl.String,
    "committed_at": pl.String,
    "before": pl.String,
}

ENTRIES = """
    SELECT ledger.batch_id, ledger.contact_id, ledger.before
    FROM batch CROSS JOIN ledger
    WHERE batch.receipt_id = :receipt_id AND ledger.batch_id = batch.id
    ORDER BY ledger.batch_id, ledger.contact_id
"""
CHANGES = """
    SELECT count(*) AS changes FROM batch CROSS JOIN ledger
    WHERE batch.receipt_id = :receipt_id AND ledger.batch_id = batch.id AND ledger.contact_id > 0
"""
LATER_ENTRIES = """
    SELECT ledger.batch_id, ledger.contact_id, ledger.before
    FROM {{given}} CROSS JOIN ledger
    WHERE ledger.contact_id = given.value AND ledger.batch_id > {after_batch_id:d}
    ORDER BY ledger.batch_id, ledger.contact_id
"""
HISTORY = """
    SELECT ledger.batch_id, batch.receipt_id, receipt.kind, receipt.source_name, batch.committed_at,
           ledger.before
    FROM ledger CROSS JOIN batch CROSS JOIN receipt
    WHERE ledger.contact_id = :contact_id AND batch.id = ledger.batch_id AND receipt.id = batch.receipt_id
    ORDER BY ledger.batch_id
"""


UPGRADED: Final = f"""
    SELECT batch.id AS batch_id FROM receipt CROSS JOIN batch
    WHERE receipt.kind = '{UPGRADE}' AND batch.receipt_id = receipt.id
"""
SET_BY: Final = """
    SELECT receipt.id AS at, ledger.contact_id, ledger.before, receipt.kind, receipt.options
    FROM {given} CROSS JOIN ledger CROSS JOIN batch CROSS JOIN receipt
    WHERE ledger.contact_id = given.value AND batch.id = ledger.batch_id AND receipt.id = batch.receipt_id
"""
SET_BY_ROW_SCHEMA = {
    "at": pl.Int64,
    "contact_id": pl.Int64,
    "before": pl.String,
    "kind": pl.String,
    "options": pl.String,
}
SOURCES: Final = {
    "import": Source.IMPORT.value,
    **dict.fromkeys(("edit", "merge", "split", "review", "mark", "undo"), Source.CONSOLE.value),
}
"""Who set the values of a receipt, where its kind says so; else its options may."""


class LedgerReading(RenameReading):
    """What undo, provenance and history read; lists are called in it as they are now."""

    def entries(self, receipt_id: int) -> pl.DataFrame:
        """What this receipt's batches changed, oldest first: `batch_id`, `contact_id`, `before`."""
        return self.as_named_now(self._select(ENTRIES, LEDGER_ROW_SCHEMA, receipt_id=receipt_id))

    def count_changes(self, receipt_id: int) -> int:
        """How many contacts this receipt's batches changed, one that several of them changed as often."""
        counted = self._select(CHANGES, {"changes": pl.Int64}, receipt_id=receipt_id)
        return int(counted["changes"].item())

    def later_entries(self, ids: pl.Series, after_batch_id: int) -> pl.DataFrame:
        """What later batches changed of these contacts, oldest first; the columns of `entries`.

        Contact 0 is the book itself.
        """
        statement = LATER_ENTRIES.format(after_batch_id=after_batch_id)
        lines = self._select(statement, LEDGER_ROW_SCHEMA, ids.cast(pl.Int64).drop_nulls().unique().sort())
        return self.as_named_now(lines)

    def changed_since(self, ids: pl.Series, after_batch_id: int) -> pl.DataFrame:
        """The same without what an upgrade of Onefold did: nobody meant anything by that."""
        upgraded = self._select(UPGRADED, {"batch_id": pl.Int64})["batch_id"]
        lines = self.later_entries(ids, after_batch_id)
        return lines.filter(~pl.col("batch_id").is_in(upgraded.implode())) if len(upgraded) else lines

    def spelled_since(self) -> int:
        """The last batch that was written before all text was in NFC; 0 where there is none."""
        asks = select(counter.c.value).where(counter.c.name == "spelled_since")
        return int(self._connection.execute(asks).scalar() or 0)

    def set_by(self, ids: pl.Series) -> pl.DataFrame:
        """When values of these contacts were set last, and by which source (`SET_BY_SCHEMA`)."""
        wanted = ids.cast(pl.Int64).drop_nulls().unique().sort()
        lines = self._select(SET_BY, SET_BY_ROW_SCHEMA, wanted.filter(wanted > 0))
        said = pl.col("options").str.json_path_match("$.source")
        source = pl.col("kind").replace_strict(SOURCES, default=None, return_dtype=pl.String)
        lines = lines.with_columns(pl.coalesce(source, said).alias("source")).drop("kind", "options")
        made = lines.filter(pl.col("before").is_null()).with_columns(pl.lit(None, pl.String).alias("key"))
        changed = from_ledger(lines.filter(pl.col("before").is_not_null()))
        every = pl.concat([made.select(changed.columns), changed]).rename({"key": "column"}).sort("at")
        last = every.group_by("contact_id", "column").agg(pl.col("at", "source").last())
        return last.select(list(SET_BY_SCHEMA))

    def history(self, contact_id: int) -> pl.DataFrame:
        """All that was written of one contact, oldest first, and by which receipt (`HISTORY_SCHEMA`)."""
        return self.as_named_now(self._select(HISTORY, HISTORY_SCHEMA, contact_id=contact_id))
