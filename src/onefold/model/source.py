"""Where a record comes from, and what that source is trusted to know."""

from enum import IntEnum, StrEnum
from typing import Final


class Source(StrEnum):
    """The ways in (GLOSSARY)."""

    IMPORT = "import"
    FORM = "form"
    KEYWORD = "keyword"
    CLICK_TO_TEXT = "click_to_text"
    SUBSCRIBE_LINK = "subscribe_link"
    CHECKOUT = "checkout"
    PROFILE_UPDATE = "profile_update"
    API = "api"
    CONSOLE = "console"


class Trust(IntEnum):
    """How a record knows one of its identifiers; the larger, the surer."""

    CLAIMED = 0
    PROVEN = 1
    ATTESTED = 2


ATTESTING: Final = frozenset({Source.IMPORT, Source.API, Source.CONSOLE})
"""Sources whose records the operator answers for."""
