"""A field gets another type: what its values would be is looked at first, and nothing is lost.

The values go into a new column; the old one is kept, as a retired field, with whatever could not be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import polars as pl

from onefold.model.error import Refused, UsageError
from onefold.model.field import Field, FieldType
from onefold.model.outcome import ReceiptStatus
from onefold.normalise.date import DateOrder, survey_dates
from onefold.normalise.fields import field_columns, spelled_again
from onefold.normalise.number import NumberStyle, survey_numbers
from onefold.resolve.changes import changes_between
from onefold.stores import Reader, Writer
from onefold.way.besides import INSTEAD, free_name, put_instead
from onefold.way.fields import about_it, check_choices, field_named, in_one_spelling, spelled_default
from onefold.way.writing import contacts_changed, write_changes

AT_A_TIME: Final = 50_000
"""Contacts that are held in memory together; they are one transaction and one receipt, however many."""
EXAMPLES: Final = 5


@dataclass(frozen=True)
class Unread:
    """Values that are nothing of the new type: why, how many contacts have them, and some of them."""

    why: str
    contacts: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Retyping:
    """What giving a field another type would do. `read` has each `value` and what it becomes (`new`, null
    where it cannot be read); `used_by`: segments that are about the field; `order` and `style`: how dates and
    numbers were said to be written.
    """

    field: Field
    into: Field
    read: pl.DataFrame
    converted: int
    unread: tuple[Unread, ...]
    used_by: tuple[str, ...]
    order: DateOrder | None = None
    style: NumberStyle | None = None

    def again(self, reader: Reader) -> "Retyping":
        """The same for the book as it is now. Raises `UsageError` (`unknown_field`)."""
        name, into = self.field.name, self.into
        changed = {each: getattr(into, each) for each in ("choices", "default", "access", "folder")}
        return plan_retyping(reader, name, into.type, changed, order=self.order, style=self.style)

    @property
    def not_converted(self) -> int:
        """How many contacts have a value that cannot be read."""
        return sum(each.contacts for each in self.unread)

    def as_dict(self) -> dict[str, Any]:
        """The same, as JSON has it."""
        return {
            "field": self.field.name,
            "type": self.into.type.value,
            "converted": self.converted,
            "not_converted": self.not_converted,
            "reasons": [{**vars(each), "examples": list(each.examples)} for each in self.unread],
            "used_by": list(self.used_by),
        }


def plan_retyping(
    reader: Reader,
    name: str,
    type_: FieldType,
    changed: Mapping[str, Any],
    *,
    order: DateOrder | None = None,
    style: NumberStyle | None = None,
) -> Retyping:
    """Reads every value of a field as one of another type; `changed` are further attributes of `Field`.

    How dates and numbers are written is settled over all values where `order` or `style` does not say it.
    Raises `UsageError` (`unknown_field`, `bad_field`).
    """
    field = field_named(reader, name)
    if type_ is field.type:
        raise UsageError(
            f"{name} is of type {type_} already", code="bad_field", hint="choose another type, or none"
        )
    choices = () if type_ is not FieldType.CHOICE else field.choices
    spelled = None if field.default is None else spelled_again(pl.Series([field.default_value])).item()
    into = Field(**{**vars(field), "type": type_, "choices": choices, "default": spelled, **changed})
    into = in_one_spelling(into)
    check_choices(into)
    into = replace(into, default=spelled_default(into))
    counted = reader.value_counts(field).sort("contacts", "value", descending=[True, False])
    text = spelled_again(counted["value"])
    read = field_columns(text, into, order or _order(text, into), style or _style(text, into))
    read = counted.with_columns(text.alias("text"), read["value"].alias("new"), read["refusal"])
    converted = int(read.filter(pl.col("refusal").is_null())["contacts"].sum())
    return Retyping(
        field=field,
        into=into,
        read=read.select("value", "new"),
        converted=converted,
        unread=_unread(read),
        used_by=about_it(reader, field.name),
        order=order,
        style=style,
    )


def _order(text: pl.Series, into: Field) -> DateOrder | None:
    return survey_dates(text, _lines(text)).settled if into.type is FieldType.DATE else None


def _style(text: pl.Series, into: Field) -> NumberStyle | None:
    return survey_numbers(text, _lines(text)).settled if into.type is FieldType.NUMBER else None


def _lines(text: pl.Series) -> pl.Series:
    return pl.int_range(len(text), eager=True)


def _unread(read: pl.DataFrame) -> tuple[Unread, ...]:
    """The values that were refused, by what is wrong with them; those that most contacts have come first."""
    wrong = read.filter(pl.col("refusal").is_not_null() & (pl.col("contacts") > 0))
    # The sentence begins with the value itself, and may go on with the days that it could be.
    why = pl.col("refusal").str.replace(r'^"[^"]*"\s*', "").str.replace_all(r"\d{4}-\d\d-\d\d", "…")
    groups = (
        wrong.with_columns(why.alias("why"))
        .group_by("why", maintain_order=True)
        .agg(pl.col("contacts").sum(), pl.col("text").head(EXAMPLES).alias("examples"))
        .sort("contacts", descending=True, maintain_order=True)
    )
    return tuple(Unread(why, contacts, tuple(examples)) for why, contacts, examples in groups.iter_rows())


def check_loss(retyping: Retyping) -> None:
    """Raises `Refused` (`guard`) where values cannot be read: they would no longer be with their contacts."""
    if retyping.not_converted:
        first = retyping.unread[0]
        raise Refused(
            f"{_values(retyping)} of {retyping.field.name} would not be read as {retyping.into.type}: "
            f"{first.examples[0][:60]!r} {first.why}",
            code="guard",
            hint="look at them with --dry-run; if they may stay behind in the old field, say --yes",
        )


def _values(retyping: Retyping) -> str:
    return f"{retyping.not_converted:,} {'value' if retyping.not_converted == 1 else 'values'}"


def make_column(writer: Writer, retyping: Retyping) -> Field:
    """Makes the column of the new type, as a retired field for now.

    This is a transaction of its own: on PostgreSQL nobody can read contacts while their table gets a column.
    """
    into = retyping.into
    made = writer.add_field(
        free_name(writer, into),
        into.type,
        choices=into.choices,
        default=into.default,
        access=into.access,
        folder=into.folder,
    )
    writer.change_field(made.id, retired=True)
    return made


def write_retyping(writer: Writer, retyping: Retyping, made: Field, now: datetime) -> int:
    """Fills the new column and puts it in the place of the old one; gives the receipt's id.

    Values that could not be read stay behind in the old field, which is retired.
    """
    field = retyping.field
    receipt_id = writer.start_receipt(
        "field", ReceiptStatus.COMPLETED, now, finished_at=now, source_name=field.name
    )
    read = retyping.read.drop_nulls("new").rename({"value": field.column, "new": "read"})
    changed, after, number = 0, 0, 0
    while len(ids := writer.with_value(field, after=after, limit=AT_A_TIME)):
        before = writer.contacts(ids)
        values = before.contacts.join(read, on=field.column, how="left", maintain_order="left")
        values = values.with_columns(pl.col("read").alias(made.column)).select(before.contacts.columns)
        changes = changes_between(before, replace(before, contacts=values))
        write_changes(writer, changes, writer.start_batch(receipt_id, number, len(ids), now), now)
        changed += contacts_changed(changes)
        after, number = int(ids.item(-1)), number + 1
    instead = {"field": made.id, "of": field.id}
    put_instead(writer, instead)
    kept = next(each for each in writer.retired_fields() if each.id == field.id)
    told = f"{_values(retyping)} could not be read, and stay in the retired field {kept.name!r}"
    writer.update_receipt(
        receipt_id,
        options={INSTEAD: instead, "changed": changed},
        warnings=[told] if retyping.not_converted else [],
    )
    return receipt_id
