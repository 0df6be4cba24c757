"""What was promised, and whether what was measured keeps it."""

import math
from dataclasses import dataclass

from bench.measure import Figures


@dataclass(frozen=True)
class Promise:
    """One figure: in which round it is measured, by which path it is found there, and how far it may go.

    `once`: it has nothing to do with the store.
    """

    title: str
    round: str
    path: tuple[str, ...]
    bound: float
    at_least: bool = False
    unit: str = ""
    once: bool = False

    def kept(self, figure: float) -> bool:
        """Whether this figure is good enough."""
        return figure >= self.bound if self.at_least else figure <= self.bound

    def measured(self, figures: Figures) -> float | None:
        """The figure among those of its round; None where it was not taken."""
        found = figures
        for step in self.path:
            if step not in found:
                return None
            found = found[step]
        return float(found)  # type: ignore[arg-type]

    @property
    def words(self) -> str:
        """The bound, like `at most 1.7`."""
        return f"at {'least' if self.at_least else 'most'} {self.bound:,}{self.unit}"

    def verdict(self, figure: float) -> str:
        """The figure, whether it is good enough, and by how much."""
        if math.isinf(figure):
            return "**too long ✗**"
        shown = f"{figure:,.2f}" if figure < 100 else f"{figure:,.0f}"
        away = abs(figure / self.bound - 1)
        if self.kept(figure):
            return f"{shown}{self.unit} ✓ by {away:.0%}"
        return f"**{shown}{self.unit} ✗ by {away:.0%}**"


AT_MOST = (
    Promise("new rows, import over bare load (the aim is 1.5)", "import", ("over bare load",), 1.7),
    Promise("the same file again, over its first import", "repeats", ("again", "over import"), 0.7),
    Promise("with 10 % of rows changed, over the first import", "repeats", ("changed", "over import"), 1.2),
    Promise("dry run over import", "repeats", ("dry run", "over import"), 0.5),
    Promise("new rows into the big book, import over bare load", "big", ("over bare load",), 2.0),
    Promise("peak memory of the import that makes the big book", "big", ("peak_memory",), 2048, unit=" MiB"),
    Promise("one record through take, the median (the aim is 10)", "records", ("one",), 25, unit=" ms"),
    Promise(
        "states of the same addresses, in a log five times as long", "consents", ("long over short",), 2.0
    ),
    Promise(
        "a segment of three rules, over the same by hand in SQL", "audience", ("segment", "over by hand"), 3
    ),
    Promise("the slowest first page of contacts", "audience", ("slowest page",), 100, unit=" ms"),
    Promise("emptying the bin over a bare delete of the rows", "audience", ("bin", "over bare"), 3),
    Promise("a contact counted or written out, big book over small", "audience", ("flat", "worst"), 1.5),
    Promise("the worst tangled file over a clean one, first and again", "tangles", ("worst",), 5),
)
AT_LEAST = (
    Promise("phones in columns over one at a time, clean international", "phones",
            ("clean international", "times"), 20, at_least=True, once=True),
    Promise("phones in columns over one at a time, messy national", "phones",
            ("messy national", "times"), 5, at_least=True, once=True),
    Promise("new rows a second over django-import-export", "django", ("new", "times"), 15,
            at_least=True, once=True),
    Promise("updates a second over django-import-export", "django", ("updates", "times"), 30,
            at_least=True, once=True),
    Promise("small imports a second", "small", ("per second",), 8, at_least=True),
    Promise("rows a second of records over those of an import", "records", ("over import",), 0.5,
            at_least=True),
    Promise("contacts a second to CSV (promised on SQLite)", "audience", ("export", "per second"), 100_000,
            at_least=True),
    Promise("records a second, a thousand at a time (the aim is 15,000)", "records", ("per second",), 5_000,
            at_least=True),
)  # fmt: skip
PROMISES = AT_MOST + AT_LEAST
