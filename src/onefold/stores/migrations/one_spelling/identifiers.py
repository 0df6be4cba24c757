"""What contacts hold: their values and aliases, and what is marked or asked of those."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from onefold.model.field import NAMES, FieldType
from onefold.model.frames import MARK_SCHEMA
from onefold.model.identifier import CRM_ID, EMAIL, Why, as_written
from onefold.model.nfc import in_nfc
from onefold.model.outcome import ReviewKind, ReviewState
from onefold.normalise.email_definition import mailbox_in_one_spelling
from onefold.resolve.held_twice import HELD_SCHEMA, given_up
from onefold.stores.migrations.one_spelling.statements import Statements
from onefold.stores.migrations.one_spelling.upgrade import Upgrade

STRONGEST: Final = (
    Why.SECOND,
    Why.FORMER,
    Why.CLAIMED,
    Why.HELD_ELSEWHERE,
    Why.RELEASED,
    Why.MERGED_ID,
)
"""Of two reasons why one contact has one alias, that which counts is the first of these."""
OWN_VALUE: Final = """
    DELETE FROM alias WHERE kind = :kind AND {some} AND EXISTS (
        SELECT 1 FROM contact WHERE contact.id = alias.contact_id AND contact.{column} = alias.value
    )
"""
"""What a contact has now is no alias of it."""
QUESTION: Final = ("kind", "contact_id", "other_contact_id", "identifier", "value")
"""What makes two review entries the same question."""


def respell_contacts(statements: Statements, upgrade: Upgrade) -> list[dict[str, Any]]:
    """Values and aliases in NFC. Of several contacts that hold one identifier now, the older keeps it, and
    the others have it `held_elsewhere`, in review: they are given back (`GIVEN_UP_SCHEMA`).
    """
    columns = _identifier_columns(statements)
    was = [line for kind, column in columns.items() for line in _held(statements, kind, column)]
    texts = [f"field_{row['id']}" for row in statements.rows("SELECT id, type FROM field") if _is_text(row)]
    if _some(statements, "contact", (EMAIL,), mailbox=True):
        written = as_written(EMAIL)
        statements.run(
            f"UPDATE contact SET {written} = {EMAIL} "
            f"WHERE {written} IS NULL AND {statements.differs(EMAIL, mailbox=True)}"
        )
        statements.respell("contact", (EMAIL,), mailbox=True)
    plain = [column for kind, column in columns.items() if kind != EMAIL]
    statements.respell("contact", (*plain, *NAMES, *texts))
    _respell_aliases(statements)
    for kind, column in columns.items():
        own = OWN_VALUE.format(column=column, some=statements.beyond_ascii("value"))
        statements.run(own, kind=kind)
    _respell_marks(statements)
    _respell_reviews(statements)
    lost = _given_up(statements, columns, was)
    for line in lost:
        _give_up(statements, upgrade, line, columns[line["kind"]])
    return lost


def spelled(kind: str, value: str) -> str:
    """An identifier of that kind in its one spelling."""
    return mailbox_in_one_spelling(value) if kind == EMAIL else in_nfc(value)


def _identifier_columns(statements: Statements) -> dict[str, str]:
    """The columns of contacts that hold identifiers, by kind; those of numbers have digits alone."""
    own = statements.rows("SELECT id, name FROM identifier_kind ORDER BY position, id")
    return {CRM_ID: CRM_ID, EMAIL: EMAIL, **{row["name"]: f"identifier_{row['id']}" for row in own}}


def _is_text(field: Mapping[str, Any]) -> bool:
    return field["type"] in (FieldType.TEXT, FieldType.CHOICE)


def _some(statements: Statements, table: str, columns: tuple[str, ...], *, mailbox: bool = False) -> bool:
    differ = " OR ".join(statements.differs(column, mailbox=mailbox) for column in columns)
    return bool(statements.rows(f"SELECT 1 AS one FROM {table} WHERE {differ} LIMIT 1"))


def _held(statements: Statements, kind: str, column: str) -> list[dict[str, Any]]:
    """Who holds an identifier of that kind in another spelling, now, or beside it."""
    mailbox = kind == EMAIL
    current = statements.rows(
        f"SELECT id AS contact_id, {column} AS was, 'current' AS why FROM contact "
        f"WHERE merged_into IS NULL AND {statements.differs(column, mailbox=mailbox)}"
    )
    differs = statements.differs("alias.value", mailbox=mailbox)
    second = statements.rows(
        "SELECT alias.contact_id, alias.value AS was, alias.why FROM alias "
        "JOIN contact ON contact.id = alias.contact_id AND contact.merged_into IS NULL "
        f"WHERE alias.kind = :kind AND alias.why = 'second' AND {differs}",
        kind=kind,
    )
    return [{"kind": kind, **line} for line in (*current, *second)]


def _differs(statements: Statements, kind: str) -> str:
    """The condition that the identifier in `value` is written otherwise, by the column that says its kind."""
    mailbox, other = statements.differs("value", mailbox=True), statements.differs("value")
    return f"(({kind} = '{EMAIL}' AND {mailbox}) OR ({kind} <> '{EMAIL}' AND {other}))"


def _respell_aliases(statements: Statements) -> None:
    """Of two aliases of a contact that are one the stronger reason counts."""
    differs = _differs(statements, "kind")
    this = "contact_id = :contact_id AND kind = :kind AND value = :value"
    for row in statements.rows(f"SELECT contact_id, kind, value, why FROM alias WHERE {differs}"):
        key = {"contact_id": row["contact_id"], "kind": row["kind"]}
        value = spelled(row["kind"], row["value"])
        there = statements.rows(f"SELECT why FROM alias WHERE {this}", **key, value=value)
        if not there:
            respelled = f"UPDATE alias SET value = :new WHERE {this}"
            statements.run(respelled, new=value, **key, value=row["value"])
        else:
            why = min((there[0]["why"], row["why"]), key=lambda each: STRONGEST.index(Why(each)))
            statements.run(f"UPDATE alias SET why = :why WHERE {this}", why=why, **key, value=value)
        statements.run(f"DELETE FROM alias WHERE {this}", **key, value=row["value"])


def _respell_marks(statements: Statements) -> None:
    differs = _differs(statements, "kind")
    this = "kind = :kind AND value = :value AND mark = :mark"
    for row in statements.rows(f"SELECT kind, value, mark FROM mark WHERE {differs}"):
        new = spelled(row["kind"], row["value"])
        if statements.rows(f"SELECT 1 AS one FROM mark WHERE {this}", **{**row, "value": new}):
            statements.run(f"DELETE FROM mark WHERE {this}", **row)
        else:
            statements.run(f"UPDATE mark SET value = :new WHERE {this}", new=new, **row)


def _respell_reviews(statements: Statements) -> None:
    """Of two entries that ask the same now, the one stays that was decided, or else the older."""
    statements.respell("review", ("message",))
    differs = _differs(statements, "identifier")
    same = " AND ".join(f"{name} = :{name}" for name in QUESTION)
    for row in statements.rows(
        f"SELECT id, state, {', '.join(QUESTION)} FROM review WHERE {differs} ORDER BY id"
    ):
        new = {name: row[name] for name in QUESTION} | {"value": spelled(row["identifier"], row["value"])}
        there = statements.rows(f"SELECT id, state FROM review WHERE {same}", **new)
        both = sorted((row, *there), key=lambda each: (each["state"] == ReviewState.OPEN, each["id"]))
        for other in both[1:]:
            statements.run("DELETE FROM review WHERE id = :id", id=other["id"])
        statements.run(
            "UPDATE review SET value = :value WHERE id = :id", value=new["value"], id=both[0]["id"]
        )


def _given_up(
    statements: Statements, columns: Mapping[str, str], was: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What contacts hold no longer that another holds, by what they held before."""
    before = {
        (line["contact_id"], line["kind"], spelled(line["kind"], line["was"])): line["was"] for line in was
    }
    held = []
    for kind, column in columns.items():
        values = {value for _, of_kind, value in before if of_kind == kind}
        current = statements.rows_in(
            f"SELECT id AS contact_id, {column} AS value, 'current' AS why, in_bin FROM contact "
            "WHERE merged_into IS NULL",
            column,
            values,
        )
        second = statements.rows_in(
            "SELECT alias.contact_id, alias.value, alias.why, contact.in_bin FROM alias "
            "JOIN contact ON contact.id = alias.contact_id AND contact.merged_into IS NULL "
            f"WHERE alias.kind = '{kind}' AND alias.why = 'second'",
            "alias.value",
            values,
        )
        held += [{"kind": kind, **line} for line in (*current, *second)]
    lines = [
        line
        | {
            "was": before.get((line["contact_id"], line["kind"], line["value"]), line["value"]),
            "in_bin": bool(line["in_bin"]),
        }
        for line in held
    ]
    marks = pl.DataFrame(statements.rows("SELECT kind, value, mark FROM mark"), schema=MARK_SCHEMA)
    return given_up(pl.DataFrame(lines, schema=HELD_SCHEMA), marks).to_dicts()


def _give_up(statements: Statements, upgrade: Upgrade, line: Mapping[str, Any], column: str) -> None:
    """A contact has an identifier `held_elsewhere`, and somebody is asked whether the two are one person."""
    contact_id, kind, value = line["contact_id"], line["kind"], line["value"]
    key = {"contact_id": contact_id, "kind": kind, "value": value}
    if line["why"] == Why.CURRENT:
        beside = {as_written(EMAIL): as_written(EMAIL)} if kind == EMAIL else {}
        for name, each in {kind: column, **beside}.items():
            [has] = statements.rows(f"SELECT {each} AS value FROM contact WHERE id = :id", id=contact_id)
            if has["value"] is not None:
                upgrade.note(contact_id, name, has["value"])
            statements.run(f"UPDATE contact SET {each} = NULL WHERE id = :id", id=contact_id)
    this = "contact_id = :contact_id AND kind = :kind AND value = :value"
    there = statements.rows(f"SELECT why FROM alias WHERE {this}", **key)
    upgrade.note(contact_id, f"alias:{kind}:{value}", there[0]["why"] if there else None)
    statements.run(f"DELETE FROM alias WHERE {this}", **key)
    statements.run(
        "INSERT INTO alias (contact_id, kind, value, why, since, batch_id) "
        "VALUES (:contact_id, :kind, :value, :why, :since, :batch_id)",
        **key,
        why=Why.HELD_ELSEWHERE.value,
        since=upgrade.now,
        batch_id=upgrade.batch_id,
    )
    statements.run("UPDATE contact SET updated_at = :now WHERE id = :id", now=upgrade.now, id=contact_id)
    asked = {
        "kind": ReviewKind.KEPT_APART.value,
        "contact_id": contact_id,
        "other_contact_id": line["keeper"],
        "identifier": kind,
        "value": value,
    }
    same = " AND ".join(f"{name} = :{name}" for name in QUESTION)
    if not statements.rows(f"SELECT 1 AS one FROM review WHERE {same}", **asked):
        statements.run(
            f"INSERT INTO review ({', '.join(QUESTION)}, message, state, receipt_id, created_at) "
            f"VALUES ({', '.join(f':{name}' for name in QUESTION)}, :message, :state, :receipt_id, :now)",
            **asked,
            message=f"{kind} {value} stays with the other contact",
            state=ReviewState.OPEN.value,
            receipt_id=upgrade.receipt_id,
            now=upgrade.now,
        )
