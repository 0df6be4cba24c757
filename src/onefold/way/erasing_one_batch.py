"""One batch of contacts is erased from the book: gathered, decided, and written in one transaction."""

import os
from datetime import datetime
from typing import Final

import polars as pl

from onefold.model.consent import ADDRESS_SCHEMA, KIND_OF
from onefold.model.identifier import Why
from onefold.normalise.nfc import column_in_nfc
from onefold.resolve.changes import THE_BOOK
from onefold.resolve.erasure import SPELLED_SCHEMA, Erasure, addresses, decide_erasure, once_merged, spellings
from onefold.stores import Reader, Writer
from onefold.stores.erasing import TEXTS, kept_without
from onefold.way.erased_refusals import hashed, refused_before
from onefold.way.erased_words import Words
from onefold.way.own_refusals import settle_answers
from onefold.way.secret import book_secret

REACHED: Final = (Why.CURRENT, Why.SECOND, Why.FORMER)
"""Holdings by which what was said at an address is its holder's."""


def gather(reader: Reader, ids: pl.Series) -> Erasure:
    """What erasing these contacts, and all that were merged into them, comes to."""
    family = pl.concat([ids.alias("id"), reader.merged_into(ids)["id"].alias("id")]).unique().sort()
    known, ledger = reader.contacts(family), reader.later_entries(family, 0)
    spelled = spellings(known, ledger)
    said = reader.consents_said_by(family)
    own = pl.concat([addresses(spelled), said.select(list(ADDRESS_SCHEMA))]).unique()
    log = pl.concat([reader.consent_log(own), said]).unique("id").sort("id")
    beside = pl.concat([pl.Series("id", [THE_BOOK], dtype=pl.Int64), once_merged(family, ledger)])
    others = _holders(reader, pl.concat([spelled, _identifiers(own)]).unique(), family)
    reached = addresses(others.filter(pl.col("why").is_in(list(REACHED))))
    return decide_erasure(
        known,
        family,
        ledger,
        reader.later_entries(beside, 0),
        log,
        spelled,
        others.select(list(SPELLED_SCHEMA)),
        reached,
        reader.marks(),
        reader.standing_refusals(family),
    )


def _holders(reader: Reader, spelled: pl.DataFrame, family: pl.Series) -> pl.DataFrame:
    """Others who have these identifiers, in whatever way."""
    return reader.holders(spelled).filter(~pl.col("contact_id").is_in(family.implode()))


def _identifiers(own: pl.DataFrame) -> pl.DataFrame:
    """Addresses as identifiers (`kind`, `value`)."""
    kinds = {channel.value: kind for channel, kind in KIND_OF.items()}
    kind = pl.col("channel").replace_strict(kinds, return_dtype=pl.String)
    return own.select(kind.alias("kind"), pl.col("address").alias("value"))


def write_erasure(writer: Writer, erasure: Erasure, batch_id: int, now: datetime) -> dict[str, int]:
    """Writes it, and gives how many rows went, by what they were."""
    refused = erasure.consent.refused
    if len(refused):
        refused_before(writer, refused)  # that they are kept with the secret of those before
        writer.keep_erased_refusals(hashed(book_secret(writer.files, os.environ), refused))
    ending = pl.concat([erasure.consent.gone, erasure.consent.bared])
    others = writer.refusals_of(ending, "answered_by")["contact_id"]
    counts = writer.erase(erasure, batch_id, now)
    settle_answers(writer, others.filter(~others.is_in(erasure.ids.implode())))
    words = Words.of(erasure.spelled)
    return counts | {
        "refused addresses, kept as hashes": refused.height,
        "review entries": _erase_aside(writer, "review", erasure, words),
        "questions": _erase_aside(writer, "question", erasure, words),
        "messages": _erase_messages(writer, erasure, words),
        "receipts reworded": _reword_receipts(writer, erasure, words),
    }


def _erase_aside(writer: Writer, table: str, erasure: Erasure, words: Words) -> int:
    """What is asked of and about them goes."""
    rows = writer.aside(table)
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    people = [name for name in rows.columns if name.endswith("contact_id")]
    about = pl.any_horizontal(pl.col(people).is_in(erasure.ids.implode()))
    asked = (
        pl.col("address").is_in(erasure.unreached["address"].implode())
        if "address" in texts
        else pl.lit(value=False)
    )
    named = [words.named(rows[name]) for name in texts]
    gone = rows.filter(pl.any_horizontal(about.fill_null(value=False), asked, *named))
    return writer.erase_aside(table, gone["id"], rows.clear())


def _erase_messages(writer: Writer, erasure: Erasure, words: Words) -> int:
    """What was sent to them, or is to be, goes; what tells others of them is reworded."""
    rows = writer.aside("outbox")
    to_them = column_in_nfc(rows["recipient"]).is_in(erasure.unreached["address"].implode())
    others = rows.filter(~to_them)
    reworded = others.with_columns(words.without(others[name]) for name in ("subject", "body"))
    changed = reworded.filter(
        pl.any_horizontal(reworded[name] != others[name] for name in ("subject", "body"))
    )
    return writer.erase_aside("outbox", rows.filter(to_them)["id"], changed)


def _reword_receipts(writer: Writer, erasure: Erasure, words: Words) -> int:
    """What receipts repeat of them goes. A header that names somebody was a row: nothing of it is kept."""
    rows = writer.receipt_texts()
    ids = frozenset(erasure.ids)
    kept = rows["options"].str.contains('"kept": [{', literal=True)
    options = [
        kept_without(text, ids) if has_kept else text
        for text, has_kept in zip(rows["options"], kept, strict=True)
    ]
    no_header = words.named(rows["header_line"]) | words.named(rows["mapping"])
    reworded = rows.with_columns(pl.Series("options", options, dtype=pl.String)).with_columns(
        words.without(rows[name]).alias(name) for name in TEXTS if name != "options"
    )
    reworded = reworded.with_columns(words.without(reworded["options"]).alias("options"))
    reworded = reworded.with_columns(
        pl.when(no_header).then(pl.lit(text)).otherwise(name).alias(name)
        for name, text in (("header_line", ""), ("mapping", "{}"), ("warnings", "[]"))
    )
    changed = reworded.filter(pl.any_horizontal(reworded[name].ne_missing(rows[name]) for name in TEXTS))
    writer.rewrite_receipts(changed)
    writer.forget_headers(rows.filter(no_header)["id"])
    return changed.height
