"""Whose own a refusal is, and what ends it: gathered before and after a batch is written, decided by the
core.
"""

from datetime import datetime
from typing import Final

import polars as pl

from onefold.model.consent import (
    ADDRESS_SCHEMA,
    KIND_OF,
    LOG_SCHEMA,
    REFUSAL_SCHEMA,
)
from onefold.model.frames import Changes, empty
from onefold.model.identifier import RECOGNISING, Why
from onefold.policies import parse_policy, shipped_policy
from onefold.resolve.own_refusals import (
    HELD_SCHEMA,
    HOLDING,
    holders_at,
    is_of_a_person,
    is_strong_grant,
    own_refusals,
    with_answers,
    with_sole_holders,
)
from onefold.resolve.renumber import with_ids
from onefold.stores import Reader, Writer, as_text

MERGED: Final = '"merged_into"'
"""How the ledger says that a contact was merged, or parted."""


class OwnRefusals:
    """The refusals of people, kept while a batch is written: `Writer.apply` stands between the two halves."""

    def __init__(self, writer: Writer, changes: Changes) -> None:
        """Gathers who has the addresses of the batch's words `before` it is written.

        `changes.consents` are all its entries, and `place`, their order.
        """
        self._writer = writer
        self._changes = changes
        words = changes.consents.filter(is_of_a_person() | is_strong_grant())
        self._addresses = words.select(list(ADDRESS_SCHEMA)).drop_nulls().unique()
        self._before = self._holders()
        typed = writer.typed_addresses(self._addresses).rename({"contact_id": "id"})
        self._typed = typed.join(writer.live(typed["id"]), on="id").select(list(HELD_SCHEMA))
        self._words = words.select("place")

    def keep(self, written: pl.DataFrame, given: pl.DataFrame, batch_id: int, now: datetime) -> None:
        """Keeps whose own the new refusals are, and what ended any. `written` (`NEW_CONSENT_SCHEMA`,
        `place`): the entries that were written; `given` (`provisional`, `id`): the ids of new contacts.
        """
        entries = with_ids(self._changes.consents, given)
        moved = self._moved()
        if self._words.is_empty() and moved.is_empty() and entries["ends"].null_count() == entries.height:
            return
        ids = pl.DataFrame({"place": written["place"], "consent_id": self._writer.consent_ids(batch_id)})
        after = self._holders()
        holders = holders_at(self._words, entries, self._before, after)
        self._move(moved)
        new = self._new(entries, holders, ids)
        self._writer.keep_refusals(new)
        self._end(entries, holders, new, moved, as_text(now))

    def _holders(self) -> pl.DataFrame:
        """Who has the addresses of the words now (`HELD_SCHEMA`)."""
        if self._addresses.is_empty():
            return empty(HELD_SCHEMA)
        return self._writer.address_holders(self._addresses, HOLDING)

    def _new(self, entries: pl.DataFrame, holders: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
        """The refusals that people have made their own with this batch (`REFUSAL_SCHEMA`)."""
        if not entries.select(is_of_a_person().any()).item():
            return empty(REFUSAL_SCHEMA)
        whose = own_refusals(entries, holders, self._typed, _blocked_mailboxes(self._writer))
        whose = whose.join(
            self._writer.live(whose["contact_id"]).rename({"contact_id": "now"}),
            left_on="contact_id",
            right_on="id",
        )
        said = whose.join(entries.select("place", "channel", "at"), on="place").join(ids, on="place")
        return said.select(
            pl.col("contact_id").alias("origin_id"),
            "consent_id",
            pl.col("now").alias("contact_id"),
            "channel",
            "at",
            pl.when("alone").then("consent_id").alias("answered_by"),
        ).unique(["origin_id", "consent_id"])

    def _moved(self) -> pl.Series:
        """The contacts that were merged or parted with this batch, and all that were merged into them."""
        lines = self._changes.ledger.filter(pl.col("before").str.contains(MERGED, literal=True))
        made = self._changes.created.filter(pl.col("merged_into").is_not_null())["id"]
        ids = pl.concat([lines["contact_id"], made.alias("contact_id")]).unique()
        ids = ids.filter(ids > 0)
        return pl.concat([ids, self._writer.merged_into(ids)["id"].alias("contact_id")]).unique()

    def _move(self, moved: pl.Series) -> None:
        """Takes what these contacts refused to the contacts that they are part of now."""
        rows = self._writer.refusals_of(moved, "origin_id").drop("contact_id", "address", "batch_id")
        where = self._writer.live(rows["origin_id"])
        there = rows.join(where, left_on="origin_id", right_on="id")
        self._writer.keep_refusals(there.select(list(REFUSAL_SCHEMA)))

    def _end(
        self, entries: pl.DataFrame, holders: pl.DataFrame, new: pl.DataFrame, moved: pl.Series, now: str
    ) -> None:
        """Settles what ended the refusals of everybody whom this batch could concern."""
        yes = entries.filter(is_strong_grant())
        ended = pl.concat(
            [self._writer.refusals_of(entries["ends"], by) for by in ("answered_by", "consent_id")]
        )
        late = new.filter(pl.col("at") < now)["contact_id"]
        ids = pl.concat(
            [
                late,
                ended["contact_id"],
                self._writer.live(pl.concat([yes["contact_id"], moved]))["contact_id"],
                holders.join(yes, on="place", how="semi")["contact_id"],
            ]
        )
        settle_answers(self._writer, ids)


def with_contacts(writer: Writer, entries: pl.DataFrame) -> pl.DataFrame:
    """The entries of a batch (`NEW_CONSENT_SCHEMA`), in which each refusal names its contact as far as there
    is one alone.
    """
    of_nobody = entries.filter(is_of_a_person() & pl.col("contact_id").is_null())
    if of_nobody.is_empty():
        return entries
    return with_sole_holders(entries, writer.address_holders(of_nobody, RECOGNISING))


def settle_answers(writer: Writer, ids: pl.Series) -> None:
    """Settles what has ended the refusals of these contacts, by the log as it is now."""
    refusals = writer.refusals_of(ids)
    if len(refusals):
        held = held_by(writer, refusals["contact_id"])
        writer.keep_refusals(with_answers(refusals, _log_of(writer, refusals), held))


def _log_of(writer: Writer, refusals: pl.DataFrame) -> pl.DataFrame:
    """Every entry that could end these refusals, with the contact that its own is now."""
    ids = refusals["contact_id"].unique()
    family = pl.concat([ids, writer.merged_into(ids)["id"].alias("contact_id")]).unique().sort()
    addresses = refusals.select(list(ADDRESS_SCHEMA)).drop_nulls()
    said = pl.concat([writer.consents_said_by(family), writer.consent_log(addresses)]).unique("id")
    where = writer.live(said["contact_id"]).rename({"contact_id": "now_id"})
    return said.join(where, left_on="contact_id", right_on="id", how="left").select(*LOG_SCHEMA, "now_id")


def held_by(reader: Reader, ids: pl.Series) -> pl.DataFrame:
    """The addresses that these contacts have now (`HELD_SCHEMA`)."""
    contacts = reader.contacts(ids)
    parts = [empty(HELD_SCHEMA)]
    for channel, kind in KIND_OF.items():
        on_channel = pl.lit(channel.value).alias("channel")
        known = contacts.aliases.filter((pl.col("kind") == kind) & (pl.col("why") == Why.SECOND))
        parts += [
            contacts.contacts.select(
                pl.col("id").alias("contact_id"), on_channel, pl.col(kind).alias("address")
            ),
            known.select("contact_id", on_channel, pl.col("value").alias("address")),
        ]
    return pl.concat(parts).drop_nulls()


def _blocked_mailboxes(reader: Reader) -> tuple[str, ...]:
    """The mailboxes of a role, by the policy of the book."""
    settings = reader.settings()
    text = settings.get("policy")
    policy = (
        shipped_policy("onefold") if text is None else parse_policy(text, settings.get("policy_name", ""))
    )
    return policy.blocked_mailboxes
