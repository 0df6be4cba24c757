"""Tokens: signed, expiring, single-use; each carries whom it was made for."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from onefold.model.error import UsageError
from onefold.model.identifier import CONTACT_ID
from onefold.model.nfc import all_in_nfc
from onefold.model.policy import SecondMatch
from onefold.model.rules import Rules
from onefold.model.source import Source
from onefold.stores import Reader, Writer

SHAPE: Final = 1
"""Which parts a token has: it grows when they change, and tokens of another shape are forgeries."""
LONGEST: Final = 4_000
"""Characters of a token; what is longer was not made by us."""


CHANNEL: Final = "channel"
"""What a token says of the way by which its link goes: it proves the address there, and no other."""


class TokenKind(StrEnum):
    """What a token is good for, and nothing else."""

    CONFIRM_EMAIL = "confirm_email"
    CLICK_TO_TEXT = "click_to_text"
    SUBSCRIBE = "subscribe"
    PREFERENCES = "preferences"


@dataclass(frozen=True)
class Token:
    """Whom a token was made for: a contact where it names one, and the address that it was sent to where it
    proves one.

    `said` is what it carries besides (JSON values); `expires_at` is kept to the second.
    """

    kind: TokenKind
    token_id: str
    contact_id: int | None
    expires_at: datetime
    address: str | None = None
    said: Mapping[str, Any] = field(default_factory=dict)


class TokenSigner:
    """Signs tokens of one book, and reads them: those of another book are forgeries here."""

    def __init__(self, secret: bytes, code: str) -> None:
        self._serializer = URLSafeSerializer(
            secret,
            salt=f"onefold.token.{SHAPE}.{code}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def sign(self, token: Token) -> str:
        """The token as letters, digits, `-`, `_` and `.`: it fits into an address and into a text."""
        parts = [token.kind, token.token_id, token.contact_id, int(token.expires_at.timestamp())]
        return self._serializer.dumps([*parts, token.address, dict(token.said)])

    def read(self, text: str, now: datetime) -> Token:
        """What was signed, in NFC. Raises `UsageError` (`token_forged`, `token_expired`)."""
        if len(text) > LONGEST:
            raise _forged()
        try:
            kind, token_id, contact_id, expires_at, address, said = self._serializer.loads(text)
        except (BadData, UnicodeError):
            raise _forged() from None
        until = datetime.fromtimestamp(expires_at, UTC)
        if now >= until:
            raise UsageError(
                f"this link was good until {until:%Y-%m-%d %H:%M} UTC",
                code="token_expired",
                hint="ask for a new one",
            )
        return Token(TokenKind(kind), token_id, contact_id, until, *all_in_nfc((address, said)))


def heeds_tokens(rules: Rules, source: Source) -> bool:
    """Whether the contact that a token was made for is the one that its record is about. Where the policy
    does not recognise by `contact_id`, or keeps apart what that source finds, it is not (KLA-10, KLA-11).
    """
    apart = rules.policy.second_match_for(source) is SecondMatch.KEEP_APART
    return CONTACT_ID in rules.match_on and not apart


def use_up(writer: Writer, token: Token, now: datetime) -> None:
    """Notes that a token was used, in the transaction of what it does. Raises `UsageError` (`token_used`)."""
    writer.use_token(unused(writer, token).token_id, now)


def unused(reader: Reader, token: Token) -> Token:
    """The same token. Raises `UsageError` (`token_used`) where it was used already."""
    if reader.token_used(token.token_id):
        raise UsageError("this link was used already", code="token_used", hint="each one works once")
    return token


def _forged() -> UsageError:
    return UsageError(
        "this is no link of this book, or it was changed on the way",
        code="token_forged",
        hint="copy it whole, or ask for a new one",
    )
