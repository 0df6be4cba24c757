"""Names of fields, tags, lists, segments, forms and keywords, and where rules and definitions say them."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from onefold.model.nfc import all_in_nfc, in_nfc
from onefold.stores.migrations.one_spelling.statements import Statements
from onefold.stores.migrations.one_spelling.upgrade import Upgrade

LONGEST_STEM: Final = 230
"""Bytes of a name that leave room for a number behind it."""
FIELDS: Final = "fields."
"""What can stand before the name of a field in a rule."""
WITHOUT_SECOND: Final = {
    "tag": ("contact_tag", "tag_id"),
    "list": ("contact_list", "list_id"),
}


def respell_names(statements: Statements, upgrade: Upgrade) -> None:
    """Names in NFC: tags and lists of one name become one; a second field, segment or form of a name gets
    another, also where it is spoken of.
    """
    fields = _respell_fields(statements, upgrade)
    for kind in WITHOUT_SECOND:
        _unite(statements, kind)
    segments = _renamed(
        statements, upgrade, "segment", statements.rows("SELECT id, name FROM segment ORDER BY id")
    )
    _respell_rules(statements, fields, segments)
    _respell_forms(statements, upgrade, fields)
    for row in statements.rows("SELECT word, definition FROM keyword"):
        said = json.loads(row["definition"])
        named = said | {"list": all_in_nfc(said.get("list")), "tags": all_in_nfc(said.get("tags", []))}
        _rewrite(statements, "keyword", "word", row["word"], "definition", said, named)


def _respell_fields(statements: Statements, upgrade: Upgrade) -> dict[str, str]:
    """By old name, the fields that are called otherwise now."""
    rows = statements.rows("SELECT id, name, choices, default_value, folder FROM field ORDER BY retired, id")
    for row in rows:
        choices = list(dict.fromkeys(map(in_nfc, json.loads(row["choices"]))))
        _rewrite(statements, "field", "id", row["id"], "choices", json.loads(row["choices"]), choices)
    statements.respell("field", ("default_value", "folder"))
    return _renamed(statements, upgrade, "field", rows, fold=str.casefold)


def _renamed(
    statements: Statements,
    upgrade: Upgrade,
    table: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    key: str = "id",
    fold: Callable[[str], str] = str,
) -> dict[str, str]:
    """Gives what is in a table its names in NFC. The first of a name has it, another one a number behind it
    and that is told. Gives the new names by the old ones.
    """
    known = list(rows)
    taken = {fold(row["name"]) for row in known if row["name"] == in_nfc(row["name"])}
    first: set[str] = set()
    names: dict[str, str] = {}
    for row in known:
        old, new = row["name"], in_nfc(row["name"])
        if fold(new) in first:
            new = _free(new, taken | first, fold)
            upgrade.tell(f"there were two {table}s {in_nfc(old)!r}, spelled in two ways: one is {new!r} now")
        first.add(fold(new))
        if new != old:
            names[old] = new
    # Two may change places: each leaves its name before any takes it.
    by_name = {row["name"]: row[key] for row in known}
    for step in ("\x01{}", "{}"):
        for old, new in names.items():
            where = {"key": by_name[old]} if key != "name" else {"key": old if step != "{}" else f"\x01{new}"}
            statements.run(
                f"UPDATE {table} SET name = :name WHERE {key} = :key", name=step.format(new), **where
            )
    return names


def _free(name: str, taken: set[str], fold: Callable[[str], str]) -> str:
    """The name with the first number behind it that makes it another's."""
    stem = name.encode()[:LONGEST_STEM].decode(errors="ignore")
    names = (f"{stem} ({number})" for number in range(2, len(taken) + 3))
    return next(each for each in names if fold(each) not in taken)


def _unite(statements: Statements, kind: str) -> None:
    """Tags or lists of one name are the oldest of them."""
    members, column = WITHOUT_SECOND[kind]
    keepers: dict[str, int] = {}
    others: list[tuple[int, int]] = []
    rows = statements.rows(f"SELECT id, name FROM {kind} ORDER BY id")
    for row in rows:
        keeper = keepers.setdefault(in_nfc(row["name"]), row["id"])
        if keeper != row["id"]:
            others.append((keeper, row["id"]))
    for keep, other in others:
        if kind == "list":
            statements.run(EARLIER, keep=keep, other=other)
        statements.run(
            f"UPDATE {members} SET {column} = :keep WHERE {column} = :other AND contact_id NOT IN "
            f"(SELECT contact_id FROM {members} WHERE {column} = :keep)",
            keep=keep,
            other=other,
        )
        statements.run(f"DELETE FROM {members} WHERE {column} = :other", other=other)
        statements.run(f"DELETE FROM {kind} WHERE id = :other", other=other)
    statements.respell(kind, ("name",))


EARLIER: Final = """
    UPDATE contact_list SET batch_id = (
        SELECT min(both_lists.batch_id) FROM contact_list AS both_lists
        WHERE both_lists.contact_id = contact_list.contact_id AND both_lists.list_id IN (:keep, :other)
    )
    WHERE list_id = :keep AND contact_id IN (SELECT contact_id FROM contact_list WHERE list_id = :other)
"""
"""Who was on both lists joined when they joined the first of them."""


def _respell_rules(statements: Statements, fields: Mapping[str, str], segments: Mapping[str, str]) -> None:
    for row in statements.rows("SELECT id, rules FROM segment"):
        said = json.loads(row["rules"])
        _rewrite(statements, "segment", "id", row["id"], "rules", said, _rules(said, fields, segments))


def _rules(said: Any, fields: Mapping[str, str], segments: Mapping[str, str]) -> Any:
    """Rules in NFC, that speak of fields and segments by the names that those have now."""
    if isinstance(said, list):
        return [_rules(each, fields, segments) for each in said]
    if not isinstance(said, Mapping):
        return said
    if not isinstance(said.get("field"), str):
        return {key: _rules(each, fields, segments) for key, each in said.items()}
    bare = said["field"].removeprefix(FIELDS)
    named = said["field"].removesuffix(bare) + fields.get(bare, bare)
    value = said.get("value")
    if said["field"] == "segment":
        several = value if isinstance(value, list) else [value]
        called = [segments.get(each, each) if isinstance(each, str) else each for each in several]
        value = called if isinstance(value, list) else called[0]
    return all_in_nfc({**said, "field": named} | ({"value": value} if "value" in said else {}))


def _respell_forms(statements: Statements, upgrade: Upgrade, fields: Mapping[str, str]) -> None:
    for row in statements.rows("SELECT name, version, definition FROM form"):
        said = json.loads(row["definition"])
        asked = [{**each, "name": in_nfc(fields.get(each["name"], each["name"]))} for each in said["fields"]]
        labels = {key: all_in_nfc(said[key]) for key in ("lists", "tags") if key in said}
        named = {**said, "fields": asked, **labels}
        if named != said:
            statements.run(
                "UPDATE form SET definition = :definition WHERE name = :name AND version = :version",
                definition=json.dumps(named, ensure_ascii=False),
                name=row["name"],
                version=row["version"],
            )
    names = statements.rows("SELECT name FROM form GROUP BY name ORDER BY min(created_at), name")
    _renamed(statements, upgrade, "form", names, key="name")


def _rewrite(statements: Statements, table: str, key: str, of: Any, column: str, said: Any, now: Any) -> None:
    """Writes JSON anew where it says something else."""
    if now != said:
        statements.run(
            f"UPDATE {table} SET {column} = :text WHERE {key} = :of",
            text=json.dumps(now, ensure_ascii=False),
            of=of,
        )
