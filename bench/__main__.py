"""Measures what docs/performance.md promises, and prints the page; `--write DATE` puts it into the manual."""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.audiences import audience_round
from bench.bare_load import WAYS
from bench.big_books import big_book, small_imports
from bench.consents import consents_round
from bench.files import BenchFiles
from bench.measure import Figures
from bench.page import page, write_page
from bench.places import Files, Places, server
from bench.records import records_round
from bench.rounds import Round, Sizes, comparison, imports, phones, repeats, tangles, tell

ROWS, BIG_ROWS, PAIRS = 200_000, 5_000_000, 3
ON_EACH_STORE: dict[str, Round] = {
    "import": imports,
    "repeats": repeats,
    "tangles": tangles,
    "small": small_imports,
    "records": records_round,
    "consents": consents_round,
    "audience": audience_round,
    "big": big_book,
}
ONCE: dict[str, Round] = {"phones": phones, "django": comparison}
ROUNDS = ON_EACH_STORE | ONCE
Kept = dict[str, Any]
"""The figures by store and round; those of rounds that need no store, or SQLite, under `ONCE_ONLY`."""
ONCE_ONLY = "once"


def main() -> None:
    """`python -m bench`; smaller `--rows` and `--big-rows` are for trying."""
    asked = _asked()
    sizes = Sizes(asked.rows, asked.big_rows, asked.pairs)
    kept = _read(asked.keep, sizes)
    began = datetime.now(UTC).isoformat(timespec="seconds")

    def keep(store: str, name: str, figures: Figures) -> None:
        kept["figures"].setdefault(store, {})[name] = {**figures, "run": began}
        if asked.keep:
            asked.keep.write_text(json.dumps(kept, indent=1), encoding="utf-8")

    wanted = asked.only or list(ROUNDS)
    todo = [
        (store, name)
        for store in (ONCE_ONLY, *WAYS)
        for name in (ONCE if store == ONCE_ONLY else ON_EACH_STORE)
        if name in wanted
        and (store == ONCE_ONLY or store in (asked.store or WAYS))
        and (asked.only or name not in kept["figures"].get(store, {}))
    ]
    with tempfile.TemporaryDirectory(prefix="onefold-bench-") as folder:
        _measure(todo, sizes, Path(folder), kept, keep)
    print(page(kept, asked.write or "now"))
    if asked.write:
        write_page(kept, asked.write)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"rows of each file ({ROWS:,})")
    parser.add_argument("--big-rows", type=int, default=BIG_ROWS, help=f"rows of the big book ({BIG_ROWS:,})")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"runs for each median ({PAIRS})")
    parser.add_argument("--store", choices=list(WAYS), action="append", help="only this store")
    parser.add_argument("--only", choices=list(ROUNDS), nargs="+", help="only these measurements")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="keep figures there; what it has is measured anew by --only"
    )
    parser.add_argument("--write", metavar="DATE", help="write docs/performance.md, as of that day")
    return parser.parse_args()


def _read(file: Path | None, sizes: Sizes) -> Kept:
    asked = {"rows": sizes.rows, "big rows": sizes.big_rows, "pairs": sizes.pairs}
    if file is None or not file.exists():
        return {"sizes": asked, "figures": {}}
    kept: Kept = json.loads(file.read_text(encoding="utf-8"))
    if kept["sizes"] != asked:
        raise SystemExit(f"{file} holds figures of other sizes: {kept['sizes']}")
    return kept


def _measure(
    todo: list[tuple[str, str]],
    sizes: Sizes,
    folder: Path,
    kept: Kept,
    keep: Callable[[str, str, Figures], None],
) -> None:
    files = BenchFiles(folder)
    for store in dict.fromkeys(store for store, _ in todo):
        with _places(store, folder) as places:
            if store == "PostgreSQL":
                kept["postgresql"] = places.version()
            for name in (name for of_store, name in todo if of_store == store):
                tell(f"{store}: {name}")
                keep(store, name, ROUNDS[name](sizes, files, places))


@contextmanager
def _places(store: str, folder: Path) -> Iterator[Places]:
    if store == "PostgreSQL":
        with server() as places:
            yield places
    else:
        yield Files(folder)


if __name__ == "__main__":
    main()
