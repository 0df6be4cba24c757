"""A big book as those use it who send: how long each question takes, and whether a contact costs the same in
every book.
"""

from statistics import median
from typing import Final

from bench.files import BenchFiles
from bench.measure import Figures, measured
from bench.places import Places
from bench.rounds import Sizes, middle, tell

SMALL_BOOK: Final = 10_000


def audience_round(sizes: Sizes, files: BenchFiles, places: Places) -> Figures:
    """Segments, first pages, exports and the bin of a book of a million, and what a contact costs in a small
    and in a big one.
    """
    contacts, file = sizes.middle_rows, str(files.folder / "export.csv")
    tell(f"{places.name}: a book of {contacts:,} with twenty fields")
    place = places.new()
    measured("write audience", place, str(contacts), "yes")
    places.settle()
    segments, pages, exports = (
        [measured(name, place, *more) for _ in range(sizes.pairs)]
        for name, more in (("count segment", ()), ("first pages", ()), ("export", (file,)))
    )
    tell(f"{places.name}: its bin")
    emptied, bare = [], []
    for _ in range(sizes.pairs):
        for name, runs in (("bare delete", bare), ("empty bin", emptied)):
            copy = places.copy(place)
            runs.append(measured(name, copy))
            places.drop(copy)
    places.clear()
    return {
        "book": contacts,
        "segment": {**middle(segments), "over by hand": _over(segments, "seconds", segments, "by hand")},
        "pages": pages[len(pages) // 2],
        "slowest page": median(run["slowest"] for run in pages),
        "export": middle(exports),
        "bin": {
            **middle(emptied),
            "bare": median(run["seconds"] for run in bare),
            "over bare": _over(emptied, "seconds", bare, "seconds"),
        },
        "flat": _flat(sizes, file, places),
    }


def _flat(sizes: Sizes, file: str, places: Places) -> Figures:
    """What a contact costs in the big book over what it costs in a small one, counted and written out."""
    costs: dict[str, list[float]] = {"count segment": [], "export": []}
    for contacts in (min(SMALL_BOOK, sizes.big_rows), sizes.big_rows):
        tell(f"{places.name}: a book of {contacts:,} with twenty fields")
        place = places.new()
        measured("write audience", place, str(contacts), "no")
        places.settle()
        for name, more in (("count segment", ()), ("export", (file,))):
            costs[name].append(measured(name, place, *more)["seconds"] / contacts)
        places.clear()
    ratios = {name: big / small for name, (small, big) in costs.items()}
    return {**ratios, "worst": max(ratios.values())}


def _over(runs: list[Figures], name: str, others: list[Figures], other: str) -> float:
    return median(run[name] / their[other] for run, their in zip(runs, others, strict=True))
