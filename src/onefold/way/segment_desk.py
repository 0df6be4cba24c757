"""The book open where segments are kept, counted and explained."""

from onefold.way.desk import Desk


class SegmentDesk(Desk):
    """Contacts by what is known of them."""
