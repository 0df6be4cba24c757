"""Contacts written out: which, what of each, and who may not be among them."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from onefold.audience.choosing import Choice, condition_of
from onefold.model.consent import KIND_OF, Channel, ConsentState
from onefold.model.frames import ALIAS_SCHEMA, Contacts, empty
from onefold.model.identifier import CONTACT_ID, CRM_ID, EMAIL, PHONE, as_written
from onefold.model.label import LABEL_COLUMNS
from onefold.model.receipt import EXPORT
from onefold.model.rules import Rules
from onefold.normalise.identifiers import known_as
from onefold.report.export_columns import Column
from onefold.report.export_files import FORMATS
from onefold.resolve.consent_log import standing_entries
from onefold.resolve.consent_of_contacts import addresses_of_contacts, contact_states
from onefold.stores import Reader, StoredReceipt
from onefold.way.export_columns import ALIASES, CONSENT, CREATED, NUMBER, UPDATED, Chosen

AT_A_TIME: Final = 20_000
"""As many contacts are in memory at once, however many there are."""
AS_THEY_WROTE_IT: Final = ("csv", "xlsx")
"""Formats for people: addresses are spelled in them as somebody wrote them."""
NO_ADDRESS: Final = "no_address"


@dataclass(frozen=True)
class Exporting:
    """What an export is to hold: of whom, and only whom one may reach where there is a `channel`."""

    choice: Choice
    format: str
    chosen: Chosen
    channel: Channel | None
    code: str
    """The book's, before contact ids."""
    rules: Rules


@dataclass
class Written:
    """What came of it so far; `not_reached` counts those left out of an export for a channel, by reason."""

    contacts: int = 0
    not_reached: Counter[str] = field(default_factory=Counter)
    notes: tuple[str, ...] = ()


def write_contacts(reader: Reader, this: Exporting, file: Path, now: datetime) -> Written:
    """Writes the contacts into a new file, a part at a time.

    Raises what `condition_of` raises, and errors of the disk.
    """
    written = Written()
    condition = condition_of(this.choice, reader, now)
    with closing(FORMATS[this.format](file, this.chosen.columns)) as made:
        for ids in reader.parts_where(condition, AT_A_TIME):
            part = _part(reader, this, ids, written)
            written.contacts += part.height
            made.add(part)
        written.notes = made.finish()
    return written


def _part(reader: Reader, this: Exporting, ids: pl.Series, written: Written) -> pl.DataFrame:
    """What the export holds of these contacts: the `key` of every column."""
    wanted = [column.key for column in this.chosen.columns]
    read = reader.columns_of(ids, _read_columns(reader, this))
    part = read
    if this.channel is not None or not CONSENT.keys().isdisjoint(wanted):
        addresses = addresses_of_contacts(Contacts(read, empty(ALIAS_SCHEMA)))
        states = contact_states(addresses, reader.consent_states(addresses), reader.standing_refusals(ids))
        if this.channel is not None:
            part = _reached(this.channel, read, states, written)
        if not CONSENT.keys().isdisjoint(wanted):
            part = _with_consent(reader, part, states)
    for column, kind in LABEL_COLUMNS.items():
        if column in wanted:
            names = reader.names_of(kind, part["id"]).rename({"names": column})
            part = part.join(names, left_on="id", right_on="contact_id", how="left", maintain_order="left")
    if ALIASES in wanted:
        part = _with_aliases(reader, part, this.channel)
    return part.select(_cell(column, this) for column in this.chosen.columns)


def _read_columns(reader: Reader, this: Exporting) -> list[str]:
    """The columns of a contact that have to be read for those of the export."""
    known = {CRM_ID, *this.rules.kinds, "first_name", "last_name", "full_name", CREATED, UPDATED}
    known |= {custom.column for custom in reader.fields()}
    addresses = [EMAIL, as_written(EMAIL), PHONE, as_written(PHONE)]
    return [*addresses, *(column.key for column in this.chosen.columns if column.key in known)]


def _reached(channel: Channel, part: pl.DataFrame, states: pl.DataFrame, written: Written) -> pl.DataFrame:
    """Those who may be reached on a channel now (DESIGN 6); the others are counted."""
    kind = KIND_OF[channel]
    on_channel = states.filter(pl.col("channel") == channel).select(pl.col("contact_id").alias("id"), "state")
    seen = part.join(on_channel, on="id", how="left", maintain_order="left").with_columns(
        why=pl.when(pl.col(kind).is_null())
        .then(pl.lit(NO_ADDRESS))
        .otherwise(pl.col("state").fill_null(ConsentState.NONE.value))
    )
    others = seen.filter(pl.col("why") != ConsentState.SUBSCRIBED).group_by("why").len()
    written.not_reached.update(dict(others.iter_rows()))
    return seen.filter(pl.col("why") == ConsentState.SUBSCRIBED).drop("state", "why")


def _with_consent(reader: Reader, part: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """Adds the columns of `CONSENT`: what holds for the person, and the entry of the log that it rests on."""
    address = ["channel", "address"]
    proofs = standing_entries(reader.consent_log(states.drop_nulls("address")))
    evidence = proofs.select(
        *address,
        pl.concat_str(["source", "method"], separator=": ", ignore_nulls=True).alias("source"),
        "wording",
    )
    told = states.filter(pl.col("state") != ConsentState.NONE).join(evidence, on=address, how="left")
    for channel in Channel:
        column = f"consent.{channel}"
        of_channel = told.filter(pl.col("channel") == channel).select(
            pl.col("contact_id").alias("id"),
            pl.col("state").alias(column),
            pl.col("at").alias(f"{column}.date"),
            pl.col("source").alias(f"{column}.source"),
            pl.col("wording").alias(f"{column}.wording"),
        )
        part = part.join(of_channel, on="id", how="left", maintain_order="left")
        part = part.with_columns(pl.col(column).fill_null(ConsentState.NONE.value))
    return part


def _with_aliases(reader: Reader, part: pl.DataFrame, channel: Channel | None) -> pl.DataFrame:
    """Adds `aliases`; an export for a channel has no other address of that channel in it."""
    aliases = reader.aliases_of(part["id"]).sort("contact_id", "kind", "value")
    if channel is not None:
        aliases = aliases.filter(pl.col("kind") != KIND_OF[channel])
    together = aliases.group_by("contact_id", maintain_order=True).agg(
        pl.struct("kind", "value", "why").alias(ALIASES)
    )
    return part.join(together, left_on="id", right_on="contact_id", how="left", maintain_order="left")


def _cell(column: Column, this: Exporting) -> pl.Expr:
    """A column of the export out of those that were read."""
    key = column.key
    if key == NUMBER:
        return pl.col("id")
    if key == CONTACT_ID:
        return pl.format("{}-{}", pl.lit(this.code), "id").alias(key)
    if key == EMAIL and this.format in AS_THEY_WROTE_IT:
        return pl.coalesce(as_written(EMAIL), EMAIL).alias(key)
    if key == PHONE:
        return known_as(PHONE, "", this.rules).alias(key)
    if key in LABEL_COLUMNS or key == ALIASES:
        return pl.col(key).fill_null(pl.lit([], column.frame_type))
    default = next((custom.default_value for custom in this.rules.fields if custom.column == key), None)
    return pl.col(key) if default is None else pl.col(key).fill_null(pl.lit(default))


@dataclass(frozen=True)
class Export:
    """What was written out: where to, of whom, how many, and what was left out of it and why."""

    id: int
    status: str
    created_at: str
    file: str
    format: str
    contacts: int
    columns: Sequence[str]
    choice: dict[str, Any]
    channel: str | None
    consent: bool
    private_left_out: Sequence[str]
    not_reached: dict[str, int]
    notes: Sequence[str]

    def as_dict(self) -> dict[str, Any]:
        """The export as JSON shows it."""
        return {"id": self.id, "kind": EXPORT, **{k: v for k, v in vars(self).items() if k != "id"}}


def options_of(this: Exporting, written: Written) -> dict[str, Any]:
    """What the receipt of an export keeps."""
    choice = {name: value for name, value in vars(this.choice).items() if value is not None}
    return {
        "format": this.format,
        "contacts": written.contacts,
        "columns": [column.name for column in this.chosen.columns],
        "choice": choice,
        "channel": this.channel,
        "consent": any(column.key in CONSENT for column in this.chosen.columns),
        "private_left_out": this.chosen.private,
        "not_reached": dict(sorted(written.not_reached.items())),
        "notes": written.notes,
    }


def as_export(stored: StoredReceipt) -> Export:
    """A receipt of kind `export` as it is shown."""
    return Export(
        id=stored.id,
        status=stored.status.value,
        created_at=stored.created_at,
        file=str(stored.source_name),
        **stored.options,
    )
