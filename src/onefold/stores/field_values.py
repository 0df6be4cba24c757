"""What contacts have in one custom field: how many have which value, and who has any."""

from typing import Final

import polars as pl

from onefold.model.field import Field
from onefold.stores.snapshot import Snapshot

COUNTS: Final = """
    SELECT {column} AS value,
           sum(CASE WHEN merged_into IS NULL AND NOT in_bin THEN 1 ELSE 0 END) AS contacts
    FROM contact WHERE {column} IS NOT NULL GROUP BY {column}
"""
FILLED: Final = """
    SELECT id FROM contact WHERE {column} IS NOT NULL AND id > :after ORDER BY id LIMIT :limit
"""


class FieldValueReading(Snapshot):
    """The values of a field, retired or not; also of contacts that were merged or are in the bin."""

    def value_counts(self, field: Field) -> pl.DataFrame:
        """Each value that there is (`value`), and how many live contacts have it (`contacts`)."""
        return self._select(COUNTS.format(column=field.column), {"value": field.dtype, "contacts": pl.Int64})

    def with_value(self, field: Field, *, after: int, limit: int) -> pl.Series:
        """Ids of contacts that have a value of their own, lowest first, above `after`."""
        found = self._select(FILLED.format(column=field.column), {"id": pl.Int64}, after=after, limit=limit)
        return found["id"]
