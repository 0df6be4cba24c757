"""What contacts may receive, as a condition: `contact_states` (DESIGN 6) said in sets."""

from sqlalchemy import and_, exists, not_, or_, select

from onefold.model.consent import KIND_OF, Channel, ConsentState
from onefold.resolve.consent_of_contacts import OWN
from onefold.stores.audience import Condition
from onefold.stores.schema import alias, consent_state, contact


def in_state(channel: Channel, state: ConsentState) -> Condition:
    """Whose state on the channel it is: that of the current address, unless the person refused at another of
    theirs and has not said otherwise since.
    """
    refused = _said(channel, ConsentState.UNSUBSCRIBED)
    if state is ConsentState.UNSUBSCRIBED:
        return or_(refused, _refused_elsewhere(channel))
    if state is ConsentState.NONE:
        said = _said(channel, ConsentState.SUBSCRIBED, ConsentState.PENDING, ConsentState.UNSUBSCRIBED)
        return and_(not_(said), not_(_refused_elsewhere(channel)))
    return and_(_said(channel, state), not_(_refused_elsewhere(channel)))


def _said(channel: Channel, *states: ConsentState) -> Condition:
    """That the log of the current address comes to one of these."""
    return exists().where(
        consent_state.c.address == contact.c[KIND_OF[channel]],
        consent_state.c.channel == channel.value,
        consent_state.c.state.in_([state.value for state in states]),
    )


def _refused_elsewhere(channel: Channel) -> Condition:
    """That a refusal at another own address stands: no later, strong grant at the current one answers it."""
    there, here = consent_state.alias("there"), consent_state.alias("here")
    person = contact.alias("person")
    answered = exists().where(
        here.c.address == person.c[KIND_OF[channel]],
        here.c.channel == channel.value,
        here.c.state == ConsentState.SUBSCRIBED.value,
        ~here.c.weak,
        here.c.at > there.c.at,
    )
    who = (
        select(alias.c.contact_id)
        .join(there, there.c.address == alias.c.value)
        .join(person, person.c.id == alias.c.contact_id)
        .where(
            alias.c.kind == KIND_OF[channel],
            alias.c.why.in_([why.value for why in OWN]),
            there.c.channel == channel.value,
            there.c.state == ConsentState.UNSUBSCRIBED.value,
            not_(answered),
        )
    )
    return contact.c.id.in_(who)
