"""What a record needs at least, to be a person here (DESIGN 5, step 1)."""

import polars as pl

from onefold.model.identifier import CONTACT_ID
from onefold.model.outcome import Purpose, Reason
from onefold.model.rules import Rules
from onefold.normalise.identifiers import usable_identifiers


def with_needed_identifier(records: pl.DataFrame, marks: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Refuses records that nobody could be known by (`no_identifier`); blocked values do not count.

    Where one kind was chosen for the import it must be that one (RIO-07); `add_all` needs none.
    """
    if rules.purpose is Purpose.ADD_ALL:
        return records
    kinds = rules.all_kinds if rules.chosen is None else (rules.chosen,)
    usable = usable_identifiers(records, kinds, marks, rules, ["row"])
    nobody = pl.lit(usable.select(pl.all_horizontal(pl.col(kind).is_null() for kind in kinds)).to_series())
    wanted = "identifier" if rules.chosen is None else rules.chosen
    sentence = f"the row has no {wanted} that stands for one person"
    return _refuse(records, nobody, Reason.NO_IDENTIFIER, sentence)


def with_live_ids(records: pl.DataFrame, holders: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Turns the ids of merged contacts into those they lead to, and refuses ids that lead nowhere
    (`unknown_contact_id`).

    `holders` (`HOLDER_SCHEMA`) says where each id leads.
    """
    if CONTACT_ID not in rules.match_on:
        return records.with_columns(pl.lit(None, dtype=pl.Int64).alias(CONTACT_ID))
    if records[CONTACT_ID].null_count() == records.height:
        return records
    leads = holders.filter(pl.col("kind") == CONTACT_ID).select(
        pl.col("value").cast(pl.Int64).alias(CONTACT_ID), pl.col("contact_id").alias("live")
    )
    live = records.select(CONTACT_ID).join(leads, on=CONTACT_ID, how="left", maintain_order="left")["live"]
    unknown = pl.col(CONTACT_ID).is_not_null() & pl.lit(live).is_null()
    records = _refuse(records, unknown, Reason.UNKNOWN_CONTACT_ID, "this book has no contact of that id")
    return records.with_columns(live.alias(CONTACT_ID))


def _refuse(records: pl.DataFrame, refused: pl.Expr, reason: Reason, sentence: str) -> pl.DataFrame:
    first = refused & pl.col("refusal_reason").is_null()
    return records.with_columns(
        pl.when(first).then(pl.lit(reason.value)).otherwise("refusal_reason").alias("refusal_reason"),
        pl.when(first).then(pl.lit(sentence)).otherwise("refusal").alias("refusal"),
    )
