"""Rounds of measurements: one thing and what it is held against in turn, so that whatever else the machine
does strikes both.
"""

import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import median
from typing import Any

from bench.bare_load import WAYS
from bench.files import BenchFiles
from bench.measure import Figures, measured
from bench.phones import KINDS
from bench.places import Places
from bench.tangles import TANGLES

CHANGED = 0.1
TOO_LONG = 180
"""Seconds that a tangled file is waited for; two minutes is the most that any may take."""


@dataclass(frozen=True)
class Sizes:
    """How much is measured: rows of a file, of the big book, and how often."""

    rows: int
    big_rows: int
    pairs: int

    @property
    def comparison_rows(self) -> int:
        """Of the file that django-import-export takes, too: 20,000 of 200,000."""
        return self.rows // 10

    @property
    def middle_rows(self) -> int:
        """Of the book that small imports go into: a million of five."""
        return self.big_rows // 5


Round = Callable[[Sizes, BenchFiles, Places], Figures]


def imports(sizes: Sizes, files: BenchFiles, places: Places) -> Figures:
    """Imports of new rows into an empty book, and the bare load of the same rows."""
    file, kept = str(files.people(sizes.rows)), str(files.folder / "kept")
    tell(f"{places.name}: an import to warm up, whose rows are kept")
    measured("kept", places.new(), file, kept)
    places.clear()
    bare: dict[str, list[float]] = {how: [] for how in WAYS[places.name]}
    runs: list[Figures] = []
    for number in range(sizes.pairs):
        for how, seconds in bare.items():
            seconds.append(measured("bare", places.new(), kept, how)["seconds"])
        runs.append(measured("import and undo", places.new(), file))
        places.clear()
        tell(f"{places.name}: {number + 1} of {sizes.pairs} pairs")
    best = bare[WAYS[places.name][0]]
    return {
        "bare": {how: median(seconds) for how, seconds in bare.items()},
        "import": middle(runs),
        "over bare load": median(run["seconds"] / seconds for run, seconds in zip(runs, best, strict=True)),
    }


def repeats(sizes: Sizes, files: BenchFiles, places: Places) -> Figures:
    """A dry run, the import itself, the same file again, and again with a tenth of its rows changed."""
    people, changed = str(files.people(sizes.rows)), str(files.changed(sizes.rows, CHANGED))
    steps = (("dry run", people), ("import", people), ("again", people), ("changed", changed))
    runs: dict[str, list[Figures]] = {step: [] for step, _ in steps}
    for number in range(sizes.pairs):
        place = places.new()
        for step, file in steps:
            places.settle()
            runs[step].append(measured("dry run" if step == "dry run" else "import", place, file))
        places.clear()
        tell(f"{places.name}: {number + 1} of {sizes.pairs} rounds of the same file again")
    return {
        step: {**middle(of_step), "over import": _over(of_step, runs["import"])}
        for step, of_step in runs.items()
    }


def tangles(sizes: Sizes, files: BenchFiles, places: Places) -> Figures:
    """Each tangled file after a clean one, and once more into the book that it made."""
    clean, figures = str(files.people(sizes.rows)), {}
    for name in TANGLES:
        tell(f"{places.name}: {name}")
        file = str(files.tangle(name, sizes.rows))
        straight, place = measured("import", places.new(), clean), places.new()
        first = _within(place, file)
        places.settle()
        again = _within(place, file) if math.isfinite(first["seconds"]) else first
        places.clear()
        ratios = [one["seconds"] / straight["seconds"] for one in (first, again)]
        figures[name] = {
            "first": first,
            "again": again,
            "over clean": ratios[0],
            "again over clean": ratios[1],
        }
    return {"tangles": figures, "worst": max(max(_ratios(one)) for one in figures.values())}


def phones(sizes: Sizes, files: BenchFiles, places: Places) -> Figures:
    """Phones and emails in columns, and one at a time."""
    figures = {}
    for kind in KINDS:
        tell(f"phones, {kind}")
        figures[kind] = measured("phones", str(files.phones(kind, sizes.rows)))
    figures["emails"] = measured("emails", str(files.people(sizes.rows)))
    return {kind: {**one, "times": one["one at a time"] / one["columns"]} for kind, one in figures.items()}


def comparison(sizes: Sizes, files: BenchFiles, places: Places) -> Figures:
    """New rows and updates of all of them, by django-import-export and by us in turn."""
    if find_spec("import_export") is None:
        tell("django-import-export is left out: it is not installed, `make bench` does that")
        return {}
    rows = sizes.comparison_rows
    new, changed = str(files.people(rows)), str(files.changed(rows, 1.0))
    theirs: dict[str, list[Figures]] = {"new": [], "updates": []}
    ours: dict[str, list[Figures]] = {"new": [], "updates": []}
    for number in range(sizes.pairs):
        their_place, our_place = places.new(), places.new()
        for step, file in (("new", new), ("updates", changed)):
            theirs[step].append(measured(f"django {step}", their_place, file))
            ours[step].append(measured("import", our_place, file))
        places.clear()
        tell(f"django-import-export: {number + 1} of {sizes.pairs} rounds")
    return {
        step: {
            "theirs": middle(theirs[step]),
            "ours": middle(ours[step]),
            "times": _over(theirs[step], ours[step]),
        }
        for step in theirs
    }


def tell(what: str) -> None:
    """A line about how far it is, on standard error."""
    print(what, file=sys.stderr, flush=True)


def middle(runs: list[Figures]) -> Figures:
    """The median of every number; whatever is no number is the same in all of them."""
    first = runs[0]
    middle: dict[str, Any] = dict(first)
    for name, value in first.items():
        if isinstance(value, float):
            middle[name] = median(run[name] for run in runs)
    if "stages" in first:
        middle["stages"] = {stage: median(run["stages"][stage] for run in runs) for stage in first["stages"]}
    return middle


def _over(runs: list[Figures], others: list[Figures]) -> float:
    return median(run["seconds"] / other["seconds"] for run, other in zip(runs, others, strict=True))


def _within(place: str, file: str) -> Figures:
    try:
        return measured("import", place, file, limit=TOO_LONG)
    except subprocess.TimeoutExpired:
        return {"seconds": math.inf, "search": math.inf}


def _ratios(tangle: Figures) -> tuple[float, float]:
    return tangle["over clean"], tangle["again over clean"]
