"""What the book keeps for reports: numbers that files still have, marks and who set them."""

from datetime import datetime
from typing import Final

import polars as pl

from onefold.stores.pages import PageReading
from onefold.stores.snapshot import as_text

CHANGED_NUMBER_REPORT_SCHEMA: Final = {
    "crm_id": pl.String,
    "first_name": pl.String,
    "last_name": pl.String,
    "contact_id": pl.Int64,
    "number_in_file": pl.String,
    "current_number": pl.String,
    "changed_at": pl.String,
}
SEEN_SCHEMA: Final = {"contact_id": pl.Int64, "number_in_file": pl.String}
SEEN: Final = """
    SELECT DISTINCT contact_id, number_in_file FROM changed_number
    WHERE (:receipt_id = 0 OR receipt_id = :receipt_id) AND seen_at >= :since
"""
SINCE: Final = """
    SELECT alias.contact_id, alias.value AS number_in_file, alias.since AS changed_at
    FROM {given} CROSS JOIN alias WHERE alias.contact_id = given.value AND alias.kind = 'phone'
"""
MARKS: Final = """
    SELECT mark.kind, mark.value, mark.mark, mark.marked_by, batch.receipt_id, batch.committed_at
    FROM mark LEFT JOIN batch ON batch.id = mark.batch_id
    WHERE mark.mark = :mark ORDER BY mark.kind, mark.value
"""
MARK_DETAIL_SCHEMA: Final = {
    "kind": pl.String,
    "value": pl.String,
    "mark": pl.String,
    "marked_by": pl.String,
    "receipt_id": pl.Int64,
    "marked_at": pl.String,
}


class ReportReading(PageReading):
    """Answers that are written to files and tables for people."""

    def changed_numbers(self, receipt_id: int | None = None, since: datetime | None = None) -> pl.DataFrame:
        """Contacts whose number is not the one that a file had (MAI-06), of one receipt or seen since then.

        Columns: `CHANGED_NUMBER_REPORT_SCHEMA`; `changed_at` is when they ceased to have the file's number.
        """
        seen = self._select(
            SEEN, SEEN_SCHEMA, receipt_id=receipt_id or 0, since="" if since is None else as_text(since)
        )
        leads = self.live(seen["contact_id"]).rename({"id": "contact_id", "contact_id": "live"})
        now = seen.join(leads, on="contact_id").select("number_in_file", contact_id="live").unique()
        changed = self._select(
            SINCE, SEEN_SCHEMA | {"changed_at": pl.String}, now["contact_id"].unique().sort()
        )
        contacts = self.contacts(now["contact_id"]).contacts
        return (
            now.join(changed, on=["contact_id", "number_in_file"], how="left")
            .join(contacts, left_on="contact_id", right_on="id")
            .filter(pl.col("phone").ne_missing(pl.col("number_in_file")))
            .rename({"phone": "current_number"})
            .select(*CHANGED_NUMBER_REPORT_SCHEMA)
            .sort("contact_id", "number_in_file")
        )

    def marks_detail(self, mark: str) -> pl.DataFrame:
        """Values that are marked `shared` or `blocked`, by whom and when (`MARK_DETAIL_SCHEMA`)."""
        return self._select(MARKS, MARK_DETAIL_SCHEMA, mark=mark)
