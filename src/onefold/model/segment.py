"""Segment rules: a tree that says of every contact whether it is meant (CONTRACT, "Segment rules")."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, TypeAlias

from onefold.model.error import UsageError
from onefold.model.nfc import in_nfc

DEEPEST: Final = 20
"""Levels of blocks; segments that a segment uses count with it. SQLite's parser has room for little more."""
MOST_RULES: Final = 500
"""In one segment, with those that it uses."""
MOST_VALUES: Final = 10_000
"""In one segment, with those that it uses: every store takes as many parameters in a statement."""
SHOWN_CHARACTERS: Final = 40


class Is(StrEnum):
    """What a rule may say of a field."""

    EMPTY = "empty"
    NOT_EMPTY = "not_empty"
    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    ONE_OF = "one_of"
    GREATER = "greater"
    LESS = "less"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    IN_LAST_DAYS = "in_last_days"
    YES = "yes"
    NO = "no"


class Subject(StrEnum):
    """What a rule can be about: the types of fields, and what else is known of a contact."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    EMAIL = "email"
    PHONE = "phone"
    TIME = "time"
    TAG = "tag"
    LIST = "list"
    SEGMENT = "segment"
    CONSENT = "consent"
    IMPORT = "import"


class BlockKind(StrEnum):
    """How the parts of a block are joined; `not` takes those for whom none of them holds."""

    ALL = "all"
    ANY = "any"
    NOT = "not"


_EQUAL: Final = (Is.EQUALS, Is.NOT_EQUALS, Is.ONE_OF)
_FILLED: Final = (Is.EMPTY, Is.NOT_EMPTY)
_PARTS: Final = (Is.CONTAINS, Is.STARTS_WITH, Is.ENDS_WITH)
_DAYS: Final = (Is.BETWEEN, Is.BEFORE, Is.AFTER, Is.IN_LAST_DAYS)

RULES_OF: Final[Mapping[Subject, tuple[Is, ...]]] = {
    Subject.TEXT: (*_FILLED, *_EQUAL, *_PARTS),
    Subject.NUMBER: (*_FILLED, *_EQUAL, Is.GREATER, Is.LESS, Is.BETWEEN),
    Subject.DATE: (*_FILLED, *_EQUAL, *_DAYS),
    Subject.YES_NO: (*_FILLED, Is.EQUALS, Is.NOT_EQUALS, Is.YES, Is.NO),
    Subject.CHOICE: (*_FILLED, *_EQUAL),
    Subject.EMAIL: (*_FILLED, *_EQUAL, *_PARTS),
    Subject.PHONE: (*_FILLED, *_EQUAL, *_PARTS),
    Subject.TIME: (Is.EQUALS, Is.NOT_EQUALS, *_DAYS),
    Subject.TAG: (*_FILLED, *_EQUAL, *_PARTS),
    Subject.LIST: (*_FILLED, *_EQUAL, *_PARTS),
    Subject.SEGMENT: _EQUAL,
    Subject.CONSENT: _EQUAL,
    Subject.IMPORT: _EQUAL,
}
"""Which rules can be asked of what."""

OPPOSITES: Final = {Is.NOT_EMPTY: Is.EMPTY, Is.NOT_EQUALS: Is.EQUALS}
"""Rules that are true where another is not."""
WITHOUT_VALUE: Final = (Is.EMPTY, Is.NOT_EMPTY, Is.YES, Is.NO)

Value: TypeAlias = str | int | float | bool


@dataclass(frozen=True)
class Rule:
    """One rule. `where` it stands in the tree, for people; `values`: none, one, the two ends of `between`, or
    those of `one_of`, as they were written.
    """

    where: str
    field: str
    says: Is
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Block:
    """Rules and blocks, joined; never empty."""

    where: str
    kind: BlockKind
    parts: tuple["Node", ...]


Node: TypeAlias = Rule | Block


@dataclass(frozen=True)
class SegmentRules:
    """Who is meant: those in `include` (without it, everybody), except those in `exclude`."""

    include: Node | None = None
    exclude: Node | None = None

    def rules(self) -> Iterator[Rule]:
        """Every rule of both areas, in the order in which they were written."""
        waiting = [area for area in (self.exclude, self.include) if area is not None]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Rule):
                yield node
            else:
                waiting += reversed(node.parts)


def parse_rules(data: object) -> SegmentRules:
    """The tree that JSON-like data holds: areas `include` and `exclude`, or one bare rule or block.

    Its fields and values are in NFC.

    Raises `UsageError` (`bad_rules`), which says where, for whatever is no such tree.
    """
    written = _object(data, "")
    if not written:
        raise bad("", "there is nothing in them", "give an include or an exclude area")
    if set(written) & {"include", "exclude"}:
        _check_keys(written, ("include", "exclude"), "")
        areas = {name: _node(area, name, 1) for name, area in written.items()}
        rules = SegmentRules(areas.get("include"), areas.get("exclude"))
    else:
        rules = SegmentRules(_node(written, "", 1))
    return rules


def bad(where: str, message: str, hint: str = "", code: str = "bad_rules") -> UsageError:
    """The error that something is wrong with rules at that place."""
    return UsageError(f"{where or 'the rules'}: {message}", code=code, hint=hint)


def short(value: object) -> str:
    """A value as an error quotes it, on one line and not longer than is of use."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def close_to(word: str, known: Sequence[str]) -> str:
    """The hint with what was probably meant, if anything."""
    spelled = {name.lower(): name for name in known}
    close = get_close_matches(word[:100].lower(), spelled, n=1)
    return f"did you mean {spelled[close[0]]}?" if close else ""


def near(word: str, known: Sequence[str]) -> str:
    """The hint with what was probably meant, or else what there is."""
    there_are = f"there are {', '.join(known[:30])}" if known else "there are none"
    return close_to(word, known) or there_are


def _node(data: object, where: str, level: int) -> Node:
    if level > DEEPEST:
        raise bad(where, f"blocks stand in each other more than {DEEPEST} deep", "use fewer levels")
    written = _object(data, where)
    kinds = [kind for kind in BlockKind if kind in written]
    if "field" in written or "is" in written:
        if kinds:
            raise bad(where, f"this is both a rule and a block ({kinds[0]})", "put the rule into the block")
        return _rule(written, where)
    if not kinds:
        keys = (*BlockKind, "field", "is", "value")
        wrong = next(iter(written), None)
        if wrong is None:
            raise bad(where, "there is nothing in it", "give a rule, or a block all, any or not")
        raise bad(where, f"{short(wrong)} is neither a rule nor a block", near(wrong, keys))
    _check_keys(written, (kinds[0],), where)
    return _block(kinds[0], written[kinds[0]], f"{where}.{kinds[0]}" if where else kinds[0], level)


def _block(kind: BlockKind, parts: object, where: str, level: int) -> Block:
    if kind is BlockKind.NOT and isinstance(parts, Mapping):
        return Block(where, kind, (_node(parts, where, level + 1),))
    if not isinstance(parts, list | tuple):
        raise bad(where, "this is no list of rules", f'write it as {{"{kind}": [ … ]}}')
    if not parts:
        raise bad(where, "the block is empty", "put a rule into it, or take it away")
    return Block(
        where,
        kind,
        tuple(_node(part, f"{where}[{place}]", level + 1) for place, part in enumerate(parts)),
    )


def _rule(written: Mapping[str, object], where: str) -> Rule:
    _check_keys(written, ("field", "is", "value"), where)
    for key in ("field", "is"):
        if key not in written:
            raise bad(where, f"the rule has no {key!r}", 'write it as {"field": "city", "is": "not_empty"}')
        if not isinstance(written[key], str):
            raise bad(where, f"{key!r} is {short(written[key])}, which is no text")
    says = str(written["is"])
    if says not in list(Is):
        raise bad(where, f"there is no rule {short(says)}", near(says, tuple(Is)))
    return Rule(where, in_nfc(str(written["field"])), Is(says), _values(Is(says), written, where))


def _values(says: Is, written: Mapping[str, object], where: str) -> tuple[Value, ...]:
    if says in WITHOUT_VALUE:
        if "value" in written:
            raise bad(where, f"the rule {says} takes no value", "leave it out")
        return ()
    if "value" not in written:
        raise bad(where, f"the rule {says} needs a value", 'give it as "value"')
    value = written["value"]
    if says not in (Is.BETWEEN, Is.ONE_OF):
        return (_value(value, where),)
    if not isinstance(value, list | tuple):
        raise bad(where, f"the rule {says} takes a list of values", 'write it as "value": [ …, … ]')
    if says is Is.BETWEEN and len(value) != 2:
        raise bad(where, f"the rule between takes two values, not {len(value):,}", "give the first and last")
    if not value:
        raise bad(where, "the rule one_of has no values", "give one at least")
    return tuple(_value(each, where) for each in value)


def _value(value: object, where: str) -> Value:
    if not isinstance(value, str | int | float):
        raise bad(where, f"{short(value)} is no value", "give a text, a number, true or false")
    return in_nfc(value) if isinstance(value, str) else value


def _object(data: object, where: str) -> Mapping[str, object]:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise bad(
            where, f"{short(data)} is no rule and no block", 'write {"field": …, "is": …} or {"all": […]}'
        )
    return data


def _check_keys(written: Mapping[str, object], known: Sequence[str], where: str) -> None:
    for key in written:
        if key not in known:
            raise bad(where, f"{short(key)} does not belong here", near(key, known))
