"""Contacts for people to look at, with all that belongs to them."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl
from sqlalchemy import func, select

from onefold.model.consent import Channel, ConsentState
from onefold.model.field import NAMES
from onefold.model.frames import Contacts
from onefold.model.identifier import CONTACT_ID, EMAIL, PHONE, Why
from onefold.model.nfc import in_nfc
from onefold.normalise.text import can_be_kept
from onefold.resolve.consent_of_contacts import addresses_of_contacts, contact_states
from onefold.stores.consents import ConsentReading
from onefold.stores.schema import contact, contact_list, contact_tag, list_, metadata, tag
from onefold.stores.search import SearchReading

MOST_NAMES: Final = 1_000
TIMES: Final = """
    SELECT contact.id, contact.created_at, contact.updated_at
    FROM {given} CROSS JOIN contact WHERE contact.id = given.value
"""
MERGED_IDS: Final = """
    WITH RECURSIVE merged (contact_id, id) AS (
        SELECT given.value, contact.id FROM {given} CROSS JOIN contact WHERE contact.merged_into = given.value
        UNION
        SELECT merged.contact_id, contact.id
        FROM merged CROSS JOIN contact WHERE contact.merged_into = merged.id
    )
    SELECT contact_id, id FROM merged ORDER BY contact_id, id
"""
NO_CONSENT: Final = {channel.value: ConsentState.NONE.value for channel in Channel}


class PageReading(SearchReading, ConsentReading):
    """Lists of contacts, and one contact whole."""

    def count_contacts(self) -> int:
        """How many contacts there are; merged ones and those in the bin are not."""
        these = select(func.count()).where(contact.c.merged_into.is_(None), ~contact.c.in_bin)
        return int(self._connection.execute(these.select_from(contact)).scalar_one())

    def tags(self) -> dict[str, int]:
        """Tags that contacts have, by name, and how many have each."""
        counts = (
            select(tag.c.name, func.count())
            .join(contact_tag, contact_tag.c.tag_id == tag.c.id)
            .join(contact, contact.c.id == contact_tag.c.contact_id)
            .where(contact.c.merged_into.is_(None), ~contact.c.in_bin)
            .group_by(tag.c.name)
            .order_by(tag.c.name)
        )
        return dict(self._connection.execute(counts).all())

    def lists(self) -> dict[str, int]:
        """All lists, by name, and how many contacts are on each."""
        live = contact.c.merged_into.is_(None) & ~contact.c.in_bin
        counts = (
            select(list_.c.name, func.count(contact.c.id))
            .outerjoin(contact_list, contact_list.c.list_id == list_.c.id)
            .outerjoin(contact, (contact.c.id == contact_list.c.contact_id) & live)
            .group_by(list_.c.name)
            .order_by(list_.c.name)
        )
        return dict(self._connection.execute(counts).all())

    def number_of(self, kind: str, name: str) -> int | None:
        """The number of a tag or a list (`kind`) by its name, if there is one."""
        if not can_be_kept(name):
            return None
        named = metadata.tables[kind]
        found = self._connection.execute(select(named.c.id).where(named.c.name == in_nfc(name))).scalar()
        return None if found is None else int(found)

    def newest_names(self, kind: str) -> Sequence[str]:
        """The names of tags or lists (`kind`), the newest first; of very many not all."""
        named = metadata.tables[kind]
        newest = select(named.c.name).order_by(named.c.id.desc()).limit(MOST_NAMES)
        return self._connection.execute(newest).scalars().all()

    def merged_into(self, ids: pl.Series) -> pl.DataFrame:
        """All that became part of these contacts, over any number of merges: `contact_id`, `id`."""
        return self._select(MERGED_IDS, {"contact_id": pl.Int64, "id": pl.Int64}, ids)

    def details(self, ids: pl.Series) -> list[dict[str, Any]]:
        """These contacts in the order of their ids, each in the shape of the public surface.

        One that was merged or is in the bin says so in `merged_into` or `in_bin`; own kinds follow `crm_id`.
        """
        known = self.contacts(ids)
        times = self._select(TIMES, {"id": pl.Int64, "created_at": pl.String, "updated_at": pl.String}, ids)
        merged = self.merged_into(ids).select(
            "contact_id",
            kind=pl.lit(CONTACT_ID),
            value=pl.col("id").cast(pl.String),
            why=pl.lit(Why.MERGED_ID.value),
        )
        aliases = _by_contact(pl.concat([known.aliases.sort("contact_id", "kind", "value"), merged]))
        memberships = _by_contact(self.memberships(ids).sort("contact_id", "kind", "name"))
        consents = self._consents(known)
        fields = self.fields()
        own_kinds = self.own_kinds()
        rows = known.contacts.join(times, on="id").sort("id").iter_rows(named=True)
        return [
            {
                "id": row["id"],
                **{name: row[name] for name in (*NAMES, EMAIL, PHONE, "crm_id", *own_kinds)},
                "fields": {
                    field.name: field.default_value if row[field.column] is None else row[field.column]
                    for field in fields
                },
                "tags": [each["name"] for each in memberships.get(row["id"], ()) if each["kind"] == "tag"],
                "lists": [each["name"] for each in memberships.get(row["id"], ()) if each["kind"] == "list"],
                "consent": NO_CONSENT | consents.get(row["id"], {}),
                "aliases": aliases.get(row["id"], []),
                "created_at": row["created_at"],
                "updated_at": row["updated_at"],
                **({"merged_into": row["merged_into"]} if row["merged_into"] is not None else {}),
                **({"in_bin": True} if row["in_bin"] else {}),
            }
            for row in rows
        ]

    def _consents(self, known: Contacts) -> dict[int, dict[str, str]]:
        """The states of these contacts, by contact and channel, where anything was said."""
        addresses = addresses_of_contacts(known)
        states = contact_states(
            addresses, self.consent_states(addresses), self.standing_refusals(known.contacts["id"])
        )
        told: dict[int, dict[str, str]] = {}
        for contact_id, channel, state in states.select("contact_id", "channel", "state").iter_rows():
            told.setdefault(contact_id, {})[channel] = state
        return told


def _by_contact(rows: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    groups = rows.partition_by("contact_id", as_dict=True, include_key=False, maintain_order=True)
    return {int(key[0]): group.to_dicts() for key, group in groups.items()}
