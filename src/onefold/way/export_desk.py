"""The book open where contacts are written out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from onefold.audience.choosing import Choice
from onefold.model.consent import Channel
from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import BACKUP, EXPORT, Receipt
from onefold.report.export_files import beside, format_of, lay
from onefold.way.desk import Desk, word
from onefold.way.everything import everything_of
from onefold.way.export_columns import chosen_columns
from onefold.way.exporting import Export, Exporting, as_export, options_of, write_contacts
from onefold.way.receipts import read_receipt


class ExportDesk(Desk):
    """Contacts, for other programs and for themselves."""

    def export(
        self,
        to: Path | str,
        *,
        rules: Mapping[str, Any] | None = None,
        segment: str | None = None,
        list: str | None = None,  # noqa: A002
        tag: str | None = None,
        columns: str | Sequence[str] | None = None,
        consent: bool = False,
        channel: str | None = None,
    ) -> Export:
        """Writes contacts into a file, as CSV, workbook, Parquet or JSON Lines by the ending of its name; a
        file that is there gives way once the new one is whole. That it was made is on the record.

        `columns`: names or headers, as text parted by commas, `all` among them; private fields only by name.
        With `channel` only those are in it who may be reached there now. Raises `UsageError` (`bad_target`,
        `unknown_column`, `bad_value`, and what a choice raises).
        """
        file = Path(to).absolute()
        choice = Choice(rules=rules, segment=segment, list=list, tag=tag)
        format_ = format_of(file)
        with beside(file) as partial:
            with self._store.reader() as reader:
                this = Exporting(
                    choice=choice,
                    format=format_,
                    chosen=chosen_columns(reader, format_, columns, consent=consent),
                    channel=None if channel is None else word(Channel, channel, "channel"),
                    code=reader.settings()["code"],
                    rules=self._rules(reader),
                )
                written = write_contacts(reader, this, partial, self._clock())
            with self._store.writer() as writer:
                now = self._clock()
                receipt_id = writer.start_receipt(
                    EXPORT,
                    ReceiptStatus.COMPLETED,
                    now,
                    finished_at=now,
                    source_name=str(file),
                    options=options_of(this, written),
                )
                lay(partial, file)
                stored = writer.receipt(receipt_id)
                assert stored is not None
                return as_export(stored)

    def exports(self) -> Sequence[Export]:
        """All exports, the newest first (DOT-08)."""
        with self._store.reader() as reader:
            return [as_export(stored) for stored in reader.receipts_of(EXPORT)]

    def everything(self, contact_id: int) -> dict[str, Any]:
        """All that is known of one person, private fields and former addresses too, as one document.

        Raises `UsageError` (`unknown_contact_id`).
        """
        with self._store.reader() as reader:
            return everything_of(reader, contact_id, reader.settings()["code"])

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
