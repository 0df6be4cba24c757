"""Which questions are asked (DESIGN 6): none twice while it is open, none of who refused, and few a day."""

from typing import Final

import polars as pl

from onefold.model.consent import ADDRESS_SCHEMA, CONSENT_SCHEMA, Channel, ConsentState
from onefold.model.question import WANTED_QUESTION_SCHEMA, Asking
from onefold.model.source import Trust

MOST_A_DAY: Final = 3
ADDRESS: Final = list(ADDRESS_SCHEMA)
SAME: Final = [*ADDRESS, "contact_id", "asks"]
PURPOSE: Final = ("grants", "adds", "form", "wording", "phone", "texts")
"""What makes two questions the same, beside whom they are put to and for."""
REFUSED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {**ADDRESS_SCHEMA, "refused_at": pl.String}


def questions_of(consents: pl.DataFrame) -> pl.DataFrame:
    """The questions (`WANTED_QUESTION_SCHEMA`) that entries of the log (`CONSENT_SCHEMA`) call for: somebody
    typed a yes, and only whoever has the address can say it.
    """
    said = consents.select(list(CONSENT_SCHEMA)).filter(
        (pl.col("state") == ConsentState.PENDING) & (pl.col("trust") == Trust.CLAIMED)
    )
    return said.with_columns(
        grants=pl.lit(value=True),
        adds=pl.lit(value=False),
        title=pl.lit(None, pl.String),
        phone=pl.lit(None, pl.String),
        mailbox=pl.lit(None, pl.String),
        texts=pl.lit(value=False),
    ).select(list(WANTED_QUESTION_SCHEMA))


def with_purpose(wanted: pl.DataFrame) -> pl.DataFrame:
    """The questions with `asks`: what a yes to each does, in one text."""
    return wanted.with_columns(pl.struct(PURPOSE).struct.json_encode().alias("asks"))


def with_asking(
    wanted: pl.DataFrame, earlier: pl.DataFrame, refused: pl.DataFrame, *, day_ago: str, month_ago: str
) -> pl.DataFrame:
    """The questions (as `with_purpose` gives them) with what becomes of each: `asking` (`Asking`), and
    `refused_at`, since when the address refuses.

    `earlier` (`EARLIER_QUESTION_SCHEMA`): what the addresses were asked before; `refused`:
    `REFUSED_SCHEMA`; `day_ago`, `month_ago`: moments as the log has them.
    """
    numbered = wanted.with_row_index("place")
    lines = (
        numbered.join(refused.unique(ADDRESS), on=ADDRESS, how="left", maintain_order="left")
        .join(_lately(earlier, day_ago), on=ADDRESS, how="left", maintain_order="left")
        .join(_waiting(earlier), on=SAME, how="left", nulls_equal=True, maintain_order="left")
    )
    by_text = pl.col("channel") == Channel.SMS
    confirmed = earlier.join(refused, on=ADDRESS).filter(
        (pl.col("asked_at") >= pl.col("refused_at")) & (pl.col("asked_at") > month_ago)
    )
    asked_refused = lines.join(confirmed.select(ADDRESS).unique(), on=ADDRESS, how="semi")["place"].implode()
    is_refused = pl.col("refused_at").is_not_null()
    lines = lines.with_columns(
        pl.when(is_refused & by_text)
        .then(pl.lit(Asking.REFUSED.value))
        .when(by_text & pl.col("place").is_in(_asked_for_another(numbered, earlier)))
        .then(pl.lit(Asking.FOR_ANOTHER.value))
        .when(pl.col("waiting"))
        .then(pl.lit(Asking.OPEN.value))
        .when(is_refused & pl.col("place").is_in(asked_refused))
        .then(pl.lit(Asking.REFUSED_LATELY.value))
        .otherwise(pl.lit(Asking.ASK.value))
        .alias("asking")
    )
    return _few_at_once(lines).drop("place", "lately", "waiting")


def _lately(earlier: pl.DataFrame, day_ago: str) -> pl.DataFrame:
    """How many questions an address got within a day."""
    return earlier.filter(pl.col("asked_at") > day_ago).group_by(ADDRESS).agg(pl.len().alias("lately"))


def _waiting(earlier: pl.DataFrame) -> pl.DataFrame:
    """Questions that wait for their answer."""
    return earlier.filter("open").select(SAME).unique().with_columns(waiting=pl.lit(value=True))


def _asked_for_another(numbered: pl.DataFrame, earlier: pl.DataFrame) -> pl.Series:
    """The `place`s of questions to numbers that are being asked for another contact: a yes could be meant for
    that. A number that was entered with a mailbox may be asked whose it is once the mailbox has said yes.
    """
    waiting = earlier.filter("open").select(
        *ADDRESS, pl.col("contact_id").alias("asked_for"), pl.col("mailbox").alias("asked_with")
    )
    both = numbered.select("place", *ADDRESS, "contact_id", "mailbox").join(waiting, on=ADDRESS)
    goes_on = pl.col("asked_for").is_null() & (pl.col("asked_with") == pl.col("mailbox"))
    another = pl.col("contact_id").ne_missing(pl.col("asked_for")) & ~goes_on.fill_null(value=False)
    return both.filter(another)["place"].implode()


def _few_at_once(lines: pl.DataFrame) -> pl.DataFrame:
    """Of questions that come together each is asked once, a mailbox that refused is asked one thing, and
    nobody too much.
    """
    asks = pl.col("asking") == Asking.ASK
    again = asks & ~pl.struct(SAME).is_first_distinct().over("asking")
    another = (
        asks & pl.col("refused_at").is_not_null() & (pl.col("place").cum_count().over(*ADDRESS, "asking") > 1)
    )
    lines = lines.with_columns(
        pl.when(again | another).then(pl.lit(Asking.OPEN.value)).otherwise("asking").alias("asking")
    )
    today = pl.col("lately").fill_null(0) + pl.col("place").cum_count().over(*ADDRESS, "asking")
    too_many = asks & (today > MOST_A_DAY)
    return lines.with_columns(
        pl.when(too_many).then(pl.lit(Asking.TOO_MANY.value)).otherwise("asking").alias("asking")
    )
