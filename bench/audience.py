"""What is asked of a big book: a segment counted, first pages, everybody written out, a bin emptied."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from sqlalchemy import text

import onefold
from bench.audience_book import LIST, TAG
from bench.imports import peak_memory
from bench.measure import Figures
from onefold.audience.choosing import Choice, condition_of
from onefold.stores import Reader

WARM_UP, TIMES = 1, 5
RULES: Final = {
    "include": {
        "all": [
            {"field": "choice 0", "is": "equals", "value": "gold"},
            {"field": "number 1", "is": "greater", "value": 500},
            {"field": "flag 0", "is": "yes"},
        ]
    }
}
BY_HAND: Final = """
    SELECT count(*) FROM contact
    WHERE merged_into IS NULL AND NOT in_bin AND {choice} = 'gold' AND {number} > 500 AND {flag}
"""
"""RULES, as somebody would write them who knows the columns."""
THEIR_ROWS: Final = {
    "search": "rowid",
    "alias": "contact_id",
    "contact_tag": "contact_id",
    "contact_list": "contact_id",
    "ledger": "contact_id",
    "contact": "id",
}
PAGES: Final[dict[str, dict[str, Any]]] = {
    "everybody": {},
    "a list": {"list": LIST},
    "a tag": {"tag": TAG},
    "a word that many have": {"search": "porto"},
    "a word that one has": {"search": "person4321@"},
    "two words that nobody has together": {"search": "lisbonson999 recife"},
    "list, tag and word": {"list": LIST, "tag": TAG, "search": "porto"},
    "a segment": {"rules": RULES},
    "a segment of a few, far apart": {"rules": {"field": "crm_id", "is": "ends_with", "value": "99989"}},
}


def count_segment(place: str) -> Figures:
    """RULES counted, and the same by hand, in turn (medians in seconds)."""
    with onefold.open(place) as book, book._store.reader() as reader:
        condition = condition_of(Choice(rules=RULES), reader, datetime.now(UTC))
        columns = {custom.name: custom.column for custom in reader.fields()}
        by_hand = BY_HAND.format(
            choice=columns["choice 0"], number=columns["number 1"], flag=columns["flag 0"]
        )
        assert reader.count_where(condition) == _by_hand(reader, by_hand)
        ours, theirs = [], []
        for _ in range(WARM_UP + TIMES):
            ours.append(_seconds(lambda: reader.count_where(condition)))
            theirs.append(_seconds(lambda: _by_hand(reader, by_hand)))
        return {"seconds": median(ours[WARM_UP:]), "by hand": median(theirs[WARM_UP:])}


def first_pages(place: str) -> Figures:
    """The first page of each of PAGES, through the book (medians in milliseconds), and the slowest."""
    with onefold.open(place) as book:
        pages = {}
        for name, asked in PAGES.items():
            seconds = [_seconds(lambda asked=asked: book.contacts(**asked)) for _ in range(WARM_UP + TIMES)]
            pages[name] = median(seconds[WARM_UP:]) * 1000
    return {"pages": pages, "slowest": max(pages.values())}


def export_all(place: str, file: str) -> Figures:
    """Everybody, all columns, to CSV."""
    with onefold.open(place) as book:
        started = time.perf_counter()
        written = book.export(file)
        seconds = time.perf_counter() - started
    Path(file).unlink()
    return {
        "seconds": seconds,
        "rows": written.contacts,
        "per second": written.contacts / seconds,
        "peak_memory": peak_memory(),
    }


def empty_bin(place: str) -> Figures:
    """All that waits in the bin, erased; `storage`: of it, writing the book anew."""
    with onefold.open(place) as book:
        begun: dict[str, float] = {}

        def watch(stage: str, *_: int) -> None:
            begun.setdefault(stage, time.perf_counter())

        waiting, started = book.count_in_bin(), time.perf_counter()
        book.empty_bin(progress=watch)
        ended = time.perf_counter()
        assert waiting and not book.count_in_bin()
    anew = ended - begun["writing the book anew"]
    return {"seconds": ended - started, "rows": waiting, "storage": anew}


def bare_delete(place: str) -> Figures:
    """The rows of all who are in the bin, deleted from the tables that they stand in, and no more."""
    with onefold.open(place) as book, book._store.writer() as writer:
        started = time.perf_counter()
        for table, column in THEIR_ROWS.items():
            writer._connection.execute(
                text(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM contact WHERE in_bin)")
            )
        writer._connection.commit()
        return {"seconds": time.perf_counter() - started}


def _by_hand(reader: Reader, statement: str) -> int:
    return int(reader._connection.execute(text(statement)).scalar_one())


def _seconds(deed: Callable[[], object]) -> float:
    started = time.perf_counter()
    deed()
    return time.perf_counter() - started
