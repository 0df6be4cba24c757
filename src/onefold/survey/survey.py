"""The survey: over the whole input once, before anything is decided."""

from dataclasses import dataclass

import polars as pl

from onefold.model.field import NAMES
from onefold.model.frames import MARK_SCHEMA, Contacts, empty
from onefold.model.identifier import as_written
from onefold.model.outcome import Purpose, Reason
from onefold.model.policy import Repeated
from onefold.model.rules import Rules
from onefold.survey.groups import tangled_rows
from onefold.survey.people import crowded_identifiers
from onefold.survey.repeats import REPEATS_SCHEMA, fold, folded_rows, rows_that_repeat

REFUSED_SCHEMA = {"row": pl.UInt32, "reason": pl.String, "detail": pl.String}


@dataclass(frozen=True)
class Survey:
    """What the whole input showed.

    `repeats`: `row`, `repeat_of`. `refused`: `row`, `reason`, `detail`, for rows that cannot be taken because
    of other rows. `crowded`: identifiers found to be shared (`MARK_SCHEMA`).
    """

    repeats: pl.DataFrame
    refused: pl.DataFrame
    crowded: pl.DataFrame


def nothing_found() -> Survey:
    """The survey of an input in which nobody meets anybody."""
    return Survey(
        repeats=empty(REPEATS_SCHEMA),
        refused=empty(REFUSED_SCHEMA),
        crowded=empty(MARK_SCHEMA),
    )


def what_the_survey_reads(records: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """What the survey reads of records; the rest need not be held for the whole input at once."""
    trusts = (f"trust:{kind}" for kind in rules.all_kinds)
    said = [*rules.all_kinds, as_written("phone"), *NAMES]
    clears = [f"clear:{name}" for name in said if f"clear:{name}" in records.columns]
    return records.select("row", "source", *trusts, *said, *clears, "refusal_reason", "refusal")


def survey(records: pl.DataFrame, near: Contacts, marks: pl.DataFrame, rules: Rules) -> Survey:
    """Looks over all records (`what_the_survey_reads`) and the contacts of the book that they could touch."""
    sound = records.filter(pl.col("refusal_reason").is_null())
    crowded = crowded_identifiers(sound, near, marks, rules)
    marks = pl.concat([marks, crowded])
    repeated = rules.policy.repeated_in_file
    if repeated is Repeated.REJECT_ALL:
        refused = _disagreeing(rows_that_repeat(sound, marks, rules))
        sound = sound.join(refused, on="row", how="anti")
    else:
        refused = _refused(sound.clear(), pl.lit(None), Reason.CONFLICT)
    repeats = empty(REPEATS_SCHEMA)
    if repeated is Repeated.FOLD_THEN_IN_ORDER and rules.purpose is not Purpose.ADD_ALL:
        repeats = folded_rows(sound, rules)
    tangled = tangled_rows(_spoken(sound, repeats), near, marks, rules)
    tangled = pl.concat([tangled, _followers(repeats, tangled)])
    conflicts = _conflicting(tangled, rules)
    return Survey(
        repeats=repeats.join(tangled, on="row", how="anti"),
        refused=pl.concat([refused, conflicts]).sort("row"),
        crowded=crowded,
    )


def _spoken(records: pl.DataFrame, repeats: pl.DataFrame) -> pl.DataFrame:
    """The records that are taken: one speaks for all of its fold."""
    if repeats.is_empty():
        return records
    in_a_fold = pl.col("row").is_in(pl.concat([repeats["row"], repeats["repeat_of"].unique()]).implode())
    return pl.concat([records.filter(~in_a_fold), fold(records.filter(in_a_fold), repeats)])


def _followers(repeats: pl.DataFrame, tangled: pl.DataFrame) -> pl.DataFrame:
    """Rows that were folded into a tangled one."""
    return repeats.join(tangled, left_on="repeat_of", right_on="row").select("row", "rows")


def _disagreeing(repeated: pl.DataFrame) -> pl.DataFrame:
    sentence = pl.format(
        "{} {} stands in more than one row of the file; none of them is taken", "kind", "value"
    )
    return _refused(repeated, sentence, Reason.IDENTIFIER_REPEATED)


def _conflicting(tangled: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    sentence = pl.format(
        "this row hangs together with {} others through shared identifiers, more than the {} "
        "that could be one person; "
        "clean these rows, or mark what they share with `onefold identifiers share`",
        pl.col("rows") - 1,
        pl.lit(rules.policy.group_limit),
    )
    return _refused(tangled, sentence, Reason.CONFLICT)


def _refused(rows: pl.DataFrame, sentence: pl.Expr, reason: Reason) -> pl.DataFrame:
    return rows.select("row", pl.lit(reason.value).alias("reason"), sentence.cast(pl.String).alias("detail"))
