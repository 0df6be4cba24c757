"""Measurements in big books: small imports into a million contacts, and a file into five millions."""

from statistics import median

from bench.bare_load import WAYS
from bench.files import BenchFiles
from bench.measure import Figures, measured
from bench.places import Places
from bench.rounds import Sizes, tell

SMALL_IMPORTS = 1_000
ROWS_OF_A_SMALL_IMPORT = 100
LONG_ENOUGH = 300
"""Seconds after which no more small import is begun; the page says how many there were."""


def small_imports(sizes: Sizes, files: BenchFiles, places: Places) -> Figures:
    """Many imports of a hundred rows, half known and half new, in one process and searched at once."""
    known, count = sizes.middle_rows, min(SMALL_IMPORTS, sizes.middle_rows // ROWS_OF_A_SMALL_IMPORT)
    tell(f"{places.name}: a book of {known:,} for small imports")
    people, place = str(files.people(known)), places.new()
    measured("import", place, people)
    places.settle()
    tell(f"{places.name}: up to {count:,} small imports")
    small = str(files.small(known, count, ROWS_OF_A_SMALL_IMPORT))
    figures = measured("small imports", place, small, str(LONG_ENOUGH))
    places.clear()
    return {**figures, "book": known, "per second": figures["imports"] / figures["seconds"]}


def big_book(sizes: Sizes, files: BenchFiles, places: Places) -> Figures:
    """The import that makes the big book; then imports of new people, and bare loads, into copies of it."""
    tell(f"{places.name}: writing {sizes.big_rows:,} people, and importing them")
    everybody, new = str(files.people(sizes.big_rows)), str(files.people(sizes.rows, sizes.big_rows))
    kept, how = str(files.folder / "kept"), WAYS[places.name][0]
    big = places.new()
    first = measured("import", big, everybody)
    tell(f"{places.name}: {first['seconds']:,.0f} s, and {first['search']:,.0f} s for the search index")
    place = places.copy(big)
    measured("kept", place, new, kept)
    places.drop(place)
    bare, runs = [], []
    for number in range(sizes.pairs):
        place = places.copy(big)
        bare.append(measured("bare", place, kept, how)["seconds"])
        places.drop(place)
        place = places.copy(big)
        runs.append(measured("import", place, new))
        places.drop(place)
        tell(f"{places.name}: {number + 1} of {sizes.pairs} pairs in the big book")
    places.clear()
    ratios = [run["seconds"] / seconds for run, seconds in zip(runs, bare, strict=True)]
    middle = sorted(range(len(runs)), key=ratios.__getitem__)[len(runs) // 2]
    return {
        "book": sizes.big_rows,
        "first": first,
        "bare": median(bare),
        "import": runs[middle],
        "over bare load": median(ratios),
        "peak_memory": first["peak_memory"],
    }
