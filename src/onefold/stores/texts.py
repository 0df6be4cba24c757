"""Keywords of the book's own, and questions that were asked by text."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from onefold.model.keyword import Keyword, QuestionKind
from onefold.stores.schema import keyword, question
from onefold.stores.snapshot import Snapshot, as_text


@dataclass(frozen=True)
class Question:
    """What waits for the answer of a number. `context` is what it was asked for."""

    id: int
    kind: QuestionKind
    phone: str
    contact_id: int | None
    context: Mapping[str, Any]


class TextReading(Snapshot):
    """What texts are answered by."""

    def keywords(self) -> dict[str, Keyword]:
        """The book's own keywords by their plain words, in alphabetical order."""
        rows = self._connection.execute(select(keyword).order_by(keyword.c.word))
        return {row.word: _keyword(json.loads(row.definition)) for row in rows}

    def open_question(self, phone: str, now: datetime) -> Question | None:
        """The last question that this number was asked, while it is open."""
        open_ = (
            (question.c.phone == phone)
            & question.c.answered_at.is_(None)
            & (question.c.expires_at > as_text(now))
        )
        row = self._connection.execute(select(question).where(open_).order_by(question.c.id.desc())).first()
        if row is None:
            return None
        kind, context = QuestionKind(row.kind), json.loads(row.context)
        return Question(row.id, kind, row.phone, row.contact_id, context)


class TextWriting(TextReading):
    """Sets up, asks, notes that it was answered."""

    def save_keyword(self, word: str, definition: Keyword, now: datetime) -> None:
        """Keep a keyword under its plain word, in the place of one that is there."""
        text = json.dumps(asdict(definition), ensure_ascii=False)
        known = update(keyword).where(keyword.c.word == word).values(definition=text)
        if self._connection.execute(known).rowcount == 0:
            new = insert(keyword).values(word=word, definition=text, created_at=as_text(now))
            self._connection.execute(new)

    def remove_keyword(self, word: str) -> None:
        """Forget a keyword; consents that were given by it keep its wording."""
        self._connection.execute(delete(keyword).where(keyword.c.word == word))

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
        """Note that a number was asked something, and until when its answer counts."""
        asked = insert(question).values(
            kind=kind,
            phone=phone,
            contact_id=contact_id,
            context=json.dumps(dict(context), ensure_ascii=False),
            asked_at=as_text(now),
            expires_at=as_text(until),
        )
        self._connection.execute(asked)

    def close_questions(self, phone: str, now: datetime) -> None:
        """Nothing that this number was asked waits for an answer any more."""
        these = (question.c.phone == phone) & question.c.answered_at.is_(None)
        self._connection.execute(update(question).where(these).values(answered_at=as_text(now)))


def _keyword(definition: dict[str, Any]) -> Keyword:
    return Keyword(**definition | {"tags": tuple(definition["tags"])})
