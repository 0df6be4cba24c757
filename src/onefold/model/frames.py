"""The frames that the stages hand to each other, and their columns.

All text is canonical by the time it stands in one of these frames. A contact that does not exist yet has a
provisional id below zero; the store gives it a real one when the batch is applied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final, Self

import polars as pl

from onefold.model.field import NAMES, Field
from onefold.model.identifier import ADDRESS_KINDS, as_written, kinds_of

ALIAS_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "kind": pl.String,
    "value": pl.String,
    "why": pl.String,
}
MEMBERSHIP_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "kind": pl.String,
    "name": pl.String,
}
"""`kind` is `tag` or `list`."""
MARK_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"kind": pl.String, "value": pl.String, "mark": pl.String}
LEDGER_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"contact_id": pl.Int64, "before": pl.String}
"""`before` is a JSON array of [key, value before] pairs, or null for a contact that was not there."""
ENTRY_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "key": pl.String,
    "before": pl.String,
}
REVIEW_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "kind": pl.String,
    "contact_id": pl.Int64,
    "other_contact_id": pl.Int64,
    "identifier": pl.String,
    "value": pl.String,
    "row": pl.UInt32,
    "message": pl.String,
}
TYPED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "kind": pl.String,
    "value": pl.String,
}
"""Addresses that were typed for a contact, or confirmed to be its own."""
CHANGED_NUMBER_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "number_in_file": pl.String,
}
DECISION_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "row": pl.UInt32,
    "status": pl.String,
    "reason": pl.String,
    "contact_id": pl.Int64,
    "other_contact_id": pl.Int64,
    "repeat_of": pl.UInt32,
    "detail": pl.String,
}
"""One line for each record: its outcome, the contact it became or changed, the one it met, and a sentence."""
WANTED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"kind": pl.String, "value": pl.String}
HOLDER_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "kind": pl.String,
    "value": pl.String,
    "contact_id": pl.Int64,
    "why": pl.String,
}


def empty(schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """A frame of that schema with no rows."""
    return _empty(tuple(schema.items()))


@cache  # to make one takes longer than most steps over few rows
def _empty(columns: tuple[tuple[str, pl.DataType | type[pl.DataType]], ...]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(columns))


def value_columns(fields: Sequence[Field]) -> tuple[str, ...]:
    """The columns of a contact that are values, not identifiers."""
    return (*NAMES, *(field.column for field in fields))


def contact_schema(own_kinds: Sequence[str], fields: Sequence[Field]) -> dict[str, pl.DataType]:
    """Columns of a frame of contacts, in the order in which the store keeps them."""
    schema: dict[str, pl.DataType] = {"id": pl.Int64()}
    for kind in kinds_of(tuple(own_kinds)):
        schema[kind] = pl.String()
        if kind in ADDRESS_KINDS:
            schema[as_written(kind)] = pl.String()
    schema |= {name: pl.String() for name in NAMES}
    schema |= {field.column: field.dtype for field in fields}
    return schema | {"merged_into": pl.Int64(), "in_bin": pl.Boolean()}


SET_BY_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "column": pl.String,
    "at": pl.Int64,
    "source": pl.String,
}
"""When values were set last (`at`: by the receipt, a greater number is later) and by which source, if that
is known. A null `column` stands for all that the contact was made with.
"""


@dataclass(frozen=True)
class Contacts:
    """Contacts and what else they are known by.

    `contacts` has the columns of `contact_schema`; `aliases` those of `ALIAS_SCHEMA`; `set_by` those of
    `SET_BY_SCHEMA`, where the policy asks for it.
    """

    contacts: pl.DataFrame
    aliases: pl.DataFrame
    set_by: pl.DataFrame = field(default_factory=lambda: empty(SET_BY_SCHEMA))

    @classmethod
    def none(cls, own_kinds: Sequence[str], fields: Sequence[Field]) -> Self:
        """Nobody."""
        return cls(empty(contact_schema(own_kinds, fields)), empty(ALIAS_SCHEMA))

    def nobody(self) -> Self:
        """The same frames with nobody in them."""
        return replace(
            self,
            contacts=self.contacts.clear(),
            aliases=self.aliases.clear(),
            set_by=self.set_by.clear(),
        )

    def beside(self, others: Self) -> Self:
        """These and others."""
        return replace(
            self,
            contacts=pl.concat([self.contacts, others.contacts]),
            aliases=pl.concat([self.aliases, others.aliases]),
            set_by=pl.concat([self.set_by, others.set_by]),
        )

    def only(self, ids: pl.Series) -> Self:
        """Those contacts whose id is in `ids`, with their aliases."""
        return replace(
            self,
            contacts=self.contacts.filter(pl.col("id").is_in(ids.implode())),
            aliases=self.aliases.filter(pl.col("contact_id").is_in(ids.implode())),
            set_by=self.set_by.filter(pl.col("contact_id").is_in(ids.implode())),
        )


@dataclass(frozen=True)
class Changes:
    """What a batch does to the book, as data; `stores` writes it in one transaction and decides nothing.

    `created`, `updated`: whole contacts (`contact_schema`), `created` with provisional ids (or, when an
    undone contact comes back, its own). `deleted`: ids. `addresses_typed`, `addresses_confirmed`
    (`TYPED_SCHEMA`). `consents` (`NEW_CONSENT_SCHEMA`): new entries of the log, `refusals` (`REFUSAL_SCHEMA`)
    whose own they are, and `consent_states` (`CONSENT_STATE_SCHEMA`) what the logs of their addresses come
    to. `activities` (`ACTIVITY_SCHEMA`), `activities_moved` (`MOVED_ACTIVITY_SCHEMA`), `taken`
    (`TAKEN_SCHEMA`). `ledger`: `LEDGER_SCHEMA`, one line for each contact touched, and contact 0 for the book
    itself. Provisional ids may stand in every column that names a contact.
    """

    created: pl.DataFrame
    updated: pl.DataFrame
    deleted: pl.Series
    aliases_added: pl.DataFrame
    aliases_removed: pl.DataFrame
    memberships_added: pl.DataFrame
    memberships_removed: pl.DataFrame
    marks_added: pl.DataFrame
    marks_removed: pl.DataFrame
    reviews: pl.DataFrame
    changed_numbers: pl.DataFrame
    addresses_typed: pl.DataFrame
    addresses_confirmed: pl.DataFrame
    consents: pl.DataFrame
    refusals: pl.DataFrame
    consent_states: pl.DataFrame
    activities: pl.DataFrame
    activities_moved: pl.DataFrame
    taken: pl.DataFrame
    ledger: pl.DataFrame

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to write."""
        return all(part.is_empty() for part in vars(self).values())
