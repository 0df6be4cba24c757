"""Identifiers as the stages compare them: blocked ones aside, phones as the policy spells them."""

from collections.abc import Sequence
from functools import cache

import polars as pl

from onefold.model.identifier import CONTACT_ID, EMAIL, PHONE, Mark, as_written
from onefold.model.rules import Rules


def known_as(kind: str, prefix: str, rules: Rules) -> pl.Expr:
    """The identifier under which a contact is known: the canonical one, or as written where that is what
    counts (RIO-29).
    """
    if kind == PHONE and rules.phone_as_written:
        return pl.coalesce(f"{prefix}{as_written(PHONE)}", f"{prefix}{PHONE}")
    return pl.col(f"{prefix}{kind}")


def match_value(kind: str, rules: Rules) -> pl.Expr:
    """What makes two identifiers of that kind the same (`phone_spelling`), as text."""
    if kind == CONTACT_ID:
        return pl.col(CONTACT_ID).cast(pl.String)
    return known_as(kind, "", rules).alias(kind)


def is_blocked(kind: str, value: pl.Expr, marks: pl.DataFrame, rules: Rules) -> pl.Expr:
    """Whether a value stands for nobody: a role's mailbox, or one that the operator blocked (step 2)."""
    blocked = pl.lit(False)
    if len(marks):
        marked = marks.filter((pl.col("kind") == kind) & (pl.col("mark") == Mark.BLOCKED))["value"]
        blocked = value.is_in(marked.implode()) if len(marked) else blocked
    if kind == EMAIL and rules.policy.blocked_mailboxes:
        blocked = blocked | value.str.contains(_mailboxes(rules.policy.blocked_mailboxes))
    return blocked.fill_null(False)


@cache
def _mailboxes(names: tuple[str, ...]) -> str:
    return f"^(?:{'|'.join(map(pl.escape_regex, sorted(names)))})@"


def usable_identifiers(
    frame: pl.DataFrame, kinds: Sequence[str], marks: pl.DataFrame, rules: Rules, keep: Sequence[str]
) -> pl.DataFrame:
    """The identifiers of records or contacts, a text column a kind, null where blocked; `keep` goes along."""
    usable = [
        pl.when(~is_blocked(kind, pl.col(kind), marks, rules)).then(match_value(kind, rules)).alias(kind)
        if kind != CONTACT_ID
        else match_value(kind, rules)
        for kind in kinds
    ]
    return frame.select(*keep, *usable)


def one_a_line(
    wide: pl.DataFrame, kinds: Sequence[str], keep: Sequence[str], *, trusted: bool = False
) -> pl.DataFrame:
    """Identifiers one a line: `keep`, `kind`, `value`, and `strength` (0 is the strongest of `kinds`).

    `trusted` adds `trust`, read from the columns `trust:KIND`.
    """
    if kinds:
        trusts = [f"trust:{kind}" for kind in kinds] if trusted else []
        lines = wide.unpivot(list(kinds), index=[*keep, *trusts], variable_name="kind").filter(
            pl.col("value").is_not_null()
        )
        strength = pl.col("kind").replace_strict(kinds, range(len(kinds)), return_dtype=pl.Int8)
        trust = pl.coalesce(pl.when(pl.col("kind") == kind).then(f"trust:{kind}") for kind in kinds)
        added = [trust.alias("trust")] if trusted else []
        return lines.select(*keep, "kind", "value", strength.alias("strength"), *added)
    nothing = {"kind": pl.String, "value": pl.String, "strength": pl.Int8} | (
        {"trust": pl.UInt8} if trusted else {}
    )
    return (
        wide.select(*keep)
        .clear()
        .with_columns(pl.lit(None, dtype).alias(name) for name, dtype in nothing.items())
    )
