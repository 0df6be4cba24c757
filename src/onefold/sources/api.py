"""A call of the API, as the record that it is: whoever has a key answers for what it says."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from onefold.model.error import UsageError
from onefold.model.field import NAMES
from onefold.model.source import Source
from onefold.sources.known_headers import KNOWN_FIELDS, known_headers

AS_IT_IS: Final = ("at", "key", "trust", "contact_id", "tags", "lists", "consent", "activity")
"""Parts of a record that a call says in CONTRACT's own shape."""


def api_record(call: Mapping[str, Any], kinds: Collection[str], fields: Collection[str]) -> dict[str, Any]:
    """The record (CONTRACT) of a call. Its names may be ours, or what other products call the same
    (`EmailAddress`, `MobileNumber`: DEL-06). `kinds` of identifier and custom `fields` are this book's.

    Raises `UsageError` (`bad_record`) for a name that nothing is known by, and for two that mean the same.
    """
    record: dict[str, Any] = {"source": Source.API.value}
    custom = dict(call.get("fields") or {})
    plain = (*AS_IT_IS, *kinds, *NAMES)
    for said, value in call.items():
        if said in ("fields", "source"):
            continue
        name = said if said in (*plain, *fields) else _known_as(said)
        if name is None:
            raise _bad(f"a call says {said[:40]!r}, which is no field of this book", "see `onefold fields`")
        into = record if name in plain else custom
        if name in into:
            raise _bad(f"a call says {name} twice, once as {said[:40]!r}", "leave one out")
        into[name] = value
    return record | {"fields": custom}


def _known_as(said: str) -> str | None:
    """Our name for what another product calls so."""
    known = known_headers()
    return next((field for field in KNOWN_FIELDS if known.place(said, field) is not None), None)


def _bad(message: str, hint: str) -> UsageError:
    return UsageError(message, code="bad_record", hint=hint)
