"""Forms: kept in every version, and their submissions taken in."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

import polars as pl

from onefold.model.consent import Channel
from onefold.model.error import UsageError
from onefold.model.form import Form, Submission
from onefold.model.identifier import EMAIL, PHONE
from onefold.model.outcome import Reason, Status
from onefold.model.policy import ClaimedGrants, Policy
from onefold.model.question import WANTED_QUESTION_SCHEMA
from onefold.model.source import Source
from onefold.normalise.text import can_be_kept
from onefold.sources.form import agreement_evidence, form_record
from onefold.sources.form_definition import form_definition, read_form
from onefold.stores import Reader, Writer
from onefold.stores.forms import StoredForm
from onefold.way.asking import ask, wanted_question
from onefold.way.asking_told import TELL_IT, not_asked, waiting_for
from onefold.way.confirming import holds
from onefold.way.deciding import canonical
from onefold.way.taking import take_records
from onefold.way.terms import Terms, check_name, field_names

TAKEN_BEFORE: Final = "this submission was taken before"


@dataclass(frozen=True)
class Submitted:
    """What became of a submission. `confirm`: the addresses that were asked to confirm it."""

    form: str
    version: int
    status: str
    reason: str
    contact_id: int | None
    detail: str | None = None
    confirm: tuple[str, ...] = ()
    receipt_id: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same, as JSON has it."""
        return asdict(self) | {"confirm": list(self.confirm)}


def save_form(writer: Writer, name: str, definition: object, terms: Terms, now: datetime) -> Form:
    """Keeps a form, as a new version where it is another than before.

    Raises `UsageError` (`bad_form`, `bad_name`).
    """
    name = check_name("form", name)
    form = read_form(name, definition, field_names(terms.rules))
    form = replace(
        form,
        lists=tuple(check_name("list", each) for each in form.lists),
        tags=tuple(check_name("tag", each) for each in form.tags),
    )
    text = json.dumps(form_definition(form), ensure_ascii=False)
    last = writer.form(name)
    if last is not None and last.definition == text:
        return replace(form, version=last.version)
    form = replace(form, version=last.version + 1 if last else 1)
    writer.add_form(StoredForm(name, form.version, text, ""), now)
    return form


def form_warnings(form: Form, policy: Policy, base: str | None) -> list[str]:
    """What whoever saves a form should know: what it does with consent beside the policy, and what it cannot
    do yet.
    """
    told = []
    if not form.double_opt_in and form.consent and policy.claimed_grants is ClaimedGrants.PENDING:
        told.append(
            "double_opt_in is false: a tick on this form subscribes at once, although the policy "
            f"{policy.name} asks for a yes first (claimed_grants = {policy.claimed_grants})"
        )
    if form.double_opt_in and base is None and any(asked.name == EMAIL for asked in form.fields):
        told.append(
            "the book does not know where its links lead: mails that ask for a yes are kept until it does, "
            f"see {TELL_IT}"
        )
    return told


def form_named(reader: Reader, name: str, version: int | None = None) -> Form:
    """A form in one version, or in its last. Raises `UsageError` (`unknown_form`)."""
    stored = reader.form(name, version) if can_be_kept(name) else None
    if stored is None:
        which = repr(name[:40]) if version is None else f"{name[:40]!r}, version {version}"
        raise UsageError(f"there is no form {which}", code="unknown_form", hint="see `onefold forms`")
    return as_form(stored)


def as_form(stored: StoredForm) -> Form:
    """What was kept, as the form that it is; fields that the book no longer has stay in it."""
    definition = json.loads(stored.definition)
    known = [one["name"] for one in definition["fields"]]
    return replace(read_form(stored.name, definition, known), version=stored.version)


def submit_form(writer: Writer, name: str, submission: Submission, terms: Terms, now: datetime) -> Submitted:
    """Takes a submission in under the writer lock, and asks its addresses to confirm it where the form does.

    Raises `UsageError` for what is no submission of this form (see `form_record`).
    """
    form = form_named(writer, name)
    record = form_record(form, submission, terms.rules.kinds)
    if (before := _taken_before(writer, submission.key)) is not None:
        return Submitted(
            name, form.version, Status.SKIPPED, Reason.REPEAT, before["contact_id"], TAKEN_BEFORE
        )
    receipt_id, [answer] = take_records(writer, [record], _terms_of(form, terms), now, kind="form")
    taken = Submitted(
        form=name,
        version=form.version,
        status=answer.status,
        reason=answer.reason,
        contact_id=answer.contact_id,
        detail=answer.detail,
        receipt_id=receipt_id,
    )
    if answer.contact_id is None or not form.double_opt_in:
        return taken
    asked = ask(writer, _questions(writer, form, record, answer.contact_id, terms), now)
    told = "; ".join(filter(None, (answer.detail, *not_asked(asked)))) or None
    return replace(taken, confirm=waiting_for(asked), detail=told)


def _terms_of(form: Form, terms: Terms) -> Terms:
    """A form that says so subscribes at once, whatever the policy says of consent that was typed."""
    if form.double_opt_in:
        return terms
    policy = replace(terms.rules.policy, claimed_grants=ClaimedGrants.SUBSCRIBED)
    rules = replace(terms.rules, policy=policy)
    return replace(terms, rules=rules, spelling=replace(terms.spelling, rules=rules))


def _questions(
    writer: Writer, form: Form, record: dict[str, Any], contact_id: int, terms: Terms
) -> pl.DataFrame:
    """What is asked of the addresses that were typed. The mail's link names the contact only if that has this
    address: who typed a stranger's number beside a mailbox of their own gets nothing by opening it.
    """
    email, phone = (
        canonical(kind, record[kind], terms) if kind in record else None for kind in (EMAIL, PHONE)
    )
    said = {
        "source": Source.FORM.value,
        "title": form.title,
        "form": form.name,
        "wording_version": str(form.version),
    }
    wanted = [pl.DataFrame(schema=WANTED_QUESTION_SCHEMA)]
    waits = phone is not None and email is not None and not holds(writer, contact_id, PHONE, phone)
    wants_texts = Channel.SMS in form.consent and Channel.SMS.value in record["consent"]
    agreed = Channel.EMAIL.value in record["consent"]
    if email is not None and (agreed or waits):
        known = contact_id if holds(writer, contact_id, EMAIL, email) else None
        carried = said | ({"phone": phone, "texts": wants_texts} if waits else {})
        carried |= agreement_evidence(form, Channel.EMAIL) if agreed else {}
        wanted.append(wanted_question(Channel.EMAIL, email, known, grants=agreed, **carried))
    if phone is not None and wants_texts:
        evidence = said | agreement_evidence(form, Channel.SMS)
        wanted.append(wanted_question(Channel.SMS, phone, None, mailbox=email, **evidence))
    return pl.concat(wanted)


def _taken_before(writer: Writer, key: str | None) -> dict[str, Any] | None:
    if key is None or not can_be_kept(key):
        return None
    keys = pl.DataFrame([(Source.FORM.value, key)], schema=["source", "key"], orient="row")
    found = writer.taken(keys)
    return None if found.is_empty() else found.row(0, named=True)
