"""The book open where consent is asked about, proved and entered, and activity looked at."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from onefold.model.receipt import Receipt
from onefold.way.consenting import Entry, consent_of, not_this_person, record_consent, report_of
from onefold.way.contacts import timeline_of
from onefold.way.desk import Desk
from onefold.way.receipts import read_receipt


class ConsentDesk(Desk):
    """Consent belongs to an address, and every word of it is kept."""

    def timeline(self, contact_id: int) -> Sequence[dict[str, Any]]:
        """What was sent to a person and what the person did, the newest first."""
        with self._store.reader() as reader:
            return timeline_of(reader, contact_id)

    def consent(self, address: str, *, channel: str | None = None, on: date | None = None) -> dict[str, Any]:
        """One address: its state now or at the end of a day, its holders, the proof, the log, oldest first.

        Raises `UsageError` (`bad_value`) for what is no address.
        """
        with self._store.reader() as reader:
            return consent_of(reader, address, channel, on, self._terms(reader, None))

    def record_consent(self, address: str, entry: Entry, *, channel: str | None = None) -> Receipt:
        """Enters what a person said in another way: on paper, by word of mouth.

        Raises `UsageError` (`bad_value`).
        """
        with self._store.writer() as writer:
            terms = self._terms(writer, None)
            receipt_id = record_consent(writer, address, channel, entry, terms, self._clock())
            return read_receipt(writer, receipt_id)

    def not_this_person(
        self, address: str, contact_id: int, evidence: Mapping[str, str | None], *, channel: str | None = None
    ) -> Receipt:
        """Notes that somebody else refused at an address that a contact had; the address stays refused.

        Raises `UsageError` (`bad_value`, `missing_evidence`, `nothing_to_mark`).
        """
        with self._store.writer() as writer:
            terms, now = self._terms(writer, None), self._clock()
            receipt_id = not_this_person(writer, address, channel, contact_id, evidence, terms, now)
            return read_receipt(writer, receipt_id)

    def consent_report(
        self, *, channel: str | None = None, on: date | None = None, everybody: bool = False
    ) -> pl.DataFrame:
        """Who may be reached how, and by what proof, now or at the end of a day."""
        with self._store.reader() as reader:
            return report_of(reader, channel, on, everybody=everybody)
