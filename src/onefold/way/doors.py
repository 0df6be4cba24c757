"""The ways in beside files and records: an inbound text, a form, a token."""

from onefold.way.consent_desk import ConsentDesk


class Doors(ConsentDesk):
    """What comes from one person at one moment, and what is answered."""
