"""The book open where contacts are written out."""

from onefold.way.desk import Desk


class ExportDesk(Desk):
    """Contacts, for other programs and for themselves."""
