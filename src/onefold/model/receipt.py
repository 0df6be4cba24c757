"""The receipt: what would happen (a plan's) or what did happen, in counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from onefold.model.outcome import ERRORS, SKIPS, ReceiptStatus

IMPORTS: Final = ("import", "records")
"""Kinds of receipt whose input is a file: in batches, one at a time, and gone on with where interrupted."""
EXPORT: Final = "export"
BACKUP: Final = "backup"
ERASE: Final = "erase"
UPGRADE: Final = "upgrade"
"""The kind of what an upgrade of Onefold did to contacts."""
COPIES: Final = (EXPORT, BACKUP)
"""Kinds of receipt that changed nothing in the book: something was written out, and is on the record."""


@dataclass(frozen=True)
class Kept:
    """A value or a contact that an undo left as it is, and why."""

    contact_id: int
    key: str
    why: str


@dataclass(frozen=True)
class Receipt:
    """`rows = imported + updated + skipped + error`, always. `reasons` counts rows by reason; `kept` is what
    an undo left; `erased` tells what an erasure removed, by counts and never by values.
    """

    id: int | None
    kind: str
    status: ReceiptStatus
    policy: str | None = None
    purpose: str | None = None
    rows: int = 0
    imported: int = 0
    updated: int = 0
    skipped: int = 0
    error: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    tag: str | None = None
    results: str | None = None
    errors: str | None = None
    created_at: str | None = None
    finished_at: str | None = None
    source_name: str | None = None
    undoes: int | None = None
    undone_by: int | None = None
    kept: Sequence[Kept] = ()
    changed: int = 0
    erased: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The receipt as CONTRACT spells it in JSON; what is beside those keys comes after them."""
        first = (
            "id",
            "status",
            "policy",
            "purpose",
            "rows",
            "imported",
            "updated",
            "skipped",
            "error",
            "reasons",
        )
        told = {name: getattr(self, name) for name in first}
        told |= {"mapping": dict(self.mapping), "warnings": list(self.warnings), "tag": self.tag}
        told |= {"results": self.results, "errors": self.errors, "kind": self.kind, "changed": self.changed}
        told |= {
            "kept": [{"contact": kept.contact_id, "field": kept.key, "why": kept.why} for kept in self.kept]
        }
        told |= {
            name: getattr(self, name)
            for name in ("source_name", "created_at", "finished_at", "undoes", "undone_by")
        }
        told |= {"erased": dict(self.erased)} if self.erased else {}
        return told | {"status": self.status.value, "reasons": dict(self.reasons)}


@dataclass(frozen=True)
class StatusCounts:
    """Rows by status; the names are a receipt's."""

    imported: int
    updated: int
    skipped: int
    error: int


def status_counts(reasons: Mapping[str, int], imported: int) -> StatusCounts:
    """Counts by status from counts by reason; `imported` says how many rows made a contact."""
    skipped = sum(count for reason, count in reasons.items() if reason in SKIPS)
    error = sum(count for reason, count in reasons.items() if reason in ERRORS)
    return StatusCounts(imported, sum(reasons.values()) - imported - skipped - error, skipped, error)
