"""What is written? Steps 10 and 11 of DESIGN 5: values, merging, and numbers that change."""

from onefold.model.identifier import ADDRESS_KINDS, PHONE, Why
from onefold.model.outcome import ReviewKind
from onefold.model.policy import Claims, Survivorship
from onefold.model.source import Source, Trust
from tests.oracle.state import Contact, Record, Review, Rules, State


def merge(keeper: Contact, loser: Contact, rules: Rules) -> None:
    """One contact takes in another, which stays as it was and points to it."""
    for kind in rules.kinds:
        theirs = rules.own(loser, kind)
        if theirs is None:
            continue
        if rules.own(keeper, kind) is None:
            put(keeper, kind, loser.identifiers[kind], loser.spellings.get(kind))
        elif rules.own(keeper, kind) != theirs:
            keeper.aliases[kind, theirs] = Why.SECOND
    for (kind, value), why in loser.aliases.items():
        if rules.own(keeper, kind) != value:
            keeper.aliases.setdefault((kind, value), why)
    for column, value in loser.values.items():
        if column not in keeper.values or goes_before(column, loser, keeper, rules):
            keeper.values[column] = value
    keeper.tags |= loser.tags
    keeper.lists |= loser.lists
    loser.merged_into = keeper.id


def goes_before(column: str, one: Contact, other: Contact, rules: Rules) -> bool:
    """Survivorship: whether the value of the first contact stays, and not that of the second."""
    how = rules.policy.survivorship_for(column)
    mine, theirs = one.values[column], other.values[column]
    if how is Survivorship.LONGEST:
        return isinstance(mine, str) and isinstance(theirs, str) and len(mine) > len(theirs)
    if how is Survivorship.NEWEST:
        return one.set_by[column][:2] > other.set_by[column][:2]
    if isinstance(how, tuple):
        places = [
            how.index(by) if by in how else len(how)
            for by in (one.set_by[column][2], other.set_by[column][2])
        ]
        return places[0] < places[1]
    return False


def remember_who_set(contact: Contact, before: Contact, by: tuple[int, int, Source]) -> None:
    """All values that are another than before were set by this record."""
    for column, value in contact.values.items():
        if before.values.get(column) != value:
            contact.set_by[column] = by


def put(contact: Contact, kind: str, value: str, spelling: str | None) -> None:
    """The identifier stands in the contact's own column, with its spelling where that differs."""
    contact.identifiers[kind] = value
    contact.spellings.pop(kind, None)
    if spelling is not None:
        contact.spellings[kind] = spelling


def fill_new(contact: Contact, record: Record, withheld: set[str], rules: Rules) -> None:
    """A new contact has all that its record says, save what stays with others."""
    for kind in rules.kinds:
        if kind in record.identifiers and kind not in withheld:
            put(contact, kind, record.identifiers[kind], record.spellings.get(kind))
    contact.values |= {
        column: value for column, value in record.values.items() if rules.defaults.get(column) != value
    }


def apply_identifiers(
    contact: Contact,
    record: Record,
    named_by: str,
    left_out: set[str],
    seconds: set[tuple[str, str]],
    state: State,
    rules: Rules,
) -> list[Review]:
    """Step 10 for identifiers of a contact that is there; `seconds` are those it had before this record."""
    reviews = []
    for kind in rules.kinds:
        trust = min(record.trust(kind), record.trust(named_by))
        typed = rules.policy.claims is Claims.FILL and trust is Trust.CLAIMED
        if kind in record.cleared and not typed and may_replace(record, kind, rules):
            contact.identifiers.pop(kind, None)
            contact.spellings.pop(kind, None)
        told, own = rules.told(record, kind), rules.own(contact, kind)
        if told is None or told == own or kind in left_out:
            continue
        if state.is_blocked(kind, record.identifiers[kind], rules.policy) and (own is not None or typed):
            continue
        if (kind, told) in seconds and record.source is not Source.CONSOLE:
            continue
        if typed:
            contact.aliases.setdefault((kind, told), Why.CLAIMED)
            reviews.append(Review(ReviewKind.CLAIMED_VALUE, contact.id, None, kind, told))
        elif own is None or may_replace(record, kind, rules):
            put(contact, kind, record.identifiers[kind], record.spellings.get(kind))
    return reviews


def apply_values(contact: Contact, record: Record, named_by: str, rules: Rules) -> None:
    """Step 10 for all other columns of a contact that is there."""
    typed = rules.policy.claims is Claims.FILL and record.trust(named_by) is Trust.CLAIMED
    for column in record.cleared:
        if not typed and may_replace(record, column, rules):
            contact.values.pop(column, None)
    for column, value in record.values.items():
        if column not in contact.values and rules.defaults.get(column) == value:
            continue  # the contact has that already
        if column not in contact.values or (not typed and may_replace(record, column, rules)):
            contact.values[column] = value


def may_replace(record: Record, column: str, rules: Rules) -> bool:
    """An edit in the console always wins (step 11); else the policy and the import have their say."""
    return record.source is Source.CONSOLE or not rules.only_fills(column)


def withhold(contact: Contact, record: Record, kinds: set[str], rules: Rules) -> None:
    """The contact remembers what it was said to have and another has; nobody is found by that."""
    for kind in kinds:
        value = rules.told(record, kind)
        if value is not None and rules.own(contact, kind) != value:
            contact.aliases.setdefault((kind, value), Why.HELD_ELSEWHERE)


def remember_former(contact: Contact, before: dict[str, str], state: State, rules: Rules) -> None:
    """Step 11: an address that was replaced, not emptied, is a former one; `before` is what stood there."""
    for kind in ADDRESS_KINDS:
        old, new = before.get(kind), rules.own(contact, kind)
        if old is None or new is None or old == new or state.is_blocked(kind, old, rules.policy):
            continue
        contact.aliases[kind, old] = Why.FORMER


def settle_aliases(contact: Contact, before: dict[str, str], state: State, rules: Rules) -> None:
    """Step 11: what is current is no alias beside, and what somebody new holds is released by who had it.

    A shared or a blocked value is nobody's alone, so that nobody releases it.
    """
    for kind in rules.kinds:
        current = rules.own(contact, kind)
        if current is None:
            continue
        contact.aliases.pop((kind, current), None)
        if before.get(kind) == current or (kind, current) in state.shared:
            continue
        if state.is_blocked(kind, contact.identifiers[kind], rules.policy):
            continue
        for other in state.live():
            if other is not contact and other.aliases.get((kind, current)) is Why.FORMER:
                other.aliases[kind, current] = Why.RELEASED


def left_out_of(record: Record, withheld: set[str], set_aside: bool) -> set[str]:
    """The kinds of which the record's value is not applied."""
    return withheld | ({PHONE} if set_aside else set())
