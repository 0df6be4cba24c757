"""Segment rules as one plain sentence: who they mean, in the words of people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from onefold.audience.subjects import CONSENT, FIELDS
from onefold.model.consent import Channel, ConsentState
from onefold.model.segment import OPPOSITES, Block, BlockKind, Is, Node, Rule, SegmentRules, Value

SHOWN_VALUES: Final = 5
SHOWN_CHARACTERS: Final = 60
KNOWN_BY: Final = {
    "email": "an email address",
    "phone": "a mobile number",
    "crm_id": "a CRM ID",
    "first_name": "a first name",
    "last_name": "a last name",
    "full_name": "a full name",
}
DONE: Final = {"created_at": "created", "updated_at": "last changed"}
CHANNELS: Final = {Channel.EMAIL: "email", Channel.SMS: "text messages"}
STATES: Final = {
    ConsentState.SUBSCRIBED: "subscribed to",
    ConsentState.PENDING: "pending for",
    ConsentState.UNSUBSCRIBED: "unsubscribed from",
    ConsentState.NONE: "without consent for",
}
CONSENTS: Final = tuple(f"{CONSENT}{channel}" for channel in Channel)
IN_TEXT: Final = {Is.CONTAINS: "contains", Is.STARTS_WITH: "starts with", Is.ENDS_WITH: "ends with"}


@dataclass(frozen=True)
class Phrase:
    """What is said of contacts: `does` after *contacts that* (have an email address), `those` after *those*
    (with an email address).
    """

    does: str
    those: str


def explain(rules: SegmentRules) -> str:
    """Whom the rules mean: `have a mobile number, except those with an email address`."""
    included = "are in the book" if rules.include is None else _phrase(rules.include, is_so=True).does
    if rules.exclude is None:
        return included
    return f"{included}, except those {_phrase(rules.exclude, is_so=True).those}"


def _phrase(node: Node, *, is_so: bool) -> Phrase:
    """The phrase of a rule or a block, or of its opposite."""
    if isinstance(node, Rule):
        return _of_rule(node, is_so=is_so)
    if len(node.parts) == 1:
        return _phrase(node.parts[0], is_so=_parts_are_so(node, is_so))
    word = _word(node, is_so)
    phrases = list(_parts(node, word, is_so=is_so))
    return Phrase(
        _joined([phrase.does for phrase in phrases], word),
        _joined([phrase.those for phrase in phrases], word),
    )


def _parts(node: Node, word: str, *, is_so: bool) -> Iterator[Phrase]:
    """What that word joins; a block with the other word is in brackets, which say what goes with what."""
    if isinstance(node, Rule):
        yield _of_rule(node, is_so=is_so)
    elif len(node.parts) == 1 or _word(node, is_so) == word:
        for part in node.parts:
            yield from _parts(part, word, is_so=_parts_are_so(node, is_so))
    else:
        phrase = _phrase(node, is_so=is_so)
        yield Phrase(f"({phrase.does})", f"({phrase.those})")


def _parts_are_so(block: Block, is_so: bool) -> bool:
    """A `not` is told by the opposites of its parts."""
    return is_so != (block.kind is BlockKind.NOT)


def _word(block: Block, is_so: bool) -> str:
    return "and" if (block.kind is not BlockKind.ANY) == is_so else "or"


def _of_rule(rule: Rule, *, is_so: bool) -> Phrase:
    says = rule.says
    if says in OPPOSITES:
        says, is_so = OPPOSITES[says], not is_so
    if rule.field in DONE:
        return _being(f"{DONE[rule.field]} {_when(says, rule.values)}", "were", is_so=is_so)
    if rule.field == "import":
        return _being(f"made or changed by import {_named(rule.values)}", "were", is_so=is_so)
    if rule.field in CONSENTS:
        return _of_consent(rule.field.removeprefix(CONSENT), rule.values, is_so=is_so)
    if rule.field in ("tag", "list", "segment"):
        return _of_membership(rule.field, says, rule.values, is_so=is_so)
    thing = KNOWN_BY.get(rule.field)
    name = rule.field.removeprefix(FIELDS) if thing is None else thing.partition(" ")[2]
    if says is not Is.EMPTY:
        return _having(f"{_value(says, rule.values)} in {name}", is_so=is_so)
    if thing is None:
        return _having(f"{'nothing' if is_so else 'something'} in {name}", is_so=True)
    return Phrase(f"have no {name}", f"without {thing}") if is_so else _having(thing, is_so=True)


def _of_consent(channel: str, states: Sequence[Value], *, is_so: bool) -> Phrase:
    phrases = [f"{STATES[ConsentState(str(state))]} {CHANNELS[Channel(channel)]}" for state in states]
    if is_so:
        return _being(_joined(phrases, "or"), "are", is_so=True)
    if len(phrases) == 1:
        return _being(phrases[0], "are", is_so=False)
    return _being(f"neither {' nor '.join(phrases)}", "are", is_so=True)


def _of_membership(what: str, says: Is, names: Sequence[Value], *, is_so: bool) -> Phrase:
    if what == "segment":
        return _being(f"in the segment {_named(names)}", "are", is_so=is_so)
    if says in (Is.EQUALS, Is.ONE_OF):
        return _being(f"{'tagged' if what == 'tag' else 'on the list'} {_named(names)}", "are", is_so=is_so)
    # To be without any is what the rule `empty` says; the others say that there is such a one.
    some = (says is not Is.EMPTY) == is_so
    which = "" if says is Is.EMPTY else f" whose name {IN_TEXT[says]} {_named(names)}"
    if what == "list":
        return _being(f"on {'a' if some else 'no'} list{which}", "are", is_so=True)
    return Phrase(f"have {'a' if some else 'no'} tag{which}", f"{'with' if some else 'without'} a tag{which}")


def _having(thing: str, *, is_so: bool) -> Phrase:
    return (
        Phrase(f"have {thing}", f"with {thing}")
        if is_so
        else Phrase(f"do not have {thing}", f"without {thing}")
    )


def _being(what: str, verb: str, *, is_so: bool) -> Phrase:
    return Phrase(f"{verb} {what}", what) if is_so else Phrase(f"{verb} not {what}", f"not {what}")


def _value(says: Is, values: Sequence[Value]) -> str:
    match says:
        case Is.CONTAINS | Is.STARTS_WITH | Is.ENDS_WITH:
            return f"text that {IN_TEXT[says]} {_named(values)}"
        case Is.GREATER:
            return f"more than {_shown(values[0])}"
        case Is.LESS:
            return f"less than {_shown(values[0])}"
        case Is.BETWEEN:
            return f"{_shown(values[0])} to {_shown(values[1])}"
        case Is.BEFORE | Is.AFTER:
            return f"a date {says} {_shown(values[0])}"
        case Is.IN_LAST_DAYS:
            return f"a date of {_last_days(values[0])}"
        case Is.YES | Is.NO:
            return says.value
    return _named(values)


def _when(says: Is, values: Sequence[Value]) -> str:
    match says:
        case Is.BEFORE | Is.AFTER:
            return f"{says} {_shown(values[0])}"
        case Is.BETWEEN:
            return f"from {_shown(values[0])} to {_shown(values[1])}"
        case Is.IN_LAST_DAYS:
            return f"in {_last_days(values[0])}"
    return f"on {_joined([_shown(each) for each in values], 'or')}"


def _last_days(days: Value) -> str:
    return "the last day" if days in (1, "1") else f"the last {_shown(days)} days"


def _named(values: Sequence[Value]) -> str:
    """Values in quotes, numbers without; of many the first."""
    names = [f"“{_shown(each)}”" if isinstance(each, str) else _shown(each) for each in values]
    if len(names) > SHOWN_VALUES:
        names = [*names[: SHOWN_VALUES - 1], f"one of {len(names) - SHOWN_VALUES + 1:,} others"]
    return _joined(names, "or")


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def _joined(phrases: Sequence[str], word: str) -> str:
    *first, last = phrases
    return f"{', '.join(first)} {word} {last}" if first else last
