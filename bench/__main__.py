"""Measures imports on both stores and prints the tables; `--write DATE` puts them into the manual."""

import argparse
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.bare_load import WAYS
from bench.measure import Figures, measured
from bench.page import page, write_page
from bench.people import write_people
from bench.places import Files, Places, server
from bench.tangles import TANGLES, write_tangle

ROWS = 200_000
PAIRS = 3
TOO_LONG = 180
"""Seconds that a tangled file is waited for; two minutes is what is promised."""


def main() -> None:
    """`python -m bench`; a smaller `--rows` is for trying."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"rows of each file ({ROWS:,})")
    parser.add_argument(
        "--pairs", type=int, default=PAIRS, help=f"runs that the median is taken of ({PAIRS})"
    )
    parser.add_argument("--store", choices=list(WAYS), action="append", help="only this store")
    parser.add_argument("--without-tangles", action="store_true", help="leave the tangled files out")
    parser.add_argument("--write", metavar="DATE", help="write docs/performance.md, as of that day")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onefold-bench-") as name:
        figures = _measure_all(Path(name), asked)
    print(page(figures, asked.write or "now"))
    if asked.write:
        write_page(figures, asked.write)


def _measure_all(folder: Path, asked: argparse.Namespace) -> Figures:
    file = folder / "people.csv"
    _tell(f"writing {asked.rows:,} people")
    write_people(file, asked.rows)
    figures: Figures = {"rows": asked.rows, "pairs": asked.pairs, "stores": {}}
    _tell("phone and email columns")
    figures["columns"] = measured("columns", str(file))
    stores = asked.store or list(WAYS)
    if "SQLite" in stores:
        figures["stores"]["SQLite"] = _measure_store(Files(folder), file, folder / "kept", asked)
    if "PostgreSQL" in stores:
        with server() as places:
            figures["postgresql"] = places.version()
            figures["stores"]["PostgreSQL"] = _measure_store(places, file, folder / "kept", asked)
    return figures


def _measure_store(places: Places, file: Path, kept: Path, asked: argparse.Namespace) -> Figures:
    """Bare loads and imports in turn, so that whatever else the machine does strikes both."""
    _tell(f"{places.name}: an import to warm up, whose rows are kept")
    measured("kept", places.new(), str(file), str(kept))
    places.clear()
    bare: dict[str, list[float]] = {how: [] for how in WAYS[places.name]}
    imports: list[Figures] = []
    for number in range(asked.pairs):
        for how, seconds in bare.items():
            seconds.append(measured("bare", places.new(), str(kept), how)["seconds"])
        imports.append(measured("import", places.new(), str(file)))
        places.clear()
        _tell(f"{places.name}: {number + 1} of {asked.pairs} pairs")
    best = bare[WAYS[places.name][0]]
    return {
        "bare": {how: median(seconds) for how, seconds in bare.items()},
        "quotient": median(run["seconds"] / seconds for run, seconds in zip(imports, best, strict=True)),
        "import": {
            name: median(run[name] for run in imports)
            for name in ("seconds", "search", "undo", "peak_memory")
        },
        "stages": {stage: median(run["stages"][stage] for run in imports) for stage in imports[0]["stages"]},
        "contacts": imports[0]["contacts"],
        "tangles": {} if asked.without_tangles else _measure_tangles(places, file.parent, asked.rows),
    }


def _measure_tangles(places: Places, folder: Path, rows: int) -> dict[str, Figures]:
    figures = {}
    for name in TANGLES:
        _tell(f"{places.name}: {name}")
        write_tangle(folder / "tangle.csv", name, rows)
        try:
            figures[name] = measured("tangle", places.new(), str(folder / "tangle.csv"), limit=TOO_LONG)
        except subprocess.TimeoutExpired:
            figures[name] = {"seconds": math.inf}
        places.clear()
    return figures


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
