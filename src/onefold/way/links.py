"""What links do when they come back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

import polars as pl

from onefold.model.consent import KIND_OF, Channel, ConsentState
from onefold.model.error import UsageError
from onefold.model.field import NAMES, Access
from onefold.model.frames import WANTED_SCHEMA
from onefold.model.identifier import CONTACT_ID, EMAIL, PHONE
from onefold.model.nfc import in_nfc
from onefold.model.question import WANTED_QUESTION_SCHEMA
from onefold.model.source import Source
from onefold.sources.form import CONSENT, TICKED, UNTICKED, agreement_evidence, checked_text
from onefold.sources.profile_update import profile_update_record
from onefold.sources.subscribe_link import subscribe_record
from onefold.stores import Reader, Writer
from onefold.way.asking import ask, evidence_in, wanted_question
from onefold.way.asking_told import not_asked, waiting_for
from onefold.way.confirming import ASKED, Links, holds
from onefold.way.contacts import detail_of
from onefold.way.deciding import canonical
from onefold.way.forms import form_named
from onefold.way.taking import take_records
from onefold.way.terms import Terms
from onefold.way.tokens import CHANNEL, Token, TokenKind, heeds_tokens, use_up

LINK_DAYS: Final = 30


@dataclass(frozen=True)
class Used:
    """What a token did. `confirm`: addresses that were asked to confirm what was typed behind the link."""

    kind: TokenKind
    status: str
    reason: str
    contact_id: int | None
    detail: str | None = None
    confirm: tuple[str, ...] = ()
    receipt_id: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same, as JSON has it."""
        return asdict(self) | {"confirm": list(self.confirm)}


@dataclass(frozen=True)
class Visit:
    """Where somebody came from who opened a link, as evidence."""

    url: str | None = None
    ip: str | None = None
    user_agent: str | None = None


def use_token(
    writer: Writer, text: str, values: Mapping[str, str], visit: Visit, terms: Terms, links: Links
) -> Used:
    """Does what a token is for, under the writer lock, and uses it up in the same transaction.

    `values`: what was typed behind the link. Raises `UsageError` (`token_forged`, `token_expired`,
    `token_used`, `token_misused`, or a reason of CONTRACT where the record cannot be taken); then nothing is
    written, and the token is as good as it was.
    """
    token = links.signer.read(text, links.now)
    values = {in_nfc(name): value for name, value in values.items()}
    use_up(writer, token, links.now)
    match token.kind:
        case TokenKind.CONFIRM_EMAIL:
            _check_values(values, ())
            return _confirm_email(writer, token, visit, terms, links)
        case TokenKind.SUBSCRIBE:
            _check_values(values, (PHONE,))
            return _subscribe(writer, token, values, visit, terms, links)
        case TokenKind.PREFERENCES:
            return _preferences(writer, token, values, visit, terms, links)
        case TokenKind.CLICK_TO_TEXT:
            raise UsageError(
                "this link opens a text; its token comes back in the text",
                code="token_misused",
                hint="send the text as it stands",
            )


def _confirm_email(writer: Writer, token: Token, visit: Visit, terms: Terms, links: Links) -> Used:
    """The address is proven, and the contact where the link names one that has it, or that asked for it."""
    email = str(token.address)
    contact_id = None if token.contact_id is None else _alive(writer, token.contact_id)
    said = _asked_by(writer, token, links.now)
    source = Source(said["source"])
    if contact_id is not None and not said.get("adds") and not holds(writer, contact_id, EMAIL, email):
        contact_id = None
    named = {CONTACT_ID: contact_id} if contact_id is not None and heeds_tokens(terms.rules, source) else {}
    record: dict[str, Any] = {"source": source.value, EMAIL: email, **named, "proven": [EMAIL, *named]}
    form = form_named(writer, said["form"], int(said["wording_version"])) if "form" in said else None
    if form is not None:
        record |= {"lists": list(form.lists), "tags": list(form.tags)}
    if said.get("grants"):
        evidence = evidence_in(said) | {"method": "double_opt_in"} | asdict(visit)
        record["consent"] = {Channel.EMAIL.value: {"state": ConsentState.SUBSCRIBED.value, **evidence}}
    used = _taken(writer, token, record, terms, links)
    phone = said.get("phone")
    if form is None or phone is None:
        return used
    texts = bool(said.get("texts"))
    carried = {"source": source.value, "title": form.title, "form": form.name, "mailbox": email}
    carried |= {"wording_version": str(form.version)} | (
        agreement_evidence(form, Channel.SMS) if texts else {}
    )
    wanted = wanted_question(
        Channel.SMS, phone, used.contact_id, grants=texts, adds=used.contact_id is not None, **carried
    )
    return _with_asked(used, ask(writer, wanted, links.now))


def _asked_by(writer: Writer, token: Token, now: datetime) -> Mapping[str, Any]:
    """What the mail of this link asked; it is answered now. Raises `UsageError` (`question_gone`)."""
    if not token.said.get(ASKED):
        return _before_questions_were_kept(writer, token.said)
    question = writer.question_of_token(token.token_id, now)
    if question is None:
        raise UsageError(
            "the book no longer knows what this link was to confirm: who it was for may have been erased",
            code="question_gone",
            hint="ask for a new one",
        )
    writer.close_question(question.id, now)
    return question.context


def _before_questions_were_kept(writer: Writer, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the token of an older version says by itself, in the words of a question."""
    if "form" not in said:
        return said
    known = {**said, "wording_version": str(said["version"]), "grants": said.get("agreed", False)}
    form = form_named(writer, said["form"], said["version"])
    return known | (agreement_evidence(form, Channel.EMAIL) if known["grants"] else {})


def _with_asked(used: Used, asked: pl.DataFrame) -> Used:
    """What a link did, with whom it asked, and whom it did not and why."""
    told = "; ".join(filter(None, (used.detail, *not_asked(asked)))) or None
    return replace(used, confirm=waiting_for(asked), detail=told)


def _subscribe(
    writer: Writer, token: Token, values: Mapping[str, str], visit: Visit, terms: Terms, links: Links
) -> Used:
    """The contact is proven, the number is typed, and is asked for its YES."""
    if not values.get(PHONE, "").strip():
        raise UsageError("a number must be typed", code="missing_field", hint="give phone=NUMBER")
    phone = canonical(PHONE, values[PHONE], terms)
    evidence = {"method": "subscribe_link"} | asdict(visit)
    record = subscribe_record(_alive(writer, _contact_of(token)), phone, evidence)
    heeded = heeds_tokens(terms.rules, Source.SUBSCRIBE_LINK)
    if not heeded:
        record = {name: said for name, said in record.items() if name not in (CONTACT_ID, "proven")}
    used = _taken(writer, token, record, terms, links)
    named = used.contact_id if heeded else None
    wanted = wanted_question(
        Channel.SMS,
        phone,
        named,
        adds=named is not None,
        source=Source.SUBSCRIBE_LINK.value,
        **evidence,
    )
    return _with_asked(used, ask(writer, wanted, links.now))


def _preferences(
    writer: Writer, token: Token, values: Mapping[str, str], visit: Visit, terms: Terms, links: Links
) -> Used:
    """Names, public fields and consents count at once; a new address once it is proven."""
    rules = terms.rules
    public = tuple(field.name for field in rules.fields if field.access is Access.PUBLIC)
    boxes = tuple(f"{CONSENT}{channel}" for channel in Channel)
    _check_values(values, (EMAIL, PHONE, *NAMES, *public, *boxes))
    contact_id = _alive(writer, _contact_of(token))
    typed = {
        kind: canonical(kind, values[kind], terms) for kind in (EMAIL, PHONE) if values.get(kind, "").strip()
    }
    shown = {name: value for name, value in values.items() if name not in (*boxes, EMAIL, PHONE)} | typed
    proven: list[str] = []
    sent_by = KIND_OF[Channel(token.said.get(CHANNEL, Channel.EMAIL))]
    if (
        sent_by not in typed
        and token.address is not None
        and holds(writer, contact_id, sent_by, token.address)
    ):
        shown[sent_by], proven = token.address, [sent_by]
    said = {
        channel: _wanted(channel, values[box], proven=KIND_OF[channel] in proven)
        for channel, box in zip(Channel, boxes, strict=True)
        if box in values
    }
    evidence = {"method": "preferences"} | asdict(visit)
    consent = {channel.value: {"state": state.value, **evidence} for channel, state in said.items()}
    known = detail_of(writer, contact_id)
    if known.get("in_bin") and ConsentState.UNSUBSCRIBED in said.values():
        return _refused_from_the_bin(writer, token, known, consent, terms, links)
    record = profile_update_record(contact_id, shown, rules.kinds, proven=proven, consent=consent)
    used = _taken(writer, token, record, terms, links)
    wanted = _questions(writer, _found(used), typed, said, evidence)
    return _with_asked(used, ask(writer, wanted, links.now))


def _refused_from_the_bin(
    writer: Writer,
    token: Token,
    known: Mapping[str, Any],
    consent: Mapping[str, Mapping[str, Any]],
    terms: Terms,
    links: Links,
) -> Used:
    """A no counts for the addresses of who is in the bin; nothing else changes there, as the answer says."""
    no = {name: each for name, each in consent.items() if each["state"] == ConsentState.UNSUBSCRIBED}
    own = {KIND_OF[Channel(name)]: known[KIND_OF[Channel(name)]] for name in no}
    record = {"source": Source.PROFILE_UPDATE.value, **own, "consent": no}
    receipt_id, [answer] = take_records(writer, [record], terms, links.now, kind="link")
    return Used(token.kind, answer.status, answer.reason, None, answer.detail, receipt_id=receipt_id)


def _questions(
    writer: Writer,
    contact_id: int,
    typed: Mapping[str, str],
    said: Mapping[Channel, ConsentState],
    evidence: Mapping[str, Any],
) -> pl.DataFrame:
    """New addresses are asked whether they are the contact's; those, and the ones on file, whether they want
    what was ticked for them.
    """
    wanted, known = [pl.DataFrame(schema=WANTED_QUESTION_SCHEMA)], detail_of(writer, contact_id)
    for channel, kind in KIND_OF.items():
        grants = said.get(channel) is ConsentState.PENDING
        address = typed.get(kind) or (known[kind] if grants else None)
        adds = address is not None and not holds(writer, contact_id, kind, address)
        if address is not None and (adds or grants):
            # A number of theirs speaks for itself; a mail's link says who it is.
            named = contact_id if adds or channel is Channel.EMAIL else None
            more = {"source": Source.PROFILE_UPDATE.value, **(evidence if grants else {})}
            wanted.append(wanted_question(channel, address, named, grants=grants, adds=adds, **more))
    return pl.concat(wanted)


def _wanted(channel: Channel, said: str, *, proven: bool) -> ConsentState:
    """A no counts at once, and so does a yes for the address that the link was sent to; any other yes waits
    for that of the address itself.
    """
    word = said.strip().casefold()
    if word not in TICKED | UNTICKED:
        raise UsageError(f"{CONSENT}{channel} is {said[:40]!r}", code="bad_value", hint="say yes or no")
    if word in UNTICKED:
        return ConsentState.UNSUBSCRIBED
    return ConsentState.SUBSCRIBED if proven else ConsentState.PENDING


def _taken(writer: Writer, token: Token, record: Mapping[str, Any], terms: Terms, links: Links) -> Used:
    """Takes the record of a token. Raises `UsageError` with the reason why it cannot be taken."""
    receipt_id, [answer] = take_records(writer, [record], terms, links.now, kind="link")
    if answer.contact_id is None:
        raise UsageError(
            f"this link could not do what it is for: {answer.detail}", code=answer.reason, hint="try it again"
        )
    return Used(
        token.kind, answer.status, answer.reason, answer.contact_id, answer.detail, receipt_id=receipt_id
    )


def _alive(reader: Reader, contact_id: int) -> int:
    """The contact that an id leads to through merges. Raises `UsageError` (`unknown_contact_id`)."""
    wanted = pl.DataFrame([(CONTACT_ID, str(contact_id))], schema=WANTED_SCHEMA, orient="row")
    found = reader.holders(wanted)
    if found.is_empty():
        raise UsageError(
            "the contact that this link was made for is no longer in the book",
            code="unknown_contact_id",
            hint="ask for a new one",
        )
    return int(found["contact_id"][0])


def _contact_of(token: Token) -> int:
    assert token.contact_id is not None  # links of these kinds are made for somebody
    return token.contact_id


def _found(used: Used) -> int:
    assert used.contact_id is not None  # what could not be taken was refused
    return used.contact_id


def _check_values(values: Mapping[str, str], known: Sequence[str]) -> None:
    if unknown := [name for name in values if name not in known]:
        raise UsageError(
            f"this link takes no {unknown[0][:40]!r}",
            code="unknown_field",
            hint=f"it takes {', '.join(known)}" if known else "it takes nothing",
        )
    for name, value in values.items():
        checked_text(value, name)
