"""The book open where contacts are removed, brought back, and erased."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from onefold.model.receipt import Receipt
from onefold.way.desk import Desk
from onefold.way.receipts import read_receipt
from onefold.way.removing import remove_contacts, restore_contacts


class BinDesk(Desk):
    """What leaves the book: to the bin first, then for good."""

    def remove(self, contacts: Sequence[int]) -> Receipt:
        """Puts contacts, with all that were merged into them, into the bin; their identifiers stay taken.

        Raises `UsageError` (`unknown_contact_id`, `in_bin`), and then none is removed.
        """
        with self._store.writer() as writer:
            receipt_id = remove_contacts(writer, _ids(contacts), self._clock())
            return read_receipt(writer, receipt_id)

    def restore(self, contacts: Sequence[int]) -> Receipt:
        """Takes contacts out of the bin, as they were.

        Raises `UsageError` (`unknown_contact_id`, `not_in_bin`), and then none is restored.
        """
        with self._store.writer() as writer:
            receipt_id = restore_contacts(writer, _ids(contacts), self._clock())
            return read_receipt(writer, receipt_id)

    def bin(self, *, limit: int = 100, after: int = 0) -> list[dict[str, Any]]:
        """What waits in the bin, by id: contacts in CONTRACT's shape, with `removed_at` and the receipt
        `removed_by`.
        """
        with self._store.reader() as reader:
            waiting = reader.in_bin(after=after, limit=limit)
            details = reader.details(waiting["id"])
        return [
            contact | {"removed_at": since, "removed_by": receipt}
            for contact, since, receipt in zip(details, waiting["since"], waiting["receipt_id"], strict=True)
        ]

    def count_in_bin(self) -> int:
        """How many contacts wait in the bin."""
        with self._store.reader() as reader:
            return reader.count_in_bin()


def _ids(contacts: Sequence[int]) -> pl.Series:
    return pl.Series("id", contacts, dtype=pl.Int64)
