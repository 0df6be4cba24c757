"""What the operator should know of a file beside its counts."""

from collections.abc import Iterator

from onefold.model.identifier import CONTACT_ID, CRM_ID
from onefold.way.incoming import Incoming

PLAINLY_READ = "read as UTF-8, delimiter comma"
"""What nobody needs to be warned of."""


def warnings_of(mapped: Incoming, doubtful: list[str], foreign: list[str]) -> Iterator[str]:
    """What the operator should know of this file."""
    yield from (note for note in mapped.input.notes if note != PLAINLY_READ)
    yield from mapped.notes
    if doubtful:
        yield f"{_count(doubtful, 'number')} taken that could exist but are not known to, like {doubtful[0]}"
    if foreign:
        ignored = f"{_count(foreign, 'contact id')} of another book or system ignored, like {foreign[0]}"
        if CONTACT_ID in mapped.columns and CRM_ID not in mapped.columns:
            header = mapped.input.headers[mapped.columns[CONTACT_ID]]
            ignored += f'; if they are your CRM\'s: --map "{header}=crm_id"'
        yield ignored


def _count(things: list[str], word: str) -> str:
    return f"{len(things):,} {word}{'' if len(things) == 1 else 's'}"
