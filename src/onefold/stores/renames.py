"""Names that lists had: the ledger speaks of a list by the name that it had then."""

import json
from typing import Final

import polars as pl

from onefold.model.nfc import all_in_nfc, every_spelling
from onefold.stores.snapshot import Snapshot

RENAMED: Final = "renamed"
"""The option of a receipt that gave a list another name: `old` and `new`."""

RENAMES: Final = """
    SELECT batch.id AS batch_id, receipt.options FROM receipt CROSS JOIN batch
    WHERE receipt.options LIKE '%"renamed"%' AND batch.receipt_id = receipt.id ORDER BY batch.id
"""


class RenameReading(Snapshot):
    """What lists are called now, whose names are of another time."""

    def as_named_now(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Lines of the ledger (`batch_id`, `before`, others beside) with the names that lists have now."""
        renames = self._select(RENAMES, {"batch_id": pl.Int64, "options": pl.String})
        for batch_id, options in renames.iter_rows():
            renamed = json.loads(options).get(RENAMED)
            if renamed is None:
                continue
            new = in_ledger(f"list:{renamed['new']}")
            said = pl.col("before")
            for old in every_spelling(renamed["old"]):
                said = said.str.replace_all(in_ledger(f"list:{old}"), new, literal=True)
            lines = lines.with_columns(
                pl.when(pl.col("batch_id") < batch_id).then(said).otherwise("before").alias("before")
            )
        return lines

    def names_of_list(self, name: str) -> set[str]:
        """Every name that a list may have had which is called so now."""
        renames = self._select(RENAMES, {"batch_id": pl.Int64, "options": pl.String})
        names = {name}
        for options in reversed(renames["options"].to_list()):
            renamed = all_in_nfc(json.loads(options).get(RENAMED))
            if renamed is not None and renamed["new"] in names:
                names.add(renamed["old"])
        return names


def in_ledger(key: str) -> str:
    """How a pair of that key begins in a line of the ledger; within a value the quotes would be escaped."""
    return f"[{json.dumps(key, ensure_ascii=False)},"
