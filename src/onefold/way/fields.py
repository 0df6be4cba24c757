"""The book's custom fields: made, renamed, changed, retired and restored."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Final

import polars as pl

from onefold.audience.renaming import rules_renamed, segments_about
from onefold.model.error import Refused, UsageError
from onefold.model.field import NAMES, Field, FieldType
from onefold.model.identifier import BUILT_IN_KINDS
from onefold.model.nfc import in_nfc
from onefold.model.policy import Policy
from onefold.normalise.fields import field_columns
from onefold.normalise.text import can_be_kept
from onefold.stores import Reader, Writer
from onefold.way.forms import as_form
from onefold.way.terms import check_name

MOST_FIELDS: Final = 1_000
NAMED: Final = 5
"""So many of those that would miss a field are named."""


def add_field(writer: Writer, field: Field) -> Field:
    """Adds a custom field.

    Raises `UsageError` (`bad_name`) for a blank name, and (`bad_field`) for a name that is taken, a choice
    field without choices, a default that its type refuses.
    """
    field = in_one_spelling(replace(field, name=check_free(writer, field.name)))
    check_choices(field)
    if len(writer.every_field()) >= MOST_FIELDS:
        raise bad_field(f"the book has {MOST_FIELDS:,} fields, which is the most", "use one that is there")
    return writer.add_field(
        field.name,
        field.type,
        choices=field.choices,
        default=spelled_default(field),
        access=field.access,
        folder=field.folder,
    )


def field_named(reader: Reader, name: str, *, retired: bool = False) -> Field:
    """A field, or one that is retired. Raises `UsageError` (`unknown_field`)."""
    name = in_nfc(name)
    there = reader.retired_fields() if retired else reader.fields()
    for field in there:
        if field.name == name:
            return field
    what = "retired field" if retired else "field"
    if not retired and name in (field.name for field in reader.retired_fields()):
        hint = f'it is retired; to have it again: onefold fields restore "{name}"'
    elif near := get_close_matches(name[:100], [field.name for field in there], n=1):
        hint = f"did you mean {near[0]!r}?"
    else:
        hint = "see `onefold fields`"
    raise UsageError(f"there is no {what} {name[:60]!r}", code="unknown_field", hint=hint)


def rename_field(writer: Writer, name: str, new: str, policy: Policy, *, yes: bool) -> Field:
    """Gives a field another name; contacts keep their values, and segments say the new name.

    Raises `UsageError` (`unknown_field`, `bad_name`, `bad_field`, `field_in_use`), and `Refused` (`guard`)
    where a form asks for it by its old name, and not `yes`.
    """
    field = field_named(writer, name)
    if in_nfc(new) == field.name:
        return field
    new = check_free(writer, new, but=field)
    _check_policy(field, policy)
    _check_missed(field, forms_about(writer, field.name), yes=yes)
    for segment, rules in rules_renamed(writer, field.name, new).items():
        writer.replace_rules(segment, rules)
    writer.change_field(field.id, name=new)
    return field_named(writer, new)


def retire_field(writer: Writer, name: str, policy: Policy, *, yes: bool) -> Field:
    """Offers a field no more; contacts keep their values, and nothing else can have its name.

    Raises `UsageError` (`unknown_field`, `field_in_use`), and `Refused` (`guard`) where segments are about it
    or forms ask for it, and not `yes`.
    """
    field = field_named(writer, name)
    _check_policy(field, policy)
    _check_missed(field, (*about_it(writer, field.name), *forms_about(writer, field.name)), yes=yes)
    writer.change_field(field.id, retired=True)
    return field_named(writer, name, retired=True)


def restore_field(writer: Writer, name: str) -> Field:
    """Offers a retired field again. Raises `UsageError` (`unknown_field`)."""
    writer.change_field(field_named(writer, name, retired=True).id, retired=False)
    return field_named(writer, name)


def change_field(writer: Writer, name: str, changed: dict[str, Any], *, yes: bool) -> Field:
    """Gives a field other choices, another default, access or folder, by the names of `Field`.

    Raises `UsageError` (`unknown_field`, `bad_field`), and `Refused` (`guard`) where contacts have a choice
    that goes, and not `yes`: they keep it.
    """
    field = field_named(writer, name)
    new = in_one_spelling(Field(**{**vars(field), **changed}))
    check_choices(new)
    changed = {name: getattr(new, name) for name in changed} | {"default": spelled_default(new)}
    used = {choice: count for choice, count in _used(writer, field).items() if choice not in new.choices}
    if used and not yes:
        told = ", ".join(f"{choice} ({count:,})" for choice, count in used.items())
        raise Refused(
            f"contacts have choices that would go: {told}",
            code="guard",
            hint="they keep them; to go on all the same, say --yes",
        )
    writer.change_field(field.id, **changed)
    return field_named(writer, name)


def in_one_spelling(field: Field) -> Field:
    """The same field, what people wrote of it in NFC."""
    return replace(
        field,
        choices=tuple(map(in_nfc, field.choices)),
        default=None if field.default is None else in_nfc(field.default),
        folder=None if field.folder is None else in_nfc(field.folder),
    )


def _used(reader: Reader, field: Field) -> dict[str, int]:
    """By choice, how many contacts have it."""
    if field.type is not FieldType.CHOICE:
        return {}
    counted = reader.value_counts(field).filter(pl.col("contacts") > 0).sort("value")
    return {str(value): int(count) for value, count in counted.iter_rows()}


def spelled_default(field: Field) -> str | None:
    """The default in the spelling in which the field's values are kept. Raises `UsageError` (`bad_field`)."""
    if field.default is None:
        return None
    read = field_columns(pl.Series([field.default]), field)
    if read["refusal"].item() is not None:
        raise bad_field(f"the default of {field.name} does not fit: {read['refusal'].item()}", "give another")
    value = read["value"].cast(pl.String).item()
    if value is None:
        raise bad_field(f"the default of {field.name} is blank", "give another, or none")
    return str(value)


def check_choices(field: Field) -> None:
    """Raises `UsageError` (`bad_field`) for a choice field without choices, for choices elsewhere, and for a
    choice, a default or a folder that nobody could read.
    """
    for said in (*field.choices, *filter(None, (field.default, field.folder))):
        if not said.strip() or not can_be_kept(said):
            raise bad_field(
                f"{said[:40]!r} of {field.name} cannot be read", "write it in letters that can be seen"
            )
    if (field.type is FieldType.CHOICE) != bool(field.choices):
        raise bad_field(
            "a choice field needs choices, and no other field takes them", "give them: --choices red,green"
        )


def check_free(writer: Writer, name: str, *, but: Field | None = None) -> str:
    """The name of a field as the book keeps it. Raises `UsageError` (`bad_name`, `bad_field`) for one that
    cannot be, or is another's already; names that differ in case only are one.
    """
    name = check_name("field", name)
    fields = (custom.name for custom in writer.every_field() if custom != but)
    taken = (*BUILT_IN_KINDS, *NAMES, *writer.own_kinds(), *fields)
    if name.casefold() in (other.casefold() for other in taken):
        retired = name.casefold() in (custom.name.casefold() for custom in writer.retired_fields())
        hint = f'it is retired: onefold fields restore "{name}"' if retired else "choose another name"
        raise bad_field(f"there is a field {name!r} already", hint)
    return name


def bad_field(message: str, hint: str) -> UsageError:
    """What is wrong with a field."""
    return UsageError(message, code="bad_field", hint=hint)


def about_it(reader: Reader, name: str) -> tuple[str, ...]:
    """The segments with a rule on a field, as sentences name them."""
    return tuple(f"the segment {segment}" for segment in segments_about(reader, name))


def forms_about(reader: Reader, name: str) -> tuple[str, ...]:
    """The forms that ask for a field, as sentences name them."""
    forms = (as_form(stored) for stored in reader.forms())
    return tuple(f"the form {form.name}" for form in forms if name in (asked.name for asked in form.fields))


def _check_missed(field: Field, used: tuple[str, ...], *, yes: bool) -> None:
    if used and not yes:
        more = f" and {len(used) - NAMED} more" if len(used) > NAMED else ""
        raise Refused(
            f"{', '.join(used[:NAMED])}{more} would miss the field {field.name}",
            code="guard",
            hint="save them anew without it, or go on all the same with --yes",
        )


def _check_policy(field: Field, policy: Policy) -> None:
    """Raises `UsageError` (`field_in_use`) where the book's policy names a field: no import could be decided
    once it is not there.
    """
    for knob in _knobs(field.name, policy):
        raise UsageError(
            f"policy {policy.name} of this book names {field.name} in {knob}",
            code="field_in_use",
            hint="use a policy that does not first: onefold policies use FILE",
        )


def _knobs(name: str, policy: Policy) -> Iterator[str]:
    if name in policy.overwrite_by_column:
        yield "overwrite"
    if name in policy.survivorship_by_column:
        yield "survivorship"
