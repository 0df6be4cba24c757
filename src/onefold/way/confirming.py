"""What links of a book are made by, and what is known of addresses that are to be confirmed."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from onefold.model.consent import Channel, ConsentState
from onefold.model.error import UsageError
from onefold.stores import Reader
from onefold.way.contacts import known_by
from onefold.way.secret import book_secret
from onefold.way.tokens import Token, TokenKind, TokenSigner

LINK_BASE: Final = "link_base"
"""The setting that says where links lead."""
CONFIRM_DAYS: Final = 7


@dataclass(frozen=True)
class Links:
    """Makes the links of a book: `base` is where they lead, `new_id` gives each token its id."""

    signer: TokenSigner
    base: str | None
    now: datetime
    new_id: Callable[[], str]

    def token(
        self,
        kind: TokenKind,
        contact_id: int | None,
        days: int,
        *,
        address: str | None = None,
        said: Mapping[str, Any] | None = None,
    ) -> str:
        """A signed token that is good for so many days."""
        until = self.now + timedelta(days=days)
        return self.signer.sign(Token(kind, self.new_id(), contact_id, until, address, said or {}))

    def confirmation(self, email: str, contact_id: int | None) -> tuple[str, str]:
        """The token of a mail that asks this address, and its id: what it asks is kept with the question."""
        token_id, until = self.new_id(), self.now + timedelta(days=CONFIRM_DAYS)
        token = Token(TokenKind.CONFIRM_EMAIL, token_id, contact_id, until, email, {ASKED: True})
        return token_id, self.signer.sign(token)

    def link(self, token: str) -> str:
        """Where a token is used. Raises `UsageError` (`no_link_base`)."""
        if self.base is None:
            raise UsageError(
                "the book does not know where its links lead",
                code="no_link_base",
                hint=f"tell it: onefold settings set {LINK_BASE} https://…",
            )
        return f"{self.base}/t/{token}"


ASKED: Final = "asked"
"""What the token of a question says: the question is kept by the token's id."""


def links_of(reader: Reader, now: datetime) -> Links:
    """What signs tokens and makes links. Raises `UsageError` (`bad_secret`, `secret_unwritable`)."""
    signer = TokenSigner(book_secret(reader.files, os.environ), reader.settings()["code"])
    return Links(signer, link_base(reader), now, lambda: secrets.token_urlsafe(9))


def link_base(reader: Reader) -> str | None:
    """Where the book's links lead."""
    return reader.settings().get(LINK_BASE)


def holds(reader: Reader, contact_id: int, kind: str, value: str) -> bool:
    """Whether an address is a contact's own: its current one, or one that it has beside that."""
    return contact_id in known_by(reader, kind, value)


def is_refused(reader: Reader, channel: Channel, address: str) -> bool:
    """Whether an address has said no."""
    asked = pl.DataFrame({"channel": [channel.value], "address": [address]})
    return ConsentState.UNSUBSCRIBED.value in reader.consent_states(asked)["state"]
