"""Forms, in every version that they ever had."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, insert, select

from onefold.model.nfc import in_nfc
from onefold.stores.schema import form
from onefold.stores.snapshot import Snapshot, as_text


@dataclass(frozen=True)
class StoredForm:
    """One version of a form; `definition` is its JSON."""

    name: str
    version: int
    definition: str
    created_at: str


class FormReading(Snapshot):
    """What people are asked."""

    def form(self, name: str, version: int | None = None) -> StoredForm | None:
        """A form in one version, or in its last; `None` where there is none."""
        versions = select(form).where(form.c.name == in_nfc(name)).order_by(form.c.version.desc())
        if version is not None:
            versions = versions.where(form.c.version == version)
        row = self._connection.execute(versions).first()
        return None if row is None else _stored(row)

    def forms(self) -> list[StoredForm]:
        """The last version of every form, by name."""
        last = select(form.c.name, func.max(form.c.version).label("version")).group_by(form.c.name).subquery()
        these = select(form).join(last, (form.c.name == last.c.name) & (form.c.version == last.c.version))
        return [_stored(row) for row in self._connection.execute(these.order_by(form.c.name))]


class FormWriting(FormReading):
    """Adds versions; none is ever changed, since consents name theirs."""

    def add_form(self, stored: StoredForm, now: datetime) -> None:
        """Keep one more version."""
        self._connection.execute(
            insert(form).values(
                name=stored.name,
                version=stored.version,
                definition=stored.definition,
                created_at=as_text(now),
            )
        )


def _stored(row: Row[tuple[str, int, str, str]]) -> StoredForm:
    return StoredForm(row.name, row.version, row.definition, row.created_at)
