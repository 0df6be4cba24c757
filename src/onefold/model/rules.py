"""The rules under which one batch is decided: the policy, and what this import asked for."""

from dataclasses import dataclass

from onefold.model.field import Field
from onefold.model.identifier import CONTACT_ID, kinds_of
from onefold.model.outcome import Purpose
from onefold.model.policy import HeldElsewhere, Overwrite, PhoneSpelling, Policy


@dataclass(frozen=True)
class Rules:
    """`fields` are those that records can name, `retired` those whose values only stay with their contacts.
    `chosen` is the one kind that recognises in this import, where one was chosen.

    `do_not_overwrite_columns` are contact columns whose existing values stay (RIO-17).
    """

    policy: Policy
    purpose: Purpose = Purpose.ADD_AND_UPDATE
    own_kinds: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    chosen: str | None = None
    do_not_overwrite: bool = False
    do_not_overwrite_columns: frozenset[str] = frozenset()
    retired: tuple[Field, ...] = ()

    @property
    def match_on(self) -> tuple[str, ...]:
        """Kinds that recognise, strongest first; none where every record is new (`add_all`)."""
        if self.purpose is Purpose.ADD_ALL:
            return ()
        return self.policy.matching(self.own_kinds, self.chosen)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds that a contact holds in a column of its own."""
        return kinds_of(self.own_kinds)

    @property
    def all_kinds(self) -> tuple[str, ...]:
        """Every kind, `contact_id` first."""
        return (CONTACT_ID, *self.kinds)

    @property
    def outside(self) -> tuple[str, ...]:
        """Kinds that are values here: they do not recognise (DESIGN 5, step 8)."""
        return tuple(kind for kind in self.kinds if kind not in self.match_on)

    @property
    def tying(self) -> tuple[str, ...]:
        """Kinds of which it matters to a record that another record or contact has the same."""
        if self.purpose is Purpose.ADD_ALL:
            return ()
        withheld = (
            kind for kind in self.outside if self.policy.held_elsewhere_for(kind) is not HeldElsewhere.ALLOW
        )
        return (*self.match_on, *withheld)

    @property
    def phone_as_written(self) -> bool:
        """Whether a number is the same only if it is written the same (RIO-29)."""
        return self.policy.phone_spelling is PhoneSpelling.AS_WRITTEN

    def name_of(self, column: str) -> str:
        """The name that people, and policies, use for a contact column."""
        return next((custom.name for custom in self.fields if custom.column == column), column)

    @property
    def every_field(self) -> tuple[Field, ...]:
        """All fields of which contacts may have values, as frames of contacts have them."""
        return (*self.fields, *self.retired)

    @property
    def defaults(self) -> dict[str, str | float | bool]:
        """By contact column, what a contact has in it that has no value of its own (DOT-05)."""
        return {custom.column: value for custom in self.fields if (value := custom.default_value) is not None}

    def fills_only(self, column: str) -> bool:
        """Whether a value that is there stays, whatever the record says."""
        return (
            self.do_not_overwrite
            or column in self.do_not_overwrite_columns
            or self.policy.overwrite_for(self.name_of(column)) is Overwrite.FILL_EMPTY
        )
