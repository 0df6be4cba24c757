"""Every invariant of a book, verified; `onefold check` tells what is wrong."""

import json
from collections.abc import Collection
from typing import Final

import polars as pl
from sqlalchemy import func, inspect, select

from onefold.model.consent import CONSENT_STATE_SCHEMA, REFUSAL_SCHEMA
from onefold.model.frames import empty
from onefold.model.identifier import EMAIL, Why
from onefold.resolve.consent_log import states_of
from onefold.resolve.own_refusals import HELD_SCHEMA, is_of_a_person, with_answers
from onefold.stores.consents import ConsentReading
from onefold.stores.erasing import ErasureReading
from onefold.stores.reports import ReportReading
from onefold.stores.schema import batch, contact, counter, ledger, setting

ORPHANS: Final = {
    "aliases": "alias",
    "tags of contacts": "contact_tag",
    "places on lists": "contact_list",
    "changed numbers": "changed_number",
}
NO_SUCH_CONTACT: Final = """
    SELECT DISTINCT {table}.contact_id AS id FROM {table}
    LEFT JOIN contact ON contact.id = {table}.contact_id WHERE contact.id IS NULL
"""
QUESTIONS: Final = {
    "tags of contacts name a tag that is not there": """
        SELECT DISTINCT contact_tag.contact_id AS id FROM contact_tag
        LEFT JOIN tag ON tag.id = contact_tag.tag_id WHERE tag.id IS NULL""",
    "places on lists name a list that is not there": """
        SELECT DISTINCT contact_list.contact_id AS id FROM contact_list
        LEFT JOIN list ON list.id = contact_list.list_id WHERE list.id IS NULL""",
    "contacts have no line in the ledger": """
        SELECT contact.id FROM contact
        WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.contact_id = contact.id)""",
    "lines of the ledger name a batch that is not there": """
        SELECT DISTINCT ledger.contact_id AS id FROM ledger
        LEFT JOIN batch ON batch.id = ledger.batch_id WHERE batch.id IS NULL""",
    "numbers are asked several things by text at once, which one YES would answer": """
        SELECT min(question.id) AS id FROM question
        WHERE question.answered_at IS NULL AND question.channel = 'sms'
        GROUP BY question.address HAVING count(*) > 1""",
    "questions go by a channel that does not exist": """
        SELECT question.id FROM question WHERE question.channel NOT IN ('email', 'sms')""",
}
MERGED: Final = "SELECT id FROM contact WHERE merged_into IS NOT NULL ORDER BY id"
OWN_VALUE_AS_ALIAS: Final = """
    SELECT DISTINCT contact.id FROM alias CROSS JOIN contact
    WHERE alias.kind = :kind AND contact.id = alias.contact_id AND contact.{column} = alias.value
"""
HELD_TWICE: Final = """
    SELECT contact.{column} AS value, count(*) AS times, min(contact.id) AS first, max(contact.id) AS last
    FROM contact
    WHERE contact.{column} IS NOT NULL AND contact.merged_into IS NULL
      AND NOT EXISTS (SELECT 1 FROM mark WHERE mark.kind = :kind AND mark.value = contact.{column})
    GROUP BY contact.{column} HAVING count(*) > 1 ORDER BY first LIMIT 1001
"""
BEFORES: Final = "SELECT contact_id, before FROM ledger WHERE batch_id = :batch_id AND before IS NOT NULL"


class Checking(ReportReading, ConsentReading, ErasureReading):
    """Looks at everything, decides nothing."""

    def problems(self, blocked_mailboxes: Collection[str] = ()) -> list[str]:
        """What is wrong in the book, a line each; none if all is well.

        Several contacts may have an address whose mailbox is one of those that stand for nobody.
        A line that begins with `warning:` tells what may be meant (several contacts with one identifier).
        """
        damage = self._database.damage(self._connection)
        if damage:
            return damage
        return [
            *self._orphans(),
            *self._wrong_pointers(),
            *self._wrong_aliases(),
            *self._wrong_counters(),
            *self._wrong_ledger(),
            *self._wrong_consent(),
            *self._wrong_refusals(),
            *self._missing_columns(),
            *self._held_twice(blocked_mailboxes),
            *self._unfinished_erasure(),
        ]

    def _orphans(self) -> list[str]:
        tables = {
            f"{what} belong to a contact that is not there": NO_SUCH_CONTACT.format(table=table)
            for what, table in ORPHANS.items()
        }
        found = [
            _told(sentence, self._select(question, {"id": pl.Int64})["id"])
            for sentence, question in (tables | QUESTIONS).items()
        ]
        return [line for line in found if line]

    def _wrong_pointers(self) -> list[str]:
        merged = self._select(MERGED, {"id": pl.Int64})
        astray = merged.join(self.live(merged["id"]), on="id", how="anti")["id"]
        return [line] if (line := _told("merged contacts lead to no living one", astray)) else []

    def _wrong_aliases(self) -> list[str]:
        lines = []
        columns = self.kind_columns()
        for kind, column in columns.items():
            ids = self._select(OWN_VALUE_AS_ALIAS.format(column=column), {"id": pl.Int64}, kind=kind)["id"]
            lines.append(_told(f"contacts have their current {kind} as an alias too", ids))
        words = self._select(
            "SELECT kind, why, min(contact_id) AS id FROM alias GROUP BY kind, why",
            {"kind": pl.String, "why": pl.String, "id": pl.Int64},
        )
        known = pl.col("kind").is_in(list(columns)) & pl.col("why").is_in([why.value for why in Why])
        lines.append(_told("aliases have a kind or a reason that does not exist", words.filter(~known)["id"]))
        return [line for line in lines if line]

    def _wrong_counters(self) -> list[str]:
        counters = {
            row.name: row.value for row in self._connection.execute(select(counter.c.name, counter.c.value))
        }
        missing = {"next_contact_id", "revision", "indexed_batch"} - counters.keys()
        if missing:
            return [f"the book has lost its counters {', '.join(sorted(missing))}"]
        lines = []
        given = [
            self._connection.execute(select(func.max(column))).scalar() or 0
            for column in (contact.c.id, ledger.c.contact_id)
        ]
        if max(given) >= counters["next_contact_id"]:
            lines.append(f"the next contact id, {counters['next_contact_id']}, was given out before")
        if counters["indexed_batch"] > (self._connection.execute(select(func.max(batch.c.id))).scalar() or 0):
            lines.append("the search index claims to know a batch that is not there")
        if self._connection.execute(select(setting.c.value).where(setting.c.key == "code")).scalar() is None:
            lines.append("the book has lost its short id")
        return lines

    def _wrong_ledger(self) -> list[str]:
        wrong: list[int] = []
        for number in self._connection.execute(select(batch.c.id)).scalars().all():
            schema = {"contact_id": pl.Int64, "before": pl.String}
            rows = self._select(BEFORES, schema, batch_id=number)
            wrong.extend(row[0] for row in rows.iter_rows() if not _well_formed(row[1]))
        line = _told("lines of the ledger cannot be read, for contacts", pl.Series(wrong, dtype=pl.Int64))
        return [line] if line else []

    def _wrong_consent(self) -> list[str]:
        log = self.whole_consent_log()
        kept = self._select(
            "SELECT channel, address, state, at, weak, contact_id FROM consent_state", CONSENT_STATE_SCHEMA
        )
        keys = ["channel", "address", "state", "weak"]
        wrong = states_of(log).join(kept, on=keys, how="anti").height
        wrong += kept.join(log, on=["channel", "address"], how="anti").height
        lines = (
            [f"the state of {wrong:,} addresses is not what their log of consent comes to"] if wrong else []
        )
        batches = self._select("SELECT id AS batch_id FROM batch", {"batch_id": pl.Int64})
        astray = log.join(batches, on="batch_id", how="anti").height
        return lines + (
            [f"{astray:,} entries of the log of consent name no batch that is there"] if astray else []
        )

    def _wrong_refusals(self) -> list[str]:
        """That what people refused is kept with them, and ends only by what can end it."""
        log, kept = self.whole_consent_log(), self.every_refusal()
        live = self.live(pl.concat([kept["origin_id"], log["contact_id"].alias("origin_id")]))
        astray = kept.join(live, left_on="origin_id", right_on="id", suffix="_now")
        astray = astray.filter(pl.col("contact_id") != pl.col("contact_id_now"))
        log = log.join(live.rename({"contact_id": "now_id"}), left_on="contact_id", right_on="id", how="left")
        there = kept.filter(pl.col("address").is_not_null()).join(
            live, left_on="contact_id", right_on="id", how="semi"
        )
        settled = with_answers(there, log, empty(HELD_SCHEMA))
        wrong = there.join(settled, on=list(REFUSAL_SCHEMA), how="anti", nulls_equal=True)
        said = log.filter(is_of_a_person()).select("id", "contact_id")
        said = said.join(live, left_on="contact_id", right_on="id", how="semi")
        lost = said.join(kept, left_on=["contact_id", "id"], right_on=["origin_id", "consent_id"], how="anti")
        lines = [
            _told("contacts have refused, and it is not kept with them", lost["contact_id"]),
            _told("refusals are not with the contact that their contact is part of", astray["contact_id"]),
            _told(
                "refusals of contacts are ended by nothing, or stand although something ended them",
                wrong["contact_id"],
            ),
        ]
        return [line for line in lines if line]

    def _unfinished_erasure(self) -> list[str]:
        number = self.open_erasure()
        if number is None:
            return []
        return [f"warning: erasure {number} is not through: `onefold bin empty` goes on with it"]

    def _missing_columns(self) -> list[str]:
        there = {column["name"] for column in inspect(self._connection).get_columns("contact")}
        wanted = {
            **{field.column: f"field {field.name}" for field in self.every_field()},
            **{column: f"identifier {kind}" for kind, column in self._own_columns().items()},
        }
        return [
            f"the column of {what} is not there" for column, what in wanted.items() if column not in there
        ]

    def _held_twice(self, blocked_mailboxes: Collection[str]) -> list[str]:
        lines = []
        for kind, column in self.kind_columns().items():
            schema = {"value": pl.String, "times": pl.Int64, "first": pl.Int64, "last": pl.Int64}
            values = self._select(HELD_TWICE.format(column=column), schema, kind=kind)
            if kind == EMAIL:
                mailbox = pl.col("value").str.extract("^([^@]+)@", 1)
                values = values.filter(~mailbox.is_in(list(blocked_mailboxes)).fill_null(False))
            if values.height:
                first, last = values.row(0)[2:]
                count = f"{values.height}" if values.height <= 1000 else "more than 1,000"
                lines.append(
                    f"warning: several contacts hold the same {kind}, not marked shared, "
                    f"for {count} values of it (contacts {first} and {last} for one)"
                )
        return lines


def _told(sentence: str, ids: pl.Series) -> str:
    """A line that counts and names a few, or nothing where all is well."""
    if ids.is_empty():
        return ""
    few = ", ".join(map(str, ids.sort().head(5)))
    return f"{sentence}: {few}{f' and {ids.len() - 5} more' if ids.len() > 5 else ''}"


def _well_formed(before: str) -> bool:
    """Whether it is a JSON array of pairs: a key, and the text or null that it had."""
    try:
        pairs = json.loads(before)
    except ValueError:
        return False
    return isinstance(pairs, list) and all(
        isinstance(pair, list)
        and len(pair) == 2
        and isinstance(pair[0], str)
        and isinstance(pair[1], str | None)
        for pair in pairs
    )
