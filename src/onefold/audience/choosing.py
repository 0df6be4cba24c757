"""Which contacts a command is about: those on a list, with a tag, of a segment, touched by a receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, true

from onefold.audience.belonging import on_list, tagged, touched_by
from onefold.audience.conditions import condition_of_rules, condition_of_segment
from onefold.model.segment import parse_rules
from onefold.stores import Reader
from onefold.stores.audience import Condition


@dataclass(frozen=True)
class Choice:
    """Contacts for whom all that is named here holds; where nothing is, everybody.

    `rules`: as CONTRACT writes them. `segment`, `list`, `tag`: by name. `receipt`: by id, of an import or
    any other.
    """

    rules: Mapping[str, Any] | None = None
    segment: str | None = None
    list: str | None = None
    tag: str | None = None
    receipt: int | None = None


def condition_of(choice: Choice, reader: Reader, now: datetime) -> Condition:
    """The choice as a condition of the book's contacts.

    Raises `UsageError` (`bad_rules`, `unknown_field`, `unknown_segment`, `segment_circle`, `unknown_list`,
    `unknown_tag`, `unknown_receipt`).
    """
    conditions: list[Condition] = [true()]
    if choice.rules is not None:
        conditions.append(condition_of_rules(parse_rules(choice.rules), reader, now))
    if choice.segment is not None:
        conditions.append(condition_of_segment(choice.segment, reader, now))
    if choice.list is not None:
        conditions.append(on_list(reader, choice.list))
    if choice.tag is not None:
        conditions.append(tagged(reader, choice.tag))
    if choice.receipt is not None:
        conditions.append(touched_by(reader, choice.receipt))
    return and_(*conditions)
