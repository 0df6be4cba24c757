"""What only looks like a refusal counts as one at once, and a person is asked about it."""

from typing import Final

import polars as pl

from onefold.model.consent import WRONG_NUMBER
from onefold.model.frames import REVIEW_SCHEMA
from onefold.model.identifier import PHONE
from onefold.model.keyword import DOUBTFUL
from onefold.model.outcome import ReviewKind
from onefold.model.source import Source

SHOWN_CHARACTERS: Final = 200


def doubtful_reviews(consents: pl.DataFrame) -> pl.DataFrame:
    """The questions (`REVIEW_SCHEMA`) that new entries of the log (`CONSENT_SCHEMA`) raise: one for each
    number that sent a text which only looks like an opt-out. Who says *wrong number* to a question of ours
    leaves no doubt.
    """
    unasked = (pl.col("method") == WRONG_NUMBER) & (pl.col("source") == Source.KEYWORD)
    doubtful = consents.filter((pl.col("method") == DOUBTFUL) | unasked)
    said = pl.col("wording").fill_null("").str.slice(0, SHOWN_CHARACTERS)
    return doubtful.select(
        pl.lit(ReviewKind.DOUBTFUL_OPT_OUT.value).alias("kind"),
        "contact_id",
        pl.lit(None, pl.Int64).alias("other_contact_id"),
        pl.lit(PHONE).alias("identifier"),
        pl.col("address").alias("value"),
        pl.lit(None, pl.UInt32).alias("row"),
        pl.format("a text was taken for an opt-out: “{}”", said).alias("message"),
    ).select(list(REVIEW_SCHEMA))
