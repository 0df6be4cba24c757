"""The verdict on national numbers in columns: their length, whether they are given out, short codes."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from onefold.normalise.phone_definition import Verdict
from onefold.normalise.phone_metadata import numbers_of_calling_code, plan_of_calling_code
from onefold.normalise.phone_patterns import short_codes

VERDICT = pl.Enum([verdict.value for verdict in Verdict])
NUMBER_COLUMNS = {
    "row": pl.UInt32,
    "digits": pl.String,
    "international": pl.Boolean,
    "calling_code": pl.UInt16,
    "national": pl.String,
}
READING_COLUMNS: Mapping[str, pl.DataType | type[pl.DataType]] = NUMBER_COLUMNS | {"verdict": VERDICT}


def judged(numbers: pl.DataFrame) -> pl.DataFrame:
    """The numbers with their verdict: `is_possible_number_with_reason`, `is_valid_number`, short codes."""
    with_length = numbers.with_columns(pl.col("national").str.len_bytes().alias("length"))
    return by_parts(["calling_code", "length"], with_length, _judged_of_length, READING_COLUMNS)


def _judged_of_length(numbers: pl.DataFrame, calling_code: int, length: int) -> pl.DataFrame:
    by_length = plan_of_calling_code(calling_code).verdict(length)
    if by_length is not Verdict.POSSIBLE:
        return numbers.with_columns(pl.lit(by_length, VERDICT).alias("verdict"))
    is_valid = _is_valid(numbers["national"], calling_code, length)
    valid = numbers.filter(is_valid).with_columns(pl.lit(Verdict.VALID, VERDICT).alias("verdict"))
    if valid.height == numbers.height:
        return valid
    is_short = pl.when(pl.col("national").str.contains(short_codes(calling_code, length)))
    verdict = is_short.then(pl.lit(Verdict.SHORT_CODE, VERDICT)).otherwise(pl.lit(Verdict.POSSIBLE, VERDICT))
    return pl.concat([valid, numbers.filter(~is_valid).with_columns(verdict.alias("verdict"))])


def _is_valid(national: pl.Series, calling_code: int, length: int) -> pl.Series:
    """`region_code_for_number`: the first region to claim a number decides; few get past the first."""
    regions = numbers_of_calling_code(calling_code, length)
    if len(regions) == 1:
        return national.to_frame().select(_matches(regions[0].valid)).to_series()
    undecided = pl.DataFrame({"place": pl.int_range(len(national), eager=True), "national": national})
    valid = []
    for region in regions:
        of_region = undecided.select("place", is_mine=_matches(region.mine))
        mine = undecided.filter(of_region["is_mine"])
        valid.append(
            mine.filter(_matches(region.valid))["place"] if region.mine != region.valid else mine["place"]
        )
        undecided = undecided.filter(~of_region["is_mine"])
        if undecided.is_empty():
            break
    is_valid = pl.zeros(len(national), pl.Boolean, eager=True)
    return is_valid.scatter(pl.concat(valid), True)


def _matches(patterns: Sequence[str]) -> pl.Expr:
    return pl.all_horizontal(pl.col("national").str.contains(pattern) for pattern in patterns)


def by_parts(
    keys: list[str],
    frame: pl.DataFrame,
    function: Callable[..., pl.DataFrame],
    columns: Mapping[str, pl.DataType | type[pl.DataType]],
) -> pl.DataFrame:
    """The function over each part of the frame with equal keys, which are its further arguments."""
    parts = frame.partition_by(keys, as_dict=True, maintain_order=False)
    return pl.concat(
        [
            pl.DataFrame(schema=columns),
            *(function(part, *key).select(*columns) for key, part in parts.items()),
        ]
    )
