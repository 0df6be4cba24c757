"""What addresses were asked, and what waits for an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, insert, select, update

from onefold.model.consent import Channel
from onefold.model.question import CONFIRMING, EARLIER_QUESTION_SCHEMA, QuestionKind
from onefold.stores.consents import ConsentReading
from onefold.stores.schema import question
from onefold.stores.snapshot import as_text

EARLIER: Final = f"""
    SELECT question.channel, question.address, question.contact_id, question.asks,
           question.context, question.asked_at, question.sent_at,
           CASE WHEN question.answered_at IS NULL AND question.expires_at > '{{now}}'
                THEN 1 ELSE 0 END AS open
    FROM {{{{given}}}} CROSS JOIN question
    WHERE question.address = given.value AND question.channel = :channel
      AND question.kind IN ({", ".join(f"'{kind}'" for kind in sorted(CONFIRMING))})
"""
EARLIER_ROW_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "channel": pl.String,
    "address": pl.String,
    "contact_id": pl.Int64,
    "asks": pl.String,
    "context": pl.String,
    "asked_at": pl.String,
    "sent_at": pl.String,
    "open": pl.Int64,
}
OPEN_IDS: Final = """
    SELECT question.id FROM {given} CROSS JOIN question
    WHERE question.address = given.value AND question.channel = 'sms' AND question.answered_at IS NULL
"""
KEPT_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"id": pl.Int64, "context": pl.String}


@dataclass(frozen=True)
class Question:
    """What waits for the answer of an address. `context` is what it was asked for."""

    id: int
    kind: QuestionKind
    address: str
    contact_id: int | None
    context: Mapping[str, Any]


class QuestionReading(ConsentReading):
    """What was asked."""

    def open_question(self, phone: str, now: datetime) -> Question | None:
        """The last question that this number was asked by text, while it is open."""
        return self._last((question.c.channel == Channel.SMS) & (question.c.address == phone) & _open(now))

    def question_of_token(self, token_id: str, now: datetime) -> Question | None:
        """The open question that a mail's link answers."""
        return self._last((question.c.token_id == token_id) & _open(now))

    def earlier_questions(self, addresses: pl.DataFrame, now: datetime) -> pl.DataFrame:
        """What these addresses (`ADDRESS_SCHEMA`) were asked to confirm (`EARLIER_QUESTION_SCHEMA`)."""
        found = self._by_channel(EARLIER.format(now=as_text(now)), EARLIER_ROW_SCHEMA, addresses)
        mailbox = pl.col("context").str.json_path_match("$.mailbox").alias("mailbox")
        return (
            found.with_columns(mailbox)
            .select(list(EARLIER_QUESTION_SCHEMA))
            .cast(pl.Schema(EARLIER_QUESTION_SCHEMA))
        )

    def kept_questions(self, now: datetime) -> pl.DataFrame:
        """Questions that could not be sent yet: `id`, `context` (JSON), the oldest first."""
        kept = select(question.c.id, question.c.context).where(question.c.sent_at.is_(None) & _open(now))
        rows = self._connection.execute(kept.order_by(question.c.id)).all()
        return pl.DataFrame([tuple(row) for row in rows], schema=KEPT_SCHEMA, orient="row")

    def _last(self, these: ColumnElement[bool]) -> Question | None:
        row = self._connection.execute(select(question).where(these).order_by(question.c.id.desc())).first()
        if row is None:
            return None
        return Question(row.id, QuestionKind(row.kind), row.address, row.contact_id, json.loads(row.context))


class QuestionWriting(QuestionReading):
    """Asks, and notes that it was answered."""

    def ask(
        self,
        kind: str,
        phone: str,
        contact_id: int | None,
        context: Mapping[str, Any],
        *,
        now: datetime,
        until: datetime,
    ) -> None:
        """Note that a number was asked something by text, and until when its answer counts."""
        asked = insert(question).values(
            kind=kind,
            channel=Channel.SMS.value,
            address=phone,
            contact_id=contact_id,
            context=json.dumps(dict(context), ensure_ascii=False),
            asked_at=as_text(now),
            sent_at=as_text(now),
            expires_at=as_text(until),
        )
        self._connection.execute(asked)

    def add_questions(self, questions: pl.DataFrame) -> None:
        """Note many questions: the columns of the table but for `id`."""
        self._database.insert_new(self._connection, "question", questions)

    def note_sent(self, questions: pl.DataFrame) -> None:
        """Questions (`id`) that could not be sent before: `sent_at`, `expires_at`, `token_id`."""
        self._database.update(self._connection, "question", questions, ("token_id",))

    def close_questions(self, phone: str, now: datetime) -> None:
        """Nothing that this number was asked by text waits for an answer any more."""
        self._close((question.c.address == phone) & (question.c.channel == Channel.SMS), now)

    def close_questions_of(self, phones: pl.Series, now: datetime) -> None:
        """The same for many numbers."""
        open_ = self._select(OPEN_IDS, {"id": pl.Int64}, phones.unique().sort())
        closed = open_.with_columns(pl.lit(as_text(now)).alias("answered_at"))
        self._database.update(self._connection, "question", closed, ())

    def close_question(self, id_: int, now: datetime) -> None:
        """One question waits no longer."""
        self._close(question.c.id == id_, now)

    def _close(self, these: ColumnElement[bool], now: datetime) -> None:
        open_ = these & question.c.answered_at.is_(None)
        self._connection.execute(update(question).where(open_).values(answered_at=as_text(now)))


def _open(now: datetime) -> ColumnElement[bool]:
    return question.c.answered_at.is_(None) & (question.c.expires_at > as_text(now))
