"""The tables below the first one: seconds, stages, and each file by itself."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bench.audience_details import audience
from bench.bare_load import WAYS
from bench.measure import Figures
from bench.table import table
from bench.units import in_seconds, share, speed

STEPS = {
    "import": "new rows",
    "again": "the same again",
    "changed": "10 % changed",
    "dry run": "dry run",
    "into the big book": "into the big book",
    "the big book": "the big book itself",
    "small": "one small import",
}
"""Kinds of imports, as the columns of the stages name them."""


def details(kept: dict[str, Any]) -> Iterator[str]:
    """The parts of the page after its first table, one by one."""
    figures: Figures = kept["figures"]
    stores = {store: figures[store] for store in WAYS if store in figures}
    if any("import" in of_store for of_store in stores.values()):
        yield "### New rows into an empty book\n"
        yield table(("", *stores), _new_rows(stores))
    for store, of_store in stores.items():
        steps = _steps(of_store)
        if steps:
            yield f"### Where the time of an import goes: {store}\n"
            yield table(("", *(STEPS[step] for step in steps)), _stages(steps))
    if any("big" in of_store for of_store in stores.values()):
        yield "### The big book\n"
        yield table(("", *stores), _big(stores))
    if any("consents" in of_store for of_store in stores.values()):
        yield "### Consent\n"
        yield table(("", *stores), _consents(stores))
    if any("records" in of_store for of_store in stores.values()):
        yield "### Records\n"
        yield table(("", *stores), _records(stores))
    if any("audience" in of_store for of_store in stores.values()):
        yield "### Segments, pages, exports and the bin\n"
        yield table(("", *stores), audience(stores))
    for store, of_store in stores.items():
        if "small" in of_store:
            small = of_store["small"]
            each = small["rows"] // small["imports"]
            yield (
                f"Small imports, {store}: {small['imports']:,} of {each:,} rows each into {small['book']:,} "
                f"contacts, {small['seconds']:.1f} s, search index and all.\n"
            )
    once = figures.get("once", {})
    if "phones" in once:
        yield "### Phones and emails in columns, and one at a time by the libraries\n"
        yield table(("", "columns", "one at a time", "times as fast"), _columns(once["phones"]))
    if "new" in once.get("django", {}):
        django = once["django"]
        yield f"### The same rows by django-import-export, on Django {django['new']['theirs']['django']}\n"
        yield table(("SQLite", "theirs", "ours", "our search index", "times as fast"), _django(django))
    tangled = {
        store: of_store["tangles"]["tangles"] for store, of_store in stores.items() if "tangles" in of_store
    }
    for store, tangles in tangled.items():
        yield f"### Tangled files, over a clean one of the same length: {store}\n"
        yield table(
            ("", "first", "search index", "over clean", "again", "again over clean"), _tangles(tangles)
        )


def _new_rows(stores: Figures) -> list[Sequence[str]]:
    every = [of_store.get("import") for of_store in stores.values()]

    def line(title: str, show: Any) -> Sequence[str]:
        return (title, *("" if one is None else show(one) for one in every))

    ways = dict.fromkeys(how for store in stores for how in WAYS[store])
    return [
        line("whole import", lambda one: speed(one["import"])),
        *(
            line(f"bare load, {how}", lambda one, how=how: in_seconds(one["bare"].get(how)))  # type: ignore[misc]
            for how in ways
        ),
        line("search index, apart", lambda one: in_seconds(one["import"]["search"])),
        line("undo", lambda one: in_seconds(one["import"]["undo"])),
        line("undo over import", lambda one: f"{one['import']['undo'] / one['import']['seconds']:.2f}"),
        line("peak memory of the import", lambda one: f"{one['import']['peak_memory']:,.0f} MiB"),
    ]


def _steps(of_store: Figures) -> dict[str, Figures]:
    """By kind of import its figures, small imports as one of them."""
    steps: dict[str, Figures] = {}
    if "import" in of_store:
        steps["import"] = of_store["import"]["import"]
    repeats = of_store.get("repeats", {})
    steps |= {step: repeats[step] for step in ("again", "changed", "dry run") if step in repeats}
    if "big" in of_store:
        steps["into the big book"], steps["the big book"] = (
            of_store["big"]["import"],
            of_store["big"]["first"],
        )
    if "small" in of_store:
        small = of_store["small"]
        count = small["imports"]
        stages = {stage: seconds / count for stage, seconds in small["stages"].items()}
        search = stages.pop("search")
        steps["small"] = {"seconds": small["seconds"] / count - search, "search": search, "stages": stages}
    return steps


def _stages(steps: dict[str, Figures]) -> list[Sequence[str]]:
    stages = next(iter(steps.values()))["stages"]
    return [
        *(
            (stage, *(share(one["stages"][stage], one["seconds"]) for one in steps.values()))
            for stage in stages
        ),
        ("the whole", *(in_seconds(one["seconds"]) for one in steps.values())),
        ("search index, apart", *(in_seconds(one["search"]) for one in steps.values())),
    ]


def _records(stores: Figures) -> list[Sequence[str]]:
    every = [of_store.get("records") for of_store in stores.values()]

    def line(title: str, show: Any) -> Sequence[str]:
        return (title, *("not measured" if one is None else show(one) for one in every))

    return [
        line("a file of checkouts, half of them known", lambda one: speed(one["records"])),
        line("an import of the same people", lambda one: speed(one["import"])),
        line("one record at a time, the median", lambda one: f"{one['one']:.0f} ms"),
        line("a thousand at a time", lambda one: f"{one['per second']:,.0f} records/s"),
    ]


def _consents(stores: Figures) -> list[Sequence[str]]:
    every = [of_store.get("consents") for of_store in stores.values()]

    def line(title: str, show: Any) -> Sequence[str]:
        return (title, *("not measured" if one is None else show(one) for one in every))

    return [
        line(
            f"states of many addresses in a {log} log",
            lambda one, log=log: f"{one['addresses'] / one[log]['seconds']:,.0f} addresses/s",
        )
        for log in ("short", "long")
    ] + [line("state and log of one address, the median", lambda one: f"{one['long']['one']:.1f} ms")]


def _big(stores: Figures) -> list[Sequence[str]]:
    every = [of_store.get("big") for of_store in stores.values()]

    def line(title: str, show: Any) -> Sequence[str]:
        return (title, *("not measured" if one is None else show(one) for one in every))

    return [
        line("the import that makes it", lambda one: speed(one["first"])),
        line("its search index, apart", lambda one: in_seconds(one["first"]["search"])),
        line("new rows into it, whole import", lambda one: speed(one["import"])),
        line("their bare load", lambda one: in_seconds(one["bare"])),
        line("their search index, apart", lambda one: in_seconds(one["import"]["search"])),
    ]


def _columns(figures: Figures) -> Iterable[Sequence[str]]:
    for kind, one in figures.items():
        if kind != "run":
            title = kind if kind == "emails" else f"phones, {kind}"
            yield title, in_seconds(one["columns"]), in_seconds(one["one at a time"]), f"{one['times']:.1f}"


def _django(figures: Figures) -> Iterable[Sequence[str]]:
    for step, title in (("new", "new rows"), ("updates", "updates of all rows")):
        one = figures[step]
        ours = one["ours"]
        search = in_seconds(ours["search"])
        yield title, speed(one["theirs"]), speed(ours), search, f"{one['times']:.1f}"


def _tangles(figures: Figures) -> Iterable[Sequence[str]]:
    for name, one in figures.items():
        first, again = one["first"], one["again"]
        ratios = f"{one['over clean']:.2f}", f"{one['again over clean']:.2f}"
        shown = in_seconds(first["seconds"]), in_seconds(first["search"])
        yield name, *shown, ratios[0], in_seconds(again["seconds"]), ratios[1]
