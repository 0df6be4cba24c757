"""How long each stage of an import takes, by a watch around the functions that are its stages."""

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any

STAGES = {
    "read": (
        "onefold.way.planning.read_file",
        "onefold.way.planning.read_record_lines",
        "onefold.way.planning.taken_up",
    ),
    "normalise": ("onefold.way.planning.normalise_batch",),
    "survey": ("onefold.way.planning.survey_input",),
    "resolve": ("onefold.way.planning.decide_batch",),
    "spool": ("onefold.way.planning.spool_decided",),
    "apply": ("onefold.book.apply_plan",),
    "results": ("onefold.way.finishing.write_files",),
    "search": ("onefold.stores.Store.follow_search",),
}
"""By stage, where its functions are looked up when an import runs; one that has moved is put right here."""


@contextmanager
def watch_stages() -> Iterator[dict[str, float]]:
    """Puts a watch around every stage of this process; the seconds of each, which grow as they run."""
    seconds = dict.fromkeys(STAGES, 0.0)
    with ExitStack() as stack:
        for stage, places in STAGES.items():
            for place in places:
                room, name = place.rsplit(".", 1)
                owner = _owner(room)
                function = getattr(owner, name)
                setattr(owner, name, _watched(function, stage, seconds))
                stack.callback(setattr, owner, name, function)
        yield seconds


def _owner(room: str) -> Any:
    """A module, or a class in one."""
    try:
        return import_module(room)
    except ModuleNotFoundError:
        module, name = room.rsplit(".", 1)
        return getattr(import_module(module), name)


def _watched(function: Callable[..., Any], stage: str, seconds: dict[str, float]) -> Callable[..., Any]:
    @functools.wraps(function)
    def watched(*arguments: Any, **options: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            seconds[stage] += time.perf_counter() - started

    return watched
