"""Small frames, written by hand as tables of words: `-` is a blank cell, and `_` a space within a name."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import polars as pl

from onefold.model.field import NAMES, Field, FieldType
from onefold.model.frames import ALIAS_SCHEMA, MARK_SCHEMA, Contacts, contact_schema
from onefold.model.identifier import as_written
from onefold.model.policy import Policy
from onefold.model.rules import Rules
from onefold.model.source import ATTESTING, Source, Trust

OWN_KINDS = ("loyalty_id",)
FIELDS = (Field(1, "visits", FieldType.NUMBER), Field(2, "member", FieldType.YES_NO))
ONEFOLD = Policy(name="onefold", blocked_mailboxes=("info",))
"""The default policy, with one blocked mailbox."""
CLEAR = "UNSET"

Schema = Mapping[str, pl.DataType | type[pl.DataType]]


def rules(policy: Policy = ONEFOLD, **options: Any) -> Rules:
    """The rules of an import in a book with `OWN_KINDS` and `FIELDS`.

    An option is one of the import (`purpose`, `chosen`, …) or else a knob of the policy.
    """
    asked = {field.name for field in fields(Rules)}
    knobs = {name: value for name, value in options.items() if name not in asked}
    of_import = {name: value for name, value in options.items() if name in asked}
    return Rules(**{"policy": replace(policy, **knobs), "own_kinds": OWN_KINDS, "fields": FIELDS} | of_import)


def lines(schema: Schema, *rows: str) -> pl.DataFrame:
    """A frame of that schema, a row for each row of words."""
    told = [dict(zip(schema, row.split(), strict=True)) for row in rows]
    return pl.DataFrame([_typed(cells, schema) for cells in told], schema=dict(schema))


def marks(*rows: str) -> pl.DataFrame:
    """Marks on identifiers, like `phone 1 shared`."""
    return lines(MARK_SCHEMA, *rows)


def book_of(header: str, *rows: str, aliases: Sequence[str] = ()) -> Contacts:
    """Contacts, numbered from 1 where `header` has no `id`; aliases like `1 phone 2 former`."""
    schema = contact_schema(OWN_KINDS, FIELDS)
    told = [dict(zip(header.split(), row.split(), strict=True)) for row in rows]
    contacts = [
        {"id": number, "in_bin": False} | _typed(cells, schema) for number, cells in enumerate(told, start=1)
    ]
    whole = [dict.fromkeys(schema) | contact | {"in_bin": contact["in_bin"] or False} for contact in contacts]
    return Contacts(pl.DataFrame(whole, schema=schema), lines(ALIAS_SCHEMA, *aliases))


def records(header: str, *rows: str) -> pl.DataFrame:
    """Records as `normalise` gives them, numbered from 0.

    `header` names columns, and may name `source` (else it is an import), `proven` (kinds joined by `+`) and
    `refusal` (a reason). `UNSET` empties a value.
    """
    schema = _record_schema()
    told = [dict(zip(header.split(), row.split(), strict=True)) for row in rows]
    cleared = [name for name in header.split() if any(cells[name] == CLEAR for cells in told)]
    clears = {f"clear:{name}": pl.Boolean() for name in cleared}
    whole = [
        dict.fromkeys(schema)
        | {"row": number}
        | _record(cells, schema)
        | {f"clear:{name}": cells[name] == CLEAR for name in cleared}
        for number, cells in enumerate(told)
    ]
    return pl.DataFrame(whole, schema=schema | clears)


def _record_schema() -> dict[str, pl.DataType]:
    contact = contact_schema(OWN_KINDS, FIELDS)
    said = {name: dtype for name, dtype in contact.items() if name not in ("id", "merged_into", "in_bin")}
    trusts = {f"trust:{kind}": pl.UInt8() for kind in rules().all_kinds}
    refusal = {"refusal_reason": pl.String(), "refusal": pl.String()}
    return {"row": pl.UInt32(), "source": pl.String(), "contact_id": pl.Int64()} | said | trusts | refusal


def _record(cells: Mapping[str, str], schema: Schema) -> dict[str, Any]:
    source = Source(cells.get("source", "import"))
    otherwise = Trust.ATTESTED if source in ATTESTING else Trust.CLAIMED
    trusts = {name: int(otherwise) for name in schema if name.startswith("trust:")}
    trusts |= {
        f"trust:{kind}": int(Trust.PROVEN) for kind in cells.get("proven", "-").split("+") if kind != "-"
    }
    reason = cells.get("refusal", "-")
    refused = {} if reason == "-" else {"refusal_reason": reason, "refusal": "it cannot be read"}
    kept = {name: text for name, text in cells.items() if name in schema and text != CLEAR}
    return _typed(kept, schema) | trusts | refused | {"source": source.value}


def _typed(cells: Mapping[str, str], schema: Schema) -> dict[str, Any]:
    return {name: _value(name, text, schema[name]) for name, text in cells.items()}


def _value(name: str, text: str, dtype: pl.DataType | type[pl.DataType]) -> Any:
    if text == "-":
        return None
    if dtype == pl.Boolean:
        return text == "true"
    if dtype.is_integer():
        return int(text)
    if dtype.is_float():
        return float(text)
    return text.replace("_", " ") if name in NAMES or name == as_written("phone") else text


def shown(contacts: Contacts, contact_id: int) -> str:
    """All of a contact as words: `column=value`, and `kind~value:why` for an alias."""
    [contact] = contacts.contacts.filter(pl.col("id") == contact_id).to_dicts()
    kept = {name: value for name, value in contact.items() if value is not None and name != "id"}
    columns = [f"{name}={str(value).replace(' ', '_')}" for name, value in kept.items() if value is not False]
    known = contacts.aliases.filter(pl.col("contact_id") == contact_id)
    aliases = [f"{kind}~{value}:{why}" for _, kind, value, why in known.iter_rows()]
    return " ".join(columns + sorted(aliases))


def words(frame: pl.DataFrame, *columns: str) -> list[str]:
    """The lines of a frame as rows of words, sorted; of these columns, or of all."""
    chosen = frame.select(columns or frame.columns)
    return sorted(
        " ".join("-" if cell is None else str(cell) for cell in line) for line in chosen.iter_rows()
    )
