"""An edit by hand in the console or on the command line, as the record that it is: attested, and it wins."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from onefold.model.consent import Channel, ConsentState
from onefold.model.field import NAMES
from onefold.model.identifier import PHONE
from onefold.model.source import Source


def edit_record(contact_id: int, values: Mapping[str, object], kinds: Collection[str]) -> dict[str, Any]:
    """The record (CONTRACT) of one contact's new values; `kinds` are the book's kinds of identifier."""
    known = (*kinds, *NAMES)
    return {
        "source": Source.CONSOLE.value,
        "contact_id": contact_id,
        **{name: value for name, value in values.items() if name in known},
        "fields": {name: value for name, value in values.items() if name not in known},
    }


REVIEWED: Final = "review"
"""The method of a consent that an operator has looked at."""


def refusal_record(phone: str, at: str, method: str = REVIEWED) -> dict[str, Any]:
    """The record of an operator who confirms that a number refused texts at that moment (ISO 8601)."""
    refusal = {"state": ConsentState.UNSUBSCRIBED.value, "at": at, "method": method}
    return {"source": Source.CONSOLE.value, PHONE: phone, "consent": {Channel.SMS.value: refusal}}
