"""One round: steps 1 to 11 of DESIGN 5 for records of which no two can touch the same contact."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from onefold.model.field import NAMES
from onefold.model.frames import (
    CHANGED_NUMBER_SCHEMA,
    DECISION_SCHEMA,
    REVIEW_SCHEMA,
    Contacts,
    empty,
)
from onefold.model.outcome import Purpose, Reason, ReviewKind, Status
from onefold.model.policy import SharedIdentifier
from onefold.resolve.addresses import Addresses, addresses_of
from onefold.resolve.aliases import aliases_after
from onefold.resolve.beside import Beside, look_beside
from onefold.resolve.recognise import Recognised, recognise
from onefold.resolve.round import PROBLEM_SCHEMA, Round, problems
from onefold.resolve.survivorship import set_by_after
from onefold.resolve.values import Valued, value


@dataclass(frozen=True)
class Rounded:
    """What a round came to: a decision for each record, the contacts as they are after it, what it gives to
    report, and what it did to addresses.
    """

    decisions: pl.DataFrame
    near: Contacts
    reviews: pl.DataFrame
    changed_numbers: pl.DataFrame
    addresses: Addresses


def one_round(this: Round) -> Rounded:
    """Decides a round."""
    recognised = recognise(this)
    beside = look_beside(this, recognised)
    stopped = _stopped(this, recognised, beside)
    going = this.records.select("row")
    if len(stopped):
        going = going.join(stopped, on="row", how="anti")
        recognised, beside = _only(going, recognised, beside)
    valued = value(this, going, recognised, beside)
    aliases = aliases_after(this, valued, beside.withheld)
    decisions = pl.concat([_refusals(stopped), _outcomes(this, valued, beside, aliases)])
    return Rounded(
        decisions=decisions,
        near=Contacts(
            contacts_after(this, valued),
            aliases,
            set_by_after(this.near.set_by, this.records, valued.after, this.rules),
        ),
        reviews=_reviews(this, valued, beside, stopped),
        changed_numbers=_changed_numbers(this, valued, recognised),
        addresses=addresses_of(this, valued, aliases),
    )


def _stopped(this: Round, recognised: Recognised, beside: Beside) -> pl.DataFrame:
    """The first problem of every record that does not go on (`PROBLEM_SCHEMA`)."""
    found = pl.concat([recognised.problems, beside.problems, *_by_purpose(this, recognised)])
    if found.is_empty():
        return found
    every = found.sort("row", "priority", maintain_order=True)
    return every.unique("row", keep="first", maintain_order=True)


def _by_purpose(this: Round, recognised: Recognised) -> Iterator[pl.DataFrame]:
    """Whom the purpose leaves out (step 4), and who lacks what a new contact needs."""
    purpose, required = this.rules.purpose, this.rules.policy.limits.required_to_add
    if purpose in (Purpose.ADD_AND_UPDATE, Purpose.ADD_ALL) and not required:
        return
    rows = this.records.select("row", *NAMES).join(recognised.targets, on="row", how="left")
    rows = rows.with_columns(pl.col("target").alias("holder"))
    is_found = pl.col("target").is_not_null()
    if purpose == Purpose.ADD_NEW:
        yield problems(rows.filter(is_found), 5, pl.lit(Reason.EXISTS.value), pl.lit("already in the book"))
    if purpose == Purpose.UPDATE_EXISTING:
        yield problems(rows.filter(~is_found), 5, pl.lit(Reason.NOT_FOUND.value), pl.lit("not in the book"))
    yield _first_name_missing(this, rows.filter(~is_found))


def _first_name_missing(this: Round, created: pl.DataFrame) -> pl.DataFrame:
    """What a policy wants of a new contact (`required_to_add`, RIO-06)."""
    required = this.rules.policy.limits.required_to_add
    missing = [
        problems(
            created.filter(pl.col(name).is_null()),
            8,
            pl.lit(Reason.FIRST_NAME_MISSING.value),
            pl.lit(f"{name} is needed to add a contact"),
        )
        for name in required
    ]
    return pl.concat([empty(PROBLEM_SCHEMA), *missing])


def _only(going: pl.DataFrame, recognised: Recognised, beside: Beside) -> tuple[Recognised, Beside]:
    """The same, of the records that go on."""
    return (
        Recognised(
            targets=recognised.targets.join(going, on="row", how="semi"),
            others=recognised.others.join(going, on="row", how="semi"),
            set_aside=recognised.set_aside.join(going, on="row", how="semi"),
            problems=recognised.problems,
        ),
        Beside(
            merges=beside.merges.join(going, on="row", how="semi"),
            withheld=beside.withheld.join(going, on="row", how="semi"),
            problems=beside.problems,
        ),
    )


def _refusals(stopped: pl.DataFrame) -> pl.DataFrame:
    if stopped.is_empty():
        return empty(DECISION_SCHEMA)
    skips = [Reason.EXISTS.value, Reason.NOT_FOUND.value]
    status = (
        pl.when(pl.col("reason").is_in(skips))
        .then(pl.lit(Status.SKIPPED.value))
        .otherwise(pl.lit(Status.ERROR.value))
    )
    exists = pl.when(pl.col("reason") == Reason.EXISTS).then("other_contact_id")
    return stopped.select(
        "row",
        status.alias("status"),
        "reason",
        exists.alias("contact_id"),
        "other_contact_id",
        pl.lit(None, dtype=pl.UInt32).alias("repeat_of"),
        "detail",
    )


def _outcomes(this: Round, valued: Valued, beside: Beside, aliases: pl.DataFrame) -> pl.DataFrame:
    """The decision table for records that went on."""
    withheld = beside.withheld.unique("row", keep="first", maintain_order=True)
    after = valued.after.join(withheld, on="row", how="left", maintain_order="left")
    kept_apart, merged = pl.col("kind").is_not_null(), pl.col("lose").is_not_null()
    changed = _changed(this, valued, aliases)
    reason = (
        pl.when(merged)
        .then(pl.lit(Reason.MERGED.value))
        .when(kept_apart)
        .then(pl.lit(Reason.KEPT_APART.value))
        .when(~pl.col("existing"))
        .then(pl.lit(Reason.CREATED.value))
        .when(changed)
        .then(pl.lit(Reason.UPDATED.value))
        .otherwise(pl.lit(Reason.UNCHANGED.value))
    )
    status = pl.when("existing").then(pl.lit(Status.UPDATED.value)).otherwise(pl.lit(Status.IMPORTED.value))
    stays = pl.format("{} {} stays with another contact; see `onefold review`", "kind", "value")
    return after.select(
        "row",
        status.alias("status"),
        reason.alias("reason"),
        "contact_id",
        pl.coalesce("lose", "other_contact_id").alias("other_contact_id"),
        pl.lit(None, dtype=pl.UInt32).alias("repeat_of"),
        pl.when(kept_apart).then(stays).alias("detail"),
    ).cast(pl.Schema(DECISION_SCHEMA))


def _changed(this: Round, valued: Valued, aliases: pl.DataFrame) -> pl.Expr:
    """Whether a value or an alias of the contact is another than before."""
    columns = [name for name in valued.after.columns if f"old:{name}" in valued.after.columns]
    values = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"old:{name}")) for name in columns)
    before = this.near.aliases
    if aliases.is_empty() and before.is_empty():
        return values
    moved = pl.concat(
        [
            aliases.join(before, on=aliases.columns, how="anti", nulls_equal=True),
            before.join(aliases, on=aliases.columns, how="anti", nulls_equal=True),
        ]
    )["contact_id"]
    return values | pl.col("contact_id").is_in(moved.unique().implode())


def contacts_after(this: Round, valued: Valued) -> pl.DataFrame:
    """All contacts near the round as they are after it; a merged one keeps its values and points to its
    keeper.
    """
    before = this.near.contacts
    touched = valued.after.with_columns(
        pl.col("contact_id").alias("id"),
        pl.lit(None, dtype=pl.Int64).alias("merged_into"),
        pl.lit(False).alias("in_bin"),
    ).select(before.columns)
    if before.is_empty():
        return touched
    pointers = valued.after.filter(pl.col("lose").is_not_null()).select(
        pl.col("lose").alias("id"), pl.col("contact_id").alias("keeper")
    )
    untouched = before.join(valued.after, left_on="id", right_on="contact_id", how="anti")
    untouched = untouched.join(pointers, on="id", how="left", maintain_order="left").with_columns(
        pl.coalesce("keeper", "merged_into").alias("merged_into")
    )
    return pl.concat([untouched.select(before.columns), touched])


def _reviews(this: Round, valued: Valued, beside: Beside, stopped: pl.DataFrame) -> pl.DataFrame:
    """What a person is asked to decide (`REVIEW_SCHEMA`)."""
    if beside.withheld.is_empty() and valued.waiting.is_empty() and stopped.is_empty():
        return empty(REVIEW_SCHEMA)
    contact_of = valued.after.select("row", "contact_id")
    apart = beside.withheld.join(contact_of, on="row").select(
        pl.col("review").alias("kind"),
        "contact_id",
        "other_contact_id",
        pl.col("kind").alias("identifier"),
        "value",
        "row",
        pl.format("{} {} stays with the other contact", "kind", "value").alias("message"),
    )
    claimed = valued.waiting.join(contact_of, on="row").select(
        pl.lit(ReviewKind.CLAIMED_VALUE.value).alias("kind"),
        "contact_id",
        pl.lit(None, dtype=pl.Int64).alias("other_contact_id"),
        pl.col("kind").alias("identifier"),
        "value",
        "row",
        pl.format("{} {} was typed by somebody and is not proven", "kind", "value").alias("message"),
    )
    parts = [empty(REVIEW_SCHEMA), apart, claimed]
    if this.rules.policy.shared_identifier is SharedIdentifier.REVIEW:
        shared = stopped.filter(
            (pl.col("reason") == Reason.IDENTIFIER_SHARED) & pl.col("another_contact_id").is_not_null()
        )
        parts.append(
            shared.select(
                pl.lit(ReviewKind.SHARED_IDENTIFIER.value).alias("kind"),
                pl.col("other_contact_id").alias("contact_id"),
                pl.col("another_contact_id").alias("other_contact_id"),
                pl.col("kind").alias("identifier"),
                "value",
                "row",
                pl.col("detail").alias("message"),
            )
        )
    return pl.concat(parts)


def _changed_numbers(this: Round, valued: Valued, recognised: Recognised) -> pl.DataFrame:
    """Numbers in the file that their contact no longer has (MAI-06)."""
    if recognised.set_aside.is_empty():
        return empty(CHANGED_NUMBER_SCHEMA)
    said = recognised.set_aside.join(
        this.records.select("row", pl.col("phone").alias("number_in_file")), on="row"
    )
    return said.join(valued.after, on="row").select("contact_id", "number_in_file")
