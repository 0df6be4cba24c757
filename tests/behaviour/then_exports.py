"""Then, of what was written out: the record of it, and all that is known of one person."""

import json

from tests.behaviour.shown import shown_row
from tests.behaviour.steps import then
from tests.behaviour.table import Table, check_table
from tests.behaviour.world import World


@then("the exports are", table=True)
def the_exports(world: World, table: Table) -> None:
    """The newest first; `file` without its folder."""
    rows = [shown_row(each) | {"file": each["file"].rpartition("/")[2]} for each in world.ask("exports")]
    check_table("the exports", table, rows)


@then("of those left out it says", table=True)
def the_left_out(world: World, table: Table) -> None:
    """How many of an export for a channel, by reason."""
    world.settle()
    told = world.ran.document["not_reached"]
    rows = [{"why": why, "contacts": str(count)} for why, count in told.items()]
    check_table("those left out", table, rows)


@then("all that is known of contact N holds", table=True)
def all_that_is_known(world: World, table: Table, number: str) -> None:
    """Each text stands somewhere under that name of the document."""
    document = world.ask("contacts", "show", number, "--everything")
    for under, text in table.rows:
        assert text in json.dumps(document[under], ensure_ascii=False), f"{under}: {document[under]}"
