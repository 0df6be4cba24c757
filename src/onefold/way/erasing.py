"""Contacts are erased, batch by batch, each whole or not at all; then the book's storage is written anew."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl

from onefold.model.error import UsageError
from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import COPIES, ERASE
from onefold.resolve.erasure import is_erased
from onefold.stores import Reader, Store, Writer, as_text
from onefold.way.erased_files import clean_files
from onefold.way.erasing_one_batch import gather, write_erasure
from onefold.way.folders import tidy_plans
from onefold.way.planning import Progress
from onefold.way.removing import check_not_part

AT_A_TIME: Final = 50_000
"""Contacts that are erased in one transaction."""
NAMED: Final = 1_000
"""As many erased contacts are named in the receipt itself; the ledger names them all."""

BIN_DAYS: Final = "bin_days"
"""The setting that says for how many days contacts lie in the bin."""
NEVER: Final = "never"
MOST_DAYS: Final = 36_500

Next = Callable[[Reader, int], pl.Series]
"""The contacts that are erased next, at most so many; nobody at the end."""


def erase_all(
    store: Store, next_ones: Next, *, rows: int, code: str, now: Callable[[], datetime], progress: Progress
) -> int:
    """Erases whom `next_ones` names, and gives the receipt's id. The caller has the import's turn.

    One that was interrupted is gone on with, under its receipt: it is not done before the storage has been
    written anew, since what was only deleted can still be read by bytes.
    """
    tidy_plans(store.files)
    done, more = 0, True
    while more:
        with store.writer() as writer:
            ids = next_ones(writer, AT_A_TIME)
            more = len(ids) > 0
            receipt_id = writer.open_erasure() or _start(writer, now())
            if more:
                _erase(writer, receipt_id, ids, code, now())
        done += len(ids)
        progress("erasing", done, rows)
    progress("writing the book anew", 0, 0)
    store.follow_search()
    written = store.write_anew()
    with store.writer() as writer:
        options = _options(writer, receipt_id)
        told = {**options["erased"], "storage": written, "copies": _copies(writer, receipt_id)}
        writer.update_receipt(
            receipt_id,
            status=ReceiptStatus.COMPLETED,
            finished_at=now(),
            options={**options, "erased": told},
        )
    return receipt_id


def those(ids: pl.Series) -> Next:
    """These contacts, as far as they are not erased yet."""

    def next_ones(reader: Reader, limit: int) -> pl.Series:
        gone = is_erased(reader.later_entries(ids, 0))
        return ids.filter(~ids.is_in(gone.implode())).head(limit)

    return next_ones


def in_bin(before: datetime | None) -> Next:
    """The contacts in the bin; with `before`, those that came there earlier."""

    def next_ones(reader: Reader, limit: int) -> pl.Series:
        return reader.in_bin(before=before, limit=limit)["id"]

    return next_ones


def nobody(_: Reader, __: int) -> pl.Series:
    """Nobody is erased next; an erasure that was interrupted is brought to its end."""
    return pl.Series("id", [], dtype=pl.Int64)


def longest_kept(reader: Reader, now: datetime) -> datetime | None:
    """Contacts that came to the bin before this moment have lain there for long enough; none where the book
    keeps them for good.
    """
    days = reader.settings().get(BIN_DAYS, NEVER)
    return None if days == NEVER else now - timedelta(days=int(days))


def erasable(reader: Reader, ids: pl.Series) -> pl.Series:
    """These contacts, each once. One that was taken back by an undo counts while the ledger tells of it, and
    one that is erased already while an erasure that was interrupted is to be gone on with.

    Raises `UsageError` (`unknown_contact_id`, `already_erased`).
    """
    asked = ids.cast(pl.Int64).unique().sort()
    ledger = reader.later_entries(asked.filter(asked > 0), 0)
    for id_ in asked.filter(~asked.is_in(ledger["contact_id"].implode())).head(1):
        raise UsageError(
            f"there is no contact {id_}", code="unknown_contact_id", hint="see `onefold contacts`"
        )
    for id_ in is_erased(ledger).sort().head(0 if reader.open_erasure() else 1):
        raise UsageError(
            f"contact {id_} was erased already", code="already_erased", hint="see `onefold contacts history`"
        )
    check_not_part(reader.values(asked, ("merged_into",)))
    return asked


def _start(writer: Writer, now: datetime) -> int:
    nothing = {"contacts": 0, "ids": [], "removed": {}, "files": {}}
    return writer.start_receipt(ERASE, ReceiptStatus.RUNNING, now, options={"erased": nothing})


def _options(reader: Reader, receipt_id: int) -> dict[str, Any]:
    stored = reader.receipt(receipt_id)
    assert stored is not None  # it was started before
    return dict(stored.options)


def _erase(writer: Writer, receipt_id: int, ids: pl.Series, code: str, now: datetime) -> None:
    """One batch: its files first, since only the book knows what to look for in them."""
    batch_id = writer.start_batch(receipt_id, len(writer.batches(receipt_id)), len(ids), now)
    erasure = gather(writer, ids)
    given_up, files = clean_files(writer, erasure, code)
    for interrupted in given_up:
        writer.update_receipt(interrupted, status=ReceiptStatus.CANCELLED, finished_at=now)
    removed = write_erasure(writer, erasure, batch_id, now)
    options = _options(writer, receipt_id)
    told = options["erased"]
    told = {
        "contacts": told["contacts"] + len(ids),
        "ids": [*told["ids"], *ids.head(max(0, NAMED - len(told["ids"])))],
        "removed": _added(told["removed"], removed),
        "files": _added(told["files"], files),
    }
    changed = options.get("changed", 0) + len(erasure.ids)
    writer.update_receipt(receipt_id, options={**options, "erased": told, "changed": changed})


def _added(before: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Counts, put together; what there is none of is not told."""
    both = {what: before.get(what, 0) + more.get(what, 0) for what in {**before, **more}}
    return {what: count for what, count in both.items() if count}


def _copies(writer: Writer, receipt_id: int) -> list[dict[str, Any]]:
    """Copies that were made before and are out of our reach: by name and time, the oldest first."""
    made = [
        {"kind": each.kind, "receipt": each.id, "name": each.source_name, "at": each.created_at}
        for each in reversed(writer.receipts_of(*COPIES))
        if each.id < receipt_id
    ]
    beside = [
        {
            "kind": "before an upgrade",
            "receipt": None,
            "name": str(path),
            "at": as_text(datetime.fromtimestamp(path.stat().st_mtime, UTC)),
        }
        for path in writer.older_books()
    ]
    return beside + made
