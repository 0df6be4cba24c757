"""Contacts as frames, whole, and the words that the book has for them: fields, kinds, tags, lists, marks."""

import json
from collections.abc import Sequence
from typing import Final

import polars as pl
from sqlalchemy import func, select

from onefold.model.field import Access, Field, FieldType
from onefold.model.frames import ALIAS_SCHEMA, MARK_SCHEMA, MEMBERSHIP_SCHEMA, Contacts, contact_schema, empty
from onefold.model.identifier import kinds_of
from onefold.stores.schema import contact, field, identifier_kind, metadata, setting
from onefold.stores.snapshot import Snapshot

MEMBERSHIPS: Final = {
    "tag": """
        SELECT contact_tag.contact_id, 'tag' AS kind, tag.name
        FROM {{given}} CROSS JOIN contact_tag CROSS JOIN tag
        WHERE contact_tag.contact_id = given.value AND tag.id = contact_tag.tag_id {only}""",
    "list": """
        SELECT contact_list.contact_id, 'list' AS kind, list.name
        FROM {{given}} CROSS JOIN contact_list CROSS JOIN list
        WHERE contact_list.contact_id = given.value AND list.id = contact_list.list_id {only}""",
}
NEWEST: Final = 1_000
"""As many contacts say what most contacts of a book are like."""


class ContactReading(Snapshot):
    """Whole contacts and what belongs to them. The words of one transaction are read once."""

    _known_fields: tuple[Field, ...] | None = None
    _known_kinds: dict[str, str] | None = None
    _known_settings: dict[str, str] | None = None

    def settings(self) -> dict[str, str]:
        """What the operator set, the book's `code` and its `policy` among it."""
        if self._known_settings is None:
            rows = self._connection.execute(select(setting.c.key, setting.c.value).order_by(setting.c.key))
            self._known_settings = {row.key: row.value for row in rows}
        return dict(self._known_settings)

    def fields(self) -> tuple[Field, ...]:
        """The book's custom fields, in the order in which they were added."""
        return tuple(each for each in self.every_field() if not each.retired)

    def retired_fields(self) -> tuple[Field, ...]:
        """Fields that are offered no more; contacts keep what they have in them."""
        return tuple(each for each in self.every_field() if each.retired)

    def every_field(self) -> tuple[Field, ...]:
        """The fields, and after them those that are retired: the order that frames of contacts have."""
        if self._known_fields is None:
            self._known_fields = self._read_fields()
        return self._known_fields

    def _read_fields(self) -> tuple[Field, ...]:
        rows = self._connection.execute(select(field).order_by(field.c.retired, field.c.id))
        return tuple(
            Field(
                id=row.id,
                name=row.name,
                type=FieldType(row.type),
                choices=tuple(json.loads(row.choices)),
                default=row.default_value,
                access=Access(row.access),
                folder=row.folder,
                retired=row.retired,
            )
            for row in rows
        )

    def own_kinds(self) -> tuple[str, ...]:
        """The kinds of identifier that the book added, strongest first."""
        return tuple(self._own_columns())

    def share_with_crm_id(self) -> float:
        """How many of the newest contacts have a CRM ID: 0 for none (and where there is nobody), 1 for
        all.
        """
        newest = (
            select(contact.c.crm_id)
            .where(contact.c.merged_into.is_(None), ~contact.c.in_bin)
            .order_by(contact.c.id.desc())
            .limit(NEWEST)
            .subquery()
        )
        everybody, known = self._connection.execute(
            select(func.count(), func.count(newest.c.crm_id)).select_from(newest)
        ).one()
        return known / everybody if everybody else 0.0

    def contacts(self, ids: pl.Series) -> Contacts:
        """The contacts of these ids that are there, merged ones too, with their aliases."""
        schema = contact_schema(self.own_kinds(), self.every_field())
        own = self._own_columns()
        columns = ", ".join(f"contact.{own.get(name, name)}" for name in schema)
        wanted = ids.cast(pl.Int64).drop_nulls().unique().sort()
        return Contacts(
            contacts=self._select(
                f"SELECT {columns} FROM {{given}} CROSS JOIN contact WHERE contact.id = given.value",
                schema,
                wanted,
            ),
            aliases=self._select(
                "SELECT alias.contact_id, alias.kind, alias.value, alias.why "
                "FROM {given} CROSS JOIN alias WHERE alias.contact_id = given.value",
                ALIAS_SCHEMA,
                wanted,
            ),
        )

    def values(self, ids: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """Of the contacts of these ids, `id`, `in_bin` and these columns, those of them that the book has."""
        schema = contact_schema(self.own_kinds(), self.every_field())
        own = self._own_columns()
        read = {name: schema[name] for name in ("id", "in_bin", *columns) if name in schema}
        selected = ", ".join(f"contact.{own.get(name, name)}" for name in read)
        return self._select(
            f"SELECT {selected} FROM {{given}} CROSS JOIN contact WHERE contact.id = given.value",
            read,
            ids.cast(pl.Int64).drop_nulls().unique().sort(),
        )

    def memberships(self, ids: pl.Series, names: pl.DataFrame | None = None) -> pl.DataFrame:
        """The tags and lists of these contacts (`MEMBERSHIP_SCHEMA`).

        `names`, a frame of `kind` and `name`, leaves out all others.
        """
        wanted = ids.cast(pl.Int64).drop_nulls().unique().sort()
        return pl.concat(
            [
                empty(MEMBERSHIP_SCHEMA),
                *(self._members(kind, wanted, names) for kind in MEMBERSHIPS if not wanted.is_empty()),
            ]
        )

    def _members(self, kind: str, ids: pl.Series, names: pl.DataFrame | None) -> pl.DataFrame:
        if names is None:
            return self._select(MEMBERSHIPS[kind].format(only=""), MEMBERSHIP_SCHEMA, ids)
        named = metadata.tables[kind]
        wanted = names.filter(pl.col("kind") == kind)["name"].to_list()
        numbers = self._connection.execute(select(named.c.id).where(named.c.name.in_(wanted))).scalars().all()
        if not numbers:
            return empty(MEMBERSHIP_SCHEMA)
        only = f"AND contact_{kind}.{kind}_id IN ({', '.join(map(str, numbers))})"
        return self._select(MEMBERSHIPS[kind].format(only=only), MEMBERSHIP_SCHEMA, ids)

    def marks(self) -> pl.DataFrame:
        """Every value that is marked shared or blocked (`MARK_SCHEMA`)."""
        return self._select("SELECT kind, value, mark FROM mark ORDER BY kind, value, mark", MARK_SCHEMA)

    def _own_columns(self) -> dict[str, str]:
        if self._known_kinds is None:
            rows = self._connection.execute(
                select(identifier_kind.c.id, identifier_kind.c.name).order_by(
                    identifier_kind.c.position, identifier_kind.c.id
                )
            )
            self._known_kinds = {row.name: f"identifier_{row.id}" for row in rows}
        return self._known_kinds

    def _forget_words(self) -> None:
        """A field, a kind or a setting has come: they are read anew."""
        self._known_fields = self._known_kinds = self._known_settings = None

    def kind_columns(self) -> dict[str, str]:
        """Kinds of identifier, strongest first, and the columns of the contact table that hold them."""
        own = self._own_columns()
        return {kind: own.get(kind, kind) for kind in kinds_of(tuple(own))}
