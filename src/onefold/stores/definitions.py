"""What a book is set up with: settings, custom fields, own kinds of identifier, tags, lists."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, Table, func, insert, select, update

from onefold.model.field import Access, Field, FieldType
from onefold.stores.contacts import ContactReading
from onefold.stores.database import Database
from onefold.stores.schema import counter, field, identifier_kind, list_, outbox, setting
from onefold.stores.snapshot import as_text


class DefinitionWriting(ContactReading):
    """Adds to what the book has words for."""

    _has_changed = False

    def set_setting(self, key: str, value: str) -> None:
        """Set one setting, new or known."""
        these = setting.c.key == key
        if self._connection.execute(update(setting).where(these).values(value=value)).rowcount == 0:
            self._connection.execute(insert(setting).values(key=key, value=value))
        self._forget_words()
        self._changed()

    def add_field(
        self,
        name: str,
        type: FieldType,  # noqa: A002
        *,
        choices: Sequence[str] = (),
        default: str | None = None,
        access: Access = Access.PUBLIC,
        folder: str | None = None,
    ) -> Field:
        """Add a custom field and its column; contacts that are there have no value in it."""
        made = insert(field).values(
            name=name,
            type=type,
            choices=json.dumps(list(choices), ensure_ascii=False),
            default_value=default,
            access=access,
            folder=folder,
        )
        number = self._connection.execute(made.returning(field.c.id)).scalar_one()
        added = Field(number, name, type, tuple(choices), default, access, folder)
        add_field_column(self._database, self._connection, number, type)
        self._forget_words()
        self._changed()
        return added

    def change_field(self, number: int, **values: Any) -> None:
        """Set attributes of a field, by the names of `Field`; its type is what its column is, and stays."""
        if "choices" in values:
            values["choices"] = json.dumps(list(values["choices"]), ensure_ascii=False)
        if "default" in values:
            values["default_value"] = values.pop("default")
        self._connection.execute(update(field).where(field.c.id == number).values(**values))
        self._forget_words()
        self._changed()

    def add_identifier_kind(self, name: str) -> None:
        """Add a kind of identifier, weaker than the own kinds that are there, with its column and index."""
        last = self._connection.execute(select(func.max(identifier_kind.c.position))).scalar()
        made = insert(identifier_kind).values(name=name, position=(last or 0) + 1)
        number = self._connection.execute(made.returning(identifier_kind.c.id)).scalar_one()
        add_identifier_column(self._database, self._connection, number)
        self._forget_words()
        self._changed()

    def create_list(self, name: str, now: datetime) -> None:
        """Make an empty list; one of that name stays as it is."""
        if self._connection.execute(select(list_.c.id).where(list_.c.name == name)).scalar() is None:
            self._make_named(list_, name, now)

    def put_outbox(self, kind: str, recipient: str, subject: str, body: str, now: datetime) -> None:
        """Lay a notice out for sending."""
        self._connection.execute(
            insert(outbox).values(
                kind=kind, recipient=recipient, subject=subject, body=body, created_at=as_text(now)
            )
        )

    def put_outbox_many(self, notices: pl.DataFrame) -> None:
        """Lay many out: `kind`, `recipient`, `subject`, `body`, `created_at`."""
        self._database.insert_new(self._connection, "outbox", notices)

    def _make_named(self, table: Table, name: str, now: datetime) -> int:
        values = {"name": name} | ({"created_at": as_text(now)} if "created_at" in table.c else {})
        return int(self._connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one())

    def _changed(self) -> None:
        """Let plans made before this transaction know that the book has moved."""
        if not self._has_changed:
            self._connection.execute(
                update(counter).where(counter.c.name == "revision").values(value=counter.c.value + 1)
            )
            self._has_changed = True


def add_field_column(database: Database, connection: Connection, number: int, type_: FieldType) -> None:
    """Give the contact table the column of a custom field."""
    database.add_column(connection, "contact", f"field_{number}", database.column_type(type_))


def add_identifier_column(database: Database, connection: Connection, number: int) -> None:
    """Give the contact table the column of an own kind of identifier, with its index."""
    column = f"identifier_{number}"
    database.add_column(connection, "contact", column, database.text_type)
    connection.exec_driver_sql(
        f"CREATE INDEX ix_contact_{column} ON contact ({column}) WHERE {column} IS NOT NULL"
    )
