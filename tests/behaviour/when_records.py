"""Files of records: lines of JSON, taken by the command."""

from types import SimpleNamespace

from tests.behaviour.steps import when
from tests.behaviour.table import Table
from tests.behaviour.world import World

RECORDS = "records.jsonl"


@when("a file of these lines is taken with `onefold records`", table=True)
def lines_are_taken(world: World, table: Table) -> None:
    world.keep_what_is()
    lines = [row["line"] for row in table.records()]
    (world.folder / RECORDS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    world.type("records", RECORDS)
    take_answers(world)


@when("the same file is taken with `onefold records` again")
def the_same_is_taken(world: World) -> None:
    world.type("records", RECORDS)
    take_answers(world)


def take_answers(world: World) -> None:
    """Keeps the answers and the receipt that the command gave."""
    world.settle()
    world.receipt = world.ran.document
    world.answers = [SimpleNamespace(**answer) for answer in world.receipt["answers"]]
