"""Segment rules read again: row by row, slow and obvious, in plain Python.

A contact is what `contacts --json` says of it, with `receipts`, the ids of those that touched it. Values of
rules are taken as they are: the canonical ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Contact = Mapping[str, Any]
Tree = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """Whom rules mean at a moment, in a time zone, in a book with these segments."""

    now: datetime
    zone: str
    segments: Mapping[str, Tree]

    def means(self, rules: Tree, contact: Contact) -> bool:
        if "include" not in rules and "exclude" not in rules:
            return self.holds(rules, contact)
        included = "include" not in rules or self.holds(rules["include"], contact)
        excluded = "exclude" in rules and self.holds(rules["exclude"], contact)
        return included and not excluded

    def holds(self, node: Tree, contact: Contact) -> bool:
        if "all" in node:
            return all(self.holds(part, contact) for part in node["all"])
        if "any" in node:
            return any(self.holds(part, contact) for part in node["any"])
        if "not" in node:
            parts = node["not"] if isinstance(node["not"], list) else [node["not"]]
            return not any(self.holds(part, contact) for part in parts)
        return self.rule_holds(node["field"], node["is"], node.get("value"), contact)

    def rule_holds(self, field: str, says: str, value: Any, contact: Contact) -> bool:
        if says == "not_empty":
            return not self.rule_holds(field, "empty", value, contact)
        if says == "not_equals":
            return not self.rule_holds(field, "equals", value, contact)
        if says == "equals":
            return self.rule_holds(field, "one_of", [value], contact)
        if field == "segment":
            return any(self.means(self.segments[name], contact) for name in value)
        if field == "import":
            return any(receipt in contact["receipts"] for receipt in value)
        if field.startswith("consent."):
            return contact["consent"][field.removeprefix("consent.")] in value
        if field in ("tag", "list"):
            return names_hold(contact[f"{field}s"], says, value)
        if field in ("created_at", "updated_at"):
            return self.moment_holds(contact[field], says, value)
        is_custom = field.startswith("fields.") or field in contact["fields"]
        has = contact["fields"][field.removeprefix("fields.")] if is_custom else contact[field]
        if says == "empty":
            return has is None
        return has is not None and self.value_holds(has, says, value)

    def value_holds(self, has: Any, says: str, value: Any) -> bool:
        if says == "in_last_days":
            today = self.now.astimezone(ZoneInfo(self.zone)).date()
            return (today - timedelta(days=value)).isoformat() <= has <= today.isoformat()
        if says in ("yes", "no"):
            return has is (says == "yes")
        if isinstance(has, str) and says in ("one_of", "contains", "starts_with", "ends_with"):
            return text_holds(has, says, value)
        return {
            "one_of": lambda: has in value,
            "greater": lambda: has > value,
            "after": lambda: has > value,
            "less": lambda: has < value,
            "before": lambda: has < value,
            "between": lambda: value[0] <= has <= value[1],
        }[says]()

    def moment_holds(self, at: str, says: str, value: Any) -> bool:
        moment = datetime.fromisoformat(at)
        if says == "in_last_days":
            return self.now - timedelta(days=value) <= moment <= self.now
        day = moment.astimezone(ZoneInfo(self.zone)).date().isoformat()
        return self.value_holds(day, says, value)


def names_hold(names: list[str], says: str, value: Any) -> bool:
    if says == "empty":
        return not names
    if says == "one_of":
        return any(name in names for name in value)
    return any(text_holds(name, says, value) for name in names)


def text_holds(has: str, says: str, value: Any) -> bool:
    if says == "one_of":
        return folded(has) in map(folded, value)
    text, part = folded(has), folded(value)
    return {"contains": part in text, "starts_with": text.startswith(part), "ends_with": text.endswith(part)}[
        says
    ]


def folded(text: str) -> str:
    """Small letters for capitals, one for one; no other letter becomes one of A to Z."""
    return "".join(map(small_letter, text))


def small_letter(letter: str) -> str:
    small = letter.lower()
    if len(small) > 1 or (small.isascii() and not letter.isascii()):
        return letter
    return small
