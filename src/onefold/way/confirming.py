"""Asking people to show that an address is theirs: a mail with a link, a text that is answered with YES."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from onefold.model.consent import Channel, ConsentState
from onefold.model.error import UsageError
from onefold.model.identifier import EMAIL
from onefold.model.keyword import QuestionKind
from onefold.stores import Reader, Writer
from onefold.way.contacts import detail_of, known_by
from onefold.way.tokens import Token, TokenKind, TokenSigner

LINK_BASE: Final = "link_base"
"""The setting that says where links lead."""
CONFIRM_DAYS: Final = 7
SHOWN_DIGITS: Final = 3


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

    def link(self, token: str) -> str:
        """Where a token is used. Raises `UsageError` (`no_link_base`)."""
        if self.base is None:
            raise UsageError(
                "the book does not know where its links lead",
                code="no_link_base",
                hint=f"tell it: onefold settings set {LINK_BASE} https://…",
            )
        return f"{self.base}/t/{token}"


def mail_confirmation(
    writer: Writer,
    links: Links,
    email: str,
    *,
    contact_id: int | None,
    said: Mapping[str, Any],
    title: str | None = None,
    wording: str | None = None,
) -> None:
    """Puts a mail into the outbox whose link proves that this address is that contact's.

    Without a contact it proves the address alone. `said` goes with the token: `source`, and where there are
    any `form`, `version`, and `phone`, a number that is asked for its YES once the link was opened; `adds`
    where the contact does not have the address yet. All that will come of it stands in the mail: whoever
    opens the link says yes to that.
    """
    token = links.token(TokenKind.CONFIRM_EMAIL, contact_id, CONFIRM_DAYS, address=email, said=said)
    phone = said.get("phone")
    former = None
    if contact_id is not None and said.get("adds"):
        former = _masked(detail_of(writer, contact_id)[EMAIL])
    lines = [
        f"Somebody, probably you, gave us this address{f' for {title}' if title else ''}.",
        *([f"You agree to this: {wording}"] if wording else []),
        *([f"It will stand beside the number that ends in {phone[-SHOWN_DIGITS:]}."] if phone else []),
        *([f"It will take the place of {former}."] if former else []),
        "",
        f"Was it you? Then open this link within {CONFIRM_DAYS} days; it works once:",
        links.link(token),
        "",
        "If it was not you, do nothing, and nothing will come of it.",
    ]
    subject = f"Please confirm: {title}" if title else "Please confirm your address"
    writer.put_outbox("mail", email, subject, "\n".join(lines), links.now)


def text_question(
    writer: Writer,
    phone: str,
    now: datetime,
    *,
    contact_id: int | None,
    said: Mapping[str, Any],
    wording: str | None = None,
) -> list[str]:
    """Asks a number for its YES, and gives it as asked. With a contact, the YES makes the number that
    contact's: name one only where the person has proven to be it. `said`: `source`, and evidence for the log
    of consent.

    A number that refused texts is not asked; nor is one that is being asked for another contact, since its
    YES could be meant for that.
    """
    if is_refused(writer, Channel.SMS, phone) or _asked_for_another(writer, phone, contact_id, now):
        return []
    beside = None if contact_id is None else _masked(detail_of(writer, contact_id)[EMAIL])
    linked = f" This number will stand beside {beside}." if beside else ""
    asked = f"{wording or 'You asked for our texts.'}{linked} Reply YES to agree, STOP to refuse."
    writer.put_outbox("text", phone, "", asked, now)
    until = now + timedelta(days=CONFIRM_DAYS)
    evidence = {"wording": asked} | {name: value for name, value in said.items() if value is not None}
    writer.close_questions(phone, now)
    writer.ask(QuestionKind.CONFIRM_NUMBER, phone, contact_id, evidence, now=now, until=until)
    return [phone]


def _asked_for_another(reader: Reader, phone: str, contact_id: int | None, now: datetime) -> bool:
    question = reader.open_question(phone, now)
    if question is None or question.kind != QuestionKind.CONFIRM_NUMBER:
        return False
    return question.contact_id != contact_id


def _masked(email: str | None) -> str | None:
    """An address as whoever has it knows it again, and nobody else learns it."""
    return email and f"{email[0]}…@{email.partition('@')[2]}"


def link_base(reader: Reader) -> str | None:
    """Where the book's links lead."""
    return reader.settings().get(LINK_BASE)


def holds(reader: Reader, contact_id: int, kind: str, value: str) -> bool:
    """Whether an address is a contact's own: its current one, or one that it has beside that."""
    return contact_id in known_by(reader, kind, value)


def is_refused(reader: Reader, channel: Channel, address: str) -> bool:
    """Whether an address has said no; nothing is sent there, not even a question."""
    asked = pl.DataFrame({"channel": [channel.value], "address": [address]})
    return ConsentState.UNSUBSCRIBED.value in reader.consent_states(asked)["state"]
