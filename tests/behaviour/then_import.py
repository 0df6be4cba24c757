"""Then, of an import: its rows, its receipt, its files, or why it was refused."""

from tests.behaviour import review
from tests.behaviour.shown import shown, shown_row
from tests.behaviour.steps import then
from tests.behaviour.table import Table, check_table, matches
from tests.behaviour.world import ERRORS, RESULTS, World


@then("the rows are", table=True)
def the_rows(world: World, table: Table) -> None:
    """The results file; of a Contact ID in it only the number."""
    rows = world.read(RESULTS)
    for row in rows:
        if row.get("Contact ID"):
            row["Contact ID"] = row["Contact ID"].rpartition("-")[2]
    check_table("the rows", world.filled_table(table), rows)


@then("the receipt says", table=True)
def the_receipt(world: World, table: Table) -> None:
    world.settle()
    for key, expected in table.rows:
        assert key in world.receipt, f"the receipt has no {key}; it has {', '.join(world.receipt)}"
        actual = shown(world.receipt[key])
        assert matches(expected, actual), f"the receipt's {key} is {actual}, the page says {expected}"


@then("the receipt of that change says", table=True)
def the_receipt_of_a_change(world: World, table: Table) -> None:
    world.settle()
    for key, expected in table.rows:
        actual = shown(world.ran.document[key])
        assert matches(expected, actual), f"the receipt's {key} is {actual}, the page says {expected}"


@then("the mapping is", table=True)
def the_mapping(world: World, table: Table) -> None:
    mapping = world.receipt["mapping"].items()
    check_table("the mapping", table, [{"Column": name, "Field": shown(field)} for name, field in mapping])


@then("the plan shows these changes", table=True)
def the_planned_changes(world: World, table: Table) -> None:
    check_table("the plan's changes", table, [shown_row(change) for change in review.changes(world)])


@then("the progress ran to N of N rows")
def the_progress(world: World, done: str, total: str) -> None:
    assert world.progress[-1] == ("applying", int(done), int(total)), f"it ran so: {world.progress}"


@then("the results file is", table=True)
def the_results_file(world: World, table: Table) -> None:
    _check_file(world, RESULTS, table)


@then("the error file is", table=True)
def the_error_file(world: World, table: Table) -> None:
    _check_file(world, ERRORS, table)


@then("the file `NAME` is", table=True)
def the_file(world: World, table: Table, name: str) -> None:
    _check_file(world, name, table)


def _check_file(world: World, name: str, table: Table) -> None:
    """The file as it stands: all its columns, in their order."""
    world.settle()
    rows = world.read(name)
    assert not rows or tuple(rows[0]) == table.columns, f"{name} has the columns {', '.join(rows[0])}"
    check_table(name, world.filled_table(table), rows)


@then("the changed-numbers report of the import is", table=True)
def the_changed_numbers(world: World, table: Table) -> None:
    world.type("changed-numbers", "--import", str(world.receipt["id"]), "--to", "changed.csv")
    world.settle()
    check_table("the changed-numbers report", world.filled_table(table), world.read("changed.csv"))


@then("the results can still be had")
def the_results_are_there(world: World) -> None:
    world.ask("imports", "results", str(world.receipt["id"]))


@then("the results can no longer be had")
def the_results_are_gone(world: World) -> None:
    world.type("imports", "results", str(world.receipt["id"]))
    _refusal(world)


@then("it has said `TEXT`")
def it_has_said(world: World, text: str) -> None:
    """On standard error, line by line."""
    lines = world.ran.messages.splitlines()
    assert any(matches(text, line) for line in lines), f"it has said: {world.ran.messages}"


@then("it is refused with `TEXT`")
def it_is_refused_with(world: World, text: str) -> None:
    error = _refusal(world)
    assert matches(text, f"{error['message']} {error['hint']}"), f"it is refused so: {error}"


@then("it is refused as `CODE`")
def it_is_refused_as(world: World, code: str) -> None:
    error = _refusal(world)
    assert error["code"] == code, f"it is refused so: {error}"


def _refusal(world: World) -> dict[str, str]:
    """The error of what was just done: wrong use or a guard, never our own fault, and one line of it."""
    ran = world.ran
    assert ran.exit_status in (2, 3), f"{ran.what} ended with {ran.exit_status}: {ran.output}{ran.messages}"
    ran.expected = True
    error: dict[str, str] = ran.document["error"]
    assert "\n" not in error["message"]
    return error
