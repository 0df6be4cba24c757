"""Identifiers: what a contact is recognised by."""

from enum import StrEnum
from typing import Final

CONTACT_ID: Final = "contact_id"
CRM_ID: Final = "crm_id"
EMAIL: Final = "email"
PHONE: Final = "phone"

BUILT_IN_KINDS: Final = (CONTACT_ID, CRM_ID, EMAIL, PHONE)
ADDRESS_KINDS: Final = (EMAIL, PHONE)
"""Kinds that a person is reached at; their former values are remembered (DESIGN 5, step 11)."""


class Why(StrEnum):
    """Why an alias is there (DESIGN 5). `CURRENT` is not stored: it is the contact's own column."""

    CURRENT = "current"
    FORMER = "former"
    RELEASED = "released"
    SECOND = "second"
    HELD_ELSEWHERE = "held_elsewhere"
    CLAIMED = "claimed"
    MERGED_ID = "merged_id"


RECOGNISING: Final = (Why.CURRENT, Why.SECOND)
"""Holdings by which a contact is found at once (DESIGN 5, step 2)."""


class Mark(StrEnum):
    """What the book or its operator says of an identifier's value (DESIGN 5, step 2)."""

    SHARED = "shared"
    BLOCKED = "blocked"


def kinds_of(own_kinds: tuple[str, ...]) -> tuple[str, ...]:
    """All kinds that a contact holds in a column, strongest first: `crm_id`, the book's own, `email`,
    `phone`.
    """
    return (CRM_ID, *own_kinds, EMAIL, PHONE)


def as_written(kind: str) -> str:
    """The column that keeps an address as somebody spelled it, where that differs from the canonical one."""
    return f"{kind}_as_written"
