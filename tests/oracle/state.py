"""What the slow engine knows: contacts, records, and who holds what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from onefold.model.field import NAMES
from onefold.model.identifier import CONTACT_ID, EMAIL, PHONE, Why, kinds_of
from onefold.model.outcome import ERRORS, SKIPS, Purpose, Reason, ReviewKind, Status
from onefold.model.policy import HeldElsewhere, Overwrite, PhoneSpelling, Policy
from onefold.model.source import ATTESTING, Source, Trust

Value = str | float | bool


@dataclass(frozen=True)
class Record:
    """What a source says of one person. Identifiers are canonical; `spellings`: an address spelled otherwise.

    `cleared`: columns, of identifiers or values, that bore the clear token. `proven`: kinds that the person
    showed to be theirs. `refusal`: what the stages before found wrong with the row.
    """

    identifiers: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    cleared: frozenset[str] = frozenset()
    contact_id: int | None = None
    spellings: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    source: Source = Source.IMPORT
    proven: frozenset[str] = frozenset()
    refusal: Reason | None = None

    def trust(self, kind: str) -> Trust:
        if self.source in ATTESTING:
            return Trust.ATTESTED
        if kind in self.proven or (self.source is Source.KEYWORD and kind == PHONE):
            return Trust.PROVEN
        return Trust.CLAIMED

    @property
    def name_key(self) -> str | None:
        return name_key(self.values)


@dataclass
class Contact:
    """One person of the book. A contact merged into another stays as it was and points there."""

    id: int
    identifiers: dict[str, str] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    aliases: dict[tuple[str, str], Why] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    merged_into: int | None = None
    in_bin: bool = False
    set_by: dict[str, tuple[int, int, Source | None]] = field(default_factory=dict, compare=False)
    """By value column: in which batch, by which row of it and by which source it was set last."""

    @property
    def name_key(self) -> str | None:
        return name_key(self.values)


@dataclass(frozen=True)
class Outcome:
    """What became of a row. `repeat_of` is the row (from 0) that a folded one became part of."""

    reason: Reason
    contact_id: int | None = None
    created: bool = False
    repeat_of: int | None = None

    @property
    def status(self) -> Status:
        if self.reason in ERRORS:
            return Status.ERROR
        if self.reason in SKIPS:
            return Status.SKIPPED
        return Status.IMPORTED if self.created else Status.UPDATED


@dataclass(frozen=True)
class Review:
    """A question for a person: may `contact_id` have what `other_contact_id` holds?"""

    kind: ReviewKind
    contact_id: int | None
    other_contact_id: int | None
    identifier: str
    value: str


@dataclass(frozen=True)
class Rules:
    """The policy together with how this one batch is to be taken."""

    policy: Policy
    own_kinds: tuple[str, ...]
    purpose: Purpose
    chosen: str | None
    do_not_overwrite: bool
    do_not_overwrite_columns: frozenset[str]
    defaults: Mapping[str, Value]
    """By column, what a contact has that has nothing there."""

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        return kinds_of(self.own_kinds)

    @cached_property
    def match_on(self) -> tuple[str, ...]:
        """The kinds that recognise, strongest first; `add_all` recognises nobody (step 4)."""
        if self.purpose is Purpose.ADD_ALL:
            return ()
        return self.policy.matching(self.own_kinds, self.chosen)

    @cached_property
    def outside(self) -> tuple[str, ...]:
        """The kinds that recognise nobody here."""
        return tuple(kind for kind in self.kinds if kind not in self.match_on)

    @cached_property
    def tying(self) -> tuple[str, ...]:
        """The kinds of which it matters whether somebody else has the same."""
        if self.purpose is Purpose.ADD_ALL:
            return ()
        allowed = [k for k in self.outside if self.policy.held_elsewhere_for(k) is HeldElsewhere.ALLOW]
        return (*self.match_on, *(kind for kind in self.outside if kind not in allowed))

    def stronger(self, kind: str) -> tuple[str, ...]:
        return self.match_on[: self.match_on.index(kind)]

    def told(self, record: Record, kind: str) -> str | None:
        """What the record says of that kind, as it is compared."""
        return self._compared(record.identifiers, record.spellings, kind)

    def own(self, contact: Contact, kind: str) -> str | None:
        """What the contact has of that kind in its own column, as it is compared."""
        return self._compared(contact.identifiers, contact.spellings, kind)

    def _compared(
        self, identifiers: Mapping[str, str], spellings: Mapping[str, str], kind: str
    ) -> str | None:
        if kind == PHONE and self.policy.phone_spelling is PhoneSpelling.AS_WRITTEN and PHONE in spellings:
            return spellings[PHONE]
        return identifiers.get(kind)

    def only_fills(self, column: str) -> bool:
        """Whether a record may only fill that column where it is empty."""
        if self.do_not_overwrite or column in self.do_not_overwrite_columns:
            return True
        overwrite = self.policy.overwrite_by_column.get(column, self.policy.overwrite)
        return overwrite is Overwrite.FILL_EMPTY


@dataclass
class State:
    """The contacts of one book, and its marks."""

    contacts: dict[int, Contact] = field(default_factory=dict)
    shared: set[tuple[str, str]] = field(default_factory=set)
    blocked: set[tuple[str, str]] = field(default_factory=set)

    def live(self) -> list[Contact]:
        """The contacts that are not merged into another, oldest first."""
        return [self.contacts[id_] for id_ in sorted(self.contacts) if self.contacts[id_].merged_into is None]

    def redirected(self, contact_id: int) -> Contact | None:
        """The live contact that this id leads to."""
        contact = self.contacts.get(contact_id)
        while contact is not None and contact.merged_into is not None:
            contact = self.contacts[contact.merged_into]
        return contact

    def is_blocked(self, kind: str, value: str, policy: Policy) -> bool:
        if (kind, value) in self.blocked:
            return True
        return kind == EMAIL and value.partition("@")[0] in policy.blocked_mailboxes

    def holders(self, kind: str, value: str, rules: Rules) -> list[Contact]:
        """Who is recognisable by that value: it is theirs now, or as a second one."""
        return [
            contact
            for contact in self.live()
            if rules.own(contact, kind) == value or contact.aliases.get((kind, value)) is Why.SECOND
        ]

    def usable(self, record: Record, kind: str, rules: Rules) -> str | None:
        """What the record says of that kind, unless it is blocked."""
        told = record.identifiers.get(kind)
        blocked = told is None or self.is_blocked(kind, told, rules.policy)
        return None if blocked else rules.told(record, kind)

    def usable_own(self, contact: Contact, kind: str, rules: Rules) -> str | None:
        """What the contact has of that kind, unless it is blocked."""
        own = contact.identifiers.get(kind)
        blocked = own is None or self.is_blocked(kind, own, rules.policy)
        return None if blocked else rules.own(contact, kind)


def name_key(values: Mapping[str, Value]) -> str | None:
    """How two names are the same: their words, without case."""
    first, last, full = (collapsed(values.get(name)) for name in NAMES)
    return full or collapsed(f"{first or ''} {last or ''}")


def collapsed(text: object) -> str | None:
    """The text in lower case with single spaces, or nothing where there are no words."""
    return " ".join(str(text).lower().split()) or None if text is not None else None


def has_any(record: Record, kinds: Iterable[str], state: State, rules: Rules) -> bool:
    """Whether the record bears an identifier of one of these kinds that is not blocked."""
    return any(
        record.contact_id is not None if kind == CONTACT_ID else state.usable(record, kind, rules) is not None
        for kind in kinds
    )
