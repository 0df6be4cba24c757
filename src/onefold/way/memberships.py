"""Contacts are put on lists and given tags, and taken off again: as many at a time as it may be."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

import polars as pl

from onefold.audience.choosing import Choice, condition_of
from onefold.audience.named import number_named
from onefold.audience.renaming import segments_with_name
from onefold.model.error import UsageError
from onefold.model.frames import MEMBERSHIP_SCHEMA
from onefold.model.nfc import in_nfc
from onefold.resolve.changes import changes_between, no_changes
from onefold.stores import Reader, Writer
from onefold.stores.renames import RENAMED
from onefold.way.besides import rename_list
from onefold.way.merging import check_live
from onefold.way.terms import check_name
from onefold.way.writing import write_receipt

Whom: TypeAlias = Choice | Sequence[int]
"""Contacts by a choice, or one by one."""

CHOSEN: Final = "chosen"
BY_HAND: Final = "by hand"


def ids_of(whom: Whom, reader: Reader, now: datetime) -> pl.Series:
    """The live contacts that are meant. Raises `UsageError` (`unknown_contact_id`, and those of
    `condition_of`).
    """
    if isinstance(whom, Choice):
        return reader.ids_where(condition_of(whom, reader, now))
    asked = pl.Series("id", whom, dtype=pl.Int64)
    check_live(reader.contacts(asked), asked)
    return asked.unique().sort()


def join(writer: Writer, kind: str, name: str, whom: Whom, now: datetime) -> int:
    """Puts contacts on a list, or gives them a tag (`kind`); gives the receipt's id.

    Raises `UsageError` (`unknown_list`, `bad_name`, and those of `ids_of`).
    """
    if kind == "list":
        number_named(writer, kind, name)
    name = check_name(kind, name)
    members = _memberships(kind, name, ids_of(whom, writer, now))
    added = members.join(_known(writer, members), on=list(MEMBERSHIP_SCHEMA), how="anti")
    return _write(writer, kind, name, whom, now, added=added)


def leave(writer: Writer, kind: str, name: str, whom: Whom, now: datetime) -> int:
    """Takes contacts off a list, or takes a tag from them; gives the receipt's id.

    Raises `UsageError` (`unknown_list`, `unknown_tag`, and those of `ids_of`).
    """
    number_named(writer, kind, name)
    name = in_nfc(name)
    members = _memberships(kind, name, ids_of(whom, writer, now))
    return _write(writer, kind, name, whom, now, removed=_known(writer, members))


def list_from_segment(writer: Writer, segment: str, name: str, now: datetime) -> int:
    """Puts all who are in a segment now on a list, which is made where it is not there; gives the receipt's
    id.

    Raises `UsageError` (`bad_name`, and those of `condition_of`).
    """
    name = check_name("list", name)
    writer.create_list(name, now)
    return join(writer, "list", name, Choice(segment=segment), now)


def write_list_renamed(writer: Writer, name: str, new: str, now: datetime) -> int:
    """Gives a list another name; who is on it stays on it, and segments say the new name. Gives the receipt's
    id.

    Raises `UsageError` (`unknown_list`, `bad_name`, `list_taken`).
    """
    number_named(writer, "list", name)
    name, new = in_nfc(name), check_name("list", new)
    if writer.number_of("list", new) is not None:
        raise UsageError(f"there is a list {new!r} already", code="list_taken", hint="choose another name")
    renamed = {"old": name, "new": new}
    nothing = no_changes(writer.contacts(pl.Series([], dtype=pl.Int64)))
    options = {RENAMED: renamed}
    receipt_id = write_receipt(writer, "list", nothing, now, source_name=new, options=options)[0]
    rename_list(writer, **renamed)
    return receipt_id


def delete_list(writer: Writer, name: str, now: datetime) -> int:
    """Takes everybody off a list, those that were merged or are in the bin too, and deletes it; its contacts
    stay. Gives the receipt's id.

    Raises `UsageError` (`unknown_list`, `list_in_use`).
    """
    number = number_named(writer, "list", name)
    name = in_nfc(name)
    if users := segments_with_name(writer, "list", name):
        raise UsageError(
            f"list {name!r} is used by the {'segment' if len(users) == 1 else 'segments'} {', '.join(users)}",
            code="list_in_use",
            hint="take it out of their rules first",
        )
    removed = _memberships("list", name, writer.members("list", number))
    receipt_id = _write(writer, "list", name, (), now, removed=removed)
    writer.delete_list(number)
    return receipt_id


def newest_members(reader: Reader, name: str, *, limit: int, after: int | None) -> list[dict[str, Any]]:
    """The contacts on a list, who joined last first: their names and addresses, `joined_at`, and by which
    `receipt`, its `kind` and `source`.

    Raises `UsageError` (`unknown_list`).
    """
    found = reader.newest_members(number_named(reader, "list", name), limit=limit, after=after)
    people = {contact["id"]: contact for contact in reader.details(found["contact_id"])}
    origins = _origins(reader, found["batch_id"])
    told = []
    for contact_id, batch_id in found.iter_rows():
        contact, origin = people[contact_id], origins[batch_id]
        told.append(
            {
                **{
                    key: contact[key]
                    for key in ("id", "first_name", "last_name", "full_name", "email", "phone")
                },
                "joined_at": origin["at"],
                **{key: origin[key] for key in ("receipt", "kind", "source")},
            }
        )
    return told


def moves(reader: Reader, kind: str, name: str, *, limit: int) -> list[dict[str, Any]]:
    """Who joined a list, or got a tag, and who left it, the newest first: `contact_id`, `what` (`joined` or
    `left`), `at`, and by which `receipt`, its `kind` and `source`.

    Raises `UsageError` (`unknown_list`, `unknown_tag`).
    """
    number = number_named(reader, kind, name)
    newest = reader.moves(kind, number, in_nfc(name)).reverse().head(limit)
    origins = _origins(reader, newest["batch_id"])
    return [
        {
            "contact_id": contact_id,
            "what": "joined" if joined else "left",
            **{key: origins[batch_id][key] for key in ("at", "receipt", "kind", "source")},
        }
        for batch_id, contact_id, joined in newest.iter_rows()
    ]


def _origins(reader: Reader, batches: pl.Series) -> dict[int, dict[str, Any]]:
    """By batch, when it was and by which receipt; the source of a change by hand is how its contacts were
    chosen.
    """
    lines = reader.origins(batches).to_dicts()
    return {
        line["batch_id"]: line | {"source": json.loads(line["options"]).get(CHOSEN, line["source"])}
        for line in lines
    }


def _memberships(kind: str, name: str, ids: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"contact_id": ids}).with_columns(
        pl.lit(kind).alias("kind"), pl.lit(name).alias("name")
    )


def _known(reader: Reader, members: pl.DataFrame) -> pl.DataFrame:
    """Those of these memberships that are there."""
    return reader.memberships(members["contact_id"], members.select("kind", "name").head(1))


def _write(
    writer: Writer,
    kind: str,
    name: str,
    whom: Whom,
    now: datetime,
    *,
    added: pl.DataFrame | None = None,
    removed: pl.DataFrame | None = None,
) -> int:
    nobody = writer.contacts(pl.Series([], dtype=pl.Int64))
    changes = changes_between(nobody, nobody, memberships_added=added, memberships_removed=removed)
    return write_receipt(writer, kind, changes, now, source_name=name, options={CHOSEN: _chosen(whom)})[0]


def _chosen(whom: Whom) -> str:
    """How contacts were chosen, in words."""
    if not isinstance(whom, Choice):
        return BY_HAND
    named = {"segment": whom.segment, "list": whom.list, "tag": whom.tag, "receipt": whom.receipt}
    words = [f"{what} {value}" for what, value in named.items() if value is not None]
    return ", ".join(words if whom.rules is None else [*words, "rules"]) or "everybody"
