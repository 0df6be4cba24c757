"""Survivorship: of two contacts that become one, whose value stays (the policy's knob of that name)."""

from typing import Final

import polars as pl

from onefold.model.frames import SET_BY_SCHEMA, empty
from onefold.model.identifier import ADDRESS_KINDS, as_written
from onefold.model.policy import Survivorship
from onefold.model.rules import Rules

IN_THIS_INPUT: Final = 1 << 40
"""Later than any receipt that is written; the rows of an input follow each other from here on."""
SPELLINGS: Final = {as_written(kind): kind for kind in ADDRESS_KINDS}


def with_survivors(
    rows: pl.DataFrame, columns: list[str], set_by: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    """Adds `base:COLUMN`: the value of the target (`old:COLUMN`), or that of the contact merged into it
    (`lost:COLUMN`) where the target has none or the policy prefers it.

    Identifiers stay those of the target, an address and its spelling together. `set_by`: `SET_BY_SCHEMA`.
    """
    base = []
    for name in columns:
        takes_lost = pl.col(f"old:{SPELLINGS.get(name, name)}").is_null()
        if _is_value(name, rules):
            rows, preferred = _preferred(rows, name, set_by, rules)
            takes_lost = takes_lost | preferred
        value = pl.when(takes_lost).then(pl.col(f"lost:{name}")).otherwise(pl.col(f"old:{name}"))
        base.append(value.alias(f"base:{name}"))
    return rows.with_columns(base)


def _is_value(name: str, rules: Rules) -> bool:
    return name not in rules.kinds and name not in SPELLINGS


def _preferred(
    rows: pl.DataFrame, name: str, set_by: pl.DataFrame, rules: Rules
) -> tuple[pl.DataFrame, pl.Expr]:
    """Whether the value of the merged contact goes before the target's own; equals leave the target's."""
    how = rules.policy.survivorship_for(rules.name_of(name))
    old, lost = pl.col(f"old:{name}"), pl.col(f"lost:{name}")
    if how is Survivorship.KEPT:
        return rows, pl.lit(value=False)
    if how is Survivorship.LONGEST:
        if rows.schema[f"old:{name}"] != pl.String:
            return rows, pl.lit(value=False)
        longer = lost.str.len_chars() > old.str.len_chars()
        return rows, longer.fill_null(value=False)
    last = last_set(set_by, name)
    for side, contact in (("old", "target"), ("lost", "lose")):
        named = {"contact_id": contact, "at": f"{side}_at:{name}", "source": f"{side}_by:{name}"}
        rows = rows.join(last.rename(named), on=contact, how="left", maintain_order="left")
    if how is Survivorship.NEWEST:
        better = pl.col(f"lost_at:{name}").fill_null(0) > pl.col(f"old_at:{name}").fill_null(0)
    else:
        rank = {source: place for place, source in enumerate(how)}
        places = [
            pl.col(f"{side}_by:{name}").replace_strict(rank, default=len(rank), return_dtype=pl.Int64)
            for side in ("old", "lost")
        ]
        better = places[1] < places[0]
    return rows, lost.is_not_null() & better


def last_set(set_by: pl.DataFrame, column: str) -> pl.DataFrame:
    """When and by which source each contact's value was set last: `contact_id`, `at`, `source`."""
    lines = set_by.filter(pl.col("column").is_null() | (pl.col("column") == column))
    return lines.sort("at").group_by("contact_id").agg(pl.col("at").last(), pl.col("source").last())


def set_by_after(
    set_by: pl.DataFrame, records: pl.DataFrame, after: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    """The same once the records of a round have set what they changed; nothing where no policy asks."""
    if not rules.policy.asks_who_set:
        return set_by
    lines = [empty(SET_BY_SCHEMA), set_by]
    changed = after.join(records.select("row", "source"), on="row", how="left")
    for old in (name for name in after.columns if name.startswith("old:")):
        name = old.removeprefix("old:")
        if _is_value(name, rules):
            new = changed.filter(pl.col(name).is_not_null() & pl.col(name).ne_missing(pl.col(old)))
            at = (pl.col("row").cast(pl.Int64) + IN_THIS_INPUT).alias("at")
            lines.append(new.select("contact_id", pl.lit(name).alias("column"), at, "source"))
    return pl.concat(lines)
