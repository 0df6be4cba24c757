"""All that a book knows of one person, as one document (Article 15 of the GDPR)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from onefold.model.frames import Contacts
from onefold.model.identifier import kinds_of
from onefold.report.results import CONTACT_ID_HEADER
from onefold.resolve.consent_of_contacts import addresses_of_contacts
from onefold.stores import Reader
from onefold.way.consenting import told_entries
from onefold.way.contacts import detail_of, history_of, provenance_of, timeline_of

MEMBERSHIPS: Final = ("tag", "list")


def everything_of(reader: Reader, contact_id: int, code: str) -> dict[str, Any]:
    """What the book and its kept files say of a contact and of all that became part of it; private fields
    and former addresses too: the contact in CONTRACT's shape, and beside that what else there is, by name.

    Raises `UsageError` (`unknown_contact_id`).
    """
    contact = detail_of(reader, contact_id)
    one = pl.Series("id", [contact_id], dtype=pl.Int64)
    merged = reader.merged_into(one)["id"]
    ids = [contact_id, *merged.to_list()]
    every = reader.contacts(pl.concat([one, merged]))
    addresses = addresses_of_contacts(every)
    reached = addresses["address"].unique().to_list()
    provenance = provenance_of(reader, contact_id, retired=True)
    history = [{"contact": id_, **change} for id_ in ids for change in history_of(reader, id_)]
    return {
        **contact,
        "provenance": {name: told for name, told in provenance.items() if ":" not in name},
        "merged": reader.details(merged),
        "also_known_by": reader.aliases_since(ids),
        "memberships": list(_memberships(provenance)),
        "consent_log": _consents(reader, addresses, pl.concat([one, merged])),
        "refusals": _refusals(reader, ids),
        "activity": timeline_of(reader, contact_id),
        "history": history,
        "reviews": reader.reviews_naming(ids),
        "questions": reader.questions_to(ids, reached),
        "sent": reader.sent_to(reached),
        "records": reader.taken_from(ids),
        "numbers_in_files": reader.numbers_in_files(ids),
        "marks": reader.marks_on(_identifiers(every, kinds_of(reader.own_kinds()))),
        "rows_of_files": list(_rows_of_files(reader, ids, code)),
    }


def _memberships(provenance: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Tags and lists, each with when and by which receipt the contact got it."""
    for key, told in provenance.items():
        kind, apart, name = key.partition(":")
        if apart and kind in MEMBERSHIPS:
            since = {
                "at": told["at"],
                "receipt": told["receipt"],
                "by": told["kind"],
                "source": told["source"],
            }
            yield {"kind": kind, "name": name} | since


def _consents(reader: Reader, addresses: pl.DataFrame, ids: pl.Series) -> list[dict[str, Any]]:
    """The log of every address of theirs, and what they said of others."""
    log = pl.concat([reader.consent_log(addresses), reader.consents_said_by(ids)])
    return told_entries(log.unique("id").sort("id"))


def _refusals(reader: Reader, ids: Sequence[int]) -> list[dict[str, Any]]:
    """What they have refused: on which channel, since when, at which address, and what ended it."""
    rows = reader.refusals_of(pl.Series("id", ids, dtype=pl.Int64)).sort("at", "consent_id")
    return rows.select("channel", "at", "address", "consent_id", "answered_by").to_dicts()


def _identifiers(every: Contacts, kinds: Sequence[str]) -> list[str]:
    values = [every.contacts[kind].drop_nulls() for kind in kinds]
    return pl.concat([*values, every.aliases["value"]], how="vertical").unique().to_list()


def _rows_of_files(reader: Reader, ids: Sequence[int], code: str) -> Iterator[dict[str, Any]]:
    """The rows of kept results files that were applied to them, by import."""
    receipts = {line for id_ in ids for line in reader.history(id_)["receipt_id"]}
    theirs = [f"{code}-{id_}" for id_ in ids]
    for receipt_id in sorted(receipts):
        stored = reader.receipt(receipt_id)
        path = Path(stored.results_path) if stored is not None and stored.results_path else None
        if path is None or not path.is_file():
            continue
        rows = pl.scan_csv(path, infer_schema=False)
        if CONTACT_ID_HEADER in rows.collect_schema():
            found = rows.filter(pl.col(CONTACT_ID_HEADER).is_in(theirs)).collect()
            if len(found):
                yield {"receipt": receipt_id, "file": str(path), "rows": found.to_dicts()}
