"""A bar for work that takes a while: on standard error, and only on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from onefold.interfaces.cli.terminal import console_for_messages

Step = Callable[[str, int, int], None]
"""Told the stage, the rows done and the rows in all (0: not known), as `onefold.way` tells it."""


@contextmanager
def progress_bar() -> Iterator[Step]:
    """A function to tell of progress; what it was told is on the screen until the block ends."""
    console = console_for_messages()
    if not console.is_terminal:
        yield _nobody_looks
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        stages: dict[str, TaskID] = {}

        def step(stage: str, done: int, rows: int) -> None:
            if stage not in stages:
                stages[stage] = bar.add_task(stage, total=None, rows="")
            told = f"{done:,} of {rows:,} rows" if rows else ""
            bar.update(stages[stage], completed=done, total=rows or None, rows=told)

        yield step


def _nobody_looks(stage: str, done: int, rows: int) -> None:
    """Nothing is shown where standard error is no terminal."""
