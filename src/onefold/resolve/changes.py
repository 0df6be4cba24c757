"""From what was and what will be to what is written: the changes of a batch, and their ledger."""

from typing import Final

import polars as pl

from onefold.model.activity import ACTIVITY_SCHEMA, MOVED_ACTIVITY_SCHEMA
from onefold.model.brought import TAKEN_SCHEMA
from onefold.model.consent import CONSENT_STATE_SCHEMA, NEW_CONSENT_SCHEMA, REFUSAL_SCHEMA
from onefold.model.frames import (
    CHANGED_NUMBER_SCHEMA,
    ENTRY_SCHEMA,
    LEDGER_SCHEMA,
    MARK_SCHEMA,
    MEMBERSHIP_SCHEMA,
    REVIEW_SCHEMA,
    TYPED_SCHEMA,
    Changes,
    Contacts,
    empty,
)
from onefold.normalise.nfc import AS_IT_CAME, frame_in_nfc

THE_BOOK = 0
"""The contact id under which the ledger keeps what belongs to the book and to no contact."""

THERE = "contact"
"""The ledger's key for a contact that was there and is no longer."""

ERASED = "erased"
"""The ledger's key for a contact of whom nothing is known any more, for good."""

BESIDE_CONTACTS: Final = {
    "addresses_typed": TYPED_SCHEMA,
    "addresses_confirmed": TYPED_SCHEMA,
    "consents": NEW_CONSENT_SCHEMA,
    "refusals": REFUSAL_SCHEMA,
    "consent_states": CONSENT_STATE_SCHEMA,
    "activities": ACTIVITY_SCHEMA,
    "activities_moved": MOVED_ACTIVITY_SCHEMA,
    "taken": TAKEN_SCHEMA,
}
"""Parts of `Changes` that are no part of a contact: the ledger does not speak of them."""


def changes_between(
    before: Contacts,
    after: Contacts,
    *,
    memberships_added: pl.DataFrame | None = None,
    memberships_removed: pl.DataFrame | None = None,
    marks_added: pl.DataFrame | None = None,
    marks_removed: pl.DataFrame | None = None,
    reviews: pl.DataFrame | None = None,
    changed_numbers: pl.DataFrame | None = None,
) -> Changes:
    """What has to be written so that `before` becomes `after`, with the ledger to take it back.

    Contacts of `before` that `after` lacks are deleted. Memberships and marks are given as what is added and
    removed, in the columns of `MEMBERSHIP_SCHEMA` and `MARK_SCHEMA`; the parts of `BESIDE_CONTACTS` are
    empty.
    """
    memberships_added = empty(MEMBERSHIP_SCHEMA) if memberships_added is None else memberships_added
    memberships_removed = empty(MEMBERSHIP_SCHEMA) if memberships_removed is None else memberships_removed
    marks_added = empty(MARK_SCHEMA) if marks_added is None else marks_added
    marks_removed = empty(MARK_SCHEMA) if marks_removed is None else marks_removed
    created = after.contacts.filter(~pl.col("id").is_in(before.contacts["id"].implode()))
    deleted = before.contacts["id"].filter(~before.contacts["id"].is_in(after.contacts["id"].implode()))
    changed, values = _changed_values(before.contacts, after.contacts)
    lines = before.aliases.columns
    aliases_added, aliases_removed = after.aliases, before.aliases
    if len(aliases_added) and len(aliases_removed):
        aliases_added = after.aliases.join(before.aliases, on=lines, how="anti")
        aliases_removed = before.aliases.join(after.aliases, on=lines, how="anti")
    entries = pl.concat(
        [
            values,
            _alias_entries(aliases_added, before.aliases, aliases_removed),
            _membership_entries(memberships_added, None),
            _membership_entries(memberships_removed, "1"),
            _mark_entries(marks_added, None),
            _mark_entries(marks_removed, "1"),
        ]
    )
    of_created = pl.col("contact_id").is_in(created["id"].implode())
    entries = entries.filter(~of_created) if len(entries) and len(created) else entries
    if len(deleted):
        of_deleted = pl.col("contact_id").is_in(deleted.implode())
        whole = pl.concat([_whole(before.only(deleted)), entries.filter(of_deleted)])
        whole = whole.unique(["contact_id", "key"])
        entries = pl.concat([entries.filter(~of_deleted), whole])
        aliases_removed = aliases_removed.filter(~of_deleted)
    return Changes(
        created=created,
        updated=changed,
        deleted=deleted,
        aliases_added=aliases_added,
        aliases_removed=aliases_removed,
        memberships_added=memberships_added,
        memberships_removed=memberships_removed,
        marks_added=marks_added,
        marks_removed=marks_removed,
        reviews=empty(REVIEW_SCHEMA) if reviews is None else reviews,
        changed_numbers=empty(CHANGED_NUMBER_SCHEMA) if changed_numbers is None else changed_numbers,
        **{name: empty(schema) for name, schema in BESIDE_CONTACTS.items()},
        ledger=pl.concat([_new(created), as_ledger(entries)]),
    )


def no_changes(contacts: Contacts) -> Changes:
    """Nothing to write; `contacts` gives the columns of the book's contacts."""
    nobody = contacts.nobody()
    return Changes(
        created=nobody.contacts,
        updated=nobody.contacts,
        deleted=nobody.contacts["id"],
        aliases_added=nobody.aliases,
        aliases_removed=nobody.aliases,
        memberships_added=empty(MEMBERSHIP_SCHEMA),
        memberships_removed=empty(MEMBERSHIP_SCHEMA),
        marks_added=empty(MARK_SCHEMA),
        marks_removed=empty(MARK_SCHEMA),
        reviews=empty(REVIEW_SCHEMA),
        changed_numbers=empty(CHANGED_NUMBER_SCHEMA),
        **{name: empty(schema) for name, schema in BESIDE_CONTACTS.items()},
        ledger=empty(LEDGER_SCHEMA),
    )


def as_ledger(entries: pl.DataFrame) -> pl.DataFrame:
    """Entries (`ENTRY_SCHEMA`) as ledger lines (`LEDGER_SCHEMA`): all of a contact's in one JSON array of
    pairs.
    """
    if entries.is_empty():
        return empty(LEDGER_SCHEMA)
    pair = pl.format("[{},{}]", _json("key"), _json("before"))
    if entries["contact_id"].n_unique() == entries.height:
        # A tag for everybody: nothing to put together.
        return entries.sort("contact_id").select("contact_id", pl.format("[{}]", pair).alias("before"))
    return (
        entries.sort("contact_id", "key")
        .group_by("contact_id", maintain_order=True)
        .agg(pl.format("[{}]", pair.str.join(",")).first().alias("before"))
        .cast(pl.Schema(LEDGER_SCHEMA))
    )


def from_ledger(ledger: pl.DataFrame) -> pl.DataFrame:
    """The entries of ledger lines, one a line (`key`, and `before` as what it was); lines of new contacts
    have none. They are in NFC, as whatever is in the book, though some were written before it was.

    `ledger` may have more columns beside `before`: they go along.
    """
    pairs = ledger.filter(pl.col("before").is_not_null()).with_columns(
        pl.col("before").str.json_decode(pl.List(pl.List(pl.String))).alias("pair")
    )
    lines = pairs.drop("before").explode("pair").filter(pl.col("pair").is_not_null())
    entries = lines.with_columns(
        pl.col("pair").list.get(0).alias("key"), pl.col("pair").list.get(1).alias("before")
    ).drop("pair")
    spelled = frame_in_nfc(entries)
    if spelled is entries:
        return entries
    as_it_came = pl.when(pl.col("key").is_in(AS_IT_CAME)).then(entries["before"]).otherwise("before")
    return spelled.with_columns(as_it_came.alias("before"))


def _json(column: str) -> pl.Expr:
    """A text as JSON: the value of a one-key object, without its braces and key."""
    text = pl.struct(pl.col(column).alias("k")).struct.json_encode()
    return text.str.slice(5).str.head(-1)


def _new(created: pl.DataFrame) -> pl.DataFrame:
    return created.select(pl.col("id").alias("contact_id"), pl.lit(None, dtype=pl.String).alias("before"))


def _entries(frame: pl.DataFrame, key: pl.Expr, before: pl.Expr) -> pl.DataFrame:
    if frame.is_empty():
        return empty(ENTRY_SCHEMA)
    return frame.select("contact_id", key.alias("key"), before.cast(pl.String).alias("before"))


def _changed_values(before: pl.DataFrame, after: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Contacts with another value than before, whole; and one entry for each such value."""
    if before.is_empty():
        return before, empty(ENTRY_SCHEMA)
    both = after.join(before, on="id", suffix=":before")
    differs = {
        name: pl.col(name).ne_missing(pl.col(f"{name}:before")) for name in before.columns if name != "id"
    }
    somewhere = both.select(differs[name].any().alias(name) for name in differs).row(0, named=True)
    columns = [name for name in differs if somewhere[name]]
    changed = both.filter(pl.any_horizontal(False, *(differs[name] for name in columns)))
    values = [
        _entries(
            changed.filter(differs[name]).rename({"id": "contact_id"}),
            pl.lit(name),
            pl.col(f"{name}:before"),
        )
        for name in columns
    ]
    return changed.select(before.columns), pl.concat([empty(ENTRY_SCHEMA), *values])


def _whole(gone: Contacts) -> pl.DataFrame:
    """Everything that a contact was, for the day it comes back."""
    contacts = gone.contacts.rename({"id": "contact_id"})
    values = [
        _entries(contacts.filter(pl.col(name).is_not_null()), pl.lit(name), pl.col(name))
        for name in contacts.columns
        if name != "contact_id"
    ]
    aliases = _entries(gone.aliases, alias_key(), pl.col("why"))
    there = _entries(contacts, pl.lit(THERE), pl.lit("1"))
    return pl.concat([empty(ENTRY_SCHEMA), there, *values, aliases])


def alias_key() -> pl.Expr:
    """The ledger's key of an alias."""
    return pl.format("alias:{}:{}", "kind", "value")


def _alias_entries(added: pl.DataFrame, before: pl.DataFrame, removed: pl.DataFrame) -> pl.DataFrame:
    known = ["contact_id", "kind", "value"]
    if added.is_empty() and removed.is_empty():
        return empty(ENTRY_SCHEMA)
    changed = pl.concat([added.select(known), removed.select(known)]).unique()
    was = changed.join(before, on=known, how="left")
    return _entries(was, alias_key(), pl.col("why"))


def _membership_entries(memberships: pl.DataFrame, before: str | None) -> pl.DataFrame:
    return _entries(memberships, pl.format("{}:{}", "kind", "name"), pl.lit(before, dtype=pl.String))


def _mark_entries(marks: pl.DataFrame, before: str | None) -> pl.DataFrame:
    of_book = marks.with_columns(pl.lit(THE_BOOK, dtype=pl.Int64).alias("contact_id"))
    return _entries(of_book, pl.format("{}:{}:{}", "mark", "kind", "value"), pl.lit(before, dtype=pl.String))
