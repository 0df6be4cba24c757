"""The definition of a phone number over columns: cells of digits, read by libphonenumber's metadata.

Each private function follows that of `phonenumbers.phonenumberutil` which it names.
"""

from collections.abc import Sequence

import polars as pl

from onefold.normalise.phone_definition import (
    KNOWN_AT_HOME,
    REFUSALS,
    WHOLE_NUMBER,
    PhoneRules,
    Verdict,
    taken_verdicts,
)
from onefold.normalise.phone_metadata import (
    NumberingPlan,
    calling_codes,
    plan_of_calling_code,
    plan_of_region,
)
from onefold.normalise.phone_verdict import NUMBER_COLUMNS, READING_COLUMNS, VERDICT, by_parts, judged

ANSWER_COLUMNS = {"row": pl.UInt32, "phone": pl.String, "doubtful": pl.Boolean, "refusal": pl.String}


def read_digits(cells: pl.DataFrame, rules: PhoneRules) -> pl.DataFrame:
    """The answers of `phone_one` for cells that hold 3 to 15 digits, a leading plus or none, and punctuation.

    In: row, digits (ASCII), plus (Boolean), region (supported, or null). Out: ANSWER_COLUMNS, in any order,
    without the rows that only the library can tell (an international prefix that no calling code follows).
    """
    taken, whole = list(taken_verdicts(rules)), list(WHOLE_NUMBER)
    verdict, verdict_dialled = pl.col("verdict"), pl.col("verdict_dialled")
    better = (
        (verdict == Verdict.VALID)
        | (verdict.is_in(taken) & ~verdict_dialled.is_in([*taken, *KNOWN_AT_HOME]))
        | (verdict.is_in(whole) & (verdict_dialled == Verdict.NO_COUNTRY))
    )
    dialled = judged(_dialled(cells))
    at_once = (verdict == Verdict.VALID) | (pl.col("international") & verdict.is_in(taken))

    others = pl.concat([dialled.filter(~at_once), _without_country(cells)])
    abroad = judged(_international(others, pl.col("digits").str.strip_prefix("00")))
    better_abroad = (
        abroad.join(others.select("row", verdict_dialled="verdict"), on="row")
        .filter(better)
        .select(*READING_COLUMNS)
    )
    others = others.join(better_abroad, on="row", how="anti")
    return pl.concat(
        _answers(readings, taken) for readings in (dialled.filter(at_once), better_abroad, others)
    )


def _answers(readings: pl.DataFrame, taken: Sequence[Verdict]) -> pl.DataFrame:
    is_taken = pl.col("verdict").is_in(taken)
    refusal = pl.col("verdict").replace_strict(REFUSALS, default=None, return_dtype=pl.String)
    return readings.select(
        "row",
        phone=pl.when(is_taken).then(pl.concat_str(pl.lit("+"), "calling_code", "national")),
        doubtful=is_taken & (pl.col("verdict") == Verdict.POSSIBLE),
        refusal=pl.when(~is_taken).then(refusal),
    )


def _dialled(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with a plus or a region, as somebody in the region dials them (`parse`)."""
    dialled = cells.filter(~pl.col("plus") & pl.col("region").is_not_null())
    return pl.concat(
        [
            _international(cells.filter("plus"), pl.col("digits")),
            by_parts(["region"], dialled, _dialled_in_region, NUMBER_COLUMNS),
        ]
    )


def _without_country(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.filter(~pl.col("plus") & pl.col("region").is_null()).select(
        "row",
        "digits",
        international=False,
        calling_code=pl.lit(None, pl.UInt16),
        national=pl.lit(None, pl.String),
        verdict=pl.lit(Verdict.NO_COUNTRY, VERDICT),
    )


def _international(cells: pl.DataFrame, after_plus: pl.Expr) -> pl.DataFrame:
    """The numbers that begin with a calling code (`_extract_country_code`); the others are left out."""
    numbers = cells.select("row", "digits", after_plus.alias("national"), international=True)
    first_three = numbers["national"].str.slice(0, 3).cast(pl.UInt16, strict=False)
    code = pl.col("calling_code")
    code_length = pl.when(code < 10).then(1).when(code < 100).then(2).otherwise(3)
    numbers = (
        numbers.with_columns(calling_codes().gather(first_three))
        .filter(code.is_not_null())
        .with_columns(pl.col("national").str.slice(code_length))
    )
    return by_parts(["calling_code"], numbers, _of_calling_code, NUMBER_COLUMNS)


def _of_calling_code(numbers: pl.DataFrame, calling_code: int) -> pl.DataFrame:
    return _without_national_prefix(numbers, plan_of_calling_code(calling_code))


def _dialled_in_region(cells: pl.DataFrame, region: str) -> pl.DataFrame:
    plan, digits = plan_of_region(region), pl.col("digits")
    # `_parse_prefix_as_idd`: no calling code begins with a zero.
    prefix = f"^(?:{plan.international_prefix})"
    after_prefix = digits.str.replace(prefix, "")
    international = digits.str.contains(prefix) & ~after_prefix.str.starts_with("0")
    national = cells.filter(~international).select(
        "row",
        "digits",
        international=False,
        calling_code=pl.lit(plan.calling_code, pl.UInt16),
        national=digits,
    )

    # `_maybe_extract_country_code`: the region's own calling code, without a plus.
    code = str(plan.calling_code)
    after_code = national.filter(digits.str.starts_with(code)).with_columns(
        digits.str.slice(len(code)).alias("national")
    )
    after_code = _cut_national_prefix(after_code, plan).filter(
        (~digits.str.contains(plan.any_number) & pl.col("national").str.contains(plan.any_number))
        | _has_length(digits, plan, {Verdict.TOO_LONG})
    )
    national = national.join(after_code, on="row", how="anti")
    return pl.concat(
        [
            _international(cells.filter(international), after_prefix),
            _without_national_prefix(after_code, plan_of_calling_code(plan.calling_code)),
            _without_national_prefix(national, plan),
        ]
    )


def _without_national_prefix(numbers: pl.DataFrame, plan: NumberingPlan) -> pl.DataFrame:
    """The end of `parse`: without its prefix a number must still be long enough, else it has none."""
    enough = {Verdict.POSSIBLE, Verdict.TOO_LONG}
    return _cut_national_prefix(numbers, plan, _has_length(pl.col("cut"), plan, enough))


def _cut_national_prefix(
    numbers: pl.DataFrame, plan: NumberingPlan, where: pl.Expr | None = None
) -> pl.DataFrame:
    """`_maybe_strip_national_prefix_carrier_code`: `national` without it, if what is left is as good."""
    prefix, national, cut = f"^({plan.national_prefix})", pl.col("national"), pl.col("cut")
    has_prefix = national.str.contains(prefix) if plan.national_prefix else pl.lit(False)
    prefixed = numbers.filter(has_prefix)
    if prefixed.is_empty():
        return numbers.select(*NUMBER_COLUMNS)
    without = national.str.slice(national.str.extract(prefix).str.len_bytes())
    if plan.rewritten:
        # One more than the library counts: the whole prefix is a group here.
        last_group = national.str.extract(prefix, plan.national_prefix_groups + 1)
        rewritten = national.str.replace(f"^(?:{plan.national_prefix})", plan.rewritten)
        without = pl.when(last_group.is_not_null()).then(rewritten).otherwise(without)
    as_good = cut.str.contains(plan.any_number) | ~national.str.contains(plan.any_number)
    prefixed = prefixed.with_columns(without.alias("cut")).with_columns(
        pl.when(as_good & (pl.lit(True) if where is None else where))
        .then(cut)
        .otherwise(national)
        .alias("national")
    )
    return pl.concat([numbers.filter(~has_prefix).select(*NUMBER_COLUMNS), prefixed.select(*NUMBER_COLUMNS)])


_LENGTHS = range(32)


def _has_length(number: pl.Expr, plan: NumberingPlan, verdicts: set[Verdict]) -> pl.Expr:
    return number.str.len_bytes().is_in([length for length in _LENGTHS if plan.verdict(length) in verdicts])
