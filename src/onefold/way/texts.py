"""An inbound text: what it is, the record that it makes, and what is answered, in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from onefold.model.consent import Channel
from onefold.model.error import UsageError
from onefold.model.frames import WANTED_SCHEMA
from onefold.model.identifier import CONTACT_ID, EMAIL, PHONE, Why
from onefold.model.keyword import REFUSALS, TextKind
from onefold.model.outcome import Reason, ReviewKind, ReviewState, Status
from onefold.model.question import QuestionKind
from onefold.model.source import ATTESTING, Source
from onefold.normalise.email import email_columns
from onefold.sources.keyword import Reading, read_text, record_of, unanswered, without_controls
from onefold.sources.record_refusals import sound_parts
from onefold.sources.replies import (
    ANSWER_REPLY,
    BAD_ANSWER_REPLY,
    CONFIRM_REPLY,
    DECLINE_REPLY,
    JOIN_REPLY,
    REPLY_TO,
    STOP_REPLY,
    reply_in,
)
from onefold.stores import Question, Writer
from onefold.way.asking import ask, evidence_in, wanted_question
from onefold.way.asking_told import not_asked
from onefold.way.confirming import Links, is_refused
from onefold.way.deciding import canonical
from onefold.way.hearing import was_refused_under
from onefold.way.incoming import words_of
from onefold.way.taking import adding_nobody, take_records
from onefold.way.terms import Terms
from onefold.way.tokens import Token, TokenKind, heeds_tokens, use_up

ADDING: Final = frozenset({TextKind.OPT_IN, TextKind.KEYWORD, TextKind.ANSWER})
"""Kinds of text that make a contact of a number nobody has; by the others a stranger stays one."""
NEVER_LOST: Final = REFUSALS | {TextKind.DECLINE}
"""Kinds that count whatever else is wrong with the text."""
ANSWERED_WITHIN: Final = timedelta(days=7)
SHOWN: Final = 40


@dataclass(frozen=True)
class InboundText:
    """A text as a provider hands it over. `at`: when it was sent, ISO 8601; `message_id`: the provider's own,
    by which the same text is taken once.
    """

    sender: str
    body: str
    to: str | None = None
    message_id: str | None = None
    at: str | None = None


@dataclass(frozen=True)
class Received:
    """What became of an inbound text. `reply` was put in the outbox; `detail` is a sentence for people."""

    kind: TextKind
    status: str
    reason: str
    contact_id: int | None
    detail: str | None = None
    reply: str | None = None
    receipt_id: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same, as JSON has it."""
        return asdict(self)


def receive_text(
    writer: Writer, text: InboundText, terms: Terms, links: Callable[[], Links], now: datetime
) -> Received:
    """Takes a text in under the writer lock. Whatever is wrong with it is said in what comes back; then
    nothing is written.
    """
    phone, refusal = _number(text.sender, terms)
    asked = None if phone is None else writer.open_question(phone, now)
    asks_email = asked is not None and asked.kind is QuestionKind.EMAIL
    confirming = asked is not None and not asks_email
    reading = read_text(text.body, writer.keywords(), asked=asks_email, confirming=confirming)
    reading = reading if confirming else unanswered(reading)
    if phone is None:
        return Received(reading.kind, Status.ERROR, Reason.BAD_PHONE, None, refusal)
    message_id = without_controls(text.message_id or "") or None
    if (before := _taken_before(writer, message_id, reading.kind, phone)) is not None:
        again = f"the text {message_id} was taken before"
        return Received(reading.kind, Status.SKIPPED, Reason.REPEAT, before["contact_id"], again)
    said = {"source": Source.KEYWORD.value, "phone": phone, "key": message_id, "at": text.at}
    if reading.kind in NEVER_LOST:
        # Whatever is wrong with its time or its id: a refusal counts.
        said = sound_parts(said, words_of(writer, terms))
    record = record_of(said, text.body, reading, to=text.to)
    if asked is not None and reading.kind is TextKind.DECLINE:
        return _declined(writer, record, reading, asked, terms, now)
    if reading.kind is TextKind.ANSWER:
        return _answered(writer, record, reading, terms, now)
    token, told = _token(writer, reading, terms, links, now)
    refused = is_refused(writer, Channel.SMS, phone)
    if token is not None:
        record |= _named_by(token.contact_id, Source.CLICK_TO_TEXT, terms)
    # START is a yes to texts whoever asked; only YES is one to a question about whose the number is.
    confirms = reading.kind is TextKind.OPT_IN and confirming and (reading.only_answers or _grants(asked))
    if asked is not None and confirms:
        record |= _confirmed(writer, record, asked, terms)
    received = _taken(writer, record, reading, terms, now)
    if received.status == Status.ERROR and reading.kind not in REFUSALS:
        return received
    if token is not None:
        use_up(writer, token, now)
    if reading.kind in REFUSALS or confirms:
        writer.close_questions(phone, now)
    # A second confirmation would be one text more to somebody who wants none.
    silent = reading.kind in REFUSALS and refused
    only_whose = confirms and not _grants(asked)
    told_back = CONFIRM_REPLY if only_whose else JOIN_REPLY if confirms and not refused else None
    reply = None if silent else _reply(writer, reading, received, phone, now, told_back)
    return _replied(
        writer, replace(received, detail=told or reading.told or received.detail), phone, reply, now
    )


def _number(sender: str, terms: Terms) -> tuple[str | None, str | None]:
    """The sender's number in its one spelling, or why it is none."""
    sender = without_controls(sender).strip()
    if not sender:
        return None, "the text names no sender"
    try:
        return canonical(PHONE, sender, terms), None
    except UsageError:
        return None, f"the sender {sender[:SHOWN]!r} is no phone number, so it is nobody, and gets no reply"


def _taken_before(
    writer: Writer, message_id: str | None, kind: TextKind, phone: str
) -> dict[str, Any] | None:
    """What became of this very text, where it came before. A refusal did only where it was heard then: no
    other record under its key may make it unheard.
    """
    if message_id is None:
        return None
    if kind in NEVER_LOST and not was_refused_under(writer, Source.KEYWORD, message_id, Channel.SMS, phone):
        return None
    # A text that stands for a link has its source.
    sources = (Source.KEYWORD,) if kind in NEVER_LOST else tuple(Source)
    keys = [(source.value, message_id) for source in sources]
    found = writer.taken(pl.DataFrame(keys, schema=["source", "key"], orient="row"))
    return None if found.is_empty() else found.row(0, named=True)


def _taken(
    writer: Writer, record: Mapping[str, Any], reading: Reading, terms: Terms, now: datetime
) -> Received:
    terms = terms if reading.kind in ADDING else adding_nobody(terms)
    receipt_id, [answer] = take_records(writer, [record], terms, now, kind="text")
    return Received(
        reading.kind, answer.status, answer.reason, answer.contact_id, answer.detail, receipt_id=receipt_id
    )


def _token(
    writer: Writer, reading: Reading, terms: Terms, links: Callable[[], Links], now: datetime
) -> tuple[Token | None, str | None]:
    """The token behind a keyword, or why the text counts without it."""
    if reading.token is None:
        return None, None
    try:
        token = links().signer.read(reading.token, now)
    except UsageError as error:
        return None, f"taken as a plain keyword: {error.message}"
    if token.kind is not TokenKind.CLICK_TO_TEXT:
        return None, "taken as a plain keyword: the token is for something else"
    if writer.token_used(token.token_id):
        return None, "taken as a plain keyword: this link was used already"
    if not _is_there(writer, token.contact_id):
        return None, f"taken as a plain keyword: contact {token.contact_id} is no more"
    if not heeds_tokens(terms.rules, Source.CLICK_TO_TEXT):
        return token, f"policy {terms.rules.policy.name} does not link by what a link carries"
    return token, None


def _named_by(contact_id: int | None, source: Source, terms: Terms) -> dict[str, Any]:
    """What a text says more that stands for a link made for somebody: that contact has this number."""
    if not heeds_tokens(terms.rules, source):
        return {"source": source.value, "proven": [PHONE]}
    return {"source": source.value, "proven": [PHONE, CONTACT_ID], CONTACT_ID: contact_id}


def _confirmed(writer: Writer, record: Mapping[str, Any], asked: Question, terms: Terms) -> dict[str, Any]:
    """What a YES says more that answers a question: what was agreed to, and, where the person had proven to
    be a contact, that this number is that contact's. A question whose number it is asks for no consent.
    """
    source = _source_of(asked)
    more: dict[str, Any] = {"source": source.value, "proven": [PHONE]}
    if _is_there(writer, asked.contact_id):
        more = _named_by(asked.contact_id, source, terms)
    if not _grants(asked):
        return more | {"consent": {}}
    said = record["consent"][Channel.SMS.value] | evidence_in(asked.context)
    return more | {"consent": {Channel.SMS.value: said}}


def _grants(asked: Question | None) -> bool:
    """Whether a yes to the question is one to texts."""
    return asked is not None and bool(asked.context.get("grants", True))


def _source_of(asked: Question) -> Source:
    """Where the answer to a question counts as coming from: whoever answers has shown the number, and nobody
    answers for it.
    """
    source = Source(asked.context["source"])
    return Source.KEYWORD if source in ATTESTING else source


def _declined(
    writer: Writer,
    record: Mapping[str, Any],
    reading: Reading,
    asked: Question,
    terms: Terms,
    now: datetime,
) -> Received:
    """A no to a question closes it, and drops what it asked. It is a refusal where consent was asked."""
    phone, grants = record[PHONE], _grants(asked)
    said = {"source": _source_of(asked).value, "proven": [PHONE]}
    received = _taken(writer, {**record, **said} | ({} if grants else {"consent": {}}), reading, terms, now)
    writer.close_questions(phone, now)
    if reading.wrong_number or not grants:
        _drop_claims(writer, phone, None if reading.wrong_number else asked.contact_id, now)
    reply = reply_in(writer.settings(), STOP_REPLY if grants else DECLINE_REPLY)
    return _replied(writer, received, phone, reply, now)


def _drop_claims(writer: Writer, phone: str, contact_id: int | None, now: datetime) -> None:
    """Nobody is asked any more whether this number is that contact's, or anybody's."""
    for entry in writer.reviews(ReviewKind.CLAIMED_VALUE):
        claimed = entry.identifier == PHONE and entry.value == phone
        if claimed and contact_id in (None, entry.contact_id):
            writer.decide_review(entry.id, ReviewState.DISMISSED, now)


def _reply(
    writer: Writer, reading: Reading, received: Received, phone: str, now: datetime, instead: str | None
) -> str | None:
    """The reply, and the question that a keyword goes on to ask where the contact has no email address.
    `instead`: the name of the one for the answer to a question.
    """
    own = reading.keyword
    if reading.kind not in REPLY_TO:
        return None
    reply = (own and own.reply) or reply_in(writer.settings(), instead or REPLY_TO[reading.kind])
    if own is None or own.question is None or received.contact_id is None:
        return reply
    if writer.details(pl.Series([received.contact_id]))[0][EMAIL] is not None:
        return reply
    writer.close_questions(phone, now)
    context = {"keyword": own.word}
    until = now + ANSWERED_WITHIN
    writer.ask(QuestionKind.EMAIL, phone, received.contact_id, context, now=now, until=until)
    return f"{reply}\n{own.question}"


def _answered(
    writer: Writer,
    record: Mapping[str, Any],
    reading: Reading,
    terms: Terms,
    now: datetime,
) -> Received:
    """The answer to a question for the email address. It is claimed: a mail goes there, and what comes back
    proves it.
    """
    phone, settings = record[PHONE], writer.settings()
    read = email_columns(pl.Series(reading.emails))
    email = next(iter(read[EMAIL].drop_nulls()), None)
    if email is None:
        told = f"{reading.emails[0][:SHOWN]!r} is no email address: {read['refusal'][0]}"
        wrong = Received(reading.kind, Status.ERROR, Reason.BAD_EMAIL, None, told)
        return _replied(writer, wrong, phone, reply_in(settings, BAD_ANSWER_REPLY), now)
    # The number says who it is, not the address that was typed, which would go before it.
    named = {} if (holder := _holder(writer, phone)) is None else _named_by(holder, Source.KEYWORD, terms)
    received = _taken(writer, {**record, **named, EMAIL: email}, reading, terms, now)
    if received.contact_id is None:
        return received
    writer.close_questions(phone, now)
    if writer.details(pl.Series([received.contact_id]))[0][EMAIL] == email:
        return received
    wanted = wanted_question(
        Channel.EMAIL,
        email,
        received.contact_id,
        grants=False,
        adds=True,
        source=Source.KEYWORD.value,
        phone=phone,
    )
    asked = ask(writer, wanted, now)
    if told := "; ".join(not_asked(asked)):
        return replace(received, detail=told)
    return _replied(writer, received, phone, reply_in(settings, ANSWER_REPLY), now)


def _is_there(writer: Writer, contact_id: int | None) -> bool:
    return len(writer.contacts(pl.Series([contact_id], dtype=pl.Int64).drop_nulls()).contacts) > 0


def _holder(writer: Writer, phone: str) -> int | None:
    """The one contact whose number it is."""
    number = pl.DataFrame([(PHONE, phone)], schema=WANTED_SCHEMA, orient="row")
    holders = writer.holders(number).filter(pl.col("why") == Why.CURRENT)["contact_id"]
    return holders[0] if len(holders) == 1 else None


def _replied(writer: Writer, received: Received, phone: str, reply: str | None, now: datetime) -> Received:
    if reply is not None:
        writer.put_outbox("text", phone, "", reply, now)
    return replace(received, reply=reply)
