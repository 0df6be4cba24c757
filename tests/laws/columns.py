"""The real engine without a store: a batch and a slow book as frames, decided in columns, and read back."""

from dataclasses import dataclass

import polars as pl

from onefold.model.field import NAMES, Field, FieldType
from onefold.model.frames import (
    ALIAS_SCHEMA,
    HOLDER_SCHEMA,
    MARK_SCHEMA,
    SET_BY_SCHEMA,
    Contacts,
    contact_schema,
)
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID, as_written
from onefold.model.outcome import Reason
from onefold.model.rules import Rules
from onefold.normalise.needed import with_live_ids, with_needed_identifier
from onefold.resolve.rounds import resolve
from onefold.survey.repeats import fold
from onefold.survey.survey import survey
from tests.laws.generating import CITY, HOME, LOYALTY_ID, VISITS, Batch
from tests.laws.playing import Shown, record_of, show
from tests.oracle import OracleBook, Record
from tests.oracle.state import Contact, State

FIELDS = (Field(1, CITY, FieldType.TEXT, default=HOME), Field(2, VISITS, FieldType.NUMBER))
COLUMNS = {**{name: name for name in NAMES}, **{field.name: field.column for field in FIELDS}}
"""The column of a contact frame for each value column of a story."""
OWN_KINDS = (LOYALTY_ID,)
SCHEMA = contact_schema(OWN_KINDS, FIELDS)


@dataclass(frozen=True)
class Decided:
    """What the real engine made of a batch: the reason of every row and its contact."""

    outcomes: list[tuple[str, int | None]]
    contacts: dict[int, Shown]


def rules_of(batch: Batch) -> Rules:
    columns = (COLUMNS.get(column, column) for column in batch.do_not_overwrite_columns)
    return Rules(
        batch.policy,
        batch.purpose,
        OWN_KINDS,
        FIELDS,
        batch.chosen,
        batch.do_not_overwrite,
        frozenset(columns),
    )


def decide(batch: Batch, slow: OracleBook) -> Decided:
    """Survey, fold and resolve the batch against the slow book as it stands, without tags and lists."""
    rules = rules_of(batch)
    near, marks = contacts_frame(slow.state), marks_frame(slow.state)
    records = records_frame([record_of(told, batch) for told in batch.told], rules)
    records = with_live_ids(with_needed_identifier(records, marks, rules), live_ids(slow.state), rules)
    surveyed = survey(records, near, marks, rules)
    reasons = {row: (reason, None) for row, reason, *_ in surveyed.refused.iter_rows()}
    reasons |= {row: (Reason.REPEAT.value, None) for row, *_ in surveyed.repeats.iter_rows()}
    heads = pl.concat([surveyed.repeats["repeat_of"], surveyed.repeats["row"]]).unique()
    folded = records.filter(pl.col("row").is_in(heads.implode()))
    left = records.filter(~pl.col("row").is_in(pl.concat([heads, surveyed.refused["row"]]).implode()))
    left = pl.concat([left, fold(folded, surveyed.repeats).select(left.columns)]).sort("row")
    resolved = resolve(left, near, pl.concat([marks, surveyed.crowded]), rules)
    for decision in resolved.decisions.iter_rows(named=True):
        reasons[decision["row"]] = (decision["reason"], decision["contact_id"])
    return Decided([reasons[row] for row in range(len(batch.told))], show_frames(resolved.after))


def records_frame(records: list[Record], rules: Rules) -> pl.DataFrame:
    """The records in the columns that `normalise` would have given them."""
    cleared = sorted({column for record in records for column in record.cleared})
    return pl.DataFrame(
        [_record_line(row, record, rules, cleared) for row, record in enumerate(records)],
        schema={
            "row": pl.UInt32,
            **{f"clear:{COLUMNS.get(column, column)}": pl.Boolean for column in cleared},
            CONTACT_ID: pl.Int64,
            **{name: dtype for name, dtype in SCHEMA.items() if name not in ("id", "merged_into", "in_bin")},
            "source": pl.String,
            **{f"trust:{kind}": pl.UInt8 for kind in rules.all_kinds},
            "refusal_reason": pl.String,
            "refusal": pl.String,
        },
    )


def _record_line(row: int, record: Record, rules: Rules, cleared: list[str]) -> dict[str, object]:
    return {
        "row": row,
        **{f"clear:{COLUMNS.get(column, column)}": column in record.cleared for column in cleared},
        CONTACT_ID: record.contact_id,
        **record.identifiers,
        **{as_written(kind): spelling for kind, spelling in record.spellings.items()},
        **{COLUMNS[name]: value for name, value in record.values.items()},
        "source": record.source.value,
        **{f"trust:{kind}": int(record.trust(kind)) for kind in rules.all_kinds},
        "refusal_reason": record.refusal and record.refusal.value,
        "refusal": record.refusal and "wrong",
    }


def contacts_frame(state: State) -> Contacts:
    """All contacts of the slow book and their aliases."""
    contacts = [
        {
            "id": contact.id,
            **contact.identifiers,
            **{as_written(kind): spelling for kind, spelling in contact.spellings.items()},
            **{COLUMNS[name]: value for name, value in contact.values.items()},
            "merged_into": contact.merged_into,
            "in_bin": contact.in_bin,
        }
        for contact in state.contacts.values()
    ]
    aliases = [
        {"contact_id": contact.id, "kind": kind, "value": value, "why": why.value}
        for contact in state.contacts.values()
        for (kind, value), why in contact.aliases.items()
    ]
    set_by = [
        {"contact_id": contact.id, "column": COLUMNS[name], "at": batch, "source": source and source.value}
        for contact in state.contacts.values()
        for name, (batch, _, source) in contact.set_by.items()
    ]
    return Contacts(
        pl.DataFrame(contacts, schema=SCHEMA),
        pl.DataFrame(aliases, schema=ALIAS_SCHEMA),
        pl.DataFrame(set_by, schema=SET_BY_SCHEMA),
    )


def live_ids(state: State) -> pl.DataFrame:
    """Where every id leads."""
    leads = [
        (CONTACT_ID, str(contact_id), redirected.id, "current")
        for contact_id in state.contacts
        if (redirected := state.redirected(contact_id)) is not None
    ]
    return pl.DataFrame(leads, schema=HOLDER_SCHEMA, orient="row")


def marks_frame(state: State) -> pl.DataFrame:
    marks = [(*identifier, "shared") for identifier in sorted(state.shared)]
    marks += [(*identifier, "blocked") for identifier in sorted(state.blocked)]
    return pl.DataFrame(marks, schema=MARK_SCHEMA, orient="row")


def show_frames(after: Contacts) -> dict[int, Shown]:
    """The contacts of the frames, each as `show` shows a slow one."""
    contacts = {}
    names = {column: name for name, column in COLUMNS.items()}
    for line in after.contacts.iter_rows(named=True):
        said = {column: value for column, value in line.items() if value is not None}
        contacts[line["id"]] = Contact(
            line["id"],
            identifiers={kind: said[kind] for kind in said if kind in (*OWN_KINDS, "crm_id", *ADDRESS_KINDS)},
            spellings={kind: said[as_written(kind)] for kind in ADDRESS_KINDS if as_written(kind) in said},
            values={names[column]: value for column, value in said.items() if column in names},
            merged_into=line["merged_into"],
            in_bin=bool(line["in_bin"]),
        )
    for contact_id, kind, value, why in after.aliases.iter_rows():
        contacts[contact_id].aliases[kind, value] = why
    return {contact_id: show(contact) for contact_id, contact in contacts.items()}
