"""Inbound texts and the keywords that a book answers to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class TextKind(StrEnum):
    """What an inbound text is (GLOSSARY)."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    KEYWORD = "keyword"
    ANSWER = "answer"
    DOUBTFUL_OPT_OUT = "doubtful_opt_out"
    DECLINE = "decline"
    OTHER = "other"


GRANTS: Final = frozenset({TextKind.OPT_IN, TextKind.KEYWORD})
REFUSALS: Final = frozenset({TextKind.OPT_OUT, TextKind.DOUBTFUL_OPT_OUT})
DOUBTFUL: Final = TextKind.DOUBTFUL_OPT_OUT.value
"""The method of a consent that only looks like a refusal."""


@dataclass(frozen=True)
class Keyword:
    """A word of the book's own, and what texting it does.

    `wording` is what people read before they text it, word for word: what they agree to. `version` grows by
    one with every change of it. `question` asks for the email address, where that is wanted.
    """

    word: str
    wording: str
    version: int = 1
    list: str | None = None
    tags: tuple[str, ...] = ()
    reply: str | None = None
    question: str | None = None
