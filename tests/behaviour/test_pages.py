"""Runs the behaviour pages of the manual, each example on each store."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.behaviour import (
    given,
    texting,
    then_bin,
    then_book,
    then_exports,
    then_import,
    then_lists,
    when,
    when_forms,
    when_records,
    when_segments,
)
from tests.behaviour.page import PAGES, Example, named, read_page
from tests.behaviour.steps import bind
from tests.behaviour.world import World

ROOMS = (
    given,
    when,
    when_forms,
    when_records,
    when_segments,
    texting,
    then_import,
    then_book,
    then_lists,
    then_exports,
    then_bin,
)
"""Importing them fills the list of sentences."""

EXAMPLES = [
    pytest.param(example, id=f"{path.stem} {name}")
    for path in sorted(PAGES.glob("*.md"))
    if path.name != "index.md"
    for name, example in named(read_page(path))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_page_is_true(
    example: Example, empty_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    steps = [(step, bind(step)) for step in example.steps]
    folder = tmp_path / "folder"
    folder.mkdir()
    with ExitStack() as closing:
        world = World(empty_store, folder, closing)
        for step, act in steps:
            try:
                act(world)
            except Exception as problem:
                problem.add_note(f"docs/behaviour/{step.where}: {step.keyword} {step.sentence}")
                raise
        world.settle()
