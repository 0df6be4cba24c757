"""The closed list of sentences that a page may use. The rooms given, when and then add theirs to it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.behaviour.page import PageError, Step
from tests.behaviour.world import World

BLANK: Final = re.compile(r"\b[A-Z]{3,}\b|\bN\b")
NUMBER: Final = "N"

Act = Callable[..., None]


@dataclass(frozen=True)
class Pattern:
    """A sentence with blanks (words in capitals), whether a table stands below it, and what it does."""

    keyword: str
    sentence: str
    table: bool
    act: Act

    def blanks(self, sentence: str) -> list[str] | None:
        """What fills the blanks, in their order; `None` where the sentence is another one."""
        pattern = re.escape(self.sentence)
        for name in BLANK.findall(self.sentence):
            pattern = pattern.replace(name, "([0-9,]+)" if name == NUMBER else "([^`]+)", 1)
        found = re.fullmatch(pattern, sentence)
        return list(found.groups()) if found else None


PATTERNS: Final[list[Pattern]] = []


def _adding(keyword: str) -> Callable[..., Callable[[Act], Act]]:
    def add(sentence: str, *, table: bool = False) -> Callable[[Act], Act]:
        def remember(act: Act) -> Act:
            PATTERNS.append(Pattern(keyword, sentence, table, act))
            return act

        return remember

    return add


given = _adding("Given")
when = _adding("When")
then = _adding("Then")


def bind(step: Step) -> Callable[[World], None]:
    """What this step does to a world: its function gets the world, the table if it has one, then the blanks.

    Raises `PageError` where no pattern knows the sentence, or has a table other than the step has.
    """
    for pattern in PATTERNS:
        blanks = pattern.blanks(step.sentence) if pattern.keyword == step.keyword else None
        if blanks is None:
            continue
        if pattern.table != (step.table is not None):
            raise PageError(f"{step.where}: “{step.sentence}” takes {'a' if pattern.table else 'no'} table")
        tables = [] if step.table is None else [step.table]
        return lambda world: pattern.act(world, *tables, *blanks)
    raise PageError(f"{step.where}: there is no such step: {step.keyword} {step.sentence}")
