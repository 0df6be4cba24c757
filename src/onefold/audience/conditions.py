"""Rules as one condition of the book's contacts: every rule is true of a contact, or false, never unknown.

`not_equals` is therefore the opposite of `equals`, and `not` and the exclude area take exactly the others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, not_, or_, select

from onefold.audience import values
from onefold.audience.belonging import on_list, tagged, touched_by
from onefold.audience.consenting import in_state
from onefold.audience.joining import joined
from onefold.audience.named import segment_named
from onefold.audience.own_values import own_value_holds, text_holds
from onefold.audience.subjects import CONSENT, About, subject_of, subjects_of
from onefold.audience.values import Place
from onefold.model.consent import Channel
from onefold.model.error import UsageError
from onefold.model.segment import (
    DEEPEST,
    MOST_RULES,
    MOST_VALUES,
    OPPOSITES,
    RULES_OF,
    BlockKind,
    Is,
    Node,
    Rule,
    SegmentRules,
    Subject,
    Value,
    bad,
    parse_rules,
)
from onefold.stores import Reader
from onefold.stores.audience import Condition
from onefold.stores.schema import contact, contact_list, contact_tag, list_, tag

Named = TypeVar("Named", str, int)

MOST_RECEIPTS: Final = 10**15
MEMBERS: Final = {
    Subject.TAG: (contact_tag.c.contact_id, contact_tag.c.tag_id, tag.c),
    Subject.LIST: (contact_list.c.contact_id, contact_list.c.list_id, list_.c),
}


def condition_of_rules(rules: SegmentRules, reader: Reader, now: datetime, name: str = "") -> Condition:
    """The condition that these rules are; `name` is that of the segment whose they are to be, if any.

    Raises `UsageError` (`bad_rules`, `unknown_field`, `unknown_segment`, `segment_circle`, `unknown_list`,
    `unknown_tag`, `unknown_receipt`).
    """
    compiling = _Compiling(reader, now)
    return compiling.areas(rules, (name,) if name else (), 0).condition


def condition_of_segment(name: str, reader: Reader, now: datetime) -> Condition:
    """The condition that a saved segment is. Raises `UsageError`, as above."""
    return _Compiling(reader, now).segment(name, (), 0).condition


@dataclass(frozen=True)
class _Compiled:
    """A condition, and how many levels of it stand in each other."""

    condition: Condition
    height: int = 0


class _Compiling:
    """One tree on its way to be a condition; segments that it uses become part of it."""

    def __init__(self, reader: Reader, now: datetime) -> None:
        settings = reader.settings()
        self.reader = reader
        self.subjects = subjects_of(reader)
        self.place = Place(settings.get("region"), ZoneInfo(settings.get("time_zone", "UTC")), now)
        self.rules = self.values = 0

    def areas(self, rules: SegmentRules, path: tuple[str, ...], level: int) -> _Compiled:
        """`path`: the segments that led here; `level`: how deep in them this stands."""
        parts = []
        if rules.include is not None:
            parts.append(self.node(rules.include, path, level + 1))
        if rules.exclude is not None:
            excluded = self.node(rules.exclude, path, level + 1)
            parts.append(_Compiled(not_(excluded.condition), excluded.height + 1))
        return _joined(and_, parts)

    def segment(self, name: str, path: tuple[str, ...], level: int) -> _Compiled:
        """The rules of a saved segment, as a part of what uses it."""
        if name in path:
            circle = " uses ".join((*path[path.index(name) :], name))
            raise UsageError(
                f"segments go in a circle: {circle}",
                code="segment_circle",
                hint="take one of them out of the other's rules",
            )
        rules = parse_rules(segment_named(self.reader, name).rules)
        return self.areas(rules, (*path, name), level)

    def node(self, node: Node, path: tuple[str, ...], level: int) -> _Compiled:
        """A rule or a block."""
        if level > DEEPEST:
            raise bad(
                node.where,
                f"blocks and segments stand in each other more than {DEEPEST} deep",
                "use fewer levels",
            )
        if isinstance(node, Rule):
            return self.rule(node, path, level)
        parts = [self.node(part, path, level + 1) for part in node.parts]
        if node.kind is BlockKind.ALL:
            return _joined(and_, parts)
        joined = _joined(or_, parts)
        if node.kind is BlockKind.ANY:
            return joined
        return _Compiled(not_(joined.condition), joined.height + 1)

    def rule(self, rule: Rule, path: tuple[str, ...], level: int) -> _Compiled:
        """One rule, after a look at what it is about and whether that can be asked of it."""
        self.rules += 1
        self.values += len(rule.values)
        if self.rules > MOST_RULES or self.values > MOST_VALUES:
            raise bad(
                rule.where,
                f"there are more than {MOST_RULES:,} rules or {MOST_VALUES:,} values, used segments included",
                "tag or list such contacts, and ask for that",
            )
        about = subject_of(rule, self.subjects)
        known = RULES_OF[about.subject]
        if rule.says not in known:
            raise bad(
                rule.where,
                f"{rule.field} ({about.subject}) does not take the rule {rule.says}",
                f"it takes {', '.join(known)}",
            )
        if rule.says in OPPOSITES:
            positive = Rule(rule.where, rule.field, OPPOSITES[rule.says], rule.values)
            compiled = self.positive(positive, about, path, level)
            return _Compiled(not_(compiled.condition), compiled.height + 1)
        return self.positive(rule, about, path, level)

    def positive(self, rule: Rule, about: About, path: tuple[str, ...], level: int) -> _Compiled:
        """A rule that is not the opposite of another."""
        match about.subject:
            case Subject.SEGMENT:
                names = [values.text(each, rule) for each in rule.values]
                return _joined(or_, [self.segment(name, path, level) for name in names])
            case Subject.TAG | Subject.LIST:
                return _Compiled(self.belongs(rule, about.subject))
            case Subject.CONSENT:
                channel = Channel(about.name.removeprefix(CONSENT))
                states = [values.consent_state(each, rule) for each in rule.values]
                return _Compiled(joined(or_, [in_state(channel, state) for state in states]))
            case Subject.IMPORT:
                return _Compiled(joined(or_, [self.touched(each, rule) for each in rule.values]))
        return _Compiled(own_value_holds(rule, about, self.place))

    def belongs(self, rule: Rule, subject: Subject) -> Condition:
        """A rule about tags or lists. It is true of a contact if it is of any of its own."""
        contact_id, number, named = MEMBERS[subject]
        if rule.says is Is.EMPTY:
            return not_(exists().where(contact_id == contact.c.id))
        if rule.says in (Is.EQUALS, Is.ONE_OF):
            names = [values.text(each, rule) for each in rule.values]
            has = tagged if subject is Subject.TAG else on_list
            return joined(or_, [_at(rule, has, self.reader, name) for name in names])
        called = text_holds(named.name, rule.says, values.sought_text(rule.values[0], rule))
        return contact.c.id.in_(select(contact_id).where(number.in_(select(named.id).where(called))))

    def touched(self, value: Value, rule: Rule) -> Condition:
        """A rule about a receipt."""
        receipt_id = values.whole_number(value, rule, 1, MOST_RECEIPTS)
        return _at(rule, touched_by, self.reader, receipt_id)


def _at(rule: Rule, has: Callable[[Reader, Named], Condition], reader: Reader, name: Named) -> Condition:
    """The condition, or its error with the place in the rules."""
    try:
        return has(reader, name)
    except UsageError as error:
        raise bad(rule.where, error.message, error.hint, error.code) from None


def _joined(join: Callable[..., Condition], parts: list[_Compiled]) -> _Compiled:
    """What is nested most comes first: a parser has then least to remember."""
    parts = sorted(parts, key=lambda part: part.height, reverse=True)
    return _Compiled(joined(join, [part.condition for part in parts]), parts[0].height + 1)
