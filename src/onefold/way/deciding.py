"""What a person decides: review entries, and marks on identifiers."""

from datetime import datetime

import polars as pl

from onefold.model.consent import KIND_OF, WRONG_NUMBER, Channel, ConsentState
from onefold.model.error import UsageError
from onefold.model.frames import ALIAS_SCHEMA, MARK_SCHEMA, WANTED_SCHEMA, Contacts
from onefold.model.identifier import EMAIL, PHONE, Mark, Why
from onefold.model.nfc import in_nfc
from onefold.model.outcome import ReviewKind, ReviewState
from onefold.model.policy import PhoneCheck
from onefold.model.rules import Rules
from onefold.normalise.email import email_columns
from onefold.normalise.phone import PhoneRules, phone_columns
from onefold.resolve.changes import changes_between
from onefold.sources.console import REVIEWED, edit_record, refusal_record
from onefold.stores import ReviewEntry, Writer
from onefold.way.asking import ask_for_pending
from onefold.way.asking_told import counts_told
from onefold.way.merging import merge
from onefold.way.taking import adding_nobody, take_records
from onefold.way.terms import Terms
from onefold.way.writing import write_receipt


def open_review(writer: Writer, review_id: int) -> ReviewEntry:
    """A review entry that waits to be decided. Raises `UsageError` (`unknown_review`, `already_decided`)."""
    entry = writer.review(review_id)
    if entry is None:
        raise UsageError(
            f"there is no review entry {review_id}", code="unknown_review", hint="see `onefold review`"
        )
    if entry.state is not ReviewState.OPEN:
        raise UsageError(
            f"review entry {review_id} is {entry.state} already",
            code="already_decided",
            hint="see `onefold review`",
        )
    return entry


def accept_review(writer: Writer, review_id: int, terms: Terms, now: datetime) -> int:
    """Does what a review entry proposes and closes it; gives the receipt's id (DESIGN 5).

    A pending link or a duplicate merges; a shared or kept-apart identifier is marked shared and given to
    both; a claimed value is applied, and asked for the consent that pends there; a doubtful opt-out was one,
    from when it came on.
    """
    entry = open_review(writer, review_id)
    match entry.kind:
        case ReviewKind.PENDING_LINK | ReviewKind.DUPLICATE:
            receipt_id = merge(writer, _id(entry.contact_id), [_id(entry.other_contact_id)], terms.rules, now)
        case ReviewKind.SHARED_IDENTIFIER | ReviewKind.KEPT_APART:
            kind, value = str(entry.identifier), str(entry.value)
            receipt_id = mark_identifier(writer, kind, value, Mark.SHARED, terms.rules, now)
        case ReviewKind.DOUBTFUL_OPT_OUT:
            method = _method_of_refusal(writer, str(entry.value))
            record = refusal_record(str(entry.value), entry.created_at, method)
            receipt_id, _ = take_records(writer, [record], adding_nobody(terms), now, kind="review")
        case _:
            said = {str(entry.identifier): entry.value}
            record = edit_record(_id(entry.contact_id), said, terms.rules.kinds)
            receipt_id, _ = take_records(writer, [record], terms, now, kind="review")
            _ask_for_consent(writer, str(entry.identifier), str(entry.value), receipt_id, now)
    writer.decide_review(review_id, ReviewState.ACCEPTED, now)
    return receipt_id


def _method_of_refusal(writer: Writer, phone: str) -> str:
    """How an opt-out that an operator confirms is entered: a wrong number stays one."""
    log = writer.consent_log(pl.DataFrame({"channel": [Channel.SMS.value], "address": [phone]}))
    last = log.filter(pl.col("state") == ConsentState.UNSUBSCRIBED).sort("id").tail(1)
    return WRONG_NUMBER if WRONG_NUMBER in last["method"] else REVIEWED


def _ask_for_consent(writer: Writer, kind: str, value: str, receipt_id: int, now: datetime) -> None:
    """A value that was accepted is attested; whether it may be written to is its own to say."""
    channels = {kind: channel for channel, kind in KIND_OF.items()}
    if kind in channels:
        asked = ask_for_pending(writer, channels[kind], value, now)
        if warnings := list(counts_told(asked)):
            writer.update_receipt(receipt_id, warnings=warnings)


def _id(contact_id: int | None) -> int:
    assert contact_id is not None  # every entry of these kinds is about two contacts
    return contact_id


def dismiss_review(writer: Writer, review_id: int, now: datetime) -> None:
    """Closes a review entry; the same is never asked again."""
    open_review(writer, review_id)
    writer.decide_review(review_id, ReviewState.DISMISSED, now)


def canonical(kind: str, value: str, terms: Terms) -> str:
    """An identifier in its one spelling. Raises `UsageError` (`unknown_identifier`, `bad_value`)."""
    if kind not in terms.rules.kinds:
        raise UsageError(
            f"there is no identifier {kind}",
            code="unknown_identifier",
            hint=f"choose one of {', '.join(terms.rules.kinds)}",
        )
    spelled = pl.Series([value])
    if kind == EMAIL:
        read = email_columns(spelled)
    elif kind == PHONE:
        read = phone_columns(spelled, None, PhoneRules(PhoneCheck.POSSIBLE.value, terms.spelling.region))
    else:
        return in_nfc(value).strip()
    if read[kind].item() is None:
        raise UsageError(
            f"{value!r} is no {kind}: {read['refusal'].item()}", code="bad_value", hint="mend it"
        )
    return str(read[kind].item())


def mark_identifier(writer: Writer, kind: str, value: str, mark: Mark, rules: Rules, now: datetime) -> int:
    """Marks an identifier as shared or blocked; contacts that had a shared one withheld get it (CONTRACT)."""
    before, after = _holding(writer, kind, value), None
    if mark is Mark.SHARED:
        after = _given(before, kind, value)
    marks = pl.DataFrame([(kind, value, mark.value)], schema=MARK_SCHEMA, orient="row")
    new = marks.join(writer.marks(), on=marks.columns, how="anti")
    changes = changes_between(before, after or before, marks_added=new)
    return write_receipt(writer, "mark", changes, now, source_name=f"{mark.value} {kind} {value}")[0]


def unmark_identifier(writer: Writer, kind: str, value: str, mark: Mark, now: datetime) -> int:
    """Takes a mark off an identifier. Raises `UsageError` (`not_marked`)."""
    marks = writer.marks().filter(
        (pl.col("kind") == kind) & (pl.col("value") == value) & (pl.col("mark") == mark.value)
    )
    if marks.is_empty():
        raise UsageError(
            f"{kind} {value} is not {mark.value}", code="not_marked", hint="see `onefold identifiers`"
        )
    before = _holding(writer, kind, value)
    changes = changes_between(before, before, marks_removed=marks)
    return write_receipt(writer, "mark", changes, now, source_name=f"not {mark.value} {kind} {value}")[0]


def _holding(writer: Writer, kind: str, value: str) -> Contacts:
    wanted = pl.DataFrame([(kind, value)], schema=WANTED_SCHEMA, orient="row")
    return writer.contacts(writer.holders(wanted)["contact_id"])


def _given(before: Contacts, kind: str, value: str) -> Contacts:
    """The contacts that had the identifier withheld have it; one that has another of its own has it as a
    second.
    """
    withheld = (pl.col("kind") == kind) & (pl.col("value") == value) & (pl.col("why") == Why.HELD_ELSEWHERE)
    ids = before.aliases.filter(withheld)["contact_id"].implode()
    gets = pl.col("id").is_in(ids) & pl.col("merged_into").is_null() & pl.col(kind).is_null()
    got = before.contacts.filter(gets)["id"].implode()
    contacts = before.contacts.with_columns(pl.when(gets).then(pl.lit(value)).otherwise(kind).alias(kind))
    second = pl.when(withheld).then(pl.lit(Why.SECOND.value)).otherwise("why").alias("why")
    aliases = before.aliases.filter(~(withheld & pl.col("contact_id").is_in(got))).with_columns(second)
    return Contacts(contacts, aliases.select(list(ALIAS_SCHEMA)))
