"""Identifiers that too many people share: an office's mailbox, a switchboard (DESIGN 5, step 2)."""

from collections.abc import Sequence

import polars as pl

from onefold.model.field import NAMES
from onefold.model.frames import MARK_SCHEMA, Contacts, empty
from onefold.model.identifier import CRM_ID, PHONE, Mark, as_written
from onefold.model.rules import Rules
from onefold.normalise.identifiers import match_value, one_a_line, usable_identifiers
from onefold.normalise.names import name_key


def crowded_identifiers(
    records: pl.DataFrame, near: Contacts, marks: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    """Identifiers with which input and book together show more than `people_per_identifier` people.

    The answer has the columns of `MARK_SCHEMA`; what is marked already is left out. A person is a CRM ID, or
    else a full name, or else the other identifiers that stand beside this one.
    """
    limit = rules.policy.people_per_identifier
    if limit is None:
        return empty(MARK_SCHEMA)
    kinds = tuple(kind for kind in rules.kinds if kind != CRM_ID)
    live = near.contacts.filter(pl.col("merged_into").is_null())
    columns = ["crm_id", *NAMES, *kinds, as_written(PHONE)]
    everybody = pl.concat([records.select(columns), live.select(columns)])
    often = {kind: _often(everybody.select(match_value(kind, rules))[kind], limit) for kind in kinds}
    if not any(map(len, often.values())):
        return empty(MARK_SCHEMA)
    among = [match_value(kind, rules).is_in(values.implode()) for kind, values in often.items()]
    people = _people(everybody.filter(pl.any_horizontal(among)), kinds, marks, rules)
    return (
        people.group_by("kind", "value")
        .agg(pl.col("person").n_unique())
        .filter(pl.col("person") > limit)
        .join(marks, on=["kind", "value"], how="anti")
        .select("kind", "value", pl.lit(Mark.SHARED.value).alias("mark"))
        .sort("kind", "value")
    )


def _often(values: pl.Series, limit: int) -> pl.Series:
    """Values that stand more often than that: only they can be of more people."""
    counts = values.drop_nulls().value_counts(name="times")
    return counts.filter(pl.col("times") > limit)[values.name]


def _people(frame: pl.DataFrame, kinds: Sequence[str], marks: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`kind`, `value`, `person` (a hash) for every identifier."""
    wide = usable_identifiers(frame.with_columns(name_key()), kinds, marks, rules, ["crm_id", "name_key"])
    lines = one_a_line(
        wide.with_columns(pl.struct(kinds).alias("beside")), kinds, ["crm_id", "name_key", "beside"]
    )
    person = (
        pl.when(pl.col("crm_id").is_not_null())
        .then(pl.struct(pl.lit(0, pl.Int8), "crm_id").hash())
        .when(pl.col("name_key").is_not_null())
        .then(pl.struct(pl.lit(1, pl.Int8), "name_key").hash())
        .otherwise(pl.col("beside").hash())
    )
    return lines.select("kind", "value", person.alias("person"))
