"""Whose record is it? Steps 1 to 6 of DESIGN 5, each a function, and the order in which they speak."""

from dataclasses import dataclass, field, replace

from onefold.model.identifier import CONTACT_ID, PHONE, Why
from onefold.model.outcome import Purpose, Reason, ReviewKind
from onefold.model.policy import Contradiction, FormerNumbers, SharedIdentifier
from onefold.model.source import Source, Trust
from tests.oracle.state import Contact, Record, Review, Rules, State, has_any

Found = dict[str, list[Contact]]
"""For each kind that finds anybody, strongest first: whom, oldest first."""


@dataclass
class Recognised:
    """Who a record's person is, so far as steps 1 to 6 say. `others`: whom else it met, by kind."""

    error: Reason | None = None
    target: Contact | None = None
    named_by: str | None = None
    set_aside: bool = False
    others: Found = field(default_factory=dict)
    contradicting: set[int] = field(default_factory=set)
    reviews: list[Review] = field(default_factory=list)


def recognise(state: State, record: Record, rules: Rules) -> Recognised:
    """Steps 2 to 6, the purpose (step 4) last of them."""
    if rules.purpose is Purpose.ADD_ALL:
        return Recognised()
    if only_shared_and_nameless(state, record, rules):
        return Recognised(error=Reason.IDENTIFIER_SHARED)
    if needs_the_bin(state, record, rules):
        return Recognised(error=Reason.IDENTIFIER_TAKEN)
    found = held_now(state, record, rules) or held_formerly(state, record, rules)
    recognised = Recognised(contradicting=contradicting(state, record, found, rules))
    name_target(recognised, found, record, rules)
    if recognised.error is None:
        meet_others(recognised, found, record, rules)
    if recognised.error is None:
        recognised.error = against_purpose(recognised.target, rules)
    return recognised


def rejected(state: State, record: Record, rules: Rules) -> Reason | None:
    """Step 1: what cannot be a person here."""
    if record.refusal is not None:
        return record.refusal
    if rules.purpose is not Purpose.ADD_ALL:
        needed = rules.match_on if rules.chosen is not None else (CONTACT_ID, *rules.kinds)
        if not has_any(record, needed, state, rules):
            return Reason.NO_IDENTIFIER
    if (
        record.contact_id is not None
        and CONTACT_ID in rules.match_on
        and state.redirected(record.contact_id) is None
    ):
        return Reason.UNKNOWN_CONTACT_ID
    return None


def with_live_id(state: State, record: Record, rules: Rules) -> Record:
    """The id of a merged contact leads to the one it became; where ids recognise nobody, they say nothing."""
    if record.contact_id is None or CONTACT_ID not in rules.match_on:
        return replace(record, contact_id=None)
    named = state.redirected(record.contact_id)
    return replace(record, contact_id=named.id if named is not None else None)


def only_shared_and_nameless(state: State, record: Record, rules: Rules) -> bool:
    """Step 2: a shared identifier says who somebody is only together with a name."""
    if record.name_key is not None:
        return False
    usable = {
        (kind, value) for kind in rules.match_on if (value := state.usable(record, kind, rules)) is not None
    }
    return bool(usable) and usable <= state.shared and record.contact_id is None


def needs_the_bin(state: State, record: Record, rules: Rules) -> bool:
    """Step 9: the bin holds identifiers and matches nobody."""
    holders = [
        contact
        for kind in rules.kinds
        if (value := state.usable(record, kind, rules)) is not None
        for contact in state.holders(kind, value, rules)
    ]
    if record.contact_id is not None:
        holders.append(state.contacts[record.contact_id])
    return any(contact.in_bin for contact in holders)


def held_now(state: State, record: Record, rules: Rules) -> Found:
    """Step 2: for each kind that recognises, who holds the record's value now or as a second one."""
    found: Found = {}
    for kind in rules.match_on:
        if kind == CONTACT_ID:
            holders = [] if record.contact_id is None else [state.contacts[record.contact_id]]
        else:
            value = state.usable(record, kind, rules)
            holders = state.holders(kind, value, rules) if value is not None else []
            if (kind, value) in state.shared:
                holders = namesakes(holders, record)
        if holders:
            found[kind] = holders
    return found


def namesakes(contacts: list[Contact], record: Record) -> list[Contact]:
    return [contact for contact in contacts if contact.name_key == record.name_key is not None]


def held_formerly(state: State, record: Record, rules: Rules) -> Found:
    """Step 3: the one person who had an attested identifier that nobody holds now."""
    for kind in rules.match_on:
        value = None if kind == CONTACT_ID else state.usable(record, kind, rules)
        if value is None or (kind, value) in state.shared or record.trust(kind) < Trust.ATTESTED:
            continue
        if state.holders(kind, value, rules):
            continue
        former = [contact for contact in state.live() if contact.aliases.get((kind, value)) is Why.FORMER]
        if len(former) == 1 and not former[0].in_bin:
            found = {kind: former}
            # Nobody holds the number: a former holder who is somebody else has nothing to keep.
            return {} if contradicting(state, record, found, rules) else found
    return {}


def contradicting(state: State, record: Record, found: Found, rules: Rules) -> set[int]:
    """Step 5: those whose own identifier, stronger than what found them, differs from the record's."""
    if rules.policy.contradiction is Contradiction.OVERWRITE:
        return set()
    strongest = {contact.id: (kind, contact) for kind in reversed(found) for contact in found[kind]}
    return {
        contact.id
        for kind, contact in strongest.values()
        if any(differs(state, record, contact, stronger, rules) for stronger in rules.stronger(kind))
    }


def differs(state: State, record: Record, contact: Contact, kind: str, rules: Rules) -> bool:
    """Whether both have an identifier of that kind, and not the same."""
    if kind == CONTACT_ID:
        shown = record.trust(CONTACT_ID) is Trust.PROVEN
        return record.contact_id is not None and record.contact_id != contact.id and not shown
    told, own = state.usable(record, kind, rules), state.usable_own(contact, kind, rules)
    return told is not None and own is not None and told != own


def name_target(recognised: Recognised, found: Found, record: Record, rules: Rules) -> None:
    """The strongest kind that finds anyone who does not contradict names the target."""
    for position, (kind, holders) in enumerate(found.items()):
        candidates = [contact for contact in holders if contact.id not in recognised.contradicting]
        if position == 0 and not candidates and rules.policy.contradiction is Contradiction.REJECT:
            recognised.error = taken(kind, rules)
            return
        candidates = one_of_several(recognised, candidates, kind, record, rules)
        if candidates:
            recognised.target, recognised.named_by = candidates[0], kind
        if candidates or recognised.error is not None:
            return


def one_of_several(
    recognised: Recognised, candidates: list[Contact], kind: str, record: Record, rules: Rules
) -> list[Contact]:
    """Step 6: several hold the identifier and nobody marked it shared."""
    if len(candidates) < 2 or rules.policy.shared_identifier is SharedIdentifier.OLDEST:
        return candidates[:1]
    recognised.error = Reason.IDENTIFIER_SHARED
    if rules.policy.shared_identifier is SharedIdentifier.REVIEW:
        value = rules.told(record, kind) or ""
        first, second = candidates[0].id, candidates[1].id
        recognised.reviews.append(Review(ReviewKind.SHARED_IDENTIFIER, first, second, kind, value))
    return []


def meet_others(recognised: Recognised, found: Found, record: Record, rules: Rules) -> None:
    """Whom the record's identifiers find beside the target; a number set aside finds nobody."""
    recognised.set_aside = is_set_aside(recognised.target, record, rules)
    for kind, holders in found.items():
        if recognised.target in holders or (kind == PHONE and recognised.set_aside):
            continue
        standing = [contact for contact in holders if contact.id not in recognised.contradicting]
        standing = one_of_several(recognised, standing, kind, record, rules)
        if recognised.error is not None:
            return
        recognised.others[kind] = standing + [c for c in holders if c.id in recognised.contradicting]


def is_set_aside(target: Contact | None, record: Record, rules: Rules) -> bool:
    """Step 3: a number that its contact no longer has, in a file that does not know it yet."""
    number = rules.told(record, PHONE)
    if target is None or number is None or rules.policy.former_numbers is FormerNumbers.REPLACE:
        return False
    if record.source is Source.CONSOLE or rules.own(target, PHONE) == number:
        return False
    return target.aliases.get((PHONE, number)) in (Why.FORMER, Why.RELEASED)


def against_purpose(target: Contact | None, rules: Rules) -> Reason | None:
    """Step 4: whether the purpose adds, or updates."""
    if target is None:
        return None if rules.purpose.adds else Reason.NOT_FOUND
    return None if rules.purpose.updates else Reason.EXISTS


def taken(kind: str, rules: Rules) -> Reason:
    """How the policy says that another contact holds an identifier."""
    duplicate = kind in rules.policy.duplicate_contact_kinds
    return Reason.DUPLICATE_CONTACT if duplicate else Reason.IDENTIFIER_TAKEN
