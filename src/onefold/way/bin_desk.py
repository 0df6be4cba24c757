"""The book open where contacts are removed, brought back, and erased."""

from onefold.way.desk import Desk


class BinDesk(Desk):
    """What leaves the book: to the bin first, then for good."""
