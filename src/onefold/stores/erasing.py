"""What is gathered before contacts are erased, and the erasing itself: the one change beside the ledger."""

import glob
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
from sqlalchemy import bindparam, select, update

from onefold.model.consent import EVIDENCE, LOG_SCHEMA
from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import ERASE
from onefold.resolve.erasure import ConsentErasure, Erasure, erased_lines
from onefold.stores.consents import LOG_COLUMNS, ConsentWriting
from onefold.stores.definitions import DefinitionWriting
from onefold.stores.schema import imported_header, metadata, receipt
from onefold.stores.snapshot import Snapshot

SAID_BY: Final = f"""
    SELECT {LOG_COLUMNS} FROM {{given}} CROSS JOIN consent WHERE consent.contact_id = given.value
"""
HOW_MANY: Final = """
    SELECT count(*) AS rows FROM {{given}} CROSS JOIN {table} WHERE {table}.{column} = given.value
"""
BELONGING: Final[Mapping[str, tuple[str, str]]] = {
    "contacts": ("contact", "id"),
    "aliases": ("alias", "contact_id"),
    "tags": ("contact_tag", "contact_id"),
    "places on lists": ("contact_list", "contact_id"),
    "changed numbers": ("changed_number", "contact_id"),
    "activities": ("activity", "contact_id"),
    "records taken": ("taken", "contact_id"),
}
"""What goes with a contact, in people's words: its table, and the column that names the contact."""
ASIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "review": ("contact_id", "other_contact_id", "identifier", "value", "message"),
    "question": ("contact_id", "address", "context", "asks"),
    "outbox": ("recipient", "subject", "body"),
}
"""Tables of what is asked and told, and their columns that can tell of somebody."""
TEXTS: Final = ("source_name", "header_line", "mapping", "warnings", "options", "tag")
"""Columns of receipts that can repeat what stood in a file."""


class ErasureReading(Snapshot):
    """Everything that tells of a person."""

    def consents_said_by(self, ids: pl.Series) -> pl.DataFrame:
        """Every entry of the log that these contacts said, of whatever address (`LOG_SCHEMA`)."""
        return self._select(SAID_BY, LOG_SCHEMA, ids)

    def older_books(self) -> list[Path]:
        """Copies of the book that were made beside it before it was migrated."""
        path = self._database.path
        return sorted(path.parent.glob(f"{glob.escape(path.name)}.before-*")) if path else []

    def open_erasure(self) -> int | None:
        """The receipt of the erasure that was interrupted, or is under way."""
        open_ = (receipt.c.kind == ERASE) & (receipt.c.status == ReceiptStatus.RUNNING)
        return self._connection.execute(select(receipt.c.id).where(open_)).scalar()

    def aside(self, table: str) -> pl.DataFrame:
        """All rows of a table of `ASIDE`: `id` and its columns."""
        return self._whole(table, ("id", *ASIDE[table]))

    def receipt_texts(self) -> pl.DataFrame:
        """What receipts say in words: `id` and `TEXTS`."""
        return self._whole("receipt", ("id", *TEXTS))

    def _whole(self, table: str, columns: tuple[str, ...]) -> pl.DataFrame:
        of = metadata.tables[table].c
        schema = {name: pl.Int64 if name.endswith("id") else pl.String for name in columns}
        return self._select(f"SELECT {', '.join(of[name].name for name in columns)} FROM {table}", schema)


class ErasureWriting(DefinitionWriting, ConsentWriting, ErasureReading):
    """Erases."""

    def erase(self, erasure: Erasure, batch_id: int, now: datetime) -> dict[str, int]:
        """Takes these contacts out of every table that tells of them; how many rows went, by what they were.

        Of the ledger the lines stay without their values, and a last one says that the contact was erased.
        """
        ids = erasure.ids.sort()
        counts = {what: self._delete_of(table, column, ids) for what, (table, column) in BELONGING.items()}
        self._database.delete(self._connection, "search", ids.alias("rowid").to_frame())
        counts["values in the ledger"] = self._rewrite_ledger(erasure, batch_id)
        for table in ("refusal", "typed_address"):
            self._database.delete(self._connection, table, ids.alias("contact_id").to_frame())
        counts["consents"] = self._erase_consents(erasure.consent)
        self._database.delete(self._connection, "mark", erasure.marks)
        self._changed()
        return counts

    def _delete_of(self, table: str, column: str, ids: pl.Series) -> int:
        question = HOW_MANY.format(table=table, column=column)
        rows = int(self._select(question, {"rows": pl.Int64}, ids)["rows"].sum())
        if rows:
            self._database.delete(self._connection, table, ids.alias(column).to_frame())
        return rows

    def _rewrite_ledger(self, erasure: Erasure, batch_id: int) -> int:
        self._database.delete(self._connection, "ledger", erasure.ledger.select("batch_id", "contact_id"))
        in_batch = pl.lit(batch_id, dtype=pl.Int64).alias("batch_id")
        last = erased_lines(erasure.ids).select(in_batch, "contact_id", "before")
        lines = pl.concat([erasure.ledger.cast(pl.Schema(dict(last.schema))), last])
        self._database.insert_new(self._connection, "ledger", lines.sort("batch_id", "contact_id"))
        return erasure.ledger.height

    def _erase_consents(self, consent: ConsentErasure) -> int:
        self._database.delete(self._connection, "consent", consent.gone.alias("id").to_frame())
        nothing = [pl.lit(None, pl.String).alias(name) for name in (*EVIDENCE, "key")]
        bare = consent.bared.alias("id").to_frame()
        bare = bare.with_columns(pl.lit(None, pl.Int64).alias("contact_id"), *nothing)
        self._database.update(self._connection, "consent", bare, ())
        self._database.delete(self._connection, "consent_state", consent.silent)
        self._write_states(consent.states)
        return len(consent.gone)

    def erase_aside(self, table: str, gone: pl.Series, changed: pl.DataFrame) -> int:
        """Takes rows of a table of `ASIDE` away, by `id`, and writes others anew."""
        self._database.delete(self._connection, table, gone.alias("id").to_frame())
        self._database.update(self._connection, table, changed, ())
        return len(gone) + changed.height

    def rewrite_receipts(self, texts: pl.DataFrame) -> None:
        """Writes what receipts say in words (`id` and `TEXTS`) anew."""
        words = update(receipt).where(receipt.c.id == bindparam("receipt_id"))
        rows: list[dict[str, Any]] = texts.rename({"id": "receipt_id"}).to_dicts()
        if rows:
            self._connection.execute(words.values({name: bindparam(name) for name in TEXTS}), rows)

    def forget_headers(self, receipt_ids: pl.Series) -> None:
        """What was said of the columns of these imports is not remembered for the next."""
        gone = receipt_ids.alias("receipt_id").to_frame()
        self._database.delete(self._connection, imported_header.name, gone)


def kept_without(options: str, ids: frozenset[int]) -> str:
    """The options of a receipt of an undo, in which erased contacts are named and no value of theirs."""
    read = json.loads(options)
    kept = read.get("kept")
    if not kept or not any(line["contact_id"] in ids for line in kept):
        return options
    named = {id_: {"contact_id": id_, "key": "contact", "why": "erased"} for id_ in ids}
    lines = {json.dumps(line): line for line in (named.get(line["contact_id"], line) for line in kept)}
    return json.dumps(read | {"kept": list(lines.values())}, ensure_ascii=False)
