"""Records with a key are taken once: what was taken before, or comes again in the same input, is told so.

Of a record that is not taken again its refusals are heard all the same.
"""

from dataclasses import dataclass, fields, replace
from typing import Self

import polars as pl

from onefold.model.activity import ADDRESS_DEAD, SAID_ACTIVITY_SCHEMA
from onefold.model.brought import KEY_SCHEMA, Brought
from onefold.model.consent import SAID_CONSENT_SCHEMA, ConsentState
from onefold.model.field import NAMES
from onefold.model.frames import DECISION_SCHEMA, empty
from onefold.model.identifier import PHONE, as_written
from onefold.model.outcome import Reason, Status
from onefold.stores import Reader

FOLLOWING_SCHEMA = {"row": pl.UInt32, "repeat_of": pl.UInt32}
HEAD_SCHEMA = {"row": pl.UInt32, "source": pl.String, "key": pl.String}


@dataclass(frozen=True)
class Keyed:
    """What keys tell of a batch. `before` (`DECISION_SCHEMA`): rows whose key was taken before, decided;
    `following` (`row`, `repeat_of`): rows whose key an earlier row of the input has. `records` (as `spoken`
    gives them): those of the rows that say something of consent; `consents` (`SAID_CONSENT_SCHEMA`): what
    they say; `activities` (`SAID_ACTIVITY_SCHEMA`): addresses that do not work; `keys` (`KEY_SCHEMA`).
    """

    before: pl.DataFrame
    following: pl.DataFrame
    records: pl.DataFrame
    consents: pl.DataFrame
    activities: pl.DataFrame
    keys: pl.DataFrame

    @classmethod
    def nothing(cls) -> Self:
        """No row has a key that is known."""
        return cls(
            empty(DECISION_SCHEMA),
            empty(FOLLOWING_SCHEMA),
            pl.DataFrame(),
            empty(SAID_CONSENT_SCHEMA),
            empty(SAID_ACTIVITY_SCHEMA),
            empty(KEY_SCHEMA),
        )

    @classmethod
    def of(
        cls, before: pl.DataFrame, following: pl.DataFrame, records: pl.DataFrame, brought: Brought
    ) -> Self:
        """What keys tell of these rows, with the consent that they bring."""
        rows = pl.concat([before["row"], following["row"]])
        if rows.is_empty():
            return cls.nothing()
        theirs = pl.col("row").is_in(rows.implode())
        consents = brought.consents.filter(theirs)
        activities = brought.activities.filter(theirs & pl.col("kind").is_in(ADDRESS_DEAD))
        speaking = pl.concat([consents.select("row"), activities.select("row")]).unique()
        return cls(
            before,
            following,
            spoken(records).join(speaking, on="row", how="semi", maintain_order="left"),
            consents,
            activities,
            brought.keys.join(speaking, on="row", how="semi", maintain_order="left"),
        )

    def beside(self, other: Self) -> Self:
        """These and others of the same batch."""
        pairs = ((getattr(self, part.name), getattr(other, part.name)) for part in fields(self))
        return type(self)(*(pl.concat(pair, how="diagonal") for pair in pairs))

    @property
    def refusals(self) -> Brought:
        """What the rows bring that counts."""
        refusals = self.consents.filter(pl.col("state") == ConsentState.UNSUBSCRIBED)
        nothing = Brought.nothing()
        return replace(nothing, consents=refusals, activities=self.activities, keys=self.keys)

    @property
    def rows(self) -> pl.DataFrame:
        """`row` of all that are not taken."""
        return pl.concat([self.before.select("row"), self.following.select("row")])


def spoken(records: pl.DataFrame) -> pl.DataFrame:
    """What consent reads of records: their source, and by what they name whom how surely."""
    trusts = [name for name in records.columns if name.startswith("trust:")]
    kinds = [name.removeprefix("trust:") for name in trusts]
    return records.select("row", "source", *trusts, *kinds, as_written(PHONE), *NAMES)


class Keys:
    """The keys of an input, batch after batch; the first sound record of a key is the one that is taken."""

    def __init__(self) -> None:
        self._heads = empty(HEAD_SCHEMA)
        self._repeated: list[pl.Series] = []

    @property
    def repeated(self) -> pl.Series:
        """The rows that others repeat."""
        return pl.concat([pl.Series("row", [], pl.UInt32), *self._repeated])

    def look_at(self, records: pl.DataFrame, brought: Brought, reader: Reader) -> Keyed:
        """What keys tell of the next batch. A record that is an error already keeps its own answer."""
        if brought.keys.is_empty():
            return Keyed.nothing()
        keys = sound_keys(records, brought)
        known = taken_before(keys, reader)
        fresh = keys
        if len(known):
            fresh = keys.join(known, on="row", how="anti", maintain_order="left")
        if self._heads.is_empty() and fresh.height < 2:  # one record alone
            self._heads = fresh
            return Keyed.of(known, empty(FOLLOWING_SCHEMA), records, brought)
        every = pl.concat([self._heads, fresh])
        self._heads = every.unique(["source", "key"], keep="first", maintain_order=True)
        following = fresh.join(self._heads, on=["source", "key"], suffix="_head").filter(
            pl.col("row") != pl.col("row_head")
        )
        self._repeated.append(following["row_head"].alias("row"))
        following = following.select("row", pl.col("row_head").alias("repeat_of"))
        return Keyed.of(known, following, records, brought)


def sound_keys(records: pl.DataFrame, brought: Brought) -> pl.DataFrame:
    """The keys (`KEY_SCHEMA`) of the records that are no errors yet."""
    if brought.keys.is_empty():
        return brought.keys
    sound = records.filter(pl.col("refusal_reason").is_null())
    return brought.keys.join(sound, on="row", how="semi", maintain_order="left")


def taken_before(keys: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """Those of the rows (`KEY_SCHEMA`) that were taken before, decided (`DECISION_SCHEMA`)."""
    known = reader.taken(keys.select("source", "key"))
    if known.is_empty():
        return empty(DECISION_SCHEMA)
    return _skipped(
        keys.join(known.select("source", "key", "contact_id"), on=["source", "key"]),
        pl.format("the key {} was taken before", "key"),
    )


def without(records: pl.DataFrame, brought: Brought, keyed: Keyed) -> tuple[pl.DataFrame, Brought]:
    """The records that are left to be taken, and what they bring."""
    if keyed.rows.is_empty():
        return records, brought
    left = {
        part.name: getattr(brought, part.name).join(keyed.rows, on="row", how="anti", maintain_order="left")
        for part in fields(Brought)
    }
    return records.join(keyed.rows, on="row", how="anti", maintain_order="left"), replace(brought, **left)


def with_keyed(decisions: pl.DataFrame, keyed: Keyed, heads: pl.DataFrame) -> pl.DataFrame:
    """The decisions of a batch, those of the rows that its keys left out among them.

    `heads`: decisions of earlier batches. A row whose head turned out to be an error is the same error.
    """
    if keyed.rows.is_empty():
        return decisions
    told = pl.concat([heads, decisions]).rename({"row": "repeat_of", "repeat_of": "head_repeats"})
    lines = keyed.following.join(told, on="repeat_of")
    refused = pl.col("status") == Status.ERROR
    repeats = _skipped(lines.filter(~refused), pl.lit("has the key of another record, which was taken"))
    errors = lines.filter(refused).select(list(DECISION_SCHEMA))
    return pl.concat([decisions, keyed.before, repeats, errors]).sort("row")


def _skipped(rows: pl.DataFrame, sentence: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "row",
        pl.lit(Status.SKIPPED.value).alias("status"),
        pl.lit(Reason.REPEAT.value).alias("reason"),
        "contact_id",
        pl.lit(None, pl.Int64).alias("other_contact_id"),
        pl.col("repeat_of") if "repeat_of" in rows.columns else pl.lit(None, pl.UInt32).alias("repeat_of"),
        sentence.alias("detail"),
    ).cast(pl.Schema(DECISION_SCHEMA))
