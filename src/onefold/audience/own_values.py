"""Rules about one value of a contact's own row: its names, identifiers, fields and times."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from onefold.audience import values
from onefold.audience.joining import joined
from onefold.audience.subjects import About
from onefold.audience.values import Place
from onefold.model.segment import Is, Rule, Subject
from onefold.normalise.letters import small
from onefold.stores.audience import Condition
from onefold.stores.database import like
from onefold.stores.letters import in_small_letters
from onefold.stores.snapshot import as_text


def own_value_holds(rule: Rule, about: About, place: Place) -> Condition:
    """The condition that a rule is. Raises `UsageError` (`bad_rules`)."""
    if rule.says is Is.EMPTY:
        return false() if about.filled else about.value.is_(None)
    condition = _compared(rule, about, place)
    # Of an empty value nothing holds; without this it would be unknown whether.
    return condition if about.filled else and_(about.value.is_not(None), condition)


def text_holds(column: ColumnElement[str], says: Is, *sought: str) -> Condition:
    """What a rule says of text, which compares without regard to small and capital letters."""
    wanted = [small(each) for each in sought]
    text = in_small_letters(column, *wanted)
    match says:
        case Is.CONTAINS:
            return text.like(like(wanted[0]), escape="\\")
        case Is.STARTS_WITH:
            return text.like(like(wanted[0])[1:], escape="\\")
        case Is.ENDS_WITH:
            return text.like(like(wanted[0])[:-1], escape="\\")
    return text.in_(wanted)


def _compared(rule: Rule, about: About, place: Place) -> Condition:
    is_whole = rule.says in (Is.EQUALS, Is.ONE_OF)
    match about.subject:
        case Subject.EMAIL if is_whole:
            return about.value.in_([values.email(each, rule) for each in rule.values])
        case Subject.PHONE if is_whole:
            return about.value.in_([values.phone(each, rule, place) for each in rule.values])
        case Subject.PHONE:
            return text_holds(about.value, rule.says, values.part_of_phone(rule.values[0], rule))
        case Subject.CHOICE:
            return about.value.in_([values.choice(each, rule, about) for each in rule.values])
        case Subject.YES_NO:
            return about.value.is_(_is_yes(rule))
        case Subject.NUMBER:
            return _ordered(rule, about.value, [values.number(each, rule) for each in rule.values])
        case Subject.DATE if rule.says is Is.IN_LAST_DAYS:
            today = place.now.astimezone(place.zone).date()
            first = today - values.days_back(rule)
            return about.value.between(first.isoformat(), today.isoformat())
        case Subject.DATE:
            days = [values.day(each, rule).isoformat() for each in rule.values]
            return _ordered(rule, about.value, days)
        case Subject.TIME:
            return _timed(rule, about.value, place)
    return text_holds(about.value, rule.says, *(values.sought_text(each, rule) for each in rule.values))


def _is_yes(rule: Rule) -> bool:
    return values.yes_no(rule.values[0], rule) if rule.values else rule.says is Is.YES


def _ordered(rule: Rule, value: ColumnElement[Any], ends: list[Any]) -> Condition:
    holds: Condition
    match rule.says:
        case Is.GREATER | Is.AFTER:
            holds = value > ends[0]
        case Is.LESS | Is.BEFORE:
            holds = value < ends[0]
        case Is.BETWEEN:
            values.in_order(ends, rule)
            holds = value.between(*ends)
        case _:
            holds = value.in_(ends)
    return holds


def _timed(rule: Rule, value: ColumnElement[str], place: Place) -> Condition:
    """A day lasts from one midnight of the book's time zone to the next."""
    if rule.says is Is.IN_LAST_DAYS:
        return value.between(as_text(place.now - values.days_back(rule)), as_text(place.now))
    times = [values.times(each, rule, place) for each in rule.values]
    match rule.says:
        case Is.BEFORE:
            return value < times[0].start
        case Is.AFTER:
            return value >= times[0].end
        case Is.BETWEEN:
            values.in_order([each.start for each in times], rule)
            return and_(value >= times[0].start, value < times[1].end)
    return joined(or_, [and_(value >= each.start, value < each.end) for each in times])
