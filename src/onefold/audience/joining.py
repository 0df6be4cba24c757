"""Many conditions joined to one: SQLite takes no more than a thousand in a row."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy.sql.elements import Grouping

from onefold.stores.audience import Condition

TOGETHER: Final = 30


def joined(join: Callable[..., Condition], conditions: Sequence[Condition]) -> Condition:
    """The conditions joined by `and_` or `or_`, in brackets where they are many."""
    while len(conditions) > TOGETHER:
        starts = range(0, len(conditions), TOGETHER)
        conditions = [InBrackets(join(*conditions[start : start + TOGETHER])) for start in starts]
    return join(*conditions)


class InBrackets(Grouping[Any]):
    """A condition that stays in its brackets: SQLAlchemy would take them away where they say nothing new."""

    inherit_cache = True
    operator = None
