"""`kill -9` at any moment, then `--resume` or the same command again: the same book as without the kill.

`make torture` tries five times as many moments. One that fails names itself; to try it alone:
`ONEFOLD_MOMENT=an_import-sqlite-17 pytest tests/torture/test_kills.py`.
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.torture.conftest import Place, Places, Story, Zygote, older_book
from tests.torture.content import differences

MOMENTS = int(os.environ.get("ONEFOLD_MOMENTS", "200"))
ONLY = os.environ.get("ONEFOLD_MOMENT")
MOST_LINES = 12
"""Of what is wrong with one moment."""


@dataclass(frozen=True)
class Scenario:
    """What is killed, of what book, how it is gone on with, and its share of the moments on each store."""

    deed: str
    book: Callable[[Places, Story], Place]
    goes_on: str
    share: float


def nothing(places: Places, story: Story) -> Place:
    return places.new()


def a_book(places: Places, story: Story) -> Place:
    return places.copy(story.before)


def a_book_after_an_import(places: Places, story: Story) -> Place:
    return places.copy(story.after)


SCENARIOS = {
    "an_import": Scenario("import_people", a_book, "go_on", 0.25),
    "an_undo": Scenario("undo", a_book_after_an_import, "undo", 0.09),
    "a_migration": Scenario("open_only", older_book, "open_only", 0.08),
    "a_new_book": Scenario("open_only", nothing, "open_only", 0.08),
}


def moments(name: str, store: str, share: float) -> Iterator[tuple[str, random.Random]]:
    """The name of each moment, and the chance that it seeds."""
    for number in range(round(MOMENTS * share)):
        moment = f"{name}-{store}-{number}"
        if ONLY in (None, moment):
            yield moment, random.Random(moment)


def random_moment(chance: random.Random, whole: dict[str, Any]) -> dict[str, Any]:
    """Before some event of the undisturbed run, or after some part of its time."""
    if chance.random() < 0.5:
        return {"event": chance.randint(1, whole["events"])}
    return {"seconds": chance.random() * whole["seconds"]}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kill_at_any_moment_changes_nothing_in_the_end(
    name: str, places: Places, story: Story, zygote: Zygote, request: pytest.FixtureRequest
) -> None:
    scenario = SCENARIOS[name]
    template = scenario.book(places, story)
    undisturbed = places.copy(template)
    whole = zygote.do(scenario.deed, undisturbed, **_file(scenario.deed, undisturbed))
    wanted, wanted_results = undisturbed.content(), undisturbed.results()
    store = request.node.callspec.params["places"]
    failed = {}
    for moment, chance in moments(name, store, scenario.share):
        place = places.copy(template)
        wrong = _kill_and_go_on(zygote, scenario, place, chance, whole)
        wrong = wrong or differences(place.content(), wanted)
        if place.results() != wanted_results:
            wrong.append("the results are others")
        if place.left_over():
            zygote.do("make_book", place)  # whoever imports next takes it away
        if wrong := wrong + place.left_over():
            failed[moment] = wrong
        places.drop(place)
    told = "\n\n".join("\n".join([moment, *wrong[:MOST_LINES]]) for moment, wrong in failed.items())
    assert not failed, f"{len(failed)} moments failed\n{told}"


def _kill_and_go_on(
    zygote: Zygote, scenario: Scenario, place: Place, chance: random.Random, whole: dict[str, Any]
) -> list[str]:
    """Kills a deed, perhaps kills what goes on with it too, and in the end lets it come through: what is
    wrong with that.
    """
    given = place.given | _file(scenario.deed, place)
    zygote.ask(deed=scenario.deed, given=given, **random_moment(chance, whole))
    ways = {"way": chance.choice(("resume", "again"))} if scenario.goes_on == "go_on" else {}
    while chance.random() < 0.3:
        given = place.given | _file(scenario.goes_on, place) | ways
        zygote.ask(deed=scenario.goes_on, given=given, **random_moment(chance, whole))
    given = place.given | _file(scenario.goes_on, place) | ways
    answer = zygote.ask(deed=scenario.goes_on, given=given)
    return answer["error"].splitlines() if "error" in answer else []


def _file(deed: str, place: Place) -> dict[str, str]:
    return {"file": str(place.file)} if deed in ("import_people", "go_on") else {}
