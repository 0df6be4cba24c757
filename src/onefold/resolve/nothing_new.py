"""Rows that say nothing new of the one contact they can be about: most of a file that comes again."""

import polars as pl

from onefold.model.field import NAMES
from onefold.model.frames import DECISION_SCHEMA, empty
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID, as_written
from onefold.model.outcome import Purpose, Reason, Status
from onefold.model.rules import Rules
from onefold.normalise.identifiers import is_blocked

UPDATING = (Purpose.ADD_AND_UPDATE, Purpose.UPDATE_EXISTING)


def compared_columns(records: pl.DataFrame, rules: Rules) -> list[str]:
    """The columns of a contact that have to be known to tell whether these records say anything new."""
    values = (*rules.kinds, *NAMES, *(custom.column for custom in rules.fields))
    spellings = [as_written(kind) for kind in ADDRESS_KINDS if rules.phone_as_written]
    said = [name for name in values if name in records.columns and records[name].null_count() < len(records)]
    return [*said, *spellings]


def nothing_new(
    records: pl.DataFrame, pairs: pl.DataFrame, contacts: pl.DataFrame, marks: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    """Decides (`DECISION_SCHEMA`) those of `pairs` (`row`, `contact_id`) in which all that the record says is
    what the contact has already: whatever the policy, they come out `unchanged`.

    No other row, and no other contact, has to do with the two. `contacts` has `id`, `in_bin` and, as far as
    the book has them, the `compared_columns`.
    """
    if pairs.is_empty() or rules.purpose not in UPDATING:
        return empty(DECISION_SCHEMA)
    compared = compared_columns(records, rules)
    there = {name: pl.col(name) for name in contacts.columns}
    own = [there.get(name, pl.lit(None, records.schema[name])).alias(f"own:{name}") for name in compared]
    kinds = [kind for kind in rules.kinds if kind not in compared]
    clears = [name for name in records.columns if name.startswith("clear:")]
    met = pairs.rename({"contact_id": "id"}).join(contacts.select("id", "in_bin", *own), on="id")
    both = records.select("row", "refusal_reason", CONTACT_ID, *kinds, *compared, *clears).join(met, on="row")
    spellings = {as_written(kind) for kind in ADDRESS_KINDS}
    has = {
        name: pl.col(f"own:{name}").fill_null(rules.defaults[name])
        if name in rules.defaults
        else pl.col(f"own:{name}")
        for name in compared
    }
    same = [
        pl.col(name).eq_missing(has[name])
        if name in spellings
        else pl.col(name).is_null() | (pl.col(name) == has[name])
        for name in compared
    ]
    found = [
        pl.col(kind).is_not_null() & ~is_blocked(kind, pl.col(kind), marks, rules)
        if kind != CONTACT_ID
        else pl.col(kind).is_not_null()
        for kind in rules.match_on
    ]
    unchanged = both.filter(
        pl.col("refusal_reason").is_null(),
        ~pl.col("in_bin"),
        *(pl.col(name).is_null() | ~pl.col(name) for name in clears),
        pl.any_horizontal(found),
        *(agrees.fill_null(False) for agrees in same),
    )
    return unchanged.select(
        "row",
        pl.lit(Status.UPDATED.value).alias("status"),
        pl.lit(Reason.UNCHANGED.value).alias("reason"),
        pl.col("id").alias("contact_id"),
        *(
            pl.lit(None, DECISION_SCHEMA[name]).alias(name)
            for name in ("other_contact_id", "repeat_of", "detail")
        ),
    )
