"""Refusals of erased contacts, by the hashes of their addresses."""

from typing import Final

import polars as pl

from onefold.stores.snapshot import Snapshot

ERASED_REFUSAL_SCHEMA: Final = {"channel": pl.String, "address_hash": pl.String, "at": pl.String}
KEPT: Final = """
    SELECT erased_refusal.channel, erased_refusal.address_hash, erased_refusal.at
    FROM {given} CROSS JOIN erased_refusal WHERE erased_refusal.address_hash = given.value
"""


class ErasedRefusalReading(Snapshot):
    """Which addresses may not be reached although nothing else is known of them."""

    def has_erased_refusals(self) -> bool:
        """Whether any are kept."""
        return self._connection.exec_driver_sql("SELECT 1 FROM erased_refusal LIMIT 1").first() is not None

    def erased_refusals(self, hashes: pl.Series) -> pl.DataFrame:
        """Those of these hashes that are kept, and when each was refused (`ERASED_REFUSAL_SCHEMA`)."""
        return self._select(KEPT, ERASED_REFUSAL_SCHEMA, hashes.unique().sort())


class ErasedRefusalWriting(ErasedRefusalReading):
    """Keeps more of them."""

    def keep_erased_refusals(self, refusals: pl.DataFrame) -> None:
        """Keep these (`ERASED_REFUSAL_SCHEMA`); of one that is kept already the later moment counts."""
        later = "(channel, address_hash) DO UPDATE SET at = excluded.at WHERE excluded.at > erased_refusal.at"
        self._database.insert(self._connection, "erased_refusal", refusals, later)
