"""Whom else does the record meet? Steps 7 and 8 of DESIGN 5: the second contact, and what others hold."""

from dataclasses import dataclass, field

from onefold.model.identifier import CONTACT_ID, PHONE
from onefold.model.outcome import Purpose, Reason, ReviewKind
from onefold.model.policy import Contradiction, HeldElsewhere, SecondMatch
from onefold.model.source import Trust
from tests.oracle.recognise import Recognised, differs, taken
from tests.oracle.state import Contact, Record, Rules, State


@dataclass(frozen=True)
class KeptApart:
    """An identifier of the record that stays with another contact, and what the review is to be asked."""

    kind: str
    holder: Contact
    ask: ReviewKind


@dataclass
class Company:
    """What steps 7 and 8 decide: who becomes one with the target, and what is withheld from it."""

    error: Reason | None = None
    loser: Contact | None = None
    kept_apart: list[KeptApart] = field(default_factory=list)

    @property
    def withheld(self) -> set[str]:
        return {apart.kind for apart in self.kept_apart}


def keep_company(state: State, record: Record, recognised: Recognised, rules: Rules) -> Company:
    """Steps 7 and 8 for a record that will be applied."""
    company = Company()
    if rules.purpose is Purpose.ADD_ALL:
        return company
    second_contact(company, state, record, recognised, rules)
    if company.error is None:
        held_elsewhere(company, state, record, recognised, rules)
    return company


def second_contact(
    company: Company, state: State, record: Record, recognised: Recognised, rules: Rules
) -> None:
    """Step 7: the first other contact may become one with the target; everyone else is kept apart."""
    second, kind = second_of(recognised, rules)
    if second is not None and kind is not None:
        knob = rules.policy.second_match_by_source.get(record.source, rules.policy.second_match)
        if knob is SecondMatch.REJECT:
            company.error = taken(kind, rules)
            return
        if merges(state, record, recognised, second, kind, knob, rules):
            company.loser = second
    for kind, holders in recognised.others.items():
        for holder in holders:
            if holder is not company.loser:
                ask = ReviewKind.PENDING_LINK if holder is second else ReviewKind.KEPT_APART
                company.kept_apart.append(KeptApart(kind, holder, ask))


def second_of(recognised: Recognised, rules: Rules) -> tuple[Contact, str] | tuple[None, None]:
    """The first one met that was not dropped for contradicting, and the strongest kind that found it."""
    dropped: set[int] = set()
    if rules.policy.contradiction is Contradiction.NEW_CONTACT:
        dropped = recognised.contradicting
    for kind, holders in recognised.others.items():
        for holder in holders:
            if holder.id not in dropped:
                return holder, kind
    return None, None


def merges(
    state: State,
    record: Record,
    recognised: Recognised,
    second: Contact,
    kind: str,
    knob: SecondMatch,
    rules: Rules,
) -> bool:
    """Whether the second contact becomes one with the target."""
    if knob is SecondMatch.KEEP_APART or stands_against(state, record, recognised, second, kind, rules):
        return False
    if knob is SecondMatch.MERGE:
        return True
    assert recognised.named_by is not None
    return min(record.trust(recognised.named_by), record.trust(kind)) >= Trust.PROVEN


def stands_against(
    state: State, record: Record, recognised: Recognised, second: Contact, found_by: str, rules: Rules
) -> bool:
    """Whether the second contact's own stronger or equal identifier says that it is somebody else."""
    assert recognised.target is not None
    for kind in (*rules.stronger(found_by), found_by):
        if kind == CONTACT_ID or (
            state.usable(record, kind, rules) is not None and not (kind == PHONE and recognised.set_aside)
        ):
            if differs(state, record, second, kind, rules):
                return True
        else:
            its, targets = (state.usable_own(contact, kind, rules) for contact in (second, recognised.target))
            if its is not None and targets is not None and its != targets:
                return True
    return False


def held_elsewhere(
    company: Company, state: State, record: Record, recognised: Recognised, rules: Rules
) -> None:
    """Step 8: an identifier that recognises nobody here, and that another contact holds."""
    target = recognised.target
    for kind in rules.outside:
        value = state.usable(record, kind, rules)
        if value is None or (kind, value) in state.shared or (kind == PHONE and recognised.set_aside):
            continue
        if target is not None and rules.own(target, kind) == value:
            continue
        holders = [c for c in state.holders(kind, value, rules) if c is not target and c is not company.loser]
        knob = rules.policy.held_elsewhere_by_kind.get(kind, rules.policy.held_elsewhere)
        if holders and knob is HeldElsewhere.REJECT:
            company.error = taken(kind, rules)
            return
        if knob is HeldElsewhere.WITHHOLD:
            company.kept_apart += [KeptApart(kind, holder, ReviewKind.KEPT_APART) for holder in holders]
