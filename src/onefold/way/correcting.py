"""What correcting an address does to consent, said at once to whoever corrects it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from onefold.model.consent import KIND_OF, Channel, ConsentState
from onefold.resolve.consent_log import GRANTS
from onefold.stores import Reader

WORDS: Final = {Channel.EMAIL: "mails", Channel.SMS: "texts"}


def address_states(reader: Reader, contact: Mapping[str, Any]) -> dict[Channel, str]:
    """What the log of each current address of a contact (CONTRACT's shape) comes to, by channel."""
    return {
        channel: _state_of(reader, channel, contact[kind])
        for channel, kind in KIND_OF.items()
        if contact[kind] is not None
    }


def consent_after_correction(
    reader: Reader, before: Mapping[str, Any], states: Mapping[Channel, str], after: Mapping[str, Any]
) -> Iterator[str]:
    """A sentence for each thing that happened to consent. `before`, `after`: the contact (CONTRACT's shape);
    `states`: what the addresses came to before.
    """
    for channel, kind in KIND_OF.items():
        old, new = before[kind], after[kind]
        if old == new:
            continue
        if old is not None and states[channel] in GRANTS and _state_of(reader, channel, old) not in GRANTS:
            yield f"the consent of {old} to {WORDS[channel]} has lapsed, for it is no longer this contact's"
        if new is not None:
            yield _of_new(reader, channel, new, after["consent"][channel.value])


def _of_new(reader: Reader, channel: Channel, address: str, state: str) -> str:
    """How a contact begins at an address that is new to it."""
    words, own = WORDS[channel], _state_of(reader, channel, address)
    if own == ConsentState.UNSUBSCRIBED:
        return f"{address} has refused {words}, and gets none"
    if state == ConsentState.UNSUBSCRIBED:
        return f"this contact has refused {words}: the refusal goes with the person, and {address} gets none"
    if state == ConsentState.NONE:
        return f"{address} begins with no consent to {words}: that of another address does not go with it"
    return f"{address} is {state} for {words}, by its own log"


def _state_of(reader: Reader, channel: Channel, address: str) -> str:
    asked = pl.DataFrame({"channel": [channel.value], "address": [address]})
    found = reader.consent_states(asked)["state"]
    return str(found.item()) if len(found) else ConsentState.NONE.value
