"""From what was planned to what is written: names and numbers that only the applying transaction knows."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import polars as pl

from onefold.model.frames import Changes

CONTACT_COLUMNS = ("id", "contact_id", "other_contact_id", "merged_into")


@dataclass(frozen=True)
class Known:
    """`ids`: real contact ids (`provisional`, `id`); `columns`: real columns of new fields; `tag`: the import
    tag as planned and real.
    """

    ids: pl.DataFrame
    columns: Mapping[str, str]
    tag: tuple[str, str] | None


def with_ids(frame: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """The same frame with provisional contact ids replaced by real ones where these are known."""
    if ids.is_empty():
        return frame
    # Later batches count on from earlier ones, and mostly name nobody whom those made.
    known = pl.col("id").is_between(ids["provisional"].min(), ids["provisional"].max())
    named = [
        name
        for name in CONTACT_COLUMNS
        if name in frame.columns and frame.select(pl.col(name).alias("id")).select(known.any()).item()
    ]
    return frame.with_columns(pl.col(named).replace(ids["provisional"], ids["id"])) if named else frame


def renumbered(changes: Changes, known: Known) -> Changes:
    """The same changes with everything that earlier batches, or this transaction, made real."""
    parts = {}
    for part in fields(Changes):
        frame = getattr(changes, part.name)
        if isinstance(frame, pl.DataFrame):
            frame = with_ids(frame, known.ids)
            frame = frame.rename({old: new for old, new in known.columns.items() if old in frame.columns})
        parts[part.name] = frame
    ledger = parts["ledger"]
    for old, new in known.columns.items():
        ledger = _respelled(ledger, old, new)
    if known.tag is not None:
        planned, real = known.tag
        parts["memberships_added"] = parts["memberships_added"].with_columns(
            pl.when((pl.col("kind") == "tag") & (pl.col("name") == planned))
            .then(pl.lit(real))
            .otherwise("name")
            .alias("name")
        )
        ledger = _respelled(ledger, f"tag:{planned}", f"tag:{real}")
    return Changes(**(parts | {"ledger": ledger}))


def _respelled(ledger: pl.DataFrame, key: str, new: str) -> pl.DataFrame:
    """The ledger with another name for one of its keys; that of new contacts alone names none."""
    if ledger["before"].null_count() == ledger.height:
        return ledger
    return ledger.with_columns(pl.col("before").str.replace_all(f'["{key}",', f'["{new}",', literal=True))
