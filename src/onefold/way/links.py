"""What links do when they come back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import polars as pl

from onefold.model.consent import KIND_OF, Channel, ConsentState
from onefold.model.error import UsageError
from onefold.model.field import NAMES, Access
from onefold.model.frames import WANTED_SCHEMA
from onefold.model.identifier import CONTACT_ID, EMAIL, PHONE
from onefold.model.nfc import in_nfc
from onefold.model.source import Source
from onefold.sources.form import CONSENT, TICKED, UNTICKED, agreement_evidence, checked_text
from onefold.sources.profile_update import profile_update_record
from onefold.sources.subscribe_link import subscribe_record
from onefold.stores import Reader, Writer
from onefold.way.confirming import Links, holds, mail_confirmation, text_question
from onefold.way.contacts import detail_of
from onefold.way.deciding import canonical
from onefold.way.forms import form_named
from onefold.way.taking import take_records
from onefold.way.terms import Terms
from onefold.way.tokens import Token, TokenKind, heeds_tokens, use_up

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
    source, email = Source(token.said["source"]), str(token.address)
    contact_id = None if token.contact_id is None else _alive(writer, token.contact_id)
    if contact_id is not None and not token.said.get("adds") and not holds(writer, contact_id, EMAIL, email):
        contact_id = None
    named = {CONTACT_ID: contact_id} if contact_id is not None and heeds_tokens(terms.rules, source) else {}
    record: dict[str, Any] = {"source": source.value, EMAIL: email, **named, "proven": [EMAIL, *named]}
    form = form_named(writer, token.said["form"], token.said["version"]) if "form" in token.said else None
    if form is not None:
        record |= {"lists": list(form.lists), "tags": list(form.tags)}
    if form is not None and token.said.get("agreed"):
        said = agreement_evidence(form, Channel.EMAIL) | {"method": "double_opt_in"} | asdict(visit)
        record["consent"] = {Channel.EMAIL.value: {"state": ConsentState.SUBSCRIBED.value, **said}}
    used = _taken(writer, token, record, terms, links)
    phone = token.said.get("phone")
    if form is None or phone is None:
        return used
    evidence = {"source": source.value, "form": form.name, "version": form.version}
    wording = None
    if token.said.get("texts"):
        evidence |= agreement_evidence(form, Channel.SMS)
        wording = form.consent[Channel.SMS].wording
    asked = text_question(
        writer, phone, links.now, contact_id=used.contact_id, said=evidence, wording=wording
    )
    return replace(used, confirm=tuple(asked))


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
    said = {"source": Source.SUBSCRIBE_LINK.value} | evidence
    named = used.contact_id if heeded else None
    asked = text_question(writer, phone, links.now, contact_id=named, said=said)
    return replace(used, confirm=tuple(asked))


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
    if EMAIL not in typed and token.address is not None and holds(writer, contact_id, EMAIL, token.address):
        shown[EMAIL], proven = token.address, [EMAIL]
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
    return replace(used, confirm=tuple(_ask(writer, _found(used), typed, said, links)))


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


def _ask(
    writer: Writer,
    contact_id: int,
    typed: Mapping[str, str],
    said: Mapping[Channel, ConsentState],
    links: Links,
) -> list[str]:
    """Asks new addresses for proof, and the number whether it wants texts."""
    source = {"source": Source.PROFILE_UPDATE.value}
    asked = []
    if EMAIL in typed and not holds(writer, contact_id, EMAIL, typed[EMAIL]):
        carried = source | {"adds": True}
        mail_confirmation(writer, links, typed[EMAIL], contact_id=contact_id, said=carried)
        asked.append(typed[EMAIL])
    wants_texts = said.get(Channel.SMS) is ConsentState.PENDING
    phone = typed.get(PHONE) or (detail_of(writer, contact_id)[PHONE] if wants_texts else None)
    is_new = phone is not None and not holds(writer, contact_id, PHONE, phone)
    if phone is not None and (is_new or wants_texts):
        wording = None if wants_texts else "You gave us this number."
        asked += text_question(writer, phone, links.now, contact_id=contact_id, said=source, wording=wording)
    return asked


def _wanted(channel: Channel, said: str, *, proven: bool) -> ConsentState:
    """A no counts at once, and so does a yes for the mailbox that the link was sent to; any other yes waits
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
