"""The state of consent as it is asked for: of one address, and of all that an export names."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

import polars as pl

import onefold
from bench.files import BenchFiles
from bench.imports import book_at
from bench.measure import Figures, measured
from bench.places import Places
from bench.rounds import Sizes, middle, tell
from onefold.model.consent import NEW_CONSENT_SCHEMA, Channel
from onefold.resolve.changes import no_changes
from onefold.stores import Writer
from onefold.way.writing import write_receipt

ONE_AT_A_TIME, WARM_UP = 100, 10
WRITTEN_AT_ONCE = 200_000
TIMES = 5
"""The long log has so many times the addresses of the short one."""


def consents_round(sizes: Sizes, files: BenchFiles, places: Places) -> Figures:
    """The same addresses asked for in a short log, which is all about them, and in a long one."""
    short, long = places.new(), places.new()
    for place, addresses in ((short, sizes.rows), (long, sizes.rows * TIMES)):
        tell(f"{places.name}: a log of consent of {addresses:,} addresses")
        measured("write consents", place, str(addresses))
    runs: dict[str, list[Figures]] = {"short": [], "long": []}
    for _ in range(sizes.pairs):
        for name, place in (("short", short), ("long", long)):
            runs[name].append(measured("ask consents", place, str(sizes.rows)))
    places.clear()
    ratios = [
        long["seconds"] / short["seconds"] for long, short in zip(runs["long"], runs["short"], strict=True)
    ]
    asked = {name: middle(of_name) for name, of_name in runs.items()}
    return {**asked, "addresses": sizes.rows, "long over short": median(ratios)}


def write_consents(place: str, addresses: str) -> Figures:
    """A grant for each address and a refusal for every third."""
    started = time.perf_counter()
    with book_at(place) as book, book._store.writer() as writer:
        for first in range(0, int(addresses), WRITTEN_AT_ONCE):
            _write(writer, first, min(first + WRITTEN_AT_ONCE, int(addresses)))
    return {"seconds": time.perf_counter() - started}


def ask_consents(place: str, asked: str) -> Figures:
    """The states of so many addresses at once, and of one at a time (the median in milliseconds)."""
    with book_at(place) as book:
        named = _addresses(0, int(asked))
        with book._store.reader() as reader:
            started = time.perf_counter()
            states = reader.consent_states(named)
            seconds = time.perf_counter() - started
        assert states.height == int(asked)
        one = median(_one(book, number % int(asked)) for number in range(ONE_AT_A_TIME + WARM_UP))
    return {"seconds": seconds, "one": one * 1000}


def _one(book: onefold.Book, number: int) -> float:
    started = time.perf_counter()
    assert book.consent(f"p{number}@example.com")["state"] != "none"
    return time.perf_counter() - started


def _addresses(first: int, last: int) -> pl.DataFrame:
    numbers = pl.DataFrame({"number": pl.int_range(first, last, eager=True)})
    return numbers.select(
        pl.lit(Channel.EMAIL.value).alias("channel"), pl.format("p{}@example.com", "number").alias("address")
    )


def _write(writer: Writer, first: int, last: int) -> None:
    said = _addresses(first, last).with_columns(
        pl.lit("subscribed").alias("state"),
        pl.lit("2026-11-01T10:00:00Z").alias("at"),
        pl.lit("form").alias("source"),
        pl.lit(0).alias("trust"),
        pl.lit("I agree to receive the newsletter").alias("wording"),
    )
    refused = said.gather_every(3).with_columns(
        pl.lit("unsubscribed").alias("state"), pl.lit("2026-11-02T10:00:00Z").alias("at")
    )
    both = pl.concat([said, refused])
    missing = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in NEW_CONSENT_SCHEMA.items()
        if name not in both.columns
    ]
    entries = both.with_columns(missing).select(list(NEW_CONSENT_SCHEMA)).cast(pl.Schema(NEW_CONSENT_SCHEMA))
    nothing = no_changes(writer.contacts(pl.Series([], dtype=pl.Int64)))
    write_receipt(writer, "consent", replace(nothing, consents=entries), datetime.now(UTC))
