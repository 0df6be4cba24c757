"""The log of consent, what it comes to, and the timeline of activity."""

from datetime import datetime
from typing import Final

import polars as pl

from onefold.model.activity import ACTIVITY_SCHEMA
from onefold.model.brought import TAKEN_SCHEMA
from onefold.model.consent import (
    ADDRESS_SCHEMA,
    CONSENT_SCHEMA,
    CONSENT_STATE_SCHEMA,
    LOG_SCHEMA,
    Channel,
)
from onefold.model.frames import Changes, empty
from onefold.normalise.nfc import every_spelling_of, frame_in_nfc
from onefold.stores.refusals import RefusalReading, RefusalWriting
from onefold.stores.snapshot import as_text

LOG_COLUMNS: Final = ", ".join(f"consent.{name}" for name in LOG_SCHEMA)
LOG: Final = f"""
    SELECT {LOG_COLUMNS} FROM {{given}} CROSS JOIN consent
    WHERE consent.address = given.value AND consent.channel = :channel ORDER BY consent.id
"""
WHOLE_LOG: Final = f"SELECT {LOG_COLUMNS} FROM consent ORDER BY consent.id"
LOG_OF_RECEIPT: Final = f"""
    SELECT {LOG_COLUMNS} FROM batch CROSS JOIN consent
    WHERE batch.receipt_id = :receipt_id AND consent.batch_id = batch.id ORDER BY consent.id
"""
STATES: Final = """
    SELECT consent_state.channel, consent_state.address, consent_state.state, consent_state.at,
           consent_state.weak, consent_state.contact_id
    FROM {given} CROSS JOIN consent_state
    WHERE consent_state.address = given.value AND consent_state.channel = :channel
"""
ACTIVITY_ROW_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "id": pl.Int64,
    **ACTIVITY_SCHEMA,
    "batch_id": pl.Int64,
}
ACTIVITIES: Final = """
    SELECT activity.id, activity.contact_id, activity.kind, activity.at, activity.channel, activity.address,
           activity.payload, activity.source, activity.batch_id
    FROM {given} CROSS JOIN activity WHERE activity.contact_id = given.value
    ORDER BY activity.at, activity.id
"""
TAKEN: Final = """
    SELECT taken.source, taken.key, taken.status, taken.reason, taken.contact_id
    FROM {given} CROSS JOIN taken CROSS JOIN batch CROSS JOIN receipt
    WHERE taken.source = :source AND taken.key = given.value
      AND batch.id = taken.batch_id AND receipt.id = batch.receipt_id AND receipt.undone_by IS NULL
"""
SPOKEN_SINCE: Final = """
    SELECT DISTINCT {{table}}.contact_id AS id FROM {{{{given}}}} CROSS JOIN {{table}}
    WHERE {{table}}.contact_id = given.value AND {{table}}.batch_id > {after_batch_id:d}
"""


class ConsentReading(RefusalReading):
    """What was said, and what happened."""

    def consent_log(self, addresses: pl.DataFrame) -> pl.DataFrame:
        """Every entry about these addresses (`ADDRESS_SCHEMA`), in the order of recording (`LOG_SCHEMA`)."""
        return self._by_channel(LOG, LOG_SCHEMA, addresses).sort("id")

    def consent_states(self, addresses: pl.DataFrame) -> pl.DataFrame:
        """What the logs of these addresses come to (`CONSENT_STATE_SCHEMA`); without a log, no line."""
        return self._by_channel(STATES, CONSENT_STATE_SCHEMA, addresses)

    def whole_consent_log(self) -> pl.DataFrame:
        """Every entry of the book (`LOG_SCHEMA`)."""
        return self._select(WHOLE_LOG, LOG_SCHEMA)

    def consents_of_receipt(self, receipt_id: int) -> pl.DataFrame:
        """The entries that a receipt wrote (`LOG_SCHEMA`)."""
        return self._select(LOG_OF_RECEIPT, LOG_SCHEMA, receipt_id=receipt_id)

    def activities(self, ids: pl.Series) -> pl.DataFrame:
        """The timeline of these contacts, oldest first (`ACTIVITY_ROW_SCHEMA`)."""
        return self._select(ACTIVITIES, ACTIVITY_ROW_SCHEMA, ids.cast(pl.Int64).drop_nulls().unique().sort())

    def spoken_since(self, ids: pl.Series, after_batch_id: int) -> pl.Series:
        """Those of these contacts for whom later batches wrote consent or activity."""
        asked = ids.cast(pl.Int64).drop_nulls().unique().sort()
        found = [
            self._select(
                SPOKEN_SINCE.format(after_batch_id=after_batch_id).format(table=table),
                {"id": pl.Int64},
                asked,
            )["id"]
            for table in ("consent", "activity")
        ]
        return pl.concat(found).unique()

    def taken(self, keys: pl.DataFrame) -> pl.DataFrame:
        """Which of these keys (`source`, `key`) were taken before and not taken back (`TAKEN_SCHEMA`, keys in
        NFC), in whatever spelling.
        """
        found = [
            self._select(
                TAKEN, TAKEN_SCHEMA, every_spelling_of(group["key"]).unique().sort(), source=str(source)
            )
            for (source,), group in keys.drop_nulls().group_by("source")
        ]
        taken = frame_in_nfc(pl.concat([empty(TAKEN_SCHEMA), *found]))
        return taken.unique(["source", "key"], keep="first", maintain_order=True)

    def _by_channel(
        self, statement: str, schema: dict[str, type[pl.DataType]], addresses: pl.DataFrame
    ) -> pl.DataFrame:
        asked = addresses.select(list(ADDRESS_SCHEMA)).drop_nulls().unique()
        parts = [empty(schema)]
        for channel in Channel:
            given = asked.filter(pl.col("channel") == channel)["address"].sort()
            if len(given):
                parts.append(self._select(statement, schema, given, channel=channel.value))
        return pl.concat(parts)


class ConsentWriting(RefusalWriting, ConsentReading):
    """Adds to the log; nothing in it is ever changed."""

    def _write_beside_contacts(self, changes: Changes, batch_id: int, now: datetime) -> None:
        in_batch = pl.lit(batch_id, dtype=pl.Int64).alias("batch_id")
        insert_new = self._database.insert_new
        self.add_consents(changes.consents, changes.consent_states, batch_id, now)
        self.keep_refusals(changes.refusals)
        self._write_typed_addresses(changes)
        insert_new(self._connection, "activity", changes.activities.with_columns(in_batch))
        self._database.update(self._connection, "activity", changes.activities_moved, ())
        self._database.insert(
            self._connection,
            "taken",
            changes.taken.with_columns(in_batch),
            "(source, key) DO UPDATE SET status = excluded.status, reason = excluded.reason, "
            "contact_id = excluded.contact_id, batch_id = excluded.batch_id",
        )

    def add_consents(
        self, consents: pl.DataFrame, states: pl.DataFrame, batch_id: int, now: datetime
    ) -> None:
        """Adds entries to the log, in their order, and what the logs of their addresses come to."""
        lines = consents.select(
            *CONSENT_SCHEMA,
            pl.lit(as_text(now)).alias("recorded_at"),
            pl.lit(batch_id, dtype=pl.Int64).alias("batch_id"),
        )
        self._database.insert_new(self._connection, "consent", lines)
        self._write_states(states)

    def _write_states(self, states: pl.DataFrame) -> None:
        self._database.insert(
            self._connection,
            "consent_state",
            states,
            "(address, channel) DO UPDATE SET state = excluded.state, at = excluded.at, "
            "weak = excluded.weak, contact_id = excluded.contact_id",
        )
