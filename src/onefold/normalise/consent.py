"""Consent columns of a file, and what is said of every row: who may be reached, since when, by what words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import polars as pl

from onefold.model.activity import ActivityKind
from onefold.model.consent import (
    CONSENT_PARTS,
    SAID_CONSENT_SCHEMA,
    UNREAD_CONSENT_SCHEMA,
    Channel,
    ConsentState,
)
from onefold.model.frames import empty
from onefold.model.outcome import Reason
from onefold.model.source import Source
from onefold.normalise.consent_cells import MOMENT, consent_columns, consent_moments, refusal_columns
from onefold.normalise.date import DateOrder
from onefold.normalise.text import text_columns

REFUSED, DATE = ".refused", ".date"
DEAD_METHOD: Final = {
    Channel.EMAIL: ActivityKind.HARD_BOUNCE.value,
    Channel.SMS: ActivityKind.NOT_IN_SERVICE.value,
}
RESTRICTIVE: Final = (ConsentState.SUBSCRIBED, ConsentState.PENDING, ConsentState.UNSUBSCRIBED)
"""Of two states that a row is given, the later of these counts."""
REFUSED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "row": pl.UInt32,
    "reason": pl.String,
    "refusal": pl.String,
}
READ_AS_SUBSCRIBED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "column": pl.String,
    "word": pl.String,
    "rows": pl.UInt32,
}


@dataclass(frozen=True)
class ConsentTerms:
    """How consent in a file is read, beside its cells.

    `every_row`: the state that the operator says of each row, by channel; `at` (ISO 8601 in UTC) and
    `wording` go with it. The others are contact columns: `ticked` have ticks somewhere in the file,
    `undeliverable` say by their header that addresses do not work, `of_grants` are dates of a grant, and of
    no refusal.
    """

    every_row: Mapping[Channel, ConsentState] = field(default_factory=dict)
    at: str | None = None
    wording: str | None = None
    ticked: frozenset[str] = frozenset()
    undeliverable: frozenset[str] = frozenset()
    of_grants: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SaidInCells:
    """What the rows of a file say of consent (`SAID_CONSENT_SCHEMA`), and where it cannot be read, the first
    thing that is wrong with a row (`REFUSED_SCHEMA`).

    `unread` (`UNREAD_CONSENT_SCHEMA`): rows that say something of a channel that is not understood.
    `doubtful` (`READ_AS_SUBSCRIBED_SCHEMA`): how often words that could be the state of an account were read
    as subscribed.
    """

    consents: pl.DataFrame
    refused: pl.DataFrame
    unread: pl.DataFrame
    doubtful: pl.DataFrame


@dataclass(frozen=True)
class _Columns:
    """The columns of one channel: by part, the names that the cells have for it."""

    channel: Channel
    by_part: Mapping[str, tuple[str, ...]]

    def cells(self, part: str, of: pl.DataFrame) -> pl.Series:
        """The cells of a part that one column fills at most; blank where none does."""
        names = self.by_part[part]
        return of[names[0]] if names else _blank(len(of))


def consent_in(
    cells: pl.DataFrame,
    date_orders: Mapping[str, DateOrder | None],
    now: datetime,
    reading: ConsentTerms | None = None,
) -> SaidInCells:
    """Reads the columns of consent that `cells` has, and what is said of every row; of two states the more
    restrictive counts. Rows that are `malformed` or `undecodable` say nothing.

    What has no date was said `now`, and so was a refusal whose date cannot be read: it counts. A contact
    column of refusals may stand there several times, with a blank and a number behind its name.
    """
    reading = reading or ConsentTerms()
    spoken = [one for one in _channels(cells.columns) if _says(one, reading)]
    if not spoken:
        return _together([], [], [], [])
    is_sound = pl.col("malformed").is_null() & ~pl.col("undecodable")
    sound, broken = cells.filter(is_sound), cells.filter(~is_sound)
    said, refused, unread, doubtful = [], [], [], []
    for columns in spoken:
        read, accounts = _read(sound, columns, date_orders, now, reading)
        on_channel = pl.lit(columns.channel.value).alias("channel")
        said.append(read.drop_nulls("state").select(list(SAID_CONSENT_SCHEMA)))
        doubtful.append(accounts)
        refused += [
            read.drop_nulls(reason).select("row", reason=pl.lit(reason.value), refusal=pl.col(reason))
            for reason in (Reason.BAD_CHOICE, Reason.BAD_DATE)
        ]
        wrong = pl.col(Reason.BAD_CHOICE).is_not_null() | pl.col(Reason.BAD_DATE).is_not_null()
        refuses = pl.col("state").eq_missing(pl.lit(ConsentState.UNSUBSCRIBED.value))
        unread += [read.filter(wrong & ~refuses).select("row", on_channel), broken.select("row", on_channel)]
    return _together(said, refused, unread, doubtful)


def with_refused(records: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """Records with what is wrong with their consent (`REFUSED_SCHEMA`), where nothing else is."""
    if refused.is_empty():
        return records
    found = records.select("row").join(
        refused.rename({"refusal": "sentence"}), on="row", how="left", maintain_order="left"
    )
    sound = pl.col("refusal_reason").is_null()
    return records.with_columns(
        pl.when(sound).then(pl.lit(found["reason"])).otherwise("refusal_reason").alias("refusal_reason"),
        pl.when(sound).then(pl.lit(found["sentence"])).otherwise("refusal").alias("refusal"),
    )


def _channels(names: Iterable[str]) -> list[_Columns]:
    """The columns of each channel. Those of refusals may be several."""
    names = list(names)
    found = []
    for channel in Channel:
        by_part = {}
        for part in CONSENT_PARTS:
            column = f"consent.{channel}{part}"
            several = part == REFUSED
            by_part[part] = tuple(
                name for name in names if name == column or (several and name.startswith(f"{column} "))
            )
        found.append(_Columns(channel, by_part))
    return found


def _says(columns: _Columns, reading: ConsentTerms) -> bool:
    said = bool(columns.by_part[""] or columns.by_part[REFUSED])
    return said or columns.channel in reading.every_row


def _read(
    cells: pl.DataFrame,
    columns: _Columns,
    date_orders: Mapping[str, DateOrder | None],
    now: datetime,
    reading: ConsentTerms,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One channel's columns: a line for each row, with what is wrong with it under `bad_choice` and
    `bad_date`; and how often words that could mean something else were read as subscribed.
    """
    channel, column = columns.channel, f"consent.{columns.channel}"
    spelled = columns.cells("", cells)
    plain = consent_columns(spelled, ticked=column in reading.ticked)
    refusals = _refusals(cells, columns, date_orders, now, reading)
    date_column = f"{column}{DATE}"
    moments = consent_moments(columns.cells(DATE, cells), date_orders.get(date_column), now)
    texts = [
        text_columns(columns.cells(part, cells))["value"].alias(name)
        for name, part in (("method", ".source"), ("wording", ".wording"))
    ]
    lines = pl.DataFrame(
        [
            cells["row"],
            plain["value"].alias("said"),
            plain["dead"],
            plain["by_person"],
            plain["refusal"].alias(Reason.BAD_CHOICE),
            moments["value"].alias("dated"),
            moments["refusal"].alias("undated"),
            *texts,
            *refusals.get_columns(),
        ]
    )
    lines = _stated(lines, channel, reading)
    lines = _moments(lines, reading, now, grants_only=date_column in reading.of_grants)
    refuses = pl.col("state") == ConsentState.UNSUBSCRIBED
    dead = refuses & (pl.col("dead") | pl.col("refused_dead"))
    dead &= ~(pl.col("by_person") | pl.col("refused_by_person"))
    lines = lines.with_columns(
        pl.when(dead).then(pl.lit(DEAD_METHOD[channel])).otherwise("method").alias("method"),
        pl.coalesce(pl.when(refuses).then("reason"), "wording", pl.lit(_wording(channel, reading))).alias(
            "wording"
        ),
        channel=pl.lit(channel.value),
        source=pl.lit(Source.IMPORT.value),
    )
    missing = [name for name in SAID_CONSENT_SCHEMA if name not in lines.columns]
    lines = lines.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)
    return lines, _doubtful(column, plain["account"].filter(lines["state"] == ConsentState.SUBSCRIBED))


def _stated(lines: pl.DataFrame, channel: Channel, reading: ConsentTerms) -> pl.DataFrame:
    """Adds `state`: the most restrictive of what the cells say and what is said of every row."""
    rank: dict[str, int] = {state.value: place for place, state in enumerate(RESTRICTIVE)}
    of_all = reading.every_row.get(channel)
    refused = pl.when("refused").then(rank[ConsentState.UNSUBSCRIBED])
    said = pl.col("said").replace_strict(rank, default=None, return_dtype=pl.Int32)
    strictest = pl.max_horizontal(said, refused, pl.lit(None if of_all is None else rank[of_all], pl.Int32))
    words = {place: state.value for place, state in enumerate(RESTRICTIVE)}
    return lines.with_columns(state=strictest.replace_strict(words, default=None, return_dtype=pl.String))


def _moments(lines: pl.DataFrame, reading: ConsentTerms, now: datetime, *, grants_only: bool) -> pl.DataFrame:
    """Adds `at` and, where a date is wrong that would be needed, `bad_date`; a grant without one is none."""
    refuses = pl.col("state").eq_missing(pl.lit(ConsentState.UNSUBSCRIBED.value))
    counts = ~refuses if grants_only else pl.lit(value=True)
    needed = pl.col("state").is_not_null() & counts & ~(refuses & pl.col("refused_at").is_not_null())
    return lines.with_columns(
        pl.when(needed).then("undated").alias(Reason.BAD_DATE),
        pl.when(refuses | pl.col("undated").is_null()).then("state").alias("state"),
        pl.coalesce(
            pl.when(refuses).then("refused_at"),
            pl.when(counts).then("dated"),
            pl.lit(reading.at, pl.String),
            pl.lit(now.strftime(MOMENT)),
        ).alias("at"),
    )


def _refusals(
    cells: pl.DataFrame,
    columns: _Columns,
    date_orders: Mapping[str, DateOrder | None],
    now: datetime,
    reading: ConsentTerms,
) -> pl.DataFrame:
    """The columns of refusals, taken together: `refused`, `refused_dead` and `refused_by_person` (Boolean),
    `refused_at` (the latest day) and `reason` (the reasons, in the order of the columns).
    """
    parts: list[pl.DataFrame] = []
    for name in columns.by_part[REFUSED]:
        part = refusal_columns(cells[name], date_orders.get(name), now, ticked=name in reading.ticked)
        if name in reading.undeliverable:
            part = part.with_columns(dead=pl.col("refused"), by_person=pl.lit(value=False))
        parts.append(part.select(pl.all().name.suffix(f" {len(parts)}")))
    if not parts:
        nothing = [pl.lit(value=False).alias(f"{name} 0") for name in ("refused", "dead", "by_person")]
        texts = [pl.lit(None, pl.String).alias(f"{name} 0") for name in ("at", "reason")]
        parts = [cells.select("row").select(*nothing, *texts, pl.col("row")).drop("row")]
    several = pl.concat(parts, how="horizontal")
    places = range(len(parts))

    def of_each(name: str) -> list[str]:
        return [f"{name} {place}" for place in places]

    return several.select(
        refused=pl.any_horizontal(of_each("refused")),
        refused_dead=pl.any_horizontal(of_each("dead")),
        refused_by_person=pl.any_horizontal(of_each("by_person")),
        refused_at=pl.max_horizontal(of_each("at")),
        reason=pl.concat_str(of_each("reason"), separator="; ", ignore_nulls=True).replace("", None),
    )


def _wording(channel: Channel, reading: ConsentTerms) -> str | None:
    return reading.wording if channel in reading.every_row else None


def _doubtful(column: str, words: pl.Series) -> pl.DataFrame:
    """How often each of these words was read as subscribed."""
    counted = words.drop_nulls().to_frame("word").group_by("word").agg(pl.len().alias("rows"))
    told = counted.with_columns(column=pl.lit(column)).select(list(READ_AS_SUBSCRIBED_SCHEMA))
    return told.cast(pl.Schema(READ_AS_SUBSCRIBED_SCHEMA))


def _blank(height: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, height)


def _together(
    said: list[pl.DataFrame],
    refused: list[pl.DataFrame],
    unread: list[pl.DataFrame],
    doubtful: list[pl.DataFrame],
) -> SaidInCells:
    return SaidInCells(
        pl.concat([empty(SAID_CONSENT_SCHEMA), *said]).sort("row", maintain_order=True),
        pl.concat([empty(REFUSED_SCHEMA), *refused]).unique("row", keep="first", maintain_order=True),
        pl.concat([empty(UNREAD_CONSENT_SCHEMA), *unread]).unique(maintain_order=True),
        pl.concat([empty(READ_AS_SUBSCRIBED_SCHEMA), *doubtful]),
    )
