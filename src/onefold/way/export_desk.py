"""The book open where contacts are written out."""

from pathlib import Path

from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import BACKUP, Receipt
from onefold.way.desk import Desk
from onefold.way.receipts import read_receipt


class ExportDesk(Desk):
    """Contacts, for other programs and for themselves."""

    def backup(self, path: Path | str) -> Receipt:
        """A consistent copy, while others may write; that it was made is on the record, in a receipt."""
        copy = Path(path).absolute()
        self._store.backup(copy)
        now = self._clock()
        with self._store.writer() as writer:
            receipt_id = writer.start_receipt(
                BACKUP, ReceiptStatus.COMPLETED, now, finished_at=now, source_name=str(copy)
            )
            return read_receipt(writer, receipt_id)
