"""What became of a row: the closed vocabularies of CONTRACT, in one place."""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Import Status of one row (RIO-23)."""

    IMPORTED = "Imported"
    UPDATED = "Updated"
    SKIPPED = "Skipped"
    ERROR = "Error"


class Reason(StrEnum):
    """Why a row has its status, in one closed word."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    MERGED = "merged"
    KEPT_APART = "kept_apart"
    EXISTS = "exists"
    NOT_FOUND = "not_found"
    REPEAT = "repeat"
    NO_IDENTIFIER = "no_identifier"
    FIRST_NAME_MISSING = "first_name_missing"
    BAD_EMAIL = "bad_email"
    BAD_PHONE = "bad_phone"
    BAD_DATE = "bad_date"
    BAD_NUMBER = "bad_number"
    BAD_CHOICE = "bad_choice"
    BAD_YES_NO = "bad_yes_no"
    MALFORMED_ROW = "malformed_row"
    UNDECODABLE_TEXT = "undecodable_text"
    UNKNOWN_CONTACT_ID = "unknown_contact_id"
    IDENTIFIER_REPEATED = "identifier_repeated"
    IDENTIFIER_SHARED = "identifier_shared"
    IDENTIFIER_TAKEN = "identifier_taken"
    DUPLICATE_CONTACT = "duplicate_contact"
    CONFLICT = "conflict"


SKIPS: Final = frozenset({Reason.EXISTS, Reason.NOT_FOUND, Reason.REPEAT})
ERRORS: Final = frozenset(
    {
        Reason.NO_IDENTIFIER,
        Reason.FIRST_NAME_MISSING,
        Reason.BAD_EMAIL,
        Reason.BAD_PHONE,
        Reason.BAD_DATE,
        Reason.BAD_NUMBER,
        Reason.BAD_CHOICE,
        Reason.BAD_YES_NO,
        Reason.MALFORMED_ROW,
        Reason.UNDECODABLE_TEXT,
        Reason.UNKNOWN_CONTACT_ID,
        Reason.IDENTIFIER_REPEATED,
        Reason.IDENTIFIER_SHARED,
        Reason.IDENTIFIER_TAKEN,
        Reason.DUPLICATE_CONTACT,
        Reason.CONFLICT,
    }
)
"""Every other reason is `Imported` where the row made a contact, and `Updated` where it found one."""


class ReceiptStatus(StrEnum):
    """Where an import, or any other batch, stands."""

    PLANNED = "planned"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    EXPIRED = "expired"
    UNDONE = "undone"


class Purpose(StrEnum):
    """What an import is for (RIO-11)."""

    ADD_NEW = "add_new"
    UPDATE_EXISTING = "update_existing"
    ADD_AND_UPDATE = "add_and_update"
    ADD_ALL = "add_all"

    @property
    def adds(self) -> bool:
        """Whether a record that finds nobody makes a contact."""
        return self is not Purpose.UPDATE_EXISTING

    @property
    def updates(self) -> bool:
        """Whether a record that finds somebody changes that contact."""
        return self in (Purpose.UPDATE_EXISTING, Purpose.ADD_AND_UPDATE)


class ReviewKind(StrEnum):
    """What a person is asked to decide."""

    PENDING_LINK = "pending_link"
    CLAIMED_VALUE = "claimed_value"
    SHARED_IDENTIFIER = "shared_identifier"
    KEPT_APART = "kept_apart"
    DOUBTFUL_OPT_OUT = "doubtful_opt_out"
    DUPLICATE = "duplicate"


class ReviewState(StrEnum):
    """Where a review entry stands; `withdrawn` when the change that asked was undone."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
