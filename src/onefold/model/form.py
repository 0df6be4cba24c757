"""A form: what it asks for, and the exact words that people agree to by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from onefold.model.consent import Channel


class Tick(StrEnum):
    """How a person agrees: by ticking a box, or by sending the form under whose button the wording stands."""

    CHECKBOX = "checkbox"
    SENDING = "sending"


@dataclass(frozen=True)
class Asked:
    """One thing that a form asks for: a contact's field under the name that people use."""

    name: str
    required: bool = False


@dataclass(frozen=True)
class Agreement:
    """What people read where they agree to be reached on a channel, word for word."""

    wording: str
    required: bool = False
    by: Tick = Tick.CHECKBOX


@dataclass(frozen=True)
class Form:
    """A form as it stands in one version; every save that changes it makes a new one.

    `double_opt_in`: nobody is subscribed before the link in a mail is opened or a text is answered with YES.
    """

    name: str
    version: int
    title: str
    fields: tuple[Asked, ...]
    consent: Mapping[Channel, Agreement] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    double_opt_in: bool = True


@dataclass(frozen=True)
class Submission:
    """What somebody sent: `values` by the names of the form's fields, and `consent.email`, `consent.sms`.

    `at` is ISO 8601; `key` is what the sender knows it by: it is taken once.
    """

    values: Mapping[str, object]
    url: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    at: str | None = None
    key: str | None = None
