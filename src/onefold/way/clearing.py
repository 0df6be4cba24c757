"""The contacts of a list are taken out of the book, unless one of them is not of the kind that was meant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, or_

from onefold.audience.choosing import Choice, condition_of
from onefold.model.error import Refused, UsageError
from onefold.model.identifier import kinds_of
from onefold.stores import Reader, Writer
from onefold.way.removing import remove_contacts

NAMED: Final = 5
"""So many of those who are in the way are named."""


def remove_list_contacts(writer: Writer, name: str, only_without: Sequence[str], now: datetime) -> int:
    """Puts all contacts of a list into the bin and gives the receipt's id; none, if one of them has an
    identifier of `only_without` (DOT-12).

    Raises `Refused` (`guard`), `UsageError` (`unknown_list`, `unknown_identifier`).
    """
    check_without(writer, name, only_without, now)
    ids = writer.ids_where(condition_of(Choice(list=name), writer, now))
    return remove_contacts(writer, ids, now, source_name=name)


def check_without(reader: Reader, name: str, kinds: Sequence[str], now: datetime) -> None:
    """Raises `Refused` (`guard`), naming contacts, where any of a list has an identifier of these kinds; and
    `UsageError` (`unknown_list`, `unknown_identifier`).
    """
    on_list = condition_of(Choice(list=name), reader, now)
    known = kinds_of(reader.own_kinds())
    for kind in kinds:
        if kind not in known:
            raise UsageError(
                f"{kind!r} is no identifier that a contact could be without",
                code="unknown_identifier",
                hint=f"choose one of {', '.join(known)}",
            )
    in_the_way = and_(on_list, or_(*(reader.having(kind) for kind in kinds))) if kinds else None
    if in_the_way is None or not (count := reader.count_where(in_the_way)):
        return
    first = reader.details(reader.ids_where(in_the_way, limit=NAMED))
    named = [f"contact {contact['id']} ({_shown(contact, kinds)})" for contact in first]
    more = f" and {count - len(named):,} more" if count > len(named) else ""
    who = "1 contact of the list {} has" if count == 1 else f"{count:,} contacts of the list {{}} have"
    raise Refused(
        f"{who.format(name)} {' or '.join(kinds)}: {', '.join(named)}{more}",
        code="guard",
        hint="nothing was changed; take them off the list first if the others are to go",
    )


def _shown(contact: dict[str, object], kinds: Sequence[str]) -> str:
    """By what a contact is in the way."""
    own = next((contact[kind] for kind in kinds if contact[kind] is not None), None)
    return str(own) if own is not None else f"a second {kinds[0]}"
