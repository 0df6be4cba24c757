"""The book open where its custom fields are set up."""

from collections.abc import Sequence
from typing import Any

from onefold.model.field import Access, Field, FieldType
from onefold.model.receipt import Receipt
from onefold.normalise.date import DateOrder
from onefold.normalise.number import NumberStyle
from onefold.way.desk import Desk, word
from onefold.way.fields import add_field, change_field, rename_field, restore_field, retire_field
from onefold.way.receipts import read_receipt
from onefold.way.retyping import Retyping, check_loss, make_column, plan_retyping, write_retyping


class FieldDesk(Desk):
    """The fields of the book. Whatever is done to a field, no contact loses a value by it."""

    def fields(self) -> Sequence[Field]:
        """The book's custom fields, without those that are retired."""
        with self._store.reader() as reader:
            return reader.fields()

    def retired_fields(self) -> Sequence[Field]:
        """Fields that are offered nowhere; contacts keep what they have in them."""
        with self._store.reader() as reader:
            return reader.retired_fields()

    def add_field(
        self,
        name: str,
        type: str,  # noqa: A002
        *,
        choices: Sequence[str] = (),
        default: str | None = None,
        access: str = Access.PUBLIC,
        folder: str | None = None,
    ) -> Field:
        """Adds a custom field (DOT-05). Raises `UsageError` for a name that is taken or a default that does
        not fit.
        """
        field = Field(
            0,
            name,
            word(FieldType, type, "field type"),
            tuple(choices),
            default,
            word(Access, access, "access"),
            folder,
        )
        with self._store.writer() as writer:
            return add_field(writer, field)

    def rename_field(self, name: str, new: str, *, yes: bool = False) -> Field:
        """Gives a field another name; contacts keep their values, and saved segments say the new name.

        Raises `UsageError` (`unknown_field`, `bad_name`, `bad_field`, `field_in_use`: the policy names it),
        and `Refused` (`guard`) where a form asks for it by the old name, and not `yes`.
        """
        with self._store.writer() as writer:
            return rename_field(writer, name, new, self._policy(writer, None)[0], yes=yes)

    def retire_field(self, name: str, *, yes: bool = False) -> Field:
        """Offers a field no more to imports, segments, exports and contacts, which keep their values.

        Raises `UsageError` (`unknown_field`, `field_in_use`: the policy names it), and `Refused` (`guard`)
        where segments or forms would miss it, and not `yes`.
        """
        with self._store.writer() as writer:
            return retire_field(writer, name, self._policy(writer, None)[0], yes=yes)

    def restore_field(self, name: str) -> Field:
        """Offers a retired field again. Raises `UsageError` (`unknown_field`)."""
        with self._store.writer() as writer:
            return restore_field(writer, name)

    def change_field(self, name: str, *, yes: bool = False, **changed: Any) -> Field:
        """Gives a field other `choices`, another `default` (or None), `access` or `folder`.

        Raises `UsageError` (`unknown_field`, `bad_field`, `bad_value`), and `Refused` (`guard`) where
        contacts have a choice that goes, and not `yes`: they keep it.
        """
        with self._store.writer() as writer:
            return change_field(writer, name, _of_field(changed), yes=yes)

    def plan_retyping(
        self,
        name: str,
        type: str,  # noqa: A002
        *,
        date_order: str | None = None,
        decimal: str | None = None,
        **changed: Any,
    ) -> Retyping:
        """What giving a field another type would do to its values; nothing is written. `changed` as in
        `change_field`.

        Raises `UsageError` (`unknown_field`, `bad_field`, `bad_value`).
        """
        with self._store.reader() as reader:
            return plan_retyping(
                reader,
                name,
                word(FieldType, type, "field type"),
                _of_field(changed),
                order=word(DateOrder, date_order, "order of dates") if date_order else None,
                style=word(NumberStyle, decimal, "decimal mark") if decimal else None,
            )

    def retype_field(self, name: str, type: str, *, yes: bool = False, **options: Any) -> Receipt:  # noqa: A002
        """Gives a field another type; `options` as in `plan_retyping`. Values that cannot be read stay behind
        in the old field, which is retired; `undo` puts it back.

        Raises `UsageError` as `plan_retyping`, and `Refused` (`guard`) where there are such values, and not
        `yes`.
        """
        retyping = self.plan_retyping(name, type, **options)
        if not yes:
            check_loss(retyping)
        with self._store.writer() as writer:
            made = make_column(writer, retyping)
        with self._store.writer() as writer:
            # Somebody may have written since.
            again = retyping.again(writer)
            if not yes:
                check_loss(again)
            receipt = read_receipt(writer, write_retyping(writer, again, made, self._clock()))
        self._store.follow_search()
        return receipt


def _of_field(changed: dict[str, Any]) -> dict[str, Any]:
    """Attributes of a field as `Field` has them."""
    if "access" in changed:
        changed["access"] = word(Access, changed["access"], "access")
    if "choices" in changed:
        changed["choices"] = tuple(changed["choices"])
    return changed
