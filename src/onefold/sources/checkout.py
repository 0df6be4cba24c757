"""An order of a shop, as the record that it is: typed by a customer, who may be logged in."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from onefold.model.activity import ActivityKind
from onefold.model.consent import Channel, ConsentState
from onefold.model.error import UsageError
from onefold.model.source import Source

SAID_IN: Final = {
    "email": ("", "customer", "billing_address"),
    "phone": ("", "customer", "billing_address"),
    "first_name": ("customer", "billing_address", ""),
    "last_name": ("customer", "billing_address", ""),
}
"""The parts of an order that tell of the buyer, the likeliest first; '' is the order itself. Whom the parcel
goes to (`shipping_address`) need not be who bought it.
"""
BOXES: Final = {
    Channel.EMAIL: ("accepts_marketing", "buyer_accepts_marketing", "email_marketing_consent"),
    Channel.SMS: ("accepts_sms_marketing", "buyer_accepts_sms_marketing", "sms_marketing_consent"),
}
"""What shops call a tick box, in the order or its customer."""
PERSONAL: Final = frozenset({*SAID_IN, "customer", "billing_address", "shipping_address", "client_details"})
"""What of an order is the contact's, and no part of what was bought."""


def checkout_record(
    order: Mapping[str, Any], *, wordings: Mapping[str, str] | None = None, proven: Collection[str] = ()
) -> dict[str, Any]:
    """The record (CONTRACT) of an order as shops send them: `id`, `email`, `phone`, `customer`, `line_items`.

    A ticked box is a grant, with the wording that stood beside it (`wordings`, by channel); one that is not
    ticked says nothing. `proven`: what the customer had logged in with. The order is what was bought, and its
    id the key. Raises `UsageError` (`bad_record`) for an order without an id.
    """
    number = order.get("id")
    if not isinstance(number, str | int) or isinstance(number, bool) or number == "":
        raise UsageError(
            "an order has no id, and could be taken twice", code="bad_record", hint='send it as "id"'
        )
    at = order.get("processed_at") or order.get("created_at")
    said = {name: _first(order, places, name) for name, places in SAID_IN.items()}
    bought = {name: value for name, value in order.items() if name not in PERSONAL}
    evidence = {"url": order.get("landing_site"), "ip": order.get("browser_ip")}
    return {
        "source": Source.CHECKOUT.value,
        "key": str(number),
        "at": at,
        "proven": [kind for kind in proven if said.get(kind)],
        **{name: value for name, value in said.items() if value},
        "consent": {
            channel.value: {
                "state": ConsentState.SUBSCRIBED.value,
                "method": "checkbox",
                "wording": (wordings or {}).get(channel.value),
                **evidence,
            }
            for channel in Channel
            if any(
                _ticked(place.get(box)) for place in _parts(order, ("", "customer")) for box in BOXES[channel]
            )
        },
        "activity": [{"kind": ActivityKind.BOUGHT.value, "at": at, "payload": bought}],
    }


def _parts(order: Mapping[str, Any], places: Collection[str]) -> list[Mapping[str, Any]]:
    parts = [order.get(place) if place else order for place in places]
    return [part for part in parts if isinstance(part, Mapping)]


def _first(order: Mapping[str, Any], places: Collection[str], name: str) -> Any:
    return next((part[name] for part in _parts(order, places) if part.get(name)), None)


def _ticked(said: object) -> bool:
    """A box, or what a shop keeps of one."""
    return said is True or (isinstance(said, Mapping) and said.get("state") == "subscribed")
