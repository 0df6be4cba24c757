"""Small books and batches out of small alphabets, so that people collide all the time.

A **story** is what happens to one book: marks that the operator sets, then a few batches. It is plain data,
which `playing` tells to a real book as files and records, and to the slow engine as its own records.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from hypothesis import strategies as st

from onefold.model.identifier import CONTACT_ID, CRM_ID, EMAIL, PHONE
from onefold.model.outcome import Purpose, Reason
from onefold.model.policy import (
    Claims,
    Contradiction,
    FormerNumbers,
    HeldElsewhere,
    Overwrite,
    PhoneSpelling,
    Policy,
    Repeated,
    SecondMatch,
    SharedIdentifier,
    Survivorship,
)
from onefold.model.source import ATTESTING, Source
from onefold.policies import load_policy

LOYALTY_ID = "loyalty_id"
CITY, VISITS = "city", "visits"
"""The two custom fields of every generated book: a text and a number."""
HOME = "Faro"
"""The city of whom nothing else is said: the default of that field."""

EMAILS = ("ana@example.com", "bea@example.com", "cy@example.com", "dan@example.com")
MAILBOX = "info@example.com"
"""It stands for nobody under the default policy."""
PHONES = ("+447700900101", "+447700900102", "+447700900103", "+447700900104")
OTHERWISE_SPELLED_EMAIL = "Ana@Example.com"
OTHERWISE_SPELLED_PHONES = tuple(f"{phone[:3]} {phone[3:]}" for phone in PHONES[:2])
CRM_IDS = ("C-1", "C-2", "C-3", "C-4")
LOYALTY_IDS = ("L-1", "L-2", "L-3")
FIRST_NAMES = ("Ana", "Beatriz", "ANA")
FULL_NAMES = ("Ana Silva", "Bea Sousa")
CLEAR = "UNSET"
LIST = "News"

PRESETS = ("onefold", "dotdigital", "mainstay", "delivra", "respond_io", "klaviyo")
OTHER_SOURCES = (
    Source.FORM,
    Source.CHECKOUT,
    Source.PROFILE_UPDATE,
    Source.KEYWORD,
    Source.API,
    Source.CONSOLE,
)


class Way(StrEnum):
    """How a batch comes in."""

    FILE = "file"
    TAKE = "take"


T = TypeVar("T")


@dataclass(frozen=True)
class Told:
    """One row or record, as text by column; `contact_id` is the bare number. `wrong`: why it is refused."""

    cells: Mapping[str, str]
    source: Source = Source.IMPORT
    proven: frozenset[str] = frozenset()
    wrong: Reason | None = None


@dataclass(frozen=True)
class Choice:
    """A preset with some knobs turned: a policy that prints short."""

    preset: str = "onefold"
    knobs: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def policy(self) -> Policy:
        return replace(load_policy(self.preset), **self.knobs)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Batch:
    """Rows that come in together, and how they are to be taken."""

    told: tuple[Told, ...]
    choice: Choice = Choice()
    way: Way = Way.FILE
    purpose: Purpose = Purpose.ADD_AND_UPDATE
    chosen: str | None = None
    do_not_overwrite: bool = False
    do_not_overwrite_columns: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    into_list: str | None = None

    @property
    def policy(self) -> Policy:
        return self.choice.policy


@dataclass(frozen=True)
class Story:
    """A book from its beginning: the marks, then batch after batch."""

    batches: tuple[Batch, ...]
    shared: tuple[tuple[str, str], ...] = ()
    blocked: tuple[tuple[str, str], ...] = ()


def often(common: T, *rare: T, times: int = 3) -> st.SearchStrategy[T]:
    """The first of them about as often as all the others taken `times`."""
    return st.sampled_from((*((common,) * times * len(rare)), *rare))


def maybe(values: tuple[str, ...], blanks: int) -> st.SearchStrategy[str | None]:
    """One of the values, or nothing `blanks` times as often as each one of them."""
    return st.sampled_from((None,) * blanks + values)


SURVIVORSHIP = st.sampled_from(
    (
        *Survivorship,
        (Source.CONSOLE.value, Source.FORM.value, Source.IMPORT.value),
        (Source.IMPORT.value, Source.CHECKOUT.value),
    )
)
KNOBS: dict[str, st.SearchStrategy[object]] = {
    "people_per_identifier": st.sampled_from((None, 2, 2, 1)),
    "contradiction": st.sampled_from(Contradiction),
    "shared_identifier": st.sampled_from(SharedIdentifier),
    "second_match": st.sampled_from(SecondMatch),
    "second_match_by_source": st.dictionaries(
        st.sampled_from(OTHER_SOURCES), st.sampled_from(SecondMatch), max_size=2
    ),
    "held_elsewhere": st.sampled_from(HeldElsewhere),
    "held_elsewhere_by_kind": st.dictionaries(
        st.sampled_from((CRM_ID, EMAIL, PHONE)), st.sampled_from(HeldElsewhere), max_size=1
    ),
    "duplicate_contact_kinds": st.sampled_from(((), (PHONE,))),
    "repeated_in_file": st.sampled_from(Repeated),
    "phone_spelling": st.sampled_from(PhoneSpelling),
    "claims": st.sampled_from(Claims),
    "former_numbers": st.sampled_from(FormerNumbers),
    "overwrite": st.sampled_from(Overwrite),
    "overwrite_by_column": st.dictionaries(
        st.sampled_from((EMAIL, "first_name")), st.sampled_from(Overwrite), max_size=1
    ),
    "match_on": st.sampled_from(
        (
            (CONTACT_ID, CRM_ID, "own_kinds", EMAIL, PHONE),
            (EMAIL, PHONE),
            (PHONE, EMAIL),
            (CRM_ID, PHONE),
            (CONTACT_ID, EMAIL),
        )
    ),
    "clear_token": st.just(CLEAR),
    "survivorship": SURVIVORSHIP,
    "survivorship_by_column": st.dictionaries(
        st.sampled_from(("first_name", "full_name", CITY)), SURVIVORSHIP, max_size=2
    ),
}


DECISIVE = (
    *("contradiction", "contradiction", "second_match"),
    *("shared_identifier", "people_per_identifier", "former_numbers", "survivorship"),
)
"""Knobs that are turned more often."""


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    """One of the six presets, as it is or with some knobs turned, and groups that are soon too large."""
    preset = draw(st.sampled_from(("onefold", *PRESETS, "onefold")))
    knobs: dict[str, object] = {}
    if not draw(st.booleans()):
        turned = draw(st.lists(st.sampled_from((*KNOBS, *DECISIVE)), max_size=5))
        knobs = {knob: draw(KNOBS[knob]) for knob in turned}
    group_limit = draw(st.sampled_from((50, 50, 50, 6, 3)))
    return Choice(preset, knobs if group_limit == 50 else knobs | {"group_limit": group_limit})


def _cells(policy: Policy) -> st.SearchStrategy[dict[str, str]]:
    """What one row says; wherever the policy knows a clear token, some cells bear it."""
    clear = (CLEAR,) if policy.clear_token == CLEAR else ()
    spelled = PhoneSpelling.AS_WRITTEN is policy.phone_spelling
    phones = PHONES * 3 + OTHERWISE_SPELLED_PHONES * (3 if spelled else 1)
    blanks_and_values = {
        CONTACT_ID: maybe(("1", "2", "3", "4", "9"), 25),
        CRM_ID: maybe(CRM_IDS, 8),
        LOYALTY_ID: maybe(LOYALTY_IDS + clear, 16),
        EMAIL: maybe(EMAILS * 3 + (MAILBOX, OTHERWISE_SPELLED_EMAIL, *clear), 8),
        PHONE: maybe(phones + clear, 7),
        "first_name": maybe(FIRST_NAMES + clear, 6),
        "last_name": maybe(("Silva",), 3),
        "full_name": maybe(FULL_NAMES, 5),
        CITY: maybe(("Porto", HOME, *clear), 5),
        VISITS: maybe(("1", "2.5", *clear), 5),
    }
    return st.fixed_dictionaries(blanks_and_values).map(
        lambda row: {column: value for column, value in row.items() if value is not None}
    )


@st.composite
def _few_identifiers(draw: st.DrawFn, most: int) -> dict[str, str]:
    """What a row of a narrow list says: so many identifiers of different kinds, and perhaps a name."""
    alphabets = {CRM_ID: CRM_IDS[:2], LOYALTY_ID: LOYALTY_IDS[:2], EMAIL: EMAILS[:2], PHONE: PHONES[:3]}
    if most > 1:
        alphabets[CONTACT_ID] = ("1", "2", "3")
    kinds = draw(st.lists(st.sampled_from(sorted(alphabets)), min_size=most, max_size=most, unique=True))
    cells = {kind: draw(st.sampled_from(alphabets[kind])) for kind in kinds}
    name = draw(maybe(FIRST_NAMES, 6))
    return cells | ({"first_name": name} if name is not None else {})


WRONG = (
    Told({EMAIL: "no address", CRM_ID: "C-1"}, wrong=Reason.BAD_EMAIL),
    Told({PHONE: "12", EMAIL: EMAILS[0]}, wrong=Reason.BAD_PHONE),
    Told({EMAIL: EMAILS[0], VISITS: "many"}, wrong=Reason.BAD_NUMBER),
)
"""Rows that the stages before refuse."""
PROVEN = (frozenset(), frozenset({EMAIL}), frozenset({PHONE, CRM_ID}), frozenset({EMAIL, PHONE, LOYALTY_ID}))


@st.composite
def told(draw: st.DrawFn, policy: Policy, way: Way, most: int | None) -> Told:
    """One row of a file, or one record of any source with what its person showed to be theirs.

    `most` is how many identifiers it has, where all rows are narrow.
    """
    if way is Way.FILE and draw(st.integers(0, 24)) == 13:
        return draw(st.sampled_from(WRONG))
    cells = draw(_cells(policy) if most is None else _few_identifiers(most))
    if way is Way.FILE:
        return Told(cells)
    source, proven = draw(st.sampled_from(OTHER_SOURCES)), draw(st.sampled_from(PROVEN))
    return Told(cells, source, frozenset() if source in ATTESTING else proven.intersection(cells))


PURPOSES = often(Purpose.ADD_AND_UPDATE, Purpose.ADD_NEW, Purpose.UPDATE_EXISTING, Purpose.ADD_ALL)
ONLY_ADDING = often(Purpose.ADD_AND_UPDATE, Purpose.ADD_ALL, times=5)


@st.composite
def batches(draw: st.DrawFn, choice: Choice, most: int | None = None, max_rows: int = 10) -> Batch:
    """A file with its options, or records of any sources."""
    policy = choice.policy
    way = Way.FILE if policy.chosen_identifier else draw(st.sampled_from((Way.FILE, Way.FILE, Way.TAKE)))
    at_least = draw(st.integers(1 if most is None else max_rows // 2, max_rows))
    rows = tuple(draw(st.lists(told(policy, way, most), min_size=at_least, max_size=max_rows)))
    if draw(st.integers(0, 3)) == 0:
        rows += tuple(draw(st.lists(st.sampled_from(rows), max_size=2)))
    if way is Way.TAKE:
        return Batch(rows, choice, way)
    purpose = draw(ONLY_ADDING if most == 1 else PURPOSES)
    if purpose is Purpose.ADD_ALL:
        chosen = None
    elif policy.chosen_identifier:
        chosen = draw(st.sampled_from((PHONE, EMAIL)))
    else:
        chosen = draw(often(None, EMAIL, PHONE, CRM_ID))
    return Batch(
        rows,
        choice,
        way,
        purpose,
        chosen,
        draw(often(False, True, times=7)),
        draw(often((), ("first_name",), (PHONE,), times=5)),
        draw(often((), ("vip",))),
        draw(often(None, LIST)),
    )


MARKS = st.lists(
    st.sampled_from(
        ((PHONE, PHONES[0]), (EMAIL, EMAILS[0]), (PHONE, PHONES[1]), (LOYALTY_ID, LOYALTY_IDS[0]))
    ),
    max_size=2,
    unique=True,
)


MERGING = st.sampled_from(
    (Choice(), Choice("delivra"), Choice("onefold", {"contradiction": Contradiction.OVERWRITE}))
)
"""Policies under which records bring many contacts together."""


@st.composite
def stories(draw: st.DrawFn, max_batches: int = 4, max_rows: int = 10) -> Story:
    """A few batches, mostly under one policy, in a book where some values may be marked.

    In most, narrow lists come first: each person in bits and pieces, and then what joins the pieces.
    """
    choice = draw(st.one_of(choices(), MERGING))
    one_policy = draw(often(True, False, times=3))
    how_narrow = draw(st.sampled_from(((), (1, 2), (1, 3), (1, 2, 2), (1, 2, 3))))
    told_batches = [draw(batches(choice, most, max_rows)) for most in how_narrow]
    for _ in range(draw(st.integers(0 if told_batches else 1, max_batches - len(told_batches)))):
        if not one_policy:
            choice = draw(choices())
        told_batches.append(draw(batches(choice, None, max_rows)))
    shared = draw(st.one_of(st.just([]), MARKS))
    blocked = draw(st.one_of(st.just([]), st.just([]), MARKS))
    return Story(
        tuple(told_batches),
        tuple(shared),
        tuple(mark for mark in blocked if mark not in shared),
    )
