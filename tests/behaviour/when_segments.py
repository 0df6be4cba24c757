"""When and then, of segments: saved, counted, told in a sentence, and whom they mean."""

import json
from contextlib import suppress
from typing import Any

from tests.behaviour.shown import shown_contact
from tests.behaviour.steps import then, when
from tests.behaviour.table import Table, check_table
from tests.behaviour.world import World

RULES = "rules.json"


@when("the segment `NAME` is saved", table=True)
def a_segment(world: World, table: Table, name: str) -> None:
    """All rules of the include area hold, and any of the exclude area."""
    areas: dict[str, list[Any]] = {"include": [], "exclude": []}
    for row in table.records():
        areas[row["area"]].append(_rule(row))
    blocks = {"include": {"all": areas["include"]}, "exclude": {"any": areas["exclude"]}}
    rules = {area: blocks[area] for area, found in areas.items() if found}
    (world.folder / RULES).write_text(json.dumps(rules), encoding="utf-8")
    world.type("segments", "save", name, RULES)


def _rule(row: dict[str, str]) -> dict[str, Any]:
    """A value is JSON where it can be read so, a number or a list, and else text."""
    value: Any = row.get("value", "")
    with suppress(ValueError):
        value = json.loads(value)
    return {"field": row["field"], "is": row["is"]} | ({} if value == "" else {"value": value})


@when("the segment `NAME` is counted")
def a_segment_is_counted(world: World, name: str) -> None:
    world.type("segments", "count", name)


@then("the count of the segment `NAME` is N")
def the_count(world: World, name: str, n: str) -> None:
    """As it was counted last, and kept."""
    segment = world.ask("segments", "show", name)
    assert segment["contacts"] == int(n), f"it has {segment['contacts']}, counted at {segment['counted_at']}"


@then("the segment `NAME` means contacts that `SENTENCE`")
def the_sentence(world: World, name: str, sentence: str) -> None:
    assert world.ask("segments", "show", name)["sentence"] == sentence


@then("the contacts of the segment `NAME` are", table=True)
def the_contacts(world: World, table: Table, name: str) -> None:
    contacts = world.ask("contacts", "--segment", name)
    check_table(f"the segment {name}", table, [shown_contact(contact) for contact in contacts])
