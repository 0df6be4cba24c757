"""What stands of one person in the tables beside those of contacts."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from onefold.stores.schema import alias, batch, changed_number, mark, outbox, question, review, taken
from onefold.stores.snapshot import Snapshot


class PersonReading(Snapshot):
    """Rows as they stand, for the person whom they tell of; the oldest first."""

    def aliases_since(self, ids: Collection[int]) -> list[dict[str, Any]]:
        """What these contacts are known by beside their own values, why, since when and by which receipt."""
        found = (
            select(alias, batch.c.receipt_id)
            .outerjoin(batch, batch.c.id == alias.c.batch_id)
            .where(alias.c.contact_id.in_(ids))
            .order_by(alias.c.contact_id, alias.c.kind, alias.c.value)
        )
        return self._told(found, without=("batch_id",))

    def reviews_naming(self, ids: Collection[int]) -> list[dict[str, Any]]:
        """Entries of the review queue, decided ones too."""
        return self._rows(review, review.c.contact_id.in_(ids) | review.c.other_contact_id.in_(ids))

    def questions_to(self, ids: Collection[int], addresses: Collection[str]) -> list[dict[str, Any]]:
        """What was asked of these contacts, or of these addresses, by mail or text."""
        return self._rows(question, question.c.contact_id.in_(ids) | question.c.address.in_(addresses))

    def sent_to(self, addresses: Collection[str]) -> list[dict[str, Any]]:
        """Mails and texts to these addresses, sent or not."""
        return self._rows(outbox, outbox.c.recipient.in_(addresses))

    def taken_from(self, ids: Collection[int]) -> list[dict[str, Any]]:
        """Records that were taken by their keys."""
        return self._rows(taken, taken.c.contact_id.in_(ids))

    def numbers_in_files(self, ids: Collection[int]) -> list[dict[str, Any]]:
        """Former numbers that files still had."""
        return self._rows(changed_number, changed_number.c.contact_id.in_(ids))

    def marks_on(self, values: Collection[str]) -> list[dict[str, Any]]:
        """Marks of these identifiers."""
        return self._rows(mark, mark.c.value.in_(values))

    def _rows(self, table: Table, these: ColumnElement[bool]) -> list[dict[str, Any]]:
        return self._told(select(table).where(these).order_by(*table.primary_key), without=("batch_id",))

    def _told(self, question: Any, without: Collection[str]) -> list[dict[str, Any]]:
        rows = self._connection.execute(question).mappings()
        return [{name: value for name, value in row.items() if name not in without} for row in rows]
