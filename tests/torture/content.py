"""All that a book holds, so that two books can be compared.

Numbers that a database gives out by itself may have gaps where a transaction was taken back: of receipts,
batches, questions and fields only the order counts. Contacts must have the same ids.
"""

import csv
import json
import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from onefold.stores.opening import database_at
from onefold.stores.schema import metadata

Rows = list[dict[str, Any]]
RANKED = {"receipt": ("receipt_id", "undoes", "undone_by"), "batch": ("batch_id",)}
"""Tables whose ids only count by their order, and the columns that name such an id."""
APART = ("results_path", "errors_path")
SHOWN = 3
"""Differences of a table that are told."""
NAMED = re.compile(r"(?<=import-2026-11-22-)\d+|(?<=^Import )\d+")
"""The number of an import in its tag, and in the notice that it is done."""
COLUMN = re.compile(r"field_(\d+)")


def content(address: str) -> dict[str, Any]:
    """Every table, row by row."""
    engine = database_at(address).engine
    with engine.connect() as connection:
        tables = {name: _rows(connection, name) for name in (*metadata.tables, "search", "alembic_version")}
    engine.dispose()
    ranks = {name: _ranks(tables[name]) for name in RANKED}
    fields = {row["id"]: row["name"] for row in tables["field"]}

    def spelled(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        value = NAMED.sub(lambda found: f"{ranks['receipt'].get(int(found[0]))}", value)
        return COLUMN.sub(lambda found: f"field {fields.get(int(found[1]))}", value)

    for name, rows in tables.items():
        for row in rows:
            for of, columns in RANKED.items():
                for column in columns if name != of else (*columns, "id"):
                    if row.get(column) is not None:
                        row[column] = ranks[of].get(row[column], f"unknown {of}")
            row.update({column: None for column in row if column in APART})
            for column in list(row):
                row[spelled(column)] = spelled(row.pop(column))
    _forget_what_may_differ(tables, ranks)
    return {
        name: sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)) for name, rows in tables.items()
    }


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Where two contents differ, a line for each row that only one of them has."""
    lines = []
    for table, rows in wanted.items():
        lines += [f"{table} lacks {row}" for row in rows if row not in found[table]][:SHOWN]
        lines += [f"{table} has {row}" for row in found[table] if row not in rows][:SHOWN]
    return lines


def _forget_what_may_differ(tables: dict[str, Rows], ranks: dict[str, dict[int, int]]) -> None:
    for receipt in tables["receipt"]:
        warnings = json.loads(receipt["warnings"])
        receipt["warnings"] = [one for one in warnings if not one.startswith("interrupted after")]
        receipt["options"] = json.loads(receipt["options"])
        receipt["counts"] = json.loads(receipt["counts"])
        receipt["mapping"] = json.loads(receipt["mapping"])
    for name in ("tag", "list", "field", "review", "identifier_kind", "outbox"):
        names = {row["id"]: row.get("name") for row in tables[name]}
        for member in (row for table in tables.values() for row in table):
            if f"{name}_id" in member:
                member[f"{name}_id"] = names[member[f"{name}_id"]]
        for row in tables[name]:
            del row["id"]
    for line in tables["ledger"]:
        line["before"] = line["before"] and sorted(json.loads(line["before"]))
    for row in tables["counter"]:
        if row["name"] == "revision":
            row["value"] = None
        if row["name"] == "indexed_batch":
            row["value"] = ranks["batch"].get(row["value"])
    tables["setting"] = [row for row in tables["setting"] if row["key"] not in ("code", "created_at")]


def _rows(connection: Connection, table: str) -> Rows:
    columns = "rowid, folded" if table == "search" else "*"
    return [dict(row) for row in connection.execute(text(f'SELECT {columns} FROM "{table}"')).mappings()]


def _ranks(rows: Rows) -> dict[int, int]:
    return {number: rank for rank, number in enumerate(sorted(row["id"] for row in rows), start=1)}


def results(folder: Path) -> list[list[list[str]]]:
    """The results and error files of the imports in a folder, in their order."""
    found = sorted(folder.rglob("imports/*/*.csv"), key=lambda path: (int(path.parent.name), path.name))
    return [list(csv.reader(path.read_text(encoding="utf-8").splitlines(keepends=True))) for path in found]


def left_over(folder: Path) -> list[str]:
    """Working files that nobody will need again."""
    return [str(path) for pattern in ("plan-*", "work/*") for path in folder.rglob(pattern)]
