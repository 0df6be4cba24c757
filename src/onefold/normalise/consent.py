"""Consent columns of a file: who may be reached, since when, and by what words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from onefold.model.activity import ActivityKind
from onefold.model.consent import CONSENT_COLUMNS, CONSENT_PARTS, SAID_CONSENT_SCHEMA, Channel, ConsentState
from onefold.model.frames import empty
from onefold.model.outcome import Reason
from onefold.model.source import Source
from onefold.normalise.consent_words import DEAD, NO_WORDS, WHO_REFUSED, WORDS
from onefold.normalise.date import DateOrder, date_columns
from onefold.normalise.text import shown, text_columns, trimmed

REFUSED, DATE = ".refused", ".date"
HOW_TO_SAY_IT: Final = {
    False: " is no consent: write subscribed, unsubscribed, pending, yes or no",
    True: " does not say who refused: write yes or no",
}
DEAD_METHOD: Final = {
    Channel.EMAIL: ActivityKind.HARD_BOUNCE.value,
    Channel.SMS: ActivityKind.NOT_IN_SERVICE.value,
}
ZONES_AHEAD: Final = timedelta(hours=14)
"""Somewhere the day is another already."""
CLOCKS_AHEAD: Final = timedelta(minutes=5)
MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
_MOMENT: Final = (
    r"(?i)^(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ](?P<clock>[0-9]{2}:[0-9]{2})"
    r"(?P<seconds>:[0-9]{2})?(?:\.[0-9]+)?\s*(?:Z|UTC|GMT|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2}))?$"
)


REFUSED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "row": pl.UInt32,
    "reason": pl.String,
    "refusal": pl.String,
}


@dataclass(frozen=True)
class SaidInCells:
    """What the rows of a file say of consent (`SAID_CONSENT_SCHEMA`), and where it cannot be read, the first
    thing that is wrong with a row (`REFUSED_SCHEMA`).
    """

    consents: pl.DataFrame
    refused: pl.DataFrame


def consent_in(
    cells: pl.DataFrame, date_orders: Mapping[str, DateOrder | None], now: datetime
) -> SaidInCells:
    """Reads those of `CONSENT_COLUMNS` that `cells` has; rows that are `malformed` or `undecodable` say
    nothing. What has no date was said `now`, and so was a refusal whose date cannot be read: it counts.
    """
    if set(CONSENT_COLUMNS).isdisjoint(cells.columns):
        return SaidInCells(empty(SAID_CONSENT_SCHEMA), empty(REFUSED_SCHEMA))
    sound = cells.filter(pl.col("malformed").is_null() & ~pl.col("undecodable"))
    said, refused = [empty(SAID_CONSENT_SCHEMA)], [empty(REFUSED_SCHEMA)]
    for channel in Channel:
        columns = {part: f"consent.{channel}{part}" for part in CONSENT_PARTS}
        given = {part: sound[column] for part, column in columns.items() if column in sound.columns}
        if "" in given or REFUSED in given:
            read = _read(sound["row"], channel, given, date_orders.get(columns[DATE]), now)
            said.append(read.drop_nulls("state").select(list(SAID_CONSENT_SCHEMA)))
            refused += [
                read.drop_nulls(reason).select("row", reason=pl.lit(reason.value), refusal=pl.col(reason))
                for reason in (Reason.BAD_CHOICE, Reason.BAD_DATE)
            ]
    return SaidInCells(
        pl.concat(said).sort("row", maintain_order=True),
        pl.concat(refused).unique("row", keep="first", maintain_order=True),
    )


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


def _read(
    rows: pl.Series, channel: Channel, given: Mapping[str, pl.Series], order: DateOrder | None, now: datetime
) -> pl.DataFrame:
    """One channel's columns: a line for each row, with what is wrong with it under `bad_choice` and
    `bad_date`.
    """
    blank = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
    plain = consent_columns(given.get("", blank))
    who_refused = consent_columns(given.get(REFUSED, blank), says_who_refused=True)
    moments = consent_moments(given.get(DATE, blank), order, now)
    texts = {
        name: text_columns(given.get(part, blank))["value"]
        for name, part in (("method", ".source"), ("wording", ".wording"))
    }
    this_moment = now.strftime(MOMENT)
    lines = pl.DataFrame(
        [
            rows,
            who_refused["value"].fill_null(plain["value"]).alias("state"),
            (plain["dead"] | who_refused["dead"]).alias("dead"),
            plain["refusal"].fill_null(who_refused["refusal"]).alias(Reason.BAD_CHOICE),
            moments["value"].alias("at"),
            moments["refusal"].alias("undated"),
            *(text.alias(name) for name, text in texts.items()),
        ]
    )
    refuses = pl.col("state") == ConsentState.UNSUBSCRIBED
    lines = lines.with_columns(
        pl.when(pl.col("state").is_not_null()).then("undated").alias(Reason.BAD_DATE),
        pl.when(refuses | pl.col("undated").is_null()).then("state").alias("state"),
        pl.col("at").fill_null(this_moment),
        pl.when("dead").then(pl.lit(DEAD_METHOD[channel])).otherwise("method").alias("method"),
        channel=pl.lit(channel.value),
        source=pl.lit(Source.IMPORT.value),
    )
    missing = [name for name in SAID_CONSENT_SCHEMA if name not in lines.columns]
    return lines.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)


def consent_columns(spelled: pl.Series, *, says_who_refused: bool = False) -> pl.DataFrame:
    """`value` (a `ConsentState`, or null where nothing is said), `dead` (Boolean: the address does not work)
    and `refusal` (String) of cells, in any case, with hyphens or underscores for spaces.

    `says_who_refused`: a yes is a refusal, and a no says nothing.
    """
    words = WHO_REFUSED if says_who_refused else WORDS
    plain = pl.col("cell").str.to_lowercase().str.replace_all(r"[\s_\-‐‑]+", " ").str.strip_chars(" .!")
    read = spelled.unique().to_frame("spelled").with_columns(cell=trimmed(pl.col("spelled")))
    read = read.with_columns(word=pl.when(pl.col("cell").is_in(NO_WORDS)).then("cell").otherwise(plain))
    unknown = pl.col("cell").is_not_null() & ~pl.col("word").is_in(list(words))
    answers = read.select(
        "spelled",
        value=pl.col("word").replace_strict(words, default=None, return_dtype=pl.String),
        dead=pl.col("word").is_in(DEAD).fill_null(value=False),
        refusal=pl.when(unknown).then(shown(pl.col("cell")) + pl.lit(HOW_TO_SAY_IT[says_who_refused])),
    )
    cells = spelled.to_frame("spelled")
    return cells.join(answers, on="spelled", how="left", nulls_equal=True, maintain_order="left").drop(
        "spelled"
    )


def consent_moments(spelled: pl.Series, order: DateOrder | None, now: datetime) -> pl.DataFrame:
    """`value` (String, ISO 8601 in UTC) and `refusal` (String) of cells that hold a day or a moment that is
    not to come. A day begins at midnight; a moment without a zone is one in UTC.
    """
    present = now.replace(tzinfo=None)
    read = date_columns(spelled, order).with_columns(cell=trimmed(pl.lit(spelled)))
    read = read.with_columns(pl.col("cell").str.extract_groups(_MOMENT).alias("parts")).unnest("parts")
    written = pl.format("{}T{}{}", "day", "clock", pl.col("seconds").fill_null(":00"))
    east = pl.when(pl.col("sign") == "-").then(-1).otherwise(1)
    hours, minutes = (pl.col(name).cast(pl.Int64).fill_null(0) for name in ("hours", "minutes"))
    exact = written.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False) - east * pl.duration(
        hours=hours, minutes=minutes
    )
    read = read.with_columns(
        at=pl.coalesce(exact, pl.col("value").str.to_datetime("%Y-%m-%d", strict=False)),
        latest=present + pl.when(exact.is_null()).then(ZONES_AHEAD).otherwise(CLOCKS_AHEAD),
    )
    to_come = pl.col("at") > pl.col("latest")
    moment = pl.min_horizontal("at", pl.lit(present)).dt.strftime(MOMENT)
    return read.select(
        value=pl.when(pl.col("value").is_not_null() & ~to_come).then(moment),
        refusal=pl.coalesce("refusal", pl.when(to_come).then(shown(pl.col("cell")) + " is still to come")),
    )
