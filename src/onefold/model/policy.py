"""A policy: the rules of identity and values as data (DESIGN 5). Read by `policies`, obeyed by `resolve`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from onefold.model.identifier import CONTACT_ID, CRM_ID, EMAIL, PHONE

OWN_KINDS = "own_kinds"
"""The place in `match_on` where the book's own kinds stand, in their order."""


class Contradiction(StrEnum):
    """A contact found by a weaker kind has another stronger identifier than the record (step 5)."""

    NEW_CONTACT = "new_contact"
    OVERWRITE = "overwrite"
    REJECT = "reject"


class SharedIdentifier(StrEnum):
    """Several contacts hold an unmarked identifier (step 6)."""

    REVIEW = "review"
    REJECT = "reject"
    OLDEST = "oldest"


class SecondMatch(StrEnum):
    """Another identifier of the record finds a second contact (step 7)."""

    MERGE_COMPLEMENTARY = "merge_complementary"
    MERGE = "merge"
    KEEP_APART = "keep_apart"
    REJECT = "reject"


class HeldElsewhere(StrEnum):
    """Another contact holds an identifier of a kind outside `match_on` (step 8)."""

    WITHHOLD = "withhold"
    REJECT = "reject"
    ALLOW = "allow"


class Repeated(StrEnum):
    """What is done with rows of one input that repeat an identifier."""

    FOLD_THEN_IN_ORDER = "fold_then_in_order"
    IN_ORDER = "in_order"
    REJECT_ALL = "reject_all"


class PhoneSpelling(StrEnum):
    """What makes two numbers the same: their E.164, or the way they are written (RIO-29)."""

    E164 = "e164"
    AS_WRITTEN = "as_written"


class PhoneCheck(StrEnum):
    """How good a number must be to be taken."""

    POSSIBLE = "possible"
    VALID = "valid"


class Claims(StrEnum):
    """What a record may do whose identifiers were merely typed (step 10)."""

    FILL = "fill"
    APPLY = "apply"


class ClaimedGrants(StrEnum):
    """What becomes of consent that somebody typed for an address (DESIGN 6)."""

    PENDING = "pending"
    SUBSCRIBED = "subscribed"


class FormerNumbers(StrEnum):
    """What is done with a number that its contact no longer has (step 3)."""

    KEEP_CURRENT = "keep_current"
    REPLACE = "replace"


class Overwrite(StrEnum):
    """Whether a record's value replaces one that is there (step 10)."""

    ALWAYS = "always"
    FILL_EMPTY = "fill_empty"


class Survivorship(StrEnum):
    """Whose value stays when two contacts become one: that of the kept contact, the one that was set last, or
    the longer text. A tuple of sources in its place says whose word goes first.
    """

    KEPT = "kept"
    NEWEST = "newest"
    LONGEST = "longest"


@dataclass(frozen=True)
class Limits:
    """What an operator takes in; `None` is no limit."""

    formats: tuple[str, ...] | None = None
    max_bytes: int | None = None
    max_rows: int | None = None
    required_to_add: tuple[str, ...] = ()
    results_columns: tuple[str, ...] = ("Import Status", "Reason", "Contact ID", "Errors")
    review_window: timedelta = timedelta(hours=1)
    results_kept: timedelta = timedelta(days=7)


@dataclass(frozen=True)
class Policy:
    """The knobs, one attribute each.

    `chosen_identifier`: each import goes by one kind, the first of these that it maps, unless another is
    chosen. `blocked_mailboxes` are local parts and `blocked_numbers` digits that stand for nobody (step 2).
    `readings`: why a knob is as it is, where the system's own page does not say.
    """

    name: str
    match_on: tuple[str, ...] = (CONTACT_ID, CRM_ID, OWN_KINDS, EMAIL, PHONE)
    chosen_identifier: tuple[str, ...] = ()
    people_per_identifier: int | None = 5
    contradiction: Contradiction = Contradiction.NEW_CONTACT
    shared_identifier: SharedIdentifier = SharedIdentifier.REVIEW
    second_match: SecondMatch = SecondMatch.MERGE_COMPLEMENTARY
    second_match_by_source: Mapping[str, SecondMatch] = field(default_factory=dict)
    held_elsewhere: HeldElsewhere = HeldElsewhere.WITHHOLD
    held_elsewhere_by_kind: Mapping[str, HeldElsewhere] = field(default_factory=dict)
    duplicate_contact_kinds: tuple[str, ...] = ()
    repeated_in_file: Repeated = Repeated.FOLD_THEN_IN_ORDER
    group_limit: int = 50
    phone_spelling: PhoneSpelling = PhoneSpelling.E164
    phone_check: PhoneCheck = PhoneCheck.POSSIBLE
    claims: Claims = Claims.FILL
    claimed_grants: ClaimedGrants = ClaimedGrants.PENDING
    former_numbers: FormerNumbers = FormerNumbers.KEEP_CURRENT
    overwrite: Overwrite = Overwrite.ALWAYS
    overwrite_by_column: Mapping[str, Overwrite] = field(default_factory=dict)
    survivorship: Survivorship | tuple[str, ...] = Survivorship.KEPT
    survivorship_by_column: Mapping[str, Survivorship | tuple[str, ...]] = field(default_factory=dict)
    clear_token: str | None = "UNSET"  # a word people type, not a secret
    remember_mapping: bool = True
    blocked_mailboxes: tuple[str, ...] = ()
    blocked_numbers: tuple[str, ...] = ()
    limits: Limits = Limits()
    readings: Mapping[str, str] = field(default_factory=dict)

    def second_match_for(self, source: str) -> SecondMatch:
        """The knob, for records of that source."""
        return self.second_match_by_source.get(source, self.second_match)

    def held_elsewhere_for(self, kind: str) -> HeldElsewhere:
        """The knob, for identifiers of that kind."""
        return self.held_elsewhere_by_kind.get(kind, self.held_elsewhere)

    def overwrite_for(self, column: str) -> Overwrite:
        """The knob, for values of that column."""
        return self.overwrite_by_column.get(column, self.overwrite)

    def survivorship_for(self, column: str) -> Survivorship | tuple[str, ...]:
        """The knob, for values of that column."""
        return self.survivorship_by_column.get(column, self.survivorship)

    @property
    def asks_who_set(self) -> bool:
        """Whether it matters when, and by which source, values were set."""
        without = (Survivorship.KEPT, Survivorship.LONGEST)
        return any(how not in without for how in (self.survivorship, *self.survivorship_by_column.values()))

    def matching(self, own_kinds: tuple[str, ...], chosen: str | None = None) -> tuple[str, ...]:
        """The kinds that recognise, strongest first, in a book with these own kinds (DESIGN 5)."""
        if chosen is not None:
            return (chosen,)
        kinds: list[str] = []
        for kind in self.match_on:
            kinds.extend(own_kinds if kind == OWN_KINDS else (kind,))
        return tuple(kinds)
