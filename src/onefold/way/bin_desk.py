"""The book open where contacts are removed, brought back, and erased."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import ERASE, Receipt
from onefold.way.desk import Desk
from onefold.way.erasing import Next, erasable, erase_all, in_bin, longest_kept, nobody, those
from onefold.way.planning import Progress, silent
from onefold.way.receipts import read_receipt
from onefold.way.removing import remove_contacts, restore_contacts

Say = Callable[[str], None]
"""Told what a person should know meanwhile: a line, without a full stop."""


def unheard(line: str) -> None:
    """What is said and nobody listens to."""


class BinDesk(Desk):
    """What leaves the book: to the bin first, then for good."""

    def remove(self, contacts: Sequence[int]) -> Receipt:
        """Puts contacts, with all that were merged into them, into the bin; their identifiers stay taken.

        Raises `UsageError` (`unknown_contact_id`, `in_bin`), and then none is removed.
        """
        with self._store.writer() as writer:
            receipt = read_receipt(writer, remove_contacts(writer, _ids(contacts), self._clock()))
        self._store.follow_search()
        return receipt

    def restore(self, contacts: Sequence[int]) -> Receipt:
        """Takes contacts out of the bin, as they were.

        Raises `UsageError` (`unknown_contact_id`, `not_in_bin`), and then none is restored.
        """
        with self._store.writer() as writer:
            receipt = read_receipt(writer, restore_contacts(writer, _ids(contacts), self._clock()))
        self._store.follow_search()
        return receipt

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

    def count_in_bin(self, *, due: bool = False) -> int:
        """How many contacts wait in the bin; with `due`, of those that `empty_bin` would erase with it."""
        with self._store.reader() as reader:
            before = longest_kept(reader, self._clock()) if due else None
            return 0 if due and before is None else reader.count_in_bin(before=before)

    def erase(self, contacts: Sequence[int], *, progress: Progress = silent, say: Say = unheard) -> Receipt:
        """Erases contacts, in the bin or not, with all that were merged into them: whatever tells of them, in
        the book and in the files beside it. There is no way back; the receipt names copies out of reach.

        Raises `UsageError` (`unknown_contact_id`, `already_erased`), and then none is erased.
        """
        with self._store.reader() as reader:
            ids = erasable(reader, _ids(contacts))
        return self._erase(those(ids), len(ids), progress, say)

    def empty_bin(self, *, due: bool = False, progress: Progress = silent, say: Say = unheard) -> Receipt:
        """Erases whatever waits in the bin; with `due`, what has lain there for longer than the setting
        `bin_days` says. An erasure that was interrupted is gone on with. Where there is nothing to do, the
        receipt has no id.
        """
        with self._store.reader() as reader:
            before = longest_kept(reader, self._clock()) if due else None
            waiting = before is not None or not due
            next_ones = in_bin(before) if waiting else nobody
            if reader.open_erasure() is None and next_ones(reader, 1).is_empty():
                return Receipt(id=None, kind=ERASE, status=ReceiptStatus.COMPLETED)
            rows = reader.count_in_bin(before=before) if waiting else 0
        return self._erase(next_ones, rows, progress, say)

    def _erase(self, next_ones: Next, rows: int, progress: Progress, say: Say) -> Receipt:
        with self._store.turn(lambda: say("waiting for an import …")):
            receipt_id = erase_all(
                self._store, next_ones, rows=rows, code=self.short_id, now=self._clock, progress=progress
            )
        with self._store.reader() as reader:
            return read_receipt(reader, receipt_id)


def _ids(contacts: Sequence[int]) -> pl.Series:
    return pl.Series("id", contacts, dtype=pl.Int64)
