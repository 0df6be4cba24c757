"""One contact for people: by its number, its history, and where each of its values comes from."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from onefold.model.error import UsageError
from onefold.model.frames import WANTED_SCHEMA
from onefold.model.identifier import RECOGNISING
from onefold.resolve.changes import from_ledger
from onefold.resolve.erasure import is_erased
from onefold.resolve.reversal import Book, present
from onefold.stores import Reader, ReviewEntry


def contact_number(text: str | int, code: str) -> int:
    """A contact's number from what people write: `12`, or `b7k2-12` with this book's code.

    Raises `UsageError` (`unknown_contact_id`).
    """
    found = re.fullmatch(r"(?:([0-9a-z]{4})-)?([0-9]{1,15})", str(text).strip().lower())
    if found is None or found[1] not in (None, code):
        raise UsageError(
            f"{text!r} is no contact of this book",
            code="unknown_contact_id",
            hint=f"write the number alone, or as {code}-12",
        )
    return int(found[2])


def detail_of(reader: Reader, contact_id: int) -> dict[str, Any]:
    """A contact in CONTRACT's shape; a merged one is told as such. Raises `UsageError`
    (`unknown_contact_id`).
    """
    found = reader.details(pl.Series([contact_id], dtype=pl.Int64))
    if not found:
        history = reader.history(contact_id)
        gone = "erased" if len(is_erased(history.with_columns(contact_id=contact_id))) else "taken back"
        hint = f"it was {gone}; see `onefold contacts history`" if len(history) else "see `onefold contacts`"
        raise UsageError(f"there is no contact {contact_id}", code="unknown_contact_id", hint=hint)
    return found[0]


def known_by(reader: Reader, kind: str, value: str) -> pl.Series:
    """The ids of the contacts that have an identifier, as their current one or beside it."""
    wanted = pl.DataFrame([(kind, value)], schema=WANTED_SCHEMA, orient="row")
    held = reader.holders(wanted).filter(pl.col("why").is_in(list(RECOGNISING)))
    return held["contact_id"].unique().sort()


def timeline_of(reader: Reader, contact_id: int) -> list[dict[str, Any]]:
    """What was sent to a person and what the person did, the newest first: that of contacts merged into this
    one is theirs too.
    """
    ids = pl.Series("id", [contact_id], dtype=pl.Int64)
    found = reader.activities(pl.concat([ids, reader.merged_into(ids)["id"]]))
    told = found.sort("at", "id", descending=True).select(
        "kind", "at", "channel", "address", "payload", "source"
    )
    return [line | {"payload": json.loads(line["payload"])} for line in told.iter_rows(named=True)]


def with_names(reader: Reader, entries: Sequence[ReviewEntry]) -> list[ReviewEntry]:
    """Review entries whose message says by name whom they are about."""
    ids = [id_ for entry in entries for id_ in (entry.contact_id, entry.other_contact_id) if id_]
    found = reader.contacts(pl.Series("id", ids, dtype=pl.Int64)).contacts
    plain = pl.concat_str(["first_name", "last_name"], separator=" ", ignore_nulls=True)
    name = pl.coalesce("full_name", pl.when(plain != "").then(plain), pl.lit("no name"))
    names = dict(found.select("id", pl.format("{} ({})", name, "id")).iter_rows())
    told = []
    for entry in entries:
        about = [names[id_] for id_ in (entry.contact_id, entry.other_contact_id) if id_ in names]
        told.append(replace(entry, message=": ".join(filter(None, [entry.message, " and ".join(about)]))))
    return told


def history_of(reader: Reader, contact_id: int) -> list[dict[str, Any]]:
    """Every change of a contact, oldest first: when, by which receipt, and each value before and after."""
    history = reader.history(contact_id)
    entries = _with_after(reader, contact_id, history)
    names = {custom.column: custom.name for custom in reader.every_field()}
    told = []
    for line in history.iter_rows(named=True):
        changed = entries.filter(pl.col("batch_id") == line["batch_id"]).sort("key")
        told.append(
            {
                "at": line["committed_at"],
                "receipt": line["receipt_id"],
                "kind": line["kind"],
                "source": line["source_name"],
                "made": line["before"] is None,
                "changes": [
                    {"key": names.get(key, key), "before": before, "after": after}
                    for key, before, after in changed.select("key", "before", "after").iter_rows()
                ],
            }
        )
    return told


def provenance_of(reader: Reader, contact_id: int, *, retired: bool = False) -> dict[str, dict[str, Any]]:
    """For every value that a contact has, the receipt that set it: by the name that people use. Those in
    `retired` fields are shown only where they are asked for.
    """
    history = reader.history(contact_id)
    entries = from_ledger(history.select("batch_id", "before"))
    last = entries.group_by("key").agg(pl.col("batch_id").max())
    made = history.filter(pl.col("before").is_null())["batch_id"].max()
    names = {custom.column: custom.name for custom in reader.every_field()}
    hidden: set[str] = set() if retired else {custom.column for custom in reader.retired_fields()}
    by_batch = {line["batch_id"]: line for line in history.iter_rows(named=True)}
    since = dict(last.iter_rows())
    found: dict[str, dict[str, Any]] = {}
    for key, value in _present(reader, contact_id).select("key", "present").sort("key").iter_rows():
        line = by_batch.get(since.get(key, made))
        if line is not None and key not in ("contact", "in_bin", *hidden):
            found[names.get(key, key)] = {
                "value": value,
                "receipt": line["receipt_id"],
                "kind": line["kind"],
                "source": line["source_name"],
                "at": line["committed_at"],
            }
    return found


def _present(reader: Reader, contact_id: int) -> pl.DataFrame:
    ids = pl.Series([contact_id], dtype=pl.Int64)
    return present(Book(reader.contacts(ids), reader.memberships(ids), reader.marks().clear()))


def _with_after(reader: Reader, contact_id: int, history: pl.DataFrame) -> pl.DataFrame:
    """Each ledgered value with what it became: the next `before` of its key, or else what it is now."""
    entries = from_ledger(history.select("batch_id", "before")).sort("batch_id")
    now = _present(reader, contact_id).select("key", "present")
    following = pl.col("before").shift(-1).over("key", order_by="batch_id")
    is_last = pl.col("batch_id") == pl.col("batch_id").max().over("key")
    return entries.join(now, on="key", how="left").with_columns(
        pl.when(is_last).then("present").otherwise(following).alias("after")
    )
