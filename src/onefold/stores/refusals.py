"""Refusals that are a person's own, and addresses that were typed for a contact."""

from typing import Final

import polars as pl

from onefold.model.consent import KIND_OF, REFUSAL_SCHEMA
from onefold.model.frames import Changes, empty
from onefold.resolve.own_refusals import HELD_SCHEMA
from onefold.stores.snapshot import Snapshot

SAID_REFUSAL_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    **REFUSAL_SCHEMA,
    "address": pl.String,
    "batch_id": pl.Int64,
}
"""Where and with which batch it was said, unless the entry was erased with somebody else."""
COLUMNS: Final = ", ".join(f"refusal.{name}" for name in REFUSAL_SCHEMA)
SAID: Final = "LEFT JOIN consent ON consent.id = refusal.consent_id"
EVERY: Final = f"SELECT {COLUMNS}, consent.address, consent.batch_id FROM refusal {SAID}"
REFUSALS: Final = f"""
    SELECT {COLUMNS}, consent.address, consent.batch_id
    FROM {{{{given}}}} CROSS JOIN refusal {SAID}
    WHERE refusal.{{column}} = given.value
"""
STANDING: Final = f"""
    SELECT {COLUMNS}, consent.address, consent.batch_id
    FROM {{given}} CROSS JOIN refusal {SAID}
    WHERE refusal.contact_id = given.value AND refusal.answered_by IS NULL
"""
NEW_IDS: Final = "SELECT id FROM consent WHERE batch_id = {batch_id:d} ORDER BY id"
TYPED: Final = """
    SELECT typed_address.contact_id, typed_address.value AS address
    FROM {given} CROSS JOIN typed_address
    WHERE typed_address.kind = :kind AND typed_address.value = given.value
"""


class RefusalReading(Snapshot):
    """What people have refused, wherever they are reached."""

    def refusals_of(self, ids: pl.Series, column: str = "contact_id") -> pl.DataFrame:
        """The refusals of these contacts, ended ones too (`SAID_REFUSAL_SCHEMA`), or by `answered_by` or
        `consent_id` those that these entries of the log ended or are.
        """
        asked = ids.cast(pl.Int64).drop_nulls().unique().sort()
        return self._select(REFUSALS.format(column=column), SAID_REFUSAL_SCHEMA, asked)

    def standing_refusals(self, ids: pl.Series) -> pl.DataFrame:
        """The refusals of these contacts that nothing has ended (`SAID_REFUSAL_SCHEMA`)."""
        if not self.has_refusals():
            return empty(SAID_REFUSAL_SCHEMA)
        return self._select(STANDING, SAID_REFUSAL_SCHEMA, ids.cast(pl.Int64).drop_nulls().unique().sort())

    def every_refusal(self) -> pl.DataFrame:
        """All refusals that are anybody's own (`SAID_REFUSAL_SCHEMA`)."""
        return self._select(EVERY, SAID_REFUSAL_SCHEMA)

    def has_refusals(self) -> bool:
        """Whether anybody has refused anything."""
        return self._has("refusal")

    def has_typed_addresses(self) -> bool:
        """Whether there are addresses that nobody has confirmed."""
        return self._has("typed_address")

    def typed_addresses(self, addresses: pl.DataFrame) -> pl.DataFrame:
        """For whom these addresses (`channel`, `address`) were typed and not confirmed (`HELD_SCHEMA`)."""
        if not self.has_typed_addresses():
            return empty(HELD_SCHEMA)
        schema = {"contact_id": pl.Int64, "address": pl.String}
        found = [
            self._select(
                TYPED,
                schema,
                addresses.filter(pl.col("channel") == channel)["address"].drop_nulls().unique().sort(),
                kind=kind,
            ).with_columns(channel=pl.lit(channel.value))
            for channel, kind in KIND_OF.items()
        ]
        return pl.concat([part.select(list(HELD_SCHEMA)) for part in found])

    def consent_ids(self, batch_id: int) -> pl.Series:
        """The ids of the entries of a batch, in the order in which they were said."""
        return self._select(NEW_IDS.format(batch_id=batch_id), {"id": pl.Int64})["id"]

    def _has(self, table: str) -> bool:
        return self._connection.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT 1").first() is not None


class RefusalWriting(RefusalReading):
    """Keeps them."""

    def keep_refusals(self, refusals: pl.DataFrame) -> None:
        """Keep these (`REFUSAL_SCHEMA`); of one that is kept already, where its contact is now and what ended
        it.
        """
        moved = "contact_id = excluded.contact_id, answered_by = excluded.answered_by"
        self._database.insert(
            self._connection, "refusal", refusals, f"(origin_id, consent_id) DO UPDATE SET {moved}"
        )

    def _write_typed_addresses(self, changes: Changes) -> None:
        if len(changes.addresses_confirmed) and self.has_typed_addresses():
            self._database.delete(self._connection, "typed_address", changes.addresses_confirmed)
        self._database.insert(self._connection, "typed_address", changes.addresses_typed, "DO NOTHING")
