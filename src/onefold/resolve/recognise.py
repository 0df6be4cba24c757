"""Steps 1 to 6 of DESIGN 5: whose record is this?"""

from dataclasses import dataclass, replace

import polars as pl

from onefold.match.contradictions import contradicts
from onefold.match.found import found, found_by_former
from onefold.match.holdings import holdings
from onefold.model.frames import empty
from onefold.model.identifier import PHONE, Mark, Why
from onefold.model.outcome import Reason
from onefold.model.policy import Contradiction, FormerNumbers, SharedIdentifier
from onefold.model.rules import Rules
from onefold.normalise.identifiers import match_value
from onefold.resolve.round import PROBLEM_SCHEMA, Round, is_edit, problems, said_lines, telling_apart

TARGET_SCHEMA = {
    "row": pl.UInt32,
    "target": pl.Int64,
    "target_kind": pl.String,
    "target_strength": pl.Int8,
    "target_trust": pl.UInt8,
}
OTHER_SCHEMA = {
    "row": pl.UInt32,
    "holder": pl.Int64,
    "kind": pl.String,
    "value": pl.String,
    "strength": pl.Int8,
    "trust": pl.UInt8,
    "dropped": pl.Boolean,
}


@dataclass(frozen=True)
class Recognised:
    """Whom the records of a round found.

    `targets` (`TARGET_SCHEMA`): the contact, and how it was named; a record that is nobody's has no line.
    `others` (`OTHER_SCHEMA`): the contacts beside the target, a line a kind; `dropped`: somebody else by
    contradiction.
    `set_aside`: `row` of records whose number is a former one of the target. `problems`: `PROBLEM_SCHEMA`.
    """

    targets: pl.DataFrame
    others: pl.DataFrame
    set_aside: pl.DataFrame
    problems: pl.DataFrame


def nobody() -> Recognised:
    """What is recognised where there is nobody."""
    return Recognised(
        targets=empty(TARGET_SCHEMA),
        others=empty(OTHER_SCHEMA),
        set_aside=pl.DataFrame(schema={"row": pl.UInt32}),
        problems=empty(PROBLEM_SCHEMA),
    )


def recognise(this: Round) -> Recognised:
    """Names the contact that each record of the round is about, or says why it cannot be told."""
    rules, kinds = this.rules, this.rules.match_on
    if this.near.contacts.is_empty() and this.marks.filter(pl.col("mark") == Mark.SHARED).is_empty():
        return nobody()
    said, own = this.said(kinds), this.own(kinds)
    lines = said_lines(said, kinds)
    held = holdings(this.near, kinds, rules)
    hits = found(lines, held, this.marks)
    unfound = lines.join(hits, on="row", how="anti")
    plain, hits = _plain(lines, hits)
    former = found_by_former(unfound, held, this.near, this.marks)
    if hits.is_empty() and former.is_empty():
        aside = _set_aside(this, plain)
        return replace(nobody(), targets=plain, set_aside=aside, problems=_nameless(said, lines, this.marks))
    overwrites = rules.policy.contradiction is Contradiction.OVERWRITE
    against = telling_apart(said)
    hits = _with_dropped(hits, against, own, kinds, never=overwrites)
    former = _with_dropped(former, against, own, kinds, never=overwrites).filter(~pl.col("dropped"))
    hits = pl.concat([hits, former])
    rejected = _all_contradict(hits, rules)
    named, unclear = _targets(hits, rules)
    targets = pl.concat([plain, named])
    set_aside = _set_aside(this, targets)
    hits = hits.join(set_aside.with_columns(pl.lit(PHONE).alias("kind")), on=["row", "kind"], how="anti")
    others, ambiguous = _others(hits, targets, rules)
    return Recognised(
        targets=targets,
        others=others,
        set_aside=set_aside,
        problems=pl.concat(
            [
                empty(PROBLEM_SCHEMA),
                _nameless(said, lines, this.marks),
                _in_bin(hits),
                rejected,
                _shared(pl.concat([unclear, ambiguous])),
            ]
        ),
    )


def _plain(lines: pl.DataFrame, hits: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Most records need no more: all that they say and anybody has leads to one contact, and so does the
    strongest thing they say. Gives their targets, and the hits of the others.
    """
    if hits.is_empty():
        return _as_targets(hits), hits
    strongest = lines.group_by("row").agg(pl.col("strength").min().alias("strongest_said"))
    one = hits.group_by("row").agg(
        pl.col("holder").min(),
        pl.col("holder").max().alias("last_holder"),
        pl.col("strength").min(),
        pl.col("in_bin").any(),
    )
    agreed = (
        (pl.col("holder") == pl.col("last_holder"))
        & (pl.col("strength") == pl.col("strongest_said"))
        & ~pl.col("in_bin")
    )
    plain = one.join(strongest, on="row").filter(agreed).select("row", "strength")
    named = hits.join(plain, on=["row", "strength"], how="semi")
    return _as_targets(named), hits.join(plain, on="row", how="anti")


def _as_targets(named: pl.DataFrame) -> pl.DataFrame:
    return named.select(
        "row",
        pl.col("holder").alias("target"),
        pl.col("kind").alias("target_kind"),
        pl.col("strength").alias("target_strength"),
        pl.col("trust").alias("target_trust"),
    )


def taken(rules: Rules) -> pl.Expr:
    """The word for an identifier that another contact has: Mainstay has one of its own (MAI-07)."""
    duplicates = pl.col("kind").is_in(list(rules.policy.duplicate_contact_kinds))
    return (
        pl.when(duplicates)
        .then(pl.lit(Reason.DUPLICATE_CONTACT.value))
        .otherwise(pl.lit(Reason.IDENTIFIER_TAKEN.value))
    )


def _with_dropped(
    hits: pl.DataFrame, said: pl.DataFrame, own: pl.DataFrame, kinds: tuple[str, ...], *, never: bool
) -> pl.DataFrame:
    """Step 5, `dropped`: the kind by which a contact was found is contradicted by a stronger one."""
    if never or hits.is_empty():
        return hits.with_columns(pl.lit(False).alias("dropped"))
    strongest = hits.sort("strength").unique(["row", "holder"], keep="first", maintain_order=True)
    strongest = strongest.with_columns(contradicts(strongest, said, own, kinds).alias("dropped"))
    return hits.join(strongest.select("row", "holder", "dropped"), on=["row", "holder"])


def _all_contradict(hits: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Step 5, `reject`: everybody found by the strongest finding kind is somebody else."""
    if rules.policy.contradiction is not Contradiction.REJECT:
        return empty(PROBLEM_SCHEMA)
    strongest = hits.filter(pl.col("strength") == pl.col("strength").min().over("row"))
    refused = strongest.filter(pl.col("dropped").all().over("row")).unique("row", keep="first")
    sentence = pl.format(
        "{} {} belongs to another contact, whose stronger identifiers differ", "kind", "value"
    )
    return problems(refused, 2, taken(rules), sentence)


def _oldest_first() -> list[pl.Expr]:
    """Contacts of the book by their id, then those made on the way in the order in which they were made."""
    return [pl.col("holder") < 0, pl.col("holder").abs()]


def _targets(hits: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The strongest kind that finds anyone names the target; several of one kind are told apart by step 6."""
    eligible = hits.filter(~pl.col("dropped"))
    strongest = eligible.filter(pl.col("strength") == pl.col("strength").min().over("row"))
    strongest = strongest.sort("row", *_oldest_first())
    several = strongest.filter(pl.len().over("row") > 1)
    if rules.policy.shared_identifier is SharedIdentifier.OLDEST:
        several = several.clear()
    named = strongest.join(several, on="row", how="anti").unique("row", keep="first", maintain_order=True)
    return _as_targets(named), several


def _set_aside(this: Round, targets: pl.DataFrame) -> pl.DataFrame:
    """Step 3: records whose number their target once had and has no longer (`keep_current`, MAI-02).

    An edit in the console always wins (step 11).
    """
    if this.rules.policy.former_numbers is not FormerNumbers.KEEP_CURRENT or targets.is_empty():
        return targets.select("row").clear()
    if this.near.aliases.is_empty():
        return targets.select("row").clear()
    earlier = this.near.aliases.filter(
        (pl.col("kind") == PHONE) & pl.col("why").is_in([Why.FORMER, Why.RELEASED])
    ).select(pl.col("contact_id").alias("target"), pl.col("value").alias("number"))
    spoken = this.records.filter(~is_edit()).select("row", match_value(PHONE, this.rules).alias("number"))
    return targets.join(spoken, on="row").join(earlier, on=["target", "number"], how="semi").select("row")


def _others(hits: pl.DataFrame, targets: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Contacts beside the target, and those that cannot be told apart; a kind that finds the target finds
    nobody else.
    """
    beside = hits.join(targets.select("row", "target", "target_strength"), on="row", how="left")
    finds_target = (pl.col("holder") == pl.col("target")).fill_null(False).any().over("row", "kind")
    beside = beside.filter(~finds_target)
    eligible = ~pl.col("dropped")
    crowd = beside.filter(eligible & pl.col("target").is_not_null()).sort("row", *_oldest_first())
    several = crowd.filter(pl.len().over("row", "kind") > 1)
    if rules.policy.shared_identifier is SharedIdentifier.OLDEST:
        later = several.filter(pl.int_range(pl.len()).over("row", "kind") > 0)
        beside, several = beside.join(later, on=["row", "kind", "holder"], how="anti"), several.clear()
    if rules.policy.contradiction is Contradiction.REJECT:
        # Only the target is judged by `contradiction`; whoever else is found is a second match.
        beside = beside.with_columns(pl.lit(False).alias("dropped"))
    others = beside.select("row", "holder", "kind", "value", "strength", "trust", "dropped")
    return others, several.select(hits.columns)


def _nameless(said: pl.DataFrame, lines: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """Step 2: a shared identifier and nothing else, not even a name."""
    shared = marks.filter(pl.col("mark") == Mark.SHARED).select("kind", "value")
    if shared.is_empty():
        return empty(PROBLEM_SCHEMA)
    nameless = lines.filter(pl.col("name_key").is_null())
    common = nameless.join(shared, on=["kind", "value"], how="semi")
    alone = common.join(nameless.join(shared, on=["kind", "value"], how="anti"), on="row", how="anti")
    first = alone.unique("row", keep="first").with_columns(pl.lit(None, dtype=pl.Int64).alias("holder"))
    sentence = pl.format(
        "{} {} is shared by several people, and the row has no name to tell whose it is", "kind", "value"
    )
    return problems(first, 4, pl.lit(Reason.IDENTIFIER_SHARED.value), sentence)


def _in_bin(hits: pl.DataFrame) -> pl.DataFrame:
    """Step 9: the bin holds identifiers and matches nobody."""
    held = hits.filter("in_bin").sort("row", "strength").unique("row", keep="first", maintain_order=True)
    return problems(held, 1, pl.lit(Reason.IDENTIFIER_TAKEN.value), in_bin_sentence())


def in_bin_sentence() -> pl.Expr:
    """What is said of an identifier that the bin holds."""
    return pl.format(
        "{} {} belongs to a contact in the bin; restore it, or empty the bin first", "kind", "value"
    )


def _shared(several: pl.DataFrame) -> pl.DataFrame:
    """Step 6: several contacts of the book hold it (RIO-28)."""
    holders = several.group_by("row", "kind", "value", "strength", maintain_order=True).agg(
        pl.col("holder").first(), pl.col("holder").slice(1).first().alias("another")
    )
    strongest = holders.sort("row", "strength").unique("row", keep="first", maintain_order=True)
    sentence = pl.format("several contacts have {} {}", "kind", "value")
    return problems(strongest, 3, pl.lit(Reason.IDENTIFIER_SHARED.value), sentence)
