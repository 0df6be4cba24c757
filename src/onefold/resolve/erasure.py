"""What has to go so that nothing in the book tells of a person any more, and what stays without telling.

What stays: that there was a contact of that id, made and changed by these receipts (a ledger line without
values), and refusals, since they bind the book and not the person.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from onefold.model.consent import KIND_OF, ConsentState
from onefold.model.frames import Contacts
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID, Mark, as_written
from onefold.resolve.changes import ERASED, THE_BOOK, as_ledger, from_ledger
from onefold.resolve.consent_log import ADDRESS, GRANTS, states_of
from onefold.resolve.consent_of_contacts import addresses_of_contacts

SPELLED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"kind": pl.String, "value": pl.String}
PAIR: Final = ["key", "before"]
LINE: Final = ["batch_id", "contact_id"]
MARKS: Final = tuple(mark.value for mark in Mark)
NOTHING_LEFT: Final = f'[["{ERASED}",null]]'
"""The last line of the ledger about a contact that was erased."""


@dataclass(frozen=True)
class ConsentErasure:
    """What becomes of the log of consent.

    `gone`, `bared` (ids): entries that go, and entries that stay as a word of the address, without whose it
    was or how it was given. `states` (`CONSENT_STATE_SCHEMA`): what logs come to that lost an entry; `silent`
    (`channel`, `address`): logs that are no more. `refused` (`channel`, `address`, `at`): refusals that
    outlive their log.
    """

    gone: pl.Series
    bared: pl.Series
    states: pl.DataFrame
    silent: pl.DataFrame
    refused: pl.DataFrame


@dataclass(frozen=True)
class Erasure:
    """What erasing a batch of contacts comes to; `stores` does it in one transaction and decides nothing.

    `ids`: the contacts. `spelled` (`kind`, `value`): every spelling of what identified them and nobody else.
    `unreached` (`channel`, `address`): where now nobody is reached. `ledger` (`batch_id`, `contact_id`,
    `before`): lines that stay, as they read then. `marks` (`kind`, `value`): what need not be marked any
    more.
    """

    ids: pl.Series
    spelled: pl.DataFrame
    unreached: pl.DataFrame
    ledger: pl.DataFrame
    consent: ConsentErasure
    marks: pl.DataFrame


def spellings(known: Contacts, ledger: pl.DataFrame) -> pl.DataFrame:
    """Every identifier that these contacts have or had, as it is kept and as it was written (`kind`,
    `value`). `ledger` are their lines.
    """
    kinds = _kinds_by_column(known)
    entries = from_ledger(ledger)
    alias = pl.col("key").str.extract_groups(r"(?s)^alias:([^:]+):(.*)$")
    parts = [
        *(
            known.contacts.select(pl.lit(kind).alias("kind"), pl.col(column).alias("value"))
            for column, kind in kinds.items()
        ),
        known.aliases.select("kind", "value"),
        entries.filter(pl.col("key").is_in(list(kinds))).select(
            pl.col("key").replace_strict(kinds, default=None, return_dtype=pl.String).alias("kind"),
            pl.col("before").alias("value"),
        ),
        entries.filter(pl.col("key").str.starts_with("alias:")).select(
            alias.struct.field("1").alias("kind"), alias.struct.field("2").alias("value")
        ),
    ]
    every = pl.concat(parts).drop_nulls().filter(pl.col("value") != "", pl.col("kind") != CONTACT_ID)
    return every.unique(maintain_order=True)


def _kinds_by_column(known: Contacts) -> dict[str, str]:
    """The columns of contacts that hold an identifier, and its kind."""
    names = known.contacts.columns
    last = names.index("first_name")
    written = {as_written(kind): kind for kind in ADDRESS_KINDS}
    return {name: written.get(name, name) for name in names[1:last]}


def addresses(spelled: pl.DataFrame) -> pl.DataFrame:
    """Those of these identifiers that are addresses: `channel`, `address`."""
    channels = {kind: channel.value for channel, kind in KIND_OF.items()}
    own = spelled.filter(pl.col("kind").is_in(list(channels)))
    return own.select(
        pl.col("kind").replace_strict(channels, default=None, return_dtype=pl.String).alias("channel"),
        pl.col("value").alias("address"),
    )


def once_merged(ids: pl.Series, ledger: pl.DataFrame) -> pl.Series:
    """Other contacts that these were part of once: what was theirs may stand in the lines of those."""
    entries = from_ledger(ledger).filter(pl.col("key") == "merged_into")
    keepers = entries["before"].drop_nulls().cast(pl.Int64).unique()
    return keepers.filter(~keepers.is_in(ids.implode())).alias("id")


def decide_erasure(
    known: Contacts,
    ids: pl.Series,
    ledger: pl.DataFrame,
    ledger_of_others: pl.DataFrame,
    log: pl.DataFrame,
    spelled: pl.DataFrame,
    held: pl.DataFrame,
    reached: pl.DataFrame,
    marks: pl.DataFrame,
    refusals: pl.DataFrame,
) -> Erasure:
    """What erasing these contacts (`ids`, all that were merged into them among them) comes to.

    `ledger`: their lines; `ledger_of_others`: those of the book itself, and of contacts that they were part
    of once. `log`: the consent of their addresses, and what they said of any other. `spelled`: all that
    identified them; `held` (`kind`, `value`): what of it others have; `reached` (`channel`, `address`): where
    others are reached; `refusals` (`REFUSAL_SCHEMA`): what these people have refused and not answered.
    """
    free = spelled.join(held, on=list(SPELLED_SCHEMA), how="anti")
    freed_marks = marks.join(free, on=list(SPELLED_SCHEMA), how="semi").select(list(SPELLED_SCHEMA)).unique()
    others = _without(ledger_of_others, _pairs(known, ledger), spelled, freed_marks)
    return Erasure(
        ids=ids,
        spelled=free,
        unreached=addresses(spelled).join(reached, on=ADDRESS, how="anti"),
        ledger=pl.concat([_tombstones(ledger), others]),
        consent=_erased_consent(log, ids, reached, _refused_everywhere(known, refusals, reached)),
        marks=freed_marks,
    )


def _refused_everywhere(known: Contacts, refusals: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
    """The addresses of people who refused on a channel, that nobody else has and that they did not give up:
    `channel`, `address`, `at`.
    """
    since = refusals.group_by("channel").agg(pl.col("at").max())
    own = addresses_of_contacts(known).select(ADDRESS).unique()
    return own.join(since, on="channel").join(reached, on=ADDRESS, how="anti").select(*ADDRESS, "at")


def _erased_consent(
    log: pl.DataFrame, ids: pl.Series, reached: pl.DataFrame, refused_everywhere: pl.DataFrame
) -> ConsentErasure:
    """Where nobody else is reached all of a log goes; elsewhere what these contacts granted, and what they
    refused stays, so that no log comes to more than before.
    """
    refused = states_of(_gone(log, reached)).filter(pl.col("state") == ConsentState.UNSUBSCRIBED)
    refused = pl.concat([refused.select(*ADDRESS, "at"), refused_everywhere])
    gone, shared = _gone(log, reached), log.join(reached, on=ADDRESS, how="semi")
    own = shared.filter(pl.col("contact_id").is_in(ids.implode()))
    granted = own.filter(pl.col("state").is_in(GRANTS))["id"]
    ended = shared.filter(pl.col("ends").is_in(granted.implode()))["id"]
    going = pl.concat([gone["id"], granted, ended]).unique()
    left = shared.join(own, on=ADDRESS, how="semi").filter(~pl.col("id").is_in(going.implode()))
    whose = pl.when(~pl.col("contact_id").is_in(ids.implode())).then("contact_id")
    states = states_of(left.with_columns(whose.alias("contact_id")))
    logs = pl.concat([gone.select(ADDRESS), own.select(ADDRESS)]).unique()
    return ConsentErasure(
        gone=going,
        bared=own["id"].filter(~own["id"].is_in(going.implode())),
        states=states,
        silent=logs.join(states, on=ADDRESS, how="anti"),
        refused=refused.group_by(ADDRESS, maintain_order=True).agg(pl.col("at").max()),
    )


def _gone(log: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
    """The entries of a log about addresses at which nobody else is reached."""
    return log.join(reached, on=ADDRESS, how="anti")


def _tombstones(ledger: pl.DataFrame) -> pl.DataFrame:
    """Lines that told what was before: they tell that something was."""
    told = ledger.filter(pl.col("before").is_not_null() & ~pl.col("before").is_in(["[]", NOTHING_LEFT]))
    return told.select(*LINE, pl.lit("[]").alias("before"))


def _pairs(known: Contacts, ledger: pl.DataFrame) -> pl.DataFrame:
    """All that these contacts have and had, one a line: `key`, `before`."""
    columns = [name for name in known.contacts.columns if name not in ("id", "merged_into", "in_bin")]
    now = [
        known.contacts.select(pl.lit(name).alias("key"), pl.col(name).cast(pl.String).alias("before"))
        for name in columns
    ]
    then = from_ledger(ledger).filter(pl.col("key").is_in(columns)).select(PAIR)
    return pl.concat([*now, then]).drop_nulls().unique()


def _without(
    lines: pl.DataFrame, pairs: pl.DataFrame, spelled: pl.DataFrame, freed_marks: pl.DataFrame
) -> pl.DataFrame:
    """Those of these lines that repeat such values, without them."""
    numbered = lines.with_row_index("line")
    entries = from_ledger(numbered)
    of_book = pl.col("contact_id") == THE_BOOK
    named = spelled.select(pl.format("alias:{}:{}", "kind", "value").alias("key"))
    marked = [
        freed_marks.select(pl.format(f"{mark}:{{}}:{{}}", "kind", "value").alias("key")) for mark in MARKS
    ]
    others, book = entries.filter(~of_book), entries.filter(of_book)
    repeats = pl.concat(
        [
            others.join(pairs, on=PAIR, how="semi"),
            others.join(named, on="key", how="semi"),
            book.join(pl.concat(marked), on="key", how="semi"),
        ]
    )
    changed = numbered.join(repeats, on="line", how="semi")
    left = entries.join(repeats, on=["line", *PAIR], how="anti", nulls_equal=True).join(
        repeats, on="line", how="semi"
    )
    told = as_ledger(left.select(pl.col("line").cast(pl.Int64).alias("contact_id"), *PAIR))
    read = changed.select(*LINE, pl.col("line").cast(pl.Int64)).join(
        told.rename({"contact_id": "line"}), on="line", how="left"
    )
    return read.select(*LINE, pl.col("before").fill_null("[]"))


def erased_lines(ids: pl.Series) -> pl.DataFrame:
    """What the ledger says of contacts from their erasure on: `contact_id`, `before`."""
    return ids.alias("contact_id").to_frame().with_columns(pl.lit(NOTHING_LEFT).alias("before"))


def is_erased(later: pl.DataFrame) -> pl.Series:
    """Those contacts of whom these ledger lines tell that they were erased."""
    return later.filter(pl.col("before") == NOTHING_LEFT)["contact_id"].unique()
