"""Cells of consent columns: who may be reached, who refused and why, and when that was."""

from datetime import datetime, timedelta
from typing import Final

import polars as pl

from onefold.model.consent import ConsentState
from onefold.normalise.consent_words import ConsentWords, consent_words, plain_sentences, plain_words
from onefold.normalise.date import DateOrder, date_columns
from onefold.normalise.text import shown, trimmed

HOW_TO_SAY_IT: Final = " is no consent: write subscribed, unsubscribed, pending, yes or no"
ZONES_AHEAD: Final = timedelta(hours=14)
"""Somewhere the day is another already."""
CLOCKS_AHEAD: Final = timedelta(minutes=5)
MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
_MOMENT: Final = (
    r"(?i)^(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ](?P<clock>[0-9]{2}:[0-9]{2})"
    r"(?P<seconds>:[0-9]{2})?(?:\.[0-9]+)?\s*(?:Z|UTC|GMT|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2}))?$"
)
_NO_DATE: Final = (
    r"(?i)^(?:[\s/.,:\-T+Z0]*0[\s/.,:\-T+Z0]*"
    r"|(?:0001-01-01|1899-12-3[01]|1900-01-00|1970-01-01)(?:[T ][0:.]+(?:Z|[+-]00:?00)?)?)$"
)
"""What programs write for a date that is not there: nothing but zeros, or the day from which they count."""


def consent_columns(spelled: pl.Series, *, ticked: bool = False) -> pl.DataFrame:
    """Cells that say who may be reached: `value` (a `ConsentState`, or null where nothing is said), `dead`
    and `by_person` (Boolean: it is said that the address does not work, or that the person refused),
    `account` (String: a word that could be the state of an account, as it is written) and `refusal` (String).

    A longer text that speaks of a refusal is one, and any other word is refused. `ticked`: the column has
    ticks.
    """
    words = consent_words()
    read = _distinct(spelled)
    known = pl.col("word").is_in(list(words.states))
    state = pl.col("word").replace_strict(words.states, default=None, return_dtype=pl.String)
    if ticked:
        refused_mark = pl.col("word").is_in(words.marks)
        state = pl.when(refused_mark).then(pl.lit(ConsentState.UNSUBSCRIBED.value)).otherwise(state)
    read = read.with_columns(*_longer_texts(words))
    signs = ~known & ~pl.col("negated") & (pl.col("of_person") | pl.col("of_address"))
    answers = read.select(
        "spelled",
        value=pl.when(signs).then(pl.lit(ConsentState.UNSUBSCRIBED.value)).otherwise(state),
        dead=pl.col("word").is_in(words.undeliverable) | (signs & ~pl.col("of_person")),
        by_person=pl.col("word").is_in(words.refused_by_person) | (signs & pl.col("of_person")),
        account=pl.when(pl.col("word").is_in(words.states_of_an_account)).then("cell"),
        refusal=pl.when(~known & ~signs).then(shown(pl.col("cell")) + HOW_TO_SAY_IT),
    )
    return _told(spelled, answers)


def refusal_columns(
    spelled: pl.Series, order: DateOrder | None, now: datetime, *, ticked: bool = False
) -> pl.DataFrame:
    """Cells that say who refused: `refused`, `dead` and `by_person` (Boolean, as `consent_columns` has them),
    `at` (String, ISO 8601 in UTC, where the cell is a date; one to come was told `now`) and `reason`
    (String).

    Words for no and nothing say nothing; a date is a refusal of that day, and any other text one for that
    reason. `ticked`: the column has ticks, so that its crosses are no refusals.
    """
    words = consent_words()
    read = _distinct(spelled)
    silent = pl.col("word").is_in(words.silent) | pl.col("cell").str.contains(_NO_DATE)
    if ticked:
        silent |= pl.col("word").is_in(words.crosses | words.marks)
    read = read.with_columns(*_longer_texts(words), refused=(pl.col("cell").is_not_null() & ~silent))
    said = read.select(pl.when("refused").then("cell").alias("cell"))["cell"]
    days = consent_moments(said, order, now)
    read = read.with_columns(days["value"].alias("at"), days["to_come"])
    plain = pl.col("word").is_in(words.bare) | pl.col("at").is_not_null()
    dead = pl.col("word").is_in(words.undeliverable) | (
        pl.col("of_address") & ~pl.col("of_person") & ~pl.col("word").is_in(words.refused_by_person)
    )
    answers = read.select(
        "spelled",
        "refused",
        dead=pl.col("refused") & ~plain & dead,
        by_person=pl.col("refused") & ~plain & ~dead & pl.col("cell").str.contains(r"\p{L}"),
        at=pl.when(pl.col("to_come")).then(pl.lit(now.strftime(MOMENT))).otherwise("at"),
        reason=pl.when(pl.col("refused") & ~plain).then("cell"),
    )
    return _told(spelled, answers)


def consent_moments(spelled: pl.Series, order: DateOrder | None, now: datetime) -> pl.DataFrame:
    """`value` (String, ISO 8601 in UTC), `refusal` (String) and `to_come` (Boolean) of cells that hold a day
    or a moment that is not to come. A day begins at midnight; a moment without a zone is one in UTC.
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
    to_come = (pl.col("at") > pl.col("latest")).fill_null(value=False)
    moment = pl.min_horizontal("at", pl.lit(present)).dt.strftime(MOMENT)
    return read.select(
        value=pl.when(pl.col("value").is_not_null() & ~to_come).then(moment),
        refusal=pl.coalesce("refusal", pl.when(to_come).then(shown(pl.col("cell")) + " is still to come")),
        to_come=to_come,
    )


def holds_ticks(spelled: pl.Series) -> bool:
    """Whether any cell is a tick: then a cross among them is a no."""
    ticks = sorted(consent_words().ticks)
    return bool(spelled.str.contains_any(ticks).any())


def _distinct(spelled: pl.Series) -> pl.DataFrame:
    """Every spelling once: `spelled`, `cell` (trimmed) and `word` (plain; null for a blank cell)."""
    read = spelled.unique().to_frame("spelled").with_columns(cell=trimmed(pl.col("spelled")))
    return read.with_columns(word=plain_words(pl.col("cell")))


def _longer_texts(words: ConsentWords) -> tuple[pl.Expr, ...]:
    """Whether texts speak of a refusal `of_person` or `of_address`, and whether that is `negated`."""
    text = plain_sentences(pl.col("cell"))
    rest = text.str.replace_all(words.signs_of_person, " ").str.replace_all(words.signs_of_address, " ")
    found = {
        "of_person": text.str.contains(words.signs_of_person),
        "of_address": text.str.contains(words.signs_of_address),
        "negated": rest.str.contains(words.negations),
    }
    return tuple(expression.fill_null(value=False).alias(name) for name, expression in found.items())


def _told(spelled: pl.Series, answers: pl.DataFrame) -> pl.DataFrame:
    """The answers, a row for each cell, in their order."""
    flags = [name for name, dtype in answers.schema.items() if dtype == pl.Boolean]
    answers = answers.with_columns(pl.col(flags).fill_null(value=False))
    cells = spelled.to_frame("spelled")
    told = cells.join(answers, on="spelled", how="left", nulls_equal=True, maintain_order="left")
    return told.drop("spelled")
