"""A number that was typed behind a link in a campaign, as the record that it is."""

from collections.abc import Mapping
from typing import Any

from onefold.model.consent import Channel, ConsentState
from onefold.model.identifier import CONTACT_ID, PHONE
from onefold.model.source import Source


def subscribe_record(contact_id: int, phone: str, evidence: Mapping[str, str | None]) -> dict[str, Any]:
    """The record (CONTRACT) of a number that the person whom the link was made for has typed: the contact is
    proven, the number waits for its own YES, and until then texts are pending.
    """
    return {
        "source": Source.SUBSCRIBE_LINK.value,
        "proven": [CONTACT_ID],
        CONTACT_ID: contact_id,
        PHONE: phone,
        "consent": {Channel.SMS.value: {"state": ConsentState.PENDING.value, **evidence}},
    }
