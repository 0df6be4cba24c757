"""The book open where contacts are put on lists and given tags."""

from collections.abc import Callable, Sequence
from typing import Any

from onefold.audience.choosing import Choice, condition_of
from onefold.model.receipt import Receipt
from onefold.stores import Writer
from onefold.way.clearing import check_without, remove_list_contacts
from onefold.way.desk import Desk
from onefold.way.memberships import (
    Whom,
    delete_list,
    join,
    leave,
    list_from_segment,
    moves,
    newest_members,
    write_list_renamed,
)
from onefold.way.receipts import read_receipt
from onefold.way.terms import check_name


class MembershipDesk(Desk):
    """Who is on which list and has which tag, and how they came to it.

    Whom a change is about is said by a `Choice` (of a segment, a list, a tag, a receipt), or by ids.
    """

    def tags(self) -> dict[str, int]:
        """Tags, and how many contacts have each."""
        with self._store.reader() as reader:
            return reader.tags()

    def lists(self) -> dict[str, int]:
        """Lists, and how many contacts are on each."""
        with self._store.reader() as reader:
            return reader.lists()

    def create_list(self, name: str) -> None:
        """Makes an empty list. Raises `UsageError` (`bad_name`)."""
        checked = check_name("list", name)
        with self._store.writer() as writer:
            writer.create_list(checked, self._clock())

    def rename_list(self, name: str, new: str) -> Receipt:
        """Gives a list another name; who is on it stays on it, and saved segments say the new name.

        Raises `UsageError` (`unknown_list`, `bad_name`, `list_taken`).
        """
        return self._change(lambda writer: write_list_renamed(writer, name, new, self._clock()))

    def delete_list(self, name: str) -> Receipt:
        """Deletes a list; its contacts stay. Raises `UsageError` (`unknown_list`, `list_in_use`: by
        segments).
        """
        return self._change(lambda writer: delete_list(writer, name, self._clock()))

    def add_to_list(self, name: str, whom: Whom) -> Receipt:
        """Puts contacts on a list. Raises `UsageError` (`unknown_list`, `unknown_contact_id`, and those of a
        choice).
        """
        return self._change(lambda writer: join(writer, "list", name, whom, self._clock()))

    def remove_from_list(self, name: str, whom: Whom) -> Receipt:
        """Takes contacts off a list; they stay in the book. Raises `UsageError` as `add_to_list`."""
        return self._change(lambda writer: leave(writer, "list", name, whom, self._clock()))

    def list_from_segment(self, segment: str, name: str) -> Receipt:
        """Puts all who are in a segment now on a list, which is made where it is not there (DOT-13). Who is
        on it already stays.

        Raises `UsageError` (`unknown_segment`, `bad_name`).
        """
        return self._change(lambda writer: list_from_segment(writer, segment, name, self._clock()))

    def tag(self, tag: str, whom: Whom) -> Receipt:
        """Gives contacts a tag. Raises `UsageError` (`bad_name`, `unknown_contact_id`, and those of a
        choice).
        """
        return self._change(lambda writer: join(writer, "tag", tag, whom, self._clock()))

    def untag(self, tag: str, whom: Whom) -> Receipt:
        """Takes a tag from contacts. Raises `UsageError` (`unknown_tag`, and as `tag`)."""
        return self._change(lambda writer: leave(writer, "tag", tag, whom, self._clock()))

    def members(self, name: str, *, limit: int = 100, after: int | None = None) -> list[dict[str, Any]]:
        """The contacts on a list, who joined last first, with when and by which receipt; `after` is the id of
        the last contact of the page before. Raises `UsageError` (`unknown_list`).
        """
        with self._store.reader() as reader:
            return newest_members(reader, name, limit=limit, after=after)

    def list_history(self, name: str, *, limit: int = 100) -> list[dict[str, Any]]:
        """Who joined a list and who left it, when and by which receipt, the newest first. Raises `UsageError`
        (`unknown_list`).
        """
        with self._store.reader() as reader:
            return moves(reader, "list", name, limit=limit)

    def tag_history(self, tag: str, *, limit: int = 100) -> list[dict[str, Any]]:
        """Who got a tag and who lost it, as `list_history`. Raises `UsageError` (`unknown_tag`)."""
        with self._store.reader() as reader:
            return moves(reader, "tag", tag, limit=limit)

    def check_removal(self, name: str, *, only_without: Sequence[str] = ()) -> int:
        """How many contacts `remove_list_contacts` would take out of the book. Raises what it raises."""
        with self._store.reader() as reader:
            check_without(reader, name, only_without, self._clock())
            return reader.count_where(condition_of(Choice(list=name), reader, self._clock()))

    def remove_list_contacts(self, name: str, *, only_without: Sequence[str] = ()) -> Receipt:
        """Puts all contacts of a list into the bin. Where one of them has an identifier of `only_without`,
        like `email`, nothing is changed (DOT-12).

        Raises `Refused` (`guard`), `UsageError` (`unknown_list`, `unknown_identifier`).
        """
        return self._change(lambda writer: remove_list_contacts(writer, name, only_without, self._clock()))

    def _change(self, write: Callable[[Writer], int]) -> Receipt:
        with self._store.writer() as writer:
            receipt = read_receipt(writer, write(writer))
        # The index has seen nothing of it, and searching would look at each of these contacts.
        self._store.follow_search()
        return receipt
