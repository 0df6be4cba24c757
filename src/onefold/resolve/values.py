"""Step 10 of DESIGN 5: which value each contact ends up with."""

from dataclasses import dataclass

import polars as pl

from onefold.model.frames import empty
from onefold.model.identifier import ADDRESS_KINDS, PHONE, Why, as_written
from onefold.model.policy import Claims
from onefold.model.rules import Rules
from onefold.model.source import Trust
from onefold.normalise.identifiers import is_blocked, known_as
from onefold.resolve.beside import Beside
from onefold.resolve.recognise import Recognised
from onefold.resolve.round import Round, is_edit
from onefold.resolve.survivorship import with_survivors

WAITING_SCHEMA = {"row": pl.UInt32, "kind": pl.String, "value": pl.String}


@dataclass(frozen=True)
class Valued:
    """The contacts of a round as they will be, a line for each record that goes on.

    `after`: `row`, `contact_id`, `existing`, `lose` (the contact merged into this one), the columns of a
    contact as they will be, and beside each `old:COLUMN` (the contact's own before) and `base:COLUMN` (its
    own, or else the merged contact's), and where anything merged `lost:COLUMN` (the merged contact's).
    `waiting`: `row`, `kind`, `value` of identifiers that were merely typed and wait to be proven.
    """

    after: pl.DataFrame
    waiting: pl.DataFrame


def value(this: Round, going: pl.DataFrame, recognised: Recognised, beside: Beside) -> Valued:
    """Puts what the records say on top of what the contacts have; `going` is the `row`s that go on."""
    rules = this.rules
    columns = contact_columns(this)
    if recognised.targets.is_empty() and beside.withheld.is_empty():
        return _newcomers(this, going, columns)
    rows = (
        this.records.join(going, on="row", how="semi")
        .join(recognised.targets, on="row", how="left")
        .join(beside.merges.select("row", "lose"), on="row", how="left")
        .with_columns(
            pl.col("target").is_not_null().alias("existing"),
            pl.coalesce("target", -1 - pl.col("row").cast(pl.Int64)).alias("contact_id:after"),
        )
    )
    rows = _beside_before(rows, this, columns)
    rows = rows.with_columns(_said(rows, name, rules) for name in columns)
    rows = rows.with_columns(
        known_as(kind, side, rules).alias(f"known:{side}{kind}")
        for kind in rules.kinds
        for side in ("said:", "base:")
    )
    mute = _muted(this, rows, recognised, beside)
    waits = [_waits(kind, rules).alias(f"waits:{kind}") for kind in rules.kinds]
    rows = rows.with_columns(*mute, *waits)
    after = rows.select(
        "row",
        pl.col("contact_id:after").alias("contact_id"),
        "existing",
        "lose",
        *(_after(name, this) for name in columns if not name.endswith("_as_written")),
        *(_spelling_after(kind, this) for kind in ADDRESS_KINDS),
        *(pl.col(f"{side}:{name}") for side in ("old", "base") for name in columns),
        *(pl.col(f"lost:{name}") for name in columns if f"lost:{name}" in rows.columns),
    )
    return Valued(after=after, waiting=_waiting(rows, this))


def _newcomers(this: Round, going: pl.DataFrame, columns: list[str]) -> Valued:
    """Contacts that are all new, with all that their records say: most rows of a first file."""
    rows = this.records.join(going, on="row", how="semi", maintain_order="left")
    schema = this.near.contacts.schema
    before = [
        pl.lit(None, schema[name]).alias(f"{side}:{name}") for side in ("old", "base") for name in columns
    ]
    told = [name for name in this.rules.defaults if name in rows.columns]
    rows = rows.with_columns(_but_default(name, this.rules, pl.lit(True)).alias(name) for name in told)
    after = rows.select(
        "row",
        (-1 - pl.col("row").cast(pl.Int64)).alias("contact_id"),
        pl.lit(False).alias("existing"),
        pl.lit(None, pl.Int64).alias("lose"),
        *(
            pl.col(name) if name in rows.columns else pl.lit(None, schema[name]).alias(name)
            for name in columns
        ),
        *before,
    )
    return Valued(after=after, waiting=empty(WAITING_SCHEMA))


def contact_columns(this: Round) -> list[str]:
    """The columns of a contact that a record can change."""
    return [name for name in this.near.contacts.columns if name not in ("id", "merged_into", "in_bin")]


def _beside_before(rows: pl.DataFrame, this: Round, columns: list[str]) -> pl.DataFrame:
    """Adds `old:COLUMN`, `base:COLUMN`, and where anything merges `lost:COLUMN`."""
    contacts = this.near.contacts
    old = contacts.select(
        pl.col("id").alias("target"), *(pl.col(name).alias(f"old:{name}") for name in columns)
    )
    rows = rows.join(old, on="target", how="left")
    if rows["lose"].null_count() == rows.height:
        return rows.with_columns(pl.col(f"old:{name}").alias(f"base:{name}") for name in columns)
    lost = contacts.select(
        pl.col("id").alias("lose"), *(pl.col(name).alias(f"lost:{name}") for name in columns)
    )
    rows = rows.join(lost, on="lose", how="left")
    return with_survivors(rows, columns, this.near.set_by, this.rules)


def _said(rows: pl.DataFrame, name: str, rules: Rules) -> pl.Expr:
    """What the record says, as `said:COLUMN`; nothing where the input has no such column, or where the
    contact has it by default.
    """
    said = pl.col(name) if name in rows.columns else pl.lit(None, dtype=rows.schema[f"old:{name}"])
    if name in rules.defaults and name in rows.columns:
        said = _but_default(name, rules, pl.col(f"base:{name}").is_null())
    return said.alias(f"said:{name}")


def _but_default(name: str, rules: Rules, has_none: pl.Expr) -> pl.Expr:
    """What the record says, unless that is the default of a field in which the contact has nothing."""
    return pl.when(pl.col(name).ne_missing(pl.lit(rules.defaults[name])) | ~has_none).then(pl.col(name))


def _muted(this: Round, rows: pl.DataFrame, recognised: Recognised, beside: Beside) -> list[pl.Expr]:
    """`mute:KIND`: the record's identifier stays elsewhere, is set aside, or is known as a second one
    already.
    """
    seconds = this.near.aliases.filter(pl.col("why") == Why.SECOND).select(
        pl.col("contact_id").alias("target"), "kind", "value"
    )
    mutes = []
    for kind in this.rules.kinds:
        silent = [recognised.set_aside["row"]] if kind == PHONE else []
        if len(beside.withheld):
            silent.append(beside.withheld.filter(pl.col("kind") == kind)["row"])
        if len(seconds):
            known = rows.filter(~is_edit()).join(
                seconds.filter(pl.col("kind") == kind),
                left_on=["target", f"known:said:{kind}"],
                right_on=["target", "value"],
                how="semi",
            )
            silent.append(known["row"])
        said = pl.concat([rows["row"].clear(), *silent])
        mute = pl.col("row").is_in(said.implode()) if len(said) else pl.lit(False)
        mutes.append(mute.alias(f"mute:{kind}"))
    return mutes


def _waits(kind: str, rules: Rules) -> pl.Expr:
    """A typed identifier changes nobody who is there (DESIGN 5, step 10); nor does a proven one that comes
    with a typed one, by which alone the contact was found: it is the speaker's, who need not be the contact.
    """
    if rules.policy.claims is Claims.APPLY:
        return pl.lit(False)
    typed = (pl.col(f"trust:{kind}") == Trust.CLAIMED) | (pl.col("target_trust") == Trust.CLAIMED)
    return pl.col("existing") & typed


def _after(name: str, this: Round) -> pl.Expr:
    rules = this.rules
    base, said = pl.col(f"base:{name}"), pl.col(f"said:{name}")
    fills, clears = _fills_only(name, this), _clears(name, this)
    if name in rules.kinds:
        said = pl.when(~(pl.col(f"mute:{name}") | pl.col(f"waits:{name}"))).then(said)
        clears = clears & ~pl.col(f"waits:{name}")
    return (
        pl.when(clears & ~fills)
        .then(None)
        .when(fills & base.is_not_null())
        .then(base)
        .otherwise(pl.coalesce(said, base))
        .alias(name)
    )


def _fills_only(name: str, this: Round) -> pl.Expr:
    """Whether a value that is there stays: by the import, by the policy, or since nobody proved who is
    speaking.

    An edit in the console always wins (step 11).
    """
    if this.rules.fills_only(name):
        return ~is_edit()
    fills = pl.lit(False)
    if name in this.rules.kinds:
        fills = is_blocked(name, pl.col(f"said:{name}"), this.marks, this.rules)
    elif this.rules.policy.claims is Claims.FILL:
        fills = pl.col("existing") & (pl.col("target_trust") == Trust.CLAIMED)
    return fills


def _clears(name: str, this: Round) -> pl.Expr:
    """Whether the record empties the value (the clear token, MAI-11)."""
    return pl.col(f"clear:{name}") if f"clear:{name}" in this.records.columns else pl.lit(False)


def _spelling_after(kind: str, this: Round) -> pl.Expr:
    """The spelling goes with the address that won."""
    after = _after(kind, this)
    name = as_written(kind)
    kept = after.eq_missing(pl.col(f"base:{kind}"))
    if this.rules.phone_as_written and kind == "phone":
        mute = pl.col(f"mute:{kind}") | pl.col(f"waits:{kind}") | pl.col(f"said:{kind}").is_null()
        kept = kept & (mute | _fills_only(kind, this))
    return (
        pl.when(after.is_null())
        .then(None)
        .when(kept)
        .then(pl.col(f"base:{name}"))
        .otherwise(pl.col(f"said:{name}"))
        .alias(name)
    )


def _waiting(rows: pl.DataFrame, this: Round) -> pl.DataFrame:
    lines = [empty(WAITING_SCHEMA)]
    somebody = rows.select(pl.col(f"waits:{kind}").any() for kind in this.rules.kinds)
    for kind in this.rules.kinds:
        if not somebody[f"waits:{kind}"].item():
            continue
        said, base = pl.col(f"known:said:{kind}"), pl.col(f"known:base:{kind}")
        blocked = is_blocked(kind, pl.col(f"said:{kind}"), this.marks, this.rules)
        waits = pl.col(f"waits:{kind}") & ~pl.col(f"mute:{kind}") & ~blocked
        waiting = rows.filter(waits & said.is_not_null() & said.ne_missing(base))
        lines.append(waiting.select("row", pl.lit(kind).alias("kind"), said.alias("value")))
    return pl.concat(lines)
