"""The table of what is asked of a big book."""

from collections.abc import Iterator, Sequence
from typing import Any

from bench.audience import PAGES
from bench.measure import Figures
from bench.units import in_seconds, speed


def audience(stores: Figures) -> Iterator[Sequence[str]]:
    """A line for each thing that was asked, a column for each store."""
    every = [of_store.get("audience") for of_store in stores.values()]

    def line(title: str, show: Any) -> Sequence[str]:
        return (title, *("not measured" if one is None else show(one) for one in every))

    yield line("contacts in the book", lambda one: f"{one['book']:,}")
    yield line("a segment of three rules", lambda one: in_seconds(one["segment"]["seconds"]))
    yield line("the same by hand in SQL", lambda one: in_seconds(one["segment"]["by hand"]))
    for name in PAGES:
        yield line(
            f"first page of {name}", lambda one, name=name: in_seconds(one["pages"]["pages"][name] / 1000)
        )
    yield line("everybody to CSV, all columns", lambda one: speed(one["export"]))
    yield line("peak memory of that", lambda one: f"{one['export']['peak_memory']:,.0f} MiB")
    yield line("the bin emptied", lambda one: speed(one["bin"]))
    yield line("of it, the storage written anew", lambda one: in_seconds(one["bin"]["storage"]))
    yield line("a bare delete of the same rows", lambda one: in_seconds(one["bin"]["bare"]))
    yield line("a contact counted, big book over small", lambda one: f"{one['flat']['count segment']:.2f}")
    yield line("a contact written out, big book over small", lambda one: f"{one['flat']['export']:.2f}")
