"""What somebody changes of their own data, logged in or by a link, as the record that it is."""

from collections.abc import Collection, Mapping
from typing import Any

from onefold.model.field import NAMES
from onefold.model.identifier import CONTACT_ID
from onefold.model.source import Source


def profile_update_record(
    contact_id: int,
    values: Mapping[str, object],
    kinds: Collection[str],
    *,
    proven: Collection[str] = (),
    consent: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The record (CONTRACT) of an update by somebody who has shown to be this contact. A new email or number
    is merely typed, unless it is among `proven`. `kinds` are the book's kinds of identifier.
    """
    known = (*kinds, *NAMES)
    return {
        "source": Source.PROFILE_UPDATE.value,
        "proven": [CONTACT_ID, *proven],
        CONTACT_ID: contact_id,
        **{name: value for name, value in values.items() if name in known},
        "fields": {name: value for name, value in values.items() if name not in known},
        "consent": dict(consent or {}),
    }
