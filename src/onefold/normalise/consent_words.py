"""The words for consent that products write into their exports, in small letters and with plain spaces."""

from collections.abc import Mapping
from typing import Final

from onefold.model.consent import ConsentState
from onefold.normalise.yes_no import NO, YES

SUBSCRIBED: Final = (
    *YES, "subscribed", "subscribe", "active", "opted in", "opt in", "optin", "optedin", "granted", "given",
    "accepted", "confirmed", "consented", "consent", "allowed", "enabled", "double opt in", "single opt in",
    "abonniert", "angemeldet", "inscrit", "inscrite", "abonné", "abonnée", "suscrito", "suscrita", "inscrito",
    "inscrita", "iscritto", "iscritta", "aangemeld", "ingeschreven",
)  # fmt: skip
UNSUBSCRIBED: Final = (
    *NO, "unsubscribed", "unsubscribe", "inactive", "opted out", "opt out", "optout", "optedout", "stop",
    "declined", "denied", "refused", "rejected", "revoked", "withdrawn", "suppressed", "blocked", "disabled",
    "do not contact", "do not email", "do not text", "do not call", "complained", "complaint", "abuse",
    "spam", "abgemeldet", "abbestellt", "désinscrit", "désinscrite", "désabonné", "désabonnée",
    "dado de baja", "baja", "descadastrado", "disiscritto", "disiscritta", "afgemeld", "uitgeschreven",
)  # fmt: skip
DEAD: Final = (
    "cleaned", "bounced", "bounce", "hard bounce", "hard bounced", "hardbounce", "undeliverable", "invalid",
    "not in service", "disconnected",
)  # fmt: skip
"""The address does not work."""
PENDING: Final = (
    "pending", "unconfirmed", "not confirmed", "awaiting confirmation", "pending confirmation",
    "opt in pending",
)  # fmt: skip
NOTHING_SAID: Final = (
    "none", "never", "never subscribed", "not subscribed", "non subscribed", "nonsubscribed", "not set",
    "unknown", "not asked", "no status", "transactional", "n/a", "na", "null", "nil"
)  # fmt: skip
NO_WORDS: Final = ("-", "–", "—", "?")
_SAYS: Final[Mapping[ConsentState | None, tuple[str, ...]]] = {
    None: (*NOTHING_SAID, *NO_WORDS),
    ConsentState.PENDING: PENDING,
    ConsentState.SUBSCRIBED: SUBSCRIBED,
    ConsentState.UNSUBSCRIBED: (*UNSUBSCRIBED, *DEAD),
}
WORDS: Final[Mapping[str, ConsentState | None]] = {
    word: state for state, words in _SAYS.items() for word in words
}
WHO_REFUSED: Final[Mapping[str, ConsentState | None]] = {
    **dict.fromkeys((*NO, *NOTHING_SAID, *NO_WORDS)),
    **dict.fromkeys((*YES, *(set(UNSUBSCRIBED) - set(NO)), *DEAD), ConsentState.UNSUBSCRIBED),
}
"""The same where a yes is a refusal, and a no says nothing."""
