"""The terms under which an input is read and decided, gathered once from the book."""

from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

import polars as pl
from phonenumbers import SUPPORTED_REGIONS

from onefold.model.brought import LABEL_SCHEMA
from onefold.model.consent import CONSENT_COLUMNS
from onefold.model.error import UsageError
from onefold.model.field import NAMES, Field
from onefold.model.identifier import CONTACT_ID
from onefold.model.label import LABEL_COLUMNS
from onefold.model.nfc import in_nfc
from onefold.model.outcome import Purpose
from onefold.model.policy import OWN_KINDS, Policy
from onefold.model.rules import Rules
from onefold.normalise.labels import LONGEST_NAME
from onefold.normalise.records import Spelling
from onefold.normalise.text import can_be_kept
from onefold.stores.reader import Reader
from onefold.way.consent_of_every_row import said_of_every_row
from onefold.way.request import ImportRequest


@dataclass(frozen=True)
class Terms:
    """What the stages need beside the records.

    `labels` (`row`, `kind`, `name`): tags and lists that contacts get, a null row for all of them. `tag` is
    the import tag as planned; the number in it is known when the import is applied. `revision`: the state of
    the book that all this was read from; `now`: when that was.
    """

    rules: Rules
    spelling: Spelling
    marks: pl.DataFrame
    labels: pl.DataFrame
    revision: int
    now: datetime
    tag: str | None = None


def import_tag(now: datetime, receipt_id: int | None = None) -> str:
    """The tag that an import makes by itself (RIO-14, RIO-30)."""
    return f"import-{now:%Y-%m-%d}-{'?' if receipt_id is None else receipt_id}"


def agree_terms(
    reader: Reader, policy: Policy, request: ImportRequest, now: datetime, *, tag: str | None = None
) -> Terms:
    """Gathers what the book says and what was asked for; the columns of the input are looked at by
    `with_columns`.

    `tag` is the import tag where it is known already.
    """
    settings = reader.settings()
    rules = Rules(
        policy=policy,
        purpose=request.purpose,
        own_kinds=reader.own_kinds(),
        fields=reader.fields(),
        retired=reader.retired_fields(),
        chosen=request.identifier,
        do_not_overwrite=request.do_not_overwrite,
    )
    _check_policy(rules)
    if request.identifier is not None and request.identifier not in rules.all_kinds:
        raise UsageError(
            f"there is no identifier {request.identifier}",
            code="unknown_identifier",
            hint=f"choose one of {', '.join(rules.all_kinds)}",
        )
    _check_identifier(request, policy)
    tag = (tag or import_tag(now)) if request.import_tag else None
    labels = [("tag", name) for name in (*request.tags, *([tag] if tag else ()))]
    labels += [("list", request.into_list)] if request.into_list is not None else []
    labels = [(kind, check_name(kind, name)) for kind, name in labels]
    spelling = Spelling(
        rules=rules,
        code=settings["code"],
        region=known_region(request.region) if request.region else settings.get("region"),
        bare_contact_ids=request.identifier == CONTACT_ID,
        consent=said_of_every_row(request, now),
    )
    return Terms(
        rules=rules,
        spelling=spelling,
        marks=reader.marks(),
        labels=pl.DataFrame([(None, *label) for label in labels], schema=LABEL_SCHEMA, orient="row"),
        revision=reader.revision(),
        now=now,
        tag=tag,
    )


def _check_policy(rules: Rules) -> None:
    """Raises `UsageError` (`bad_policy`) for a kind or a field in the policy that this book has not."""
    policy, kinds = rules.policy, rules.all_kinds
    named = {
        "match_on": (policy.match_on, (*kinds, OWN_KINDS)),
        "chosen_identifier": (policy.chosen_identifier, kinds),
        "duplicate_contact_kinds": (policy.duplicate_contact_kinds, kinds),
        "held_elsewhere": (policy.held_elsewhere_by_kind, kinds),
        "overwrite": (policy.overwrite_by_column, field_names(rules)),
        "survivorship": (policy.survivorship_by_column, value_names(rules)),
    }
    for knob, (names, known) in named.items():
        for name in names:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
                raise UsageError(
                    f"policy {policy.name} names {name} in {knob}, which this book does not have",
                    code="bad_policy",
                    hint=hint,
                )


def _check_identifier(request: ImportRequest, policy: Policy) -> None:
    """Raises `UsageError` (`identifier_not_taken`) for one that the purpose or the policy has no use for
    (RIO-12).
    """
    if request.identifier is None:
        return
    if request.purpose is Purpose.ADD_ALL:
        raise UsageError(
            "purpose add_all takes every row for a new contact and recognises nobody",
            code="identifier_not_taken",
            hint="leave --identifier out, or choose another purpose",
        )
    chosen = policy.chosen_identifier
    if request.purpose is Purpose.UPDATE_EXISTING:
        chosen = (*chosen, CONTACT_ID)
    if policy.chosen_identifier and request.identifier not in chosen:
        only = " unless the purpose is update_existing" if request.identifier == CONTACT_ID else ""
        raise UsageError(
            f"policy {policy.name} does not take the identifier {request.identifier}{only}",
            code="identifier_not_taken",
            hint=f"choose one of {', '.join(chosen)}",
        )


def check_name(kind: str, name: str) -> str:
    """The name of a tag, list or field as the book keeps it: in NFC. Raises `UsageError` (`bad_name`) for one
    that nobody could read or index.
    """
    name = in_nfc(name)
    if not name.strip() or not can_be_kept(name) or len(name.encode()) > LONGEST_NAME:
        raise UsageError(
            f"{name[:40]!r} is no name for a {kind}",
            code="bad_name",
            hint=f"give one of 1 to {LONGEST_NAME} bytes, in letters that can be seen",
        )
    return name


def known_region(value: str) -> str:
    """An ISO 3166 region in capitals. Raises `UsageError` (`bad_value`)."""
    if value.upper() not in SUPPORTED_REGIONS:
        raise UsageError(f"{value!r} is no region", code="bad_value", hint="give two letters, like GB or PT")
    return value.upper()


def with_columns(
    terms: Terms, columns: set[str], request: ImportRequest, new: tuple[Field, ...] = ()
) -> Terms:
    """The same terms for an input with these contact columns; `new` are fields that it brings.

    Where a policy goes by one kind an import, that is the first of its kinds that the input has (RIO-12).
    """
    rules = replace(terms.rules, fields=(*terms.rules.fields, *new))
    policy = rules.policy
    if rules.chosen is None and policy.chosen_identifier:
        chosen = next(
            (kind for kind in policy.chosen_identifier if kind in columns), policy.chosen_identifier[0]
        )
        rules = replace(rules, chosen=chosen)
    spared = {column_of(name, rules) for name in request.do_not_overwrite_columns}
    rules = replace(rules, do_not_overwrite_columns=frozenset(spared))
    return replace(terms, rules=rules, spelling=replace(terms.spelling, rules=rules))


def column_of(name: str, rules: Rules) -> str:
    """The contact column of a field, by the name that people use."""
    for custom in rules.fields:
        if custom.name == name:
            return custom.column
    return name


def field_names(rules: Rules) -> tuple[str, ...]:
    """Every name of an identifier or a value, as people use it."""
    return (*rules.all_kinds, *value_names(rules))


def value_names(rules: Rules) -> tuple[str, ...]:
    """Every name of a value that is no identifier."""
    return (*NAMES, *(custom.name for custom in rules.fields))


def names_for_columns(rules: Rules) -> tuple[str, ...]:
    """Every name that a column of a file can be mapped to."""
    return (*field_names(rules), *LABEL_COLUMNS, *CONSENT_COLUMNS)
