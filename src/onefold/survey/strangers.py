"""Which rows could meet anybody at all: most rows of a first file are strangers, and decided at once."""

import polars as pl

from onefold.model.frames import WANTED_SCHEMA
from onefold.model.identifier import PHONE
from onefold.model.rules import Rules
from onefold.normalise.identifiers import match_value


def wanted(records: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """What has to be looked up for these records: their identifiers, `kind` and `value`.

    Current numbers are found by their canonical spelling, aliases by what the policy compares.
    """
    lines = [
        records.select(pl.lit(kind).alias("kind"), value.alias("value")).drop_nulls()
        for kind, value in _looked_up(rules)
    ]
    return pl.concat([pl.DataFrame(schema=WANTED_SCHEMA), *lines])


def fingerprints(records: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`row`, and a hash (UInt64) for each thing that is looked up, null where the record does not say it.

    Hashes, since they are held for the whole input at once: two values that share one by accident let rows be
    looked at that need not be, no more.
    """
    hashes = [
        pl.when(value.is_not_null()).then(value.hash()).alias(str(place))
        for place, (_, value) in enumerate(_looked_up(rules))
    ]
    return records.select("row", *hashes)


def rows_that_meet(prints: pl.DataFrame, known: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`row` of those that say what another row says as well, or what is `known` (`kind`, `value`).

    All others are strangers: no other row, and nobody in the book, can have to do with them.
    """
    met = [prints.select("row").clear()]
    for place, (kind, _) in enumerate(_looked_up(rules)):
        said = prints.select("row", pl.col(str(place)).alias("hash")).drop_nulls()
        here = known.filter(pl.col("kind") == kind)["value"].hash().unique()
        if len(here):
            met.append(said.filter(pl.col("hash").is_in(here.implode())).select("row"))
        if said["hash"].n_unique() < said.height:
            met.append(said.filter(pl.col("hash").is_duplicated()).select("row"))
    return pl.concat(met).unique().sort("row")


def _looked_up(rules: Rules) -> list[tuple[str, pl.Expr]]:
    canonical = [(kind, pl.col(kind).cast(pl.String)) for kind in rules.all_kinds]
    return canonical + ([(PHONE, match_value(PHONE, rules))] if rules.phone_as_written else [])
