"""Which tokens were used."""

from datetime import datetime

from sqlalchemy import insert, select

from onefold.stores.schema import used_token
from onefold.stores.snapshot import Snapshot, as_text


class TokenReading(Snapshot):
    """What was used."""

    def token_used(self, token_id: str) -> bool:
        """Whether a token was used already."""
        these = select(used_token.c.token_id).where(used_token.c.token_id == token_id)
        return self._connection.execute(these).first() is not None


class TokenWriting(TokenReading):
    """Uses up."""

    def use_token(self, token_id: str, now: datetime) -> None:
        """Note that a token is used."""
        self._connection.execute(insert(used_token).values(token_id=token_id, used_at=as_text(now)))
