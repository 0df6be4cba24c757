"""When and then, of fields and lists: what a change of type comes to, who joined a list and who left it."""

from tests.behaviour.shown import shown, shown_row
from tests.behaviour.steps import then, when
from tests.behaviour.table import Table, check_table
from tests.behaviour.world import World


@when("the change is undone")
def the_change_is_undone(world: World) -> None:
    """The last that is on the record."""
    world.settle()
    with world.open() as book:
        world.undo(book.receipts()[0].id or 0)


@then("the lists are", table=True)
def the_lists(world: World, table: Table) -> None:
    check_table("the lists", table, [shown_row(each) for each in world.ask("lists")])


@then("the retired fields are", table=True)
def the_retired_fields(world: World, table: Table) -> None:
    fields = world.ask("fields", "--retired")
    check_table("the retired fields", table, [shown_row(field) for field in fields])


@then("the history of the list `NAME` is", table=True)
def the_history_of_a_list(world: World, table: Table, name: str) -> None:
    """The newest first; `by` is the kind of receipt, and its source."""
    moves = world.ask("lists", "history", name)
    rows = [
        {
            "contact": shown(move["contact_id"]),
            "what": move["what"],
            "by": f"{move['kind']} {shown(move['source'])}".strip(),
        }
        for move in moves
    ]
    check_table(f"the history of the list {name}", table, rows)


@then("the preview of its values says", table=True)
def the_preview_of_values(world: World, table: Table) -> None:
    """A line for each reason why values cannot be read, and one for those that can."""
    world.settle()
    told = world.ran.document["conversion"]
    rows = [{"contacts": shown(told["converted"]), "what": "can be read", "like": ""}]
    rows += [
        {"contacts": shown(each["contacts"]), "what": each["why"], "like": shown(each["examples"])}
        for each in told["reasons"]
    ]
    check_table("the preview", table, rows)
