"""Steps 7 and 8 of DESIGN 5: another contact holds something else that the record says."""

from dataclasses import dataclass

import polars as pl

from onefold.match.contradictions import contradicts
from onefold.match.holdings import holdings
from onefold.model.frames import empty
from onefold.model.identifier import CONTACT_ID, Mark
from onefold.model.outcome import Purpose, ReviewKind
from onefold.model.policy import HeldElsewhere, SecondMatch
from onefold.model.source import Trust
from onefold.resolve.recognise import Recognised, in_bin_sentence, taken
from onefold.resolve.round import PROBLEM_SCHEMA, WITHHELD_SCHEMA, Round, problems, said_lines, telling_apart

MERGE_SCHEMA = {"row": pl.UInt32, "keep": pl.Int64, "lose": pl.Int64}


@dataclass(frozen=True)
class Beside:
    """What becomes of the contacts beside the target.

    `merges`: `row`, `keep`, `lose`. `withheld`: identifiers that stay with another contact
    (`WITHHELD_SCHEMA`; `review` is the kind of review entry). `problems`: `PROBLEM_SCHEMA`.
    """

    merges: pl.DataFrame
    withheld: pl.DataFrame
    problems: pl.DataFrame


def look_beside(this: Round, recognised: Recognised) -> Beside:
    """Decides for each record what its other identifiers do to the contacts that have them."""
    second, apart, refused = _second_match(this, recognised)
    outside, held, binned = _held_elsewhere(this, recognised, second)
    dropped = _withheld(recognised.others.filter("dropped"), ReviewKind.KEPT_APART)
    withheld = pl.concat([empty(WITHHELD_SCHEMA), dropped, apart, outside])
    return Beside(
        merges=second,
        withheld=withheld.unique(["row", "kind"], keep="first", maintain_order=True),
        problems=pl.concat([empty(PROBLEM_SCHEMA), refused, held, binned]),
    )


def _withheld(lines: pl.DataFrame, review: ReviewKind) -> pl.DataFrame:
    if lines.is_empty():
        return empty(WITHHELD_SCHEMA)
    return lines.sort("row", "strength", "holder").select(
        "row",
        "kind",
        "value",
        pl.col("holder").alias("other_contact_id"),
        pl.lit(review.value).alias("review"),
    )


def _second_match(this: Round, recognised: Recognised) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Step 7: merges, identifiers kept apart, and rows that the policy rejects."""
    beside = recognised.others.filter(~pl.col("dropped")).join(recognised.targets, on="row")
    if beside.is_empty():
        nothing = _withheld(recognised.others.clear(), ReviewKind.PENDING_LINK)
        return empty(MERGE_SCHEMA), nothing, empty(PROBLEM_SCHEMA)
    contacts = beside.sort("row", "strength", "holder").unique(
        ["row", "holder"], keep="first", maintain_order=True
    )
    second = contacts.unique("row", keep="first", maintain_order=True)
    second = second.join(this.records.select("row", "source"), on="row", how="left", maintain_order="left")
    second = second.with_columns(_contradicted(this, second), _knob(this).alias("knob"))
    refused = second.filter(pl.col("knob") == SecondMatch.REJECT)
    complementary = (pl.col("trust") >= Trust.PROVEN) & (pl.col("target_trust") >= Trust.PROVEN)
    joins = ~pl.col("contradicts") & (
        (pl.col("knob") == SecondMatch.MERGE)
        | ((pl.col("knob") == SecondMatch.MERGE_COMPLEMENTARY) & complementary)
    )
    merged = second.filter(joins)
    apart = beside.join(merged.select("row", "holder"), on=["row", "holder"], how="anti")
    linked = apart.join(second.select("row", "holder"), on=["row", "holder"], how="semi")
    third = apart.join(second.select("row", "holder"), on=["row", "holder"], how="anti")
    sentence = pl.format("{} {} belongs to another contact", "kind", "value")
    return (
        merged.select("row", pl.col("target").alias("keep"), pl.col("holder").alias("lose")),
        pl.concat([_withheld(linked, ReviewKind.PENDING_LINK), _withheld(third, ReviewKind.KEPT_APART)]),
        problems(refused, 6, taken(this.rules), sentence),
    )


def _knob(this: Round) -> pl.Expr:
    by_source = this.rules.policy.second_match_by_source
    default = pl.lit(this.rules.policy.second_match.value)
    if not by_source:
        return default
    return pl.col("source").replace_strict(
        list(by_source), [knob.value for knob in by_source.values()], default=default, return_dtype=pl.String
    )


def _contradicted(this: Round, second: pl.DataFrame) -> pl.Series:
    """Whether the second contact is somebody else: by the record, or, where that is silent, by the target."""
    kinds = this.rules.match_on
    said, own = telling_apart(this.said(kinds)), this.own(kinds)
    targets = second.select("row", pl.col("target").alias("holder")).join(own, on="holder", how="left")
    spoken = said.select("row", *kinds).join(targets.drop("holder"), on="row", how="inner", suffix=":target")
    silent = [
        pl.coalesce(kind, f"{kind}:target").alias(kind) if kind != CONTACT_ID else pl.col(kind)
        for kind in kinds
    ]
    return contradicts(second, spoken.select("row", *silent), own, kinds, inclusive=True)


def _held_elsewhere(
    this: Round, recognised: Recognised, merges: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Step 8: identifiers that do not recognise here, and that another contact has that is not just being
    merged.
    """
    rules = this.rules
    kinds = rules.outside
    nothing = _withheld(recognised.others.clear(), ReviewKind.KEPT_APART)
    no_problem = empty(PROBLEM_SCHEMA)
    if not kinds or rules.purpose is Purpose.ADD_ALL or this.near.contacts.is_empty():
        return nothing, no_problem, no_problem
    shared = this.marks.filter(pl.col("mark") == Mark.SHARED).select("kind", "value")
    aside = recognised.set_aside.with_columns(pl.lit("phone").alias("kind"))
    lines = said_lines(this.said(kinds), kinds).join(shared, on=["kind", "value"], how="anti")
    lines = lines.join(aside, on=["row", "kind"], how="anti")
    holds = holdings(this.near, kinds, rules).sort("holder")
    its_own = pl.concat(
        [
            recognised.targets.select("row", pl.col("target").alias("holder")),
            merges.select("row", pl.col("lose").alias("holder")),
        ]
    )
    mine = lines.join(its_own, on="row").join(holds, on=["holder", "kind", "value"], how="semi")
    # One holder says it all: where everybody has it, each with each would be too many.
    first = holds.unique(["kind", "value"], keep="first", maintain_order=True)
    held = lines.join(mine, on=["row", "kind"], how="anti").join(
        first.select("kind", "value", "holder", "in_bin"), on=["kind", "value"]
    )
    held = held.sort("row", "strength")
    binned = held.filter("in_bin")
    allowing = [kind for kind in kinds if rules.policy.held_elsewhere_for(kind) is HeldElsewhere.ALLOW]
    held = held.filter(~pl.col("kind").is_in(allowing))
    rejecting = [kind for kind in kinds if rules.policy.held_elsewhere_for(kind) is HeldElsewhere.REJECT]
    refused = held.filter(pl.col("kind").is_in(rejecting)).unique("row", keep="first", maintain_order=True)
    sentence = pl.format("{} {} belongs to another contact", "kind", "value")
    return (
        _withheld(held, ReviewKind.KEPT_APART),
        problems(refused, 7, taken(rules), sentence),
        problems(binned, 1, pl.lit("identifier_taken"), in_bin_sentence()),
    )
