"""The ways in beside files and records: an inbound text, a form, a token."""

from onefold.way.desk import Desk


class Doors(Desk):
    """What comes from one person at one moment, and what is answered."""
