"""What the cells of a column that fills nothing say about consent, and whom they refuse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from onefold.model.consent import ADDRESS_SCHEMA, KIND_OF, Channel, ConsentState
from onefold.model.frames import empty
from onefold.normalise.consent_cells import consent_columns, holds_ticks, refusal_columns
from onefold.normalise.text import trimmed
from onefold.resolve.consent_of_contacts import addresses_of_contacts
from onefold.sources.consent_headers import Says, read_consent_header
from onefold.sources.input import Input, cell
from onefold.sources.spool import Spool
from onefold.stores import Reader
from onefold.way.spooled import DECISIONS, RECORDS

MOST_WORDS: Final = 1_000
"""A column of more different texts holds no words of consent."""
LOOKED_AT_FIRST: Final = 5_000
"""After so many rows most columns of names and notes have shown that they are none of words."""
HALF: Final = 0.5
OF_ACCOUNTS: Final = frozenset(
    {"inactive", "disabled", "expired", "closed", "failed", "invalid", "deactivated"}
)
"""Words of refusal by which accounts and orders are told apart too."""
_COUNTED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"header": pl.String, **ADDRESS_SCHEMA}
_AN_ADDRESS: Final = r"@|^(?:https?:|www\.)"
_LIKE_A_NUMBER: Final = r"^\+?[(0-9][0-9 ().\-/]{7,20}$"
_LIKE_A_DATE: Final = r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[T ].*)?$"


@dataclass(frozen=True)
class Values:
    """What a column holds. `read`: the share of its different texts that are words of consent, None where it
    is blank.

    `agreeing` and `refusing` are words that speak of consent wherever they stand; `other_agreeing` say yes to
    whatever the column is about, and `may_refuse` no.
    """

    read: float | None
    agreeing: tuple[str, ...] = ()
    refusing: tuple[str, ...] = ()
    other_agreeing: tuple[str, ...] = ()
    may_refuse: tuple[str, ...] = ()


def different_texts(read: Input, indexes: Sequence[int]) -> dict[int, pl.Series]:
    """Every text of each of these columns once, without blanks, in the order of the file; one more than
    `MOST_WORDS` are enough.
    """
    found = {index: pl.Series("cell", [], dtype=pl.String) for index in indexes}
    for number in range(read.batches if indexes else 0):
        batch = read.batch(number)
        for rows in (batch.head(LOOKED_AT_FIRST), batch.slice(LOOKED_AT_FIRST)):
            for index in [index for index, texts in found.items() if len(texts) <= MOST_WORDS]:
                spelled = rows.select(pl.col(cell(index)).unique(maintain_order=True).alias("cell"))
                said = spelled.select(trimmed(pl.col("cell")))["cell"].drop_nulls()
                texts = pl.concat([found[index], said]).unique(maintain_order=True)
                found[index] = texts.head(MOST_WORDS + 1)
    return found


def holds_addresses(texts: pl.Series) -> bool:
    """Whether a column holds addresses, numbers or links, which are no words of consent."""
    if texts.is_empty():
        return False
    address = texts.str.contains(_AN_ADDRESS)
    number = texts.str.contains(_LIKE_A_NUMBER) & ~texts.str.contains(_LIKE_A_DATE)
    return int((address | number).sum()) / len(texts) >= HALF


def values_of(texts: pl.Series) -> Values:
    """What these different texts of a column say."""
    if texts.is_empty() or len(texts) > MOST_WORDS:
        return Values(None if texts.is_empty() else 0.0)
    answers = consent_columns(texts).with_columns(texts.alias("text"))
    known = answers.filter(pl.col("refusal").is_null())
    agreeing: list[str] = []
    refusing: list[str] = []
    other_agreeing: list[str] = []
    may_refuse: list[str] = []
    for text, value in known.drop_nulls("value").select("text", "value").iter_rows():
        word = read_consent_header(text)
        if value == ConsentState.UNSUBSCRIBED and word.says is Says.REFUSED:
            (refusing if word.plainly else may_refuse).append(text)
        elif value == ConsentState.SUBSCRIBED:
            (agreeing if word.says is Says.AGREED and word.plainly else other_agreeing).append(text)
    return Values(
        read=known.height / len(texts),
        agreeing=tuple(agreeing),
        refusing=tuple(refusing),
        other_agreeing=tuple(other_agreeing),
        may_refuse=tuple(text for text in may_refuse if text.casefold() not in OF_ACCOUNTS),
    )


@dataclass(frozen=True)
class Refusing:
    """A column whose refusals are to be counted: where it stands, about which channel it is, and whether a
    yes in it is a refusal.
    """

    index: int
    channel: Channel
    says_who_refused: bool


def subscribed_and_refused(
    reader: Reader, read: Input, spool: Spool, columns: Mapping[str, Refusing], now: datetime
) -> dict[str, int]:
    """How many addresses that are subscribed `now` each of these columns refuses, by header."""
    if not columns:
        return {}
    lines = [empty(_COUNTED_SCHEMA)]
    for number in range(read.batches):
        batch = read.batch(number)
        for header, about in columns.items():
            rows = _refused_rows(batch, about, now)
            if len(rows):
                found = _addresses(reader, spool, number, rows, about.channel)
                lines.append(found.select(pl.lit(header).alias("header"), *ADDRESS_SCHEMA))
    asked = pl.concat(lines).unique()
    states = reader.consent_states(asked.select(*ADDRESS_SCHEMA))
    subscribed = states.filter(pl.col("state") == ConsentState.SUBSCRIBED)
    counted = asked.join(subscribed, on=list(ADDRESS_SCHEMA), how="semi").group_by("header").len()
    return dict(counted.iter_rows())


def subscribed_in_file(reader: Reader, read: Input, spool: Spool, channel: Channel) -> int:
    """How many addresses of the rows of a file are subscribed today."""
    found = [empty(ADDRESS_SCHEMA)]
    for number in range(read.batches):
        rows = read.batch(number).select("row")
        found.append(_addresses(reader, spool, number, rows, channel))
    states = reader.consent_states(pl.concat(found).unique())
    return states.filter(pl.col("state") == ConsentState.SUBSCRIBED).height


def _refused_rows(batch: pl.DataFrame, about: Refusing, now: datetime) -> pl.DataFrame:
    cells = batch[cell(about.index)]
    if about.says_who_refused:
        refused = refusal_columns(cells, None, now, ticked=holds_ticks(cells))["refused"]
    else:
        refused = consent_columns(cells, ticked=holds_ticks(cells))["value"] == ConsentState.UNSUBSCRIBED
    return batch.select("row").filter(refused)


def _addresses(
    reader: Reader, spool: Spool, number: int, rows: pl.DataFrame, channel: Channel
) -> pl.DataFrame:
    """The addresses that rows of a batch name on a channel, and else those of their contacts
    (`ADDRESS_SCHEMA`).
    """
    kind = KIND_OF[channel]
    records = spool.get(RECORDS, number).join(rows, on="row", how="semi")
    named = records.select(pl.lit(channel.value).alias("channel"), pl.col(kind).alias("address"))
    silent = records.filter(pl.col(kind).is_null()).select("row")
    if silent.is_empty():
        return named.drop_nulls()
    decided = spool.get(DECISIONS, number).join(silent, on="row", how="semi")
    ids = decided["contact_id"].drop_nulls().unique()
    own = addresses_of_contacts(reader.contacts(ids.filter(ids > 0)))
    own = own.filter(pl.col("current") & (pl.col("channel") == channel)).select(*ADDRESS_SCHEMA)
    return pl.concat([named.drop_nulls(), own])
