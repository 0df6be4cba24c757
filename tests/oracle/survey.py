"""What the whole batch shows before any row is decided: repeats, shared identifiers, tangles."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from onefold.model.field import NAMES
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID, Why
from onefold.model.outcome import Purpose
from onefold.model.policy import Repeated
from tests.oracle.state import Contact, Record, Rules, State, Value, collapsed

Rows = dict[int, Record]
"""Records by their row (from 0)."""
Node = tuple[object, ...]


def repeated(rows: Rows, state: State, rules: Rules) -> set[int]:
    """Rows that share an identifier with another, where the policy rejects all of them."""
    if rules.policy.repeated_in_file is not Repeated.REJECT_ALL or rules.purpose is Purpose.ADD_ALL:
        return set()
    bearers: dict[Node, set[int]] = defaultdict(set)
    for row, record in rows.items():
        for kind in rules.match_on:
            value = record.contact_id if kind == CONTACT_ID else state.usable(record, kind, rules)
            if value is not None and (kind, value) not in state.shared:
                bearers[kind, value].add(row)
    return {row for together in bearers.values() if len(together) > 1 for row in together}


def fold(rows: Rows, rules: Rules) -> tuple[Rows, dict[int, int]]:
    """The rows that are left, repeats folded into their first, and where each folded row went."""
    if rules.policy.repeated_in_file is not Repeated.FOLD_THEN_IN_ORDER or rules.purpose is Purpose.ADD_ALL:
        return dict(rows), {}
    groups: dict[Node, list[int]] = defaultdict(list)
    for row, record in rows.items():
        identity = (record.contact_id, *(rules.told(record, kind) for kind in rules.kinds))
        trusts = [record.trust(kind) for kind in (CONTACT_ID, *rules.kinds)]
        if any(part is not None for part in identity):
            groups[(*identity, record.source, *trusts)].append(row)
    left, repeat_of = dict(rows), {}
    for together in groups.values():
        records = [rows[row] for row in together]
        if len(together) > 1 and names_agree(records):
            left[together[0]] = folded(records)
            for row in together[1:]:
                del left[row]
                repeat_of[row] = together[0]
    return left, repeat_of


def names_agree(records: list[Record]) -> bool:
    """Whether no two of them say different first names, or last names, or full names."""
    said = [{collapsed(record.values.get(name)) for record in records} - {None} for name in NAMES]
    return all(len(names) <= 1 for names in said)


def folded(records: list[Record]) -> Record:
    """One record for all of them: each cell is the last that is not blank; the clear token is not blank."""
    identifiers: dict[str, str] = {}
    spellings: dict[str, str] = {}
    values: dict[str, Value] = {}
    cleared: set[str] = set()
    for record in records:
        for kind, value in record.identifiers.items():
            identifiers[kind] = value
            spellings.pop(kind, None)
        spellings |= record.spellings
        values |= record.values
        cleared -= record.identifiers.keys() | record.values.keys()
        cleared |= record.cleared
        for column in record.cleared:
            values.pop(column, None)
            identifiers.pop(column, None)
    return replace(
        records[0],
        identifiers=identifiers,
        spellings=spellings,
        values=values,
        cleared=frozenset(cleared),
        tags=frozenset().union(*(record.tags for record in records)),
        lists=frozenset().union(*(record.lists for record in records)),
    )


def shared_by_too_many(rows: Rows, state: State, rules: Rules) -> set[tuple[str, str]]:
    """Identifiers with which batch and book show more people than one identifier can have."""
    limit = rules.policy.people_per_identifier
    if limit is None:
        return set()
    people: dict[tuple[str, str], set[Node]] = defaultdict(set)
    for kind in (*rules.own_kinds, *ADDRESS_KINDS):
        for record in rows.values():
            value = state.usable(record, kind, rules)
            if value is not None:
                told = {other: rules.told(record, other) for other in rules.kinds}
                people[kind, value].add(person(told, record.name_key, kind))
        for contact in state.live():
            own = {other: rules.own(contact, other) for other in rules.kinds}
            for value in recognisable_values(contact, kind, rules):
                if not state.is_blocked(kind, value, rules.policy):
                    people[kind, value].add(person(own, contact.name_key, kind))
    return {identifier for identifier, them in people.items() if len(them) > limit} - state.shared


def person(identifiers: Mapping[str, str | None], name: str | None, but: str) -> Node:
    """Who somebody is apart from that kind: their CRM id, else their name, else their other identifiers."""
    if identifiers["crm_id"] is not None:
        return ("crm_id", identifiers["crm_id"])
    if name is not None:
        return ("name", name)
    return ("others", *(value for kind, value in identifiers.items() if kind != but))


def recognisable_values(contact: Contact, kind: str, rules: Rules) -> set[str]:
    """The values of that kind by which the contact is found at once."""
    own = rules.own(contact, kind)
    second = {value for (of, value), why in contact.aliases.items() if of == kind and why is Why.SECOND}
    return second | ({own} if own is not None else set())


def tangles(rows: Rows, state: State, rules: Rules) -> set[int]:
    """Rows that hang together, through each other and contacts, in groups larger than the limit."""
    near = [contact for contact in state.live() if said_by_any(contact, rows, rules)]
    groups = tied_groups(rows, near, state, rules)
    tangled: set[int] = set()
    while True:
        large = [group for group in groups if len(group.rows) > rules.policy.group_limit]
        tangled |= {row for group in large for row in group.rows}
        left = [group for group in groups if group not in large]
        groups = joined_groups(left, [meetings_to_come(group, rows, state, rules) for group in left])
        if len(groups) == len(left):
            return tangled


@dataclass
class Group:
    """Rows and contacts that could touch each other."""

    rows: set[int] = field(default_factory=set)
    contacts: list[Contact] = field(default_factory=list)

    def add(self, other: "Group") -> None:
        self.rows |= other.rows
        self.contacts += other.contacts


def said_by_any(contact: Contact, rows: Rows, rules: Rules) -> bool:
    """Whether a row names the contact, or says anything that it has or is known by."""
    known = {(kind, rules.own(contact, kind)) for kind in rules.kinds} | contact.aliases.keys()
    return any(
        record.contact_id == contact.id
        or any(
            (kind, told) in known for kind in rules.kinds if (told := rules.told(record, kind)) is not None
        )
        for record in rows.values()
    )


def tied_groups(rows: Rows, near: list[Contact], state: State, rules: Rules) -> list[Group]:
    """Groups by what their members say and have now."""
    singles = [Group({row}) for row in rows] + [Group(contacts=[contact]) for contact in near]
    meetings: list[set[Node]] = []
    for record in rows.values():
        told = {(k, v) for k in rules.tying if k != CONTACT_ID and (v := rules.told(record, k)) is not None}
        points = {p for k, v in told for p in meeting_points(k, v, record.name_key, state, rules)}
        if CONTACT_ID in rules.tying and record.contact_id is not None:
            points.add((CONTACT_ID, record.contact_id))
        meetings.append(points)
    for contact in near:
        has = {(kind, value) for kind in rules.tying for value in joining_values(contact, kind, rules)}
        points = {p for k, v in has for p in meeting_points(k, v, contact.name_key, state, rules)}
        meetings.append(points | {(CONTACT_ID, contact.id)})
    return joined_groups(singles, meetings)


def joined_groups(groups: list[Group], meetings: list[set[Node]]) -> list[Group]:
    """The groups, those that have a point to meet made one, over and over."""
    joined: list[tuple[Group, set[Node]]] = []
    for group, points in zip(groups, meetings, strict=True):
        whole, where = Group(set(group.rows), list(group.contacts)), set(points)
        for other, elsewhere in [one for one in joined if one[1] & where]:
            whole.add(other)
            where |= elsewhere
            joined = [one for one in joined if one[0] is not other]
        joined.append((whole, where))
    return [group for group, _ in joined]


def meetings_to_come(group: Group, rows: Rows, state: State, rules: Rules) -> set[Node]:
    """Shared identifiers of the group, each with every full name that somebody of it could come to have."""
    records = [rows[row] for row in group.rows]
    said = {(k, v) for r in records for k in rules.tying if k != CONTACT_ID and (v := rules.told(r, k))}
    for contact in group.contacts:
        said |= {
            (k, v) for k in rules.tying if k != CONTACT_ID for v in recognisable_values(contact, k, rules)
        }
    names = possible_names(records, group.contacts)
    return {(kind, value, name) for kind, value in said & state.shared for name in names}


def possible_names(records: list[Record], contacts: list[Contact]) -> set[str]:
    """Full names that stand somewhere, and all first names with all last names.

    A part is missing only where it is so from the start, or is cleared.
    """
    named = [*records, *contacts]
    own = {(collapsed(one.values.get("first_name")), collapsed(one.values.get("last_name"))) for one in named}
    cleared = {column for record in records for column in record.cleared}
    firsts = {first for first, _ in own if first} | ({None} if "first_name" in cleared else set())
    lasts = {last for _, last in own if last} | ({None} if "last_name" in cleared else set())
    parts = own | {(first, last) for first in firsts for last in lasts}
    full = {collapsed(one.values.get("full_name")) for one in named}
    return {name for name in full | {collapsed(f"{f or ''} {s or ''}") for f, s in parts} if name}


def joining_values(contact: Contact, kind: str, rules: Rules) -> set[str]:
    """The values of that kind that the contact has, had or was known by."""
    if kind == CONTACT_ID:
        return set()
    whys = (Why.SECOND, Why.FORMER, Why.RELEASED)
    known = {value for (of, value), why in contact.aliases.items() if of == kind and why in whys}
    return known | recognisable_values(contact, kind, rules)


def meeting_points(kind: str, value: str, name: str | None, state: State, rules: Rules) -> list[Node]:
    """Where rows and contacts with that value meet: nowhere if blocked, only with namesakes if shared."""
    if state.is_blocked(kind, value, rules.policy):
        return []
    if (kind, value) in state.shared:
        return [] if name is None else [(kind, value, name)]
    return [(kind, value)]
