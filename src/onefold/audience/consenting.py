"""What contacts may receive, as a condition: `contact_states` (DESIGN 6) said in sets."""

from sqlalchemy import and_, exists, not_, or_, select

from onefold.model.consent import KIND_OF, Channel, ConsentState
from onefold.stores.audience import Condition
from onefold.stores.consent_schema import consent_state, refusal
from onefold.stores.schema import contact


def in_state(channel: Channel, state: ConsentState) -> Condition:
    """Whose state on the channel it is: that of the current address, unless the person has refused."""
    refused = _said(channel, ConsentState.UNSUBSCRIBED)
    if state is ConsentState.UNSUBSCRIBED:
        return or_(refused, _has_refused(channel))
    if state is ConsentState.NONE:
        said = _said(channel, ConsentState.SUBSCRIBED, ConsentState.PENDING, ConsentState.UNSUBSCRIBED)
        return and_(not_(said), not_(_has_refused(channel)))
    return and_(_said(channel, state), not_(_has_refused(channel)))


def _said(channel: Channel, *states: ConsentState) -> Condition:
    """That the log of the current address comes to one of these."""
    return exists().where(
        consent_state.c.address == contact.c[KIND_OF[channel]],
        consent_state.c.channel == channel.value,
        consent_state.c.state.in_([state.value for state in states]),
    )


def _has_refused(channel: Channel) -> Condition:
    """That a refusal of the person stands."""
    these = (refusal.c.channel == channel.value) & refusal.c.answered_by.is_(None)
    return contact.c.id.in_(select(refusal.c.contact_id).where(these))
