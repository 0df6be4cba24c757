"""A batch, cut into rounds: records that touch the same person are taken in the order of the input."""

from dataclasses import dataclass

import polars as pl

from onefold.model.frames import (
    CHANGED_NUMBER_SCHEMA,
    DECISION_SCHEMA,
    REVIEW_SCHEMA,
    Contacts,
    empty,
)
from onefold.model.outcome import Status
from onefold.model.rules import Rules
from onefold.resolve.addresses import Addresses
from onefold.resolve.one_round import Rounded, one_round
from onefold.resolve.round import Round
from onefold.survey.groups import groups_of
from onefold.survey.ties import CONTACT_NODE


@dataclass(frozen=True)
class Resolution:
    """What a batch came to, nothing written yet.

    `decisions` (`DECISION_SCHEMA`), one for each record, by row; `after`: all contacts near the batch as they
    will be; `reviews` (`REVIEW_SCHEMA`); `changed_numbers` (`CHANGED_NUMBER_SCHEMA`); `addresses`: which ones
    left their contacts, and which were not taken.
    """

    decisions: pl.DataFrame
    after: Contacts
    reviews: pl.DataFrame
    changed_numbers: pl.DataFrame
    addresses: Addresses

    def beside(self, other: "Resolution") -> "Resolution":
        """Both, of records and contacts that have nothing to do with each other."""
        return Resolution(
            decisions=pl.concat([self.decisions, other.decisions]).sort("row"),
            after=self.after.beside(other.after),
            reviews=pl.concat([self.reviews, other.reviews]),
            changed_numbers=pl.concat([self.changed_numbers, other.changed_numbers]),
            addresses=self.addresses.beside(other.addresses),
        )


def resolve(records: pl.DataFrame, near: Contacts, marks: pl.DataFrame, rules: Rules) -> Resolution:
    """Decides a batch of records against the contacts near it.

    `records` that carry a `refusal_reason` are errors already. Every other is decided as if it were taken
    alone, in order, each seeing what those before it did; records that cannot touch each other are decided
    together, in columns.
    """
    if records.height < 2:
        return resolve_at_once(records, near, marks, rules)
    sound = records.filter(pl.col("refusal_reason").is_null())
    if sound.is_empty():
        return _nothing_decided(records, near)
    groups = groups_of(sound, near, marks, rules)
    turns = _turns(sound, groups)
    rounds: list[Rounded] = []
    finished: list[Contacts] = []
    for turn in turns["turn"].unique().sort():
        due = turns.filter(pl.col("turn") == turn)
        this = Round(sound.join(due, on="row", how="semi", maintain_order="left"), near, marks, rules)
        rounds.append(one_round(this))
        going_on = turns.filter(pl.col("turn") > turn)["component"].unique()
        done, near = _parted(rounds[-1].near, groups, going_on)
        finished.append(done)
    return Resolution(
        decisions=pl.concat([_refused(records), *(done.decisions for done in rounds)]).sort("row"),
        after=Contacts(
            pl.concat([part.contacts for part in (*finished, near)]),
            pl.concat([part.aliases for part in (*finished, near)]),
            pl.concat([part.set_by for part in (*finished, near)]),
        ),
        reviews=pl.concat([empty(REVIEW_SCHEMA), *(done.reviews for done in rounds)]),
        changed_numbers=pl.concat([empty(CHANGED_NUMBER_SCHEMA), *(done.changed_numbers for done in rounds)]),
        addresses=Addresses.nothing().beside(*(done.addresses for done in rounds)),
    )


def resolve_at_once(records: pl.DataFrame, near: Contacts, marks: pl.DataFrame, rules: Rules) -> Resolution:
    """Decides records of which no two have to do with the same contact, as `resolve` would, in one round."""
    sound = records.filter(pl.col("refusal_reason").is_null())
    if sound.is_empty():
        return _nothing_decided(records, near)
    done = one_round(Round(sound, near, marks, rules))
    return Resolution(
        decisions=pl.concat([_refused(records), done.decisions]).sort("row"),
        after=done.near,
        reviews=done.reviews,
        changed_numbers=done.changed_numbers,
        addresses=done.addresses,
    )


def _nothing_decided(records: pl.DataFrame, near: Contacts) -> Resolution:
    return Resolution(
        _refused(records), near, empty(REVIEW_SCHEMA), empty(CHANGED_NUMBER_SCHEMA), Addresses.nothing()
    )


def _turns(sound: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """`row`, `component`, `turn`: the round of a record, its place among those of its group."""
    rows = sound.select("row", pl.col("row").cast(pl.Int64).alias("node")).join(groups, on="node", how="left")
    alone = rows.filter(pl.col("component").is_null()).select(
        "row", pl.col("node").alias("component"), pl.lit(0, dtype=pl.UInt32).alias("turn")
    )
    turn = (pl.col("row").rank("ordinal").over("component") - 1).cast(pl.UInt32)
    several = rows.filter(pl.col("component").is_not_null()).select("row", "component", turn.alias("turn"))
    return pl.concat([alone, several])


def _parted(near: Contacts, groups: pl.DataFrame, going_on: pl.Series) -> tuple[Contacts, Contacts]:
    """Contacts that no later round can touch, and the rest. A contact made by row r (id -(r+1)) is of that
    row's group.
    """
    if going_on.is_empty():
        return near, near.only(going_on)
    ids = near.contacts.select(
        "id", (pl.col("id") + CONTACT_NODE).alias("node"), (-1 - pl.col("id")).alias("row_node")
    )
    group = ids.join(groups, on="node", how="left").join(
        groups.rename({"component": "row_component"}), left_on="row_node", right_on="node", how="left"
    )
    component = pl.coalesce("component", "row_component", "row_node")
    staying = group.filter(component.is_in(going_on.implode()))["id"]
    done = group.filter(~pl.col("id").is_in(staying.implode()))["id"]
    return near.only(done), near.only(staying)


def _refused(records: pl.DataFrame) -> pl.DataFrame:
    if records["refusal_reason"].null_count() == records.height:
        return empty(DECISION_SCHEMA)
    return (
        records.filter(pl.col("refusal_reason").is_not_null())
        .select(
            "row",
            pl.lit(Status.ERROR.value).alias("status"),
            pl.col("refusal_reason").alias("reason"),
            pl.lit(None, dtype=pl.Int64).alias("contact_id"),
            pl.lit(None, dtype=pl.Int64).alias("other_contact_id"),
            pl.lit(None, dtype=pl.UInt32).alias("repeat_of"),
            pl.col("refusal").alias("detail"),
        )
        .cast(pl.Schema(DECISION_SCHEMA))
    )
