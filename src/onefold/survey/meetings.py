"""Whom the rows could meet at all: most meet nobody, or one contact that no other row has to do with."""

from dataclasses import dataclass
from typing import Self

import polars as pl

from onefold.model.frames import WANTED_SCHEMA
from onefold.model.identifier import PHONE, Mark
from onefold.model.rules import Rules
from onefold.normalise.identifiers import match_value

PAIR_SCHEMA = {"row": pl.UInt32, "contact_id": pl.Int64}


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
        pairs = pl.DataFrame(schema=PAIR_SCHEMA)
        return cls(records.select("row"), pairs, pairs["contact_id"])


def meetings(prints: pl.DataFrame, holders: pl.DataFrame, marks: pl.DataFrame, rules: Rules) -> Meetings:
    """Finds them by `fingerprints` of the whole input and the `holders` (`HOLDER_SCHEMA`) of what it says.

    More holders than these do no harm. Where so few people may share an identifier that a row and a contact
    could be too many, there are no pairs: the survey has to count them.
    """
    several = [prints.select("row").clear()]
    links = [pl.DataFrame(schema=PAIR_SCHEMA)]
    busy = [links[0]["contact_id"]]
    shared = marks.filter(pl.col("mark") == Mark.SHARED)
    for place, (kind, _) in enumerate(_looked_up(rules)):
        said = prints.select("row", pl.col(str(place)).alias("hash")).drop_nulls()
        known = holders.filter(pl.col("kind") == kind)
        known = known.select(pl.col("value").hash().alias("hash"), "contact_id").unique()
        known = known.join(said, on="hash", how="semi")
        marked = shared.filter(pl.col("kind") == kind)["value"].hash().alias("hash")
        common = pl.concat([_twice(said["hash"]), _twice(known["hash"]), marked]).unique().to_frame()
        # Each is joined with one at most: at an office's mailbox everybody would meet everybody else.
        links.append(
            said.join(common, on="hash", how="anti").join(known, on="hash").select("row", "contact_id")
        )
        several.append(said.join(common, on="hash", how="semi").select("row"))
        busy.append(known.join(common, on="hash", how="semi")["contact_id"])
    met, in_common = pl.concat(links).unique(), pl.concat(busy).unique()
    limit = rules.policy.people_per_identifier
    pairs = met if limit is None or limit > 1 else met.clear()
    one_each = ~pl.col("row").is_duplicated() & ~pl.col("contact_id").is_duplicated()
    pairs = pairs.filter(one_each & ~pl.col("contact_id").is_in(in_common.implode()))
    pairs = pairs.join(pl.concat(several).unique(), on="row", how="anti")
    several.append(met.select("row").join(pairs, on="row", how="anti"))
    contacts = pl.concat([in_common, met.join(pairs, on="row", how="anti")["contact_id"]]).unique()
    return Meetings(pl.concat(several).unique().sort("row"), pairs.sort("row"), contacts)


def _twice(hashes: pl.Series) -> pl.Series:
    """Those that stand more than once."""
    if hashes.n_unique() == len(hashes):
        return hashes.clear()
    return hashes.filter(hashes.is_duplicated()).unique()


def _looked_up(rules: Rules) -> list[tuple[str, pl.Expr]]:
    canonical = [(kind, pl.col(kind).cast(pl.String)) for kind in rules.all_kinds]
    return canonical + ([(PHONE, match_value(PHONE, rules))] if rules.phone_as_written else [])
