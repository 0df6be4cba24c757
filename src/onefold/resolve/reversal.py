"""Taking back: what was before comes again, value by value, unless somebody changed it since (law 3)."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from onefold.model.frames import ALIAS_SCHEMA, MARK_SCHEMA, MEMBERSHIP_SCHEMA, Contacts, empty
from onefold.model.identifier import ADDRESS_KINDS, Why, as_written
from onefold.resolve.changes import THE_BOOK, THERE, from_ledger
from onefold.resolve.erasure import is_erased

KEPT_SCHEMA: Final = {"contact_id": pl.Int64, "key": pl.String, "why": pl.String}
NOTHING: Final = {"contact_id": pl.Int64, "key": pl.String, "before": pl.String}


@dataclass(frozen=True)
class Book:
    """The part of the book that a reversal is about, as it is or as it will be."""

    contacts: Contacts
    memberships: pl.DataFrame
    marks: pl.DataFrame


@dataclass(frozen=True)
class Reversal:
    """What taking back comes to: the contacts as they will be, and what was left alone because it changed
    since.

    `kept` has `contact_id`, `key` and `why`; the key is a column, `tag:NAME` and the like, or `contact` for a
    whole contact.
    """

    after: Book
    kept: pl.DataFrame


def reverse(
    ledger: pl.DataFrame,
    later: pl.DataFrame,
    now: Book,
    children: pl.DataFrame,
    spoken: pl.Series | None = None,
) -> Reversal:
    """Takes back the batches of `ledger` (`batch_id`, `contact_id`, `before`).

    `later` are the ledger lines of the same contacts since; `now` those contacts as they are; `children`
    (`contact_id`, `child`) the contacts merged into them; `spoken` those who gave or refused consent, or did
    something, since: a contact that these batches made and that was used since stays. One that was erased
    since does not come back.
    """
    lost = ledger.filter(pl.col("contact_id").is_in(is_erased(later).implode()))["contact_id"].unique()
    ledger = ledger.filter(~pl.col("contact_id").is_in(lost.implode()))
    made = ledger.filter(pl.col("before").is_null())["contact_id"].unique()
    entries = _first(from_ledger(ledger))
    last = ledger.group_by("contact_id").agg(pl.col("batch_id").max().alias("last"))
    since = later.join(last, on="contact_id").filter(pl.col("batch_id") > pl.col("last")).drop("last")
    left = _first(from_ledger(since)).rename({"before": "left"})
    used = _changed(left.filter(pl.col("contact_id").is_in(made.implode())), now)["contact_id"].unique()
    parted = entries.filter(pl.col("key") == "merged_into")["contact_id"]
    strangers = children.filter(~pl.col("child").is_in(pl.concat([parted, made]).implode()))
    joined = strangers.filter(pl.col("contact_id").is_in(made.implode()))["contact_id"]
    heard = made.filter(made.is_in((made.clear() if spoken is None else spoken).implode()))
    staying = pl.concat([used, joined, heard]).unique()
    removed = made.filter(~made.is_in(staying.implode()))
    entries = entries.filter(~pl.col("contact_id").is_in(made.implode()))
    entries, kept = _unchanged_since(entries, left, now)
    entries, gone = _of_contacts_there(entries, now)
    whole = [
        pl.DataFrame({"contact_id": ids}).select(
            "contact_id", pl.lit(THERE).alias("key"), pl.lit(why).alias("why")
        )
        for ids, why in ((staying, "used since"), (lost, "erased"))
    ]
    return Reversal(
        after=_restored(entries, removed, now),
        kept=pl.concat([empty(KEPT_SCHEMA), *whole, kept, gone]).sort("contact_id", "key"),
    )


def _first(entries: pl.DataFrame) -> pl.DataFrame:
    """What each key was before the first of several batches."""
    if entries.is_empty():
        return empty(NOTHING)
    first = entries.sort("batch_id").unique(["contact_id", "key"], keep="first", maintain_order=True)
    return first.select("contact_id", "key", "before")


def present(now: Book) -> pl.DataFrame:
    """All that the contacts are now, one line a value: `contact_id`, `key`, `present`."""
    contacts = now.contacts.contacts.rename({"id": "contact_id"})
    columns = [name for name in contacts.columns if name != "contact_id"]
    values = [
        contacts.filter(pl.col(name).is_not_null()).select(
            "contact_id", pl.lit(name).alias("key"), pl.col(name).cast(pl.String).alias("present")
        )
        for name in columns
    ]
    one = pl.lit("1").alias("present")
    return pl.concat(
        [
            *values,
            contacts.select("contact_id", pl.lit(THERE).alias("key"), one),
            now.contacts.aliases.select(
                "contact_id",
                pl.format("alias:{}:{}", "kind", "value").alias("key"),
                pl.col("why").alias("present"),
            ),
            now.memberships.select("contact_id", pl.format("{}:{}", "kind", "name").alias("key"), one),
            now.marks.select(
                pl.lit(THE_BOOK, dtype=pl.Int64).alias("contact_id"),
                pl.format("{}:{}:{}", "mark", "kind", "value").alias("key"),
                one,
            ),
        ]
    )


def _changed(left: pl.DataFrame, now: Book) -> pl.DataFrame:
    """Of what the batches left, whatever is different now: `contact_id`, `key`."""
    if left.is_empty():
        return left.select("contact_id", "key")
    beside = left.join(present(now), on=["contact_id", "key"], how="left")
    return beside.filter(pl.col("left").ne_missing(pl.col("present"))).select("contact_id", "key")


def _unchanged_since(
    entries: pl.DataFrame, left: pl.DataFrame, now: Book
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entries whose value is as the batches left it, and the rest, kept.

    An address that is kept keeps its spelling, and the aliases that tell what it replaced.
    """
    keys = ["contact_id", "key"]
    changed = _changed(left.join(entries, on=keys, how="semi"), now)
    changed = changed.join(entries.filter(pl.col("key") == THERE), on="contact_id", how="anti")
    follows = [empty({"contact_id": pl.Int64, "key": pl.String})]
    for kind in ADDRESS_KINDS:
        of_kind = changed.filter(pl.col("key") == kind).select("contact_id")
        spelling = of_kind.with_columns(pl.lit(as_written(kind)).alias("key"))
        replaced = (
            entries.filter(pl.col("key").str.starts_with(f"alias:{kind}:") & pl.col("before").is_null())
            .join(of_kind, on="contact_id", how="semi")
            .join(present(now).filter(pl.col("present") == Why.FORMER), on=keys, how="semi")
            .select(keys)
        )
        follows += [spelling, replaced]
    stays = pl.concat([changed, *follows])
    kept = changed.select("contact_id", "key", pl.lit("changed since").alias("why"))
    return entries.join(stays, on=keys, how="anti"), kept


def _of_contacts_there(entries: pl.DataFrame, now: Book) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entries of contacts that are there or come back; a contact that somebody else took away cannot be
    mended.
    """
    ids = now.contacts.contacts["id"]
    revived = entries.filter(pl.col("key") == THERE)["contact_id"]
    known = pl.concat([ids.alias("id"), revived.alias("id"), pl.Series("id", [THE_BOOK], dtype=pl.Int64)])
    there = pl.col("contact_id").is_in(known.unique().implode())
    gone = entries.filter(~there).select("contact_id", "key", pl.lit("the contact is gone").alias("why"))
    return entries.filter(there), gone


def _restored(entries: pl.DataFrame, removed: pl.Series, now: Book) -> Book:
    contacts = _restored_contacts(entries, removed, now.contacts.contacts)
    aliases = _restored_sets(
        entries, now.contacts.aliases, r"^alias:([^:]+):(.*)$", ["kind", "value"], "why", list(ALIAS_SCHEMA)
    )
    aliases = aliases.filter(pl.col("contact_id").is_in(contacts["id"].implode()))
    memberships = _restored_sets(
        entries, now.memberships, r"^(tag|list):(.*)$", ["kind", "name"], None, list(MEMBERSHIP_SCHEMA)
    )
    marks = _restored_sets(
        entries.filter(pl.col("contact_id") == THE_BOOK),
        now.marks.with_columns(pl.lit(THE_BOOK, dtype=pl.Int64).alias("contact_id")),
        r"^(shared|blocked):([^:]+):(.*)$",
        ["mark", "kind", "value"],
        None,
        ["contact_id", *MARK_SCHEMA],
    )
    return Book(
        contacts=Contacts(contacts, _without_current(aliases, contacts)),
        memberships=memberships.filter(pl.col("contact_id").is_in(contacts["id"].implode())),
        marks=marks.select(list(MARK_SCHEMA)),
    )


def _restored_contacts(entries: pl.DataFrame, removed: pl.Series, contacts: pl.DataFrame) -> pl.DataFrame:
    revived = entries.filter((pl.col("key") == THERE) & ~pl.col("contact_id").is_in(contacts["id"].implode()))
    back = revived.select(pl.col("contact_id").alias("id")).join(contacts.clear(), on="id", how="left")
    back = back.select(contacts.columns).with_columns(pl.lit(False).alias("in_bin"))
    contacts = pl.concat([contacts.filter(~pl.col("id").is_in(removed.implode())), back])
    for name, dtype in contacts.schema.items():
        before = entries.filter(pl.col("key") == name)
        if before.is_empty() or name == "id":
            continue
        was = pl.col("before") == "true" if dtype == pl.Boolean else pl.col("before").cast(dtype)
        restored = before.select(
            pl.col("contact_id").alias("id"), was.alias("was"), pl.lit(True).alias("restored")
        )
        contacts = (
            contacts.join(restored, on="id", how="left", maintain_order="left")
            .with_columns(pl.when("restored").then("was").otherwise(name).alias(name))
            .drop("was", "restored")
        )
    return contacts


def _restored_sets(
    entries: pl.DataFrame,
    present: pl.DataFrame,
    pattern: str,
    parts: list[str],
    value: str | None,
    columns: list[str],
) -> pl.DataFrame:
    """Lines of a set (aliases, memberships, marks): those that were not there go, those that were come back
    as they were.
    """
    groups = [pl.col("key").str.extract(pattern, number + 1).alias(part) for number, part in enumerate(parts)]
    these = entries.filter(pl.col("key").str.contains(pattern)).with_columns(groups)
    rest = present.join(these, on=["contact_id", *parts], how="anti")
    back = these.filter(pl.col("before").is_not_null())
    back = back.with_columns(pl.col("before").alias(value)) if value else back
    return pl.concat([rest.select(columns), back.select(columns)])


def _without_current(aliases: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """An alias never repeats what its contact has now."""
    for kind in contacts.columns:
        if aliases.filter(pl.col("kind") == kind).is_empty():
            continue
        own = contacts.select(
            pl.col("id").alias("contact_id"),
            pl.lit(kind).alias("kind"),
            pl.col(kind).cast(pl.String).alias("value"),
        )
        aliases = aliases.join(own, on=["contact_id", "kind", "value"], how="anti")
    return aliases
