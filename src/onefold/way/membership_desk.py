"""The book open where contacts are put on lists and given tags."""

from onefold.way.desk import Desk


class MembershipDesk(Desk):
    """Who is on which list and has which tag, and how they came to it."""
