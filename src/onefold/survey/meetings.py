"""Whom the rows could meet at all: most meet nobody, or one contact that no other row has to do with."""

from dataclasses import dataclass
from typing import Self

import polars as pl

from onefold.model.frames import empty
from onefold.model.identifier import PHONE, Mark
from onefold.model.rules import Rules
from onefold.normalise.identifiers import match_value

PAIR_SCHEMA = {"row": pl.UInt32, "contact_id": pl.Int64}


def wanted(records: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """What has to be looked up for these records: their identifiers, `kind` and `value`.

    Current numbers are found by their canonical spelling, aliases by what the policy compares.
    """
    said = records.select(value.alias(str(place)) for place, (_, value) in enumerate(_looked_up(rules)))
    kinds = [kind for kind, _ in _looked_up(rules)]
    lines = said.unpivot(variable_name="place").filter(pl.col("value").is_not_null())
    kind = pl.col("place").replace_strict(said.columns, kinds, return_dtype=pl.String)
    return lines.select(kind.alias("kind"), "value")


def fingerprints(records: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`row`, and a hash (UInt64) for each thing that is looked up, null where the record does not say it.

    Hashes, since they are held for the whole input at once: two values that share one by accident let rows be
    looked at that need not be, no more.
    """
    hashes = [
        pl.when(value.is_not_null()).then(_fingerprint(value, pl.lit(kind))).alias(str(place))
        for place, (kind, value) in enumerate(_looked_up(rules))
    ]
    return records.select("row", *hashes)


def _fingerprint(value: pl.Expr, kind: pl.Expr) -> pl.Expr:
    return value.hash() ^ kind.hash()


@dataclass(frozen=True)
class Meetings:
    """Whom the rows of an input could meet. `several`: `row` of those that could touch the same contact as
    another row, or more than one contact. `pairs`: `row`, `contact_id` where one row and one contact have
    only to do with each other. All other rows are strangers: nobody has to do with them. `contacts`: ids of
    the contacts that the rows of `several` could meet.
    """

    several: pl.DataFrame
    pairs: pl.DataFrame
    contacts: pl.Series

    @classmethod
    def of_all(cls, records: pl.DataFrame) -> Self:
        """Anybody could meet anybody."""
        pairs = empty(PAIR_SCHEMA)
        return cls(records.select("row"), pairs, pairs["contact_id"])


def meetings(prints: pl.DataFrame, holders: pl.DataFrame, marks: pl.DataFrame, rules: Rules) -> Meetings:
    """Finds them by `fingerprints` of the whole input and the `holders` (`HOLDER_SCHEMA`) of what it says.

    More holders than these do no harm. Where so few people may share an identifier that a row and a contact
    could be too many, there are no pairs: the survey has to count them.
    """
    said = prints.unpivot(index="row", value_name="hash").select("row", "hash").drop_nulls()
    if rules.phone_as_written:
        said = said.unique()
    of_value = _fingerprint(pl.col("value"), pl.col("kind"))
    known = holders.select(of_value.alias("hash"), "contact_id")
    if len(known):
        known = known.unique().join(said, on="hash", how="semi")
    marked = said["hash"].clear()
    if len(marks):
        marked = marks.filter(pl.col("mark") == Mark.SHARED).select(of_value.alias("hash"))["hash"]
    # Each is joined with one at most: at an office's mailbox everybody would meet everybody else.
    common = pl.concat([_twice(said["hash"]), _twice(known["hash"]), marked]).to_frame()
    several, busy, alone = said.clear(), known["contact_id"].clear(), said
    if len(common):
        common = common.unique()
        several = said.join(common, on="hash", how="semi")
        busy = known.join(common, on="hash", how="semi")["contact_id"].unique()
        alone = said.join(common, on="hash", how="anti")
    met = alone.join(known, on="hash").select("row", "contact_id")
    if met.is_empty():
        return Meetings(several.select("row").unique().sort("row"), met.cast(pl.Schema(PAIR_SCHEMA)), busy)
    met = met.unique()
    limit = rules.policy.people_per_identifier
    pairs = met if limit is None or limit > 1 else met.clear()
    one_each = ~pl.col("row").is_duplicated() & ~pl.col("contact_id").is_duplicated()
    pairs = pairs.filter(one_each & ~pl.col("contact_id").is_in(busy.implode()))
    if len(several):
        pairs = pairs.join(several, on="row", how="anti")
    entangled = met.join(pairs, on="row", how="anti") if len(pairs) < len(met) else met.clear()
    rows = pl.concat([several.select("row"), entangled.select("row")]).unique().sort("row")
    return Meetings(rows, pairs.sort("row"), pl.concat([busy, entangled["contact_id"]]).unique())


def _twice(hashes: pl.Series) -> pl.Series:
    """Those that stand more than once."""
    if hashes.n_unique() == len(hashes):
        return hashes.clear()
    return hashes.filter(hashes.is_duplicated()).unique()


def _looked_up(rules: Rules) -> list[tuple[str, pl.Expr]]:
    canonical = [(kind, pl.col(kind).cast(pl.String)) for kind in rules.all_kinds]
    return canonical + ([(PHONE, match_value(PHONE, rules))] if rules.phone_as_written else [])
