"""Headers of earlier imports, found by the header line or by the name of the source."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, select, true

from onefold.model.nfc import all_in_nfc, in_nfc
from onefold.model.outcome import ReceiptStatus
from onefold.stores.schema import imported_header, receipt
from onefold.stores.snapshot import Snapshot


@dataclass(frozen=True)
class ImportedHeader:
    """The header of an import that was completed and not undone. `mapping`: by header, the field that it
    filled, or None; `by_hand`: what of it somebody had said.
    """

    receipt_id: int
    source_name: str
    headers: tuple[str, ...]
    mapping: Mapping[str, str | None]
    by_hand: Mapping[str, str | None]


class HeaderReading(Snapshot):
    """The last imports of a kind, by keys that whoever kept them made."""

    def last_with_header(self, header_keys: Sequence[str]) -> ImportedHeader | None:
        """The last import whose header line has one of these keys."""
        return next(iter(self._headers(imported_header.c.header_key.in_(header_keys), 1)), None)

    def last_from_source(self, source_keys: Sequence[str]) -> ImportedHeader | None:
        """The last import whose source has one of these keys."""
        return next(iter(self._headers(imported_header.c.source_key.in_(source_keys), 1)), None)

    def last_headers(self, limit: int) -> list[ImportedHeader]:
        """The last imports, the newest first."""
        return self._headers(true(), limit)

    def _headers(self, these: ColumnElement[bool], limit: int) -> list[ImportedHeader]:
        found = (
            select(imported_header, receipt.c.source_name, receipt.c.header_line, receipt.c.mapping)
            .join(receipt, receipt.c.id == imported_header.c.receipt_id)
            .where(these, receipt.c.status == ReceiptStatus.COMPLETED)
            .order_by(imported_header.c.receipt_id.desc())
            .limit(limit)
        )
        return [
            ImportedHeader(
                receipt_id=row.receipt_id,
                source_name=row.source_name,
                headers=tuple(in_nfc(row.header_line).split("\t")),
                mapping=all_in_nfc(json.loads(row.mapping)),
                by_hand=all_in_nfc(json.loads(row.by_hand)),
            )
            for row in self._connection.execute(found)
        ]


class HeaderWriting(HeaderReading):
    """The header of an import under way."""

    def keep_header(
        self, receipt_id: int, header_key: str, source_key: str, by_hand: Mapping[str, str | None]
    ) -> None:
        """Keeps what is looked for when such a file comes again."""
        self._connection.execute(
            insert(imported_header).values(
                receipt_id=receipt_id,
                header_key=header_key,
                source_key=source_key,
                by_hand=json.dumps(dict(by_hand), ensure_ascii=False),
            )
        )
