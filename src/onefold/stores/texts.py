"""Keywords of the book's own."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from onefold.model.keyword import Keyword
from onefold.stores.schema import keyword
from onefold.stores.snapshot import Snapshot, as_text


class TextReading(Snapshot):
    """What texts are read by."""

    def keywords(self) -> dict[str, Keyword]:
        """The book's own keywords by their plain words, in alphabetical order."""
        rows = self._connection.execute(select(keyword).order_by(keyword.c.word))
        return {row.word: _keyword(json.loads(row.definition)) for row in rows}


class TextWriting(TextReading):
    """Sets up."""

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


def _keyword(definition: dict[str, Any]) -> Keyword:
    return Keyword(**definition | {"tags": tuple(definition["tags"])})
