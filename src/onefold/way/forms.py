"""Forms: kept in every version, and their submissions taken in."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

import polars as pl

from onefold.model.consent import Channel
from onefold.model.error import UsageError
from onefold.model.form import Form, Submission
from onefold.model.identifier import EMAIL, PHONE
from onefold.model.outcome import Reason, Status
from onefold.model.source import Source
from onefold.normalise.text import can_be_kept
from onefold.sources.form import agreement_evidence, form_record
from onefold.sources.form_definition import form_definition, read_form
from onefold.stores import Reader, Writer
from onefold.stores.forms import StoredForm
from onefold.way.confirming import Links, holds, mail_confirmation, text_question
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


def save_form(
    writer: Writer, name: str, definition: object, terms: Terms, links: Links, now: datetime
) -> Form:
    """Keeps a form, as a new version where it is another than before.

    Raises `UsageError` (`bad_form`, `bad_name`); `no_link_base` where it asks for confirmation by
    mail and the book does not know where links lead.
    """
    name = check_name("form", name)
    form = read_form(name, definition, field_names(terms.rules))
    form = replace(
        form,
        lists=tuple(check_name("list", each) for each in form.lists),
        tags=tuple(check_name("tag", each) for each in form.tags),
    )
    if form.double_opt_in and any(asked.name == EMAIL for asked in form.fields):
        links.link("")
    text = json.dumps(form_definition(form), ensure_ascii=False)
    last = writer.form(name)
    if last is not None and last.definition == text:
        return replace(form, version=last.version)
    form = replace(form, version=last.version + 1 if last else 1)
    writer.add_form(StoredForm(name, form.version, text, ""), now)
    return form


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


def submit_form(
    writer: Writer, name: str, submission: Submission, terms: Terms, links: Callable[[], Links], now: datetime
) -> Submitted:
    """Takes a submission in under the writer lock, and asks its addresses to confirm it where the form does.

    Raises `UsageError` for what is no submission of this form (see `form_record`).
    """
    form = form_named(writer, name)
    record = form_record(form, submission, terms.rules.kinds)
    if (before := _taken_before(writer, submission.key)) is not None:
        return Submitted(
            name, form.version, Status.SKIPPED, Reason.REPEAT, before["contact_id"], TAKEN_BEFORE
        )
    receipt_id, [answer] = take_records(writer, [record], terms, now, kind="form")
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
    return replace(taken, confirm=tuple(_confirm(writer, form, record, answer.contact_id, terms, links, now)))


def _confirm(
    writer: Writer,
    form: Form,
    record: dict[str, Any],
    contact_id: int,
    terms: Terms,
    links: Callable[[], Links],
    now: datetime,
) -> list[str]:
    """Asks for proof of what was typed. The mail's link names the contact only if that has this address: who
    typed a stranger's number beside a mailbox of their own gets nothing by opening it.
    """
    email, phone = (
        canonical(kind, record[kind], terms) if kind in record else None for kind in (EMAIL, PHONE)
    )
    said = {"source": Source.FORM.value, "form": form.name, "version": form.version}
    asked = []
    waits = phone is not None and email is not None and not holds(writer, contact_id, PHONE, phone)
    wants_texts = Channel.SMS in form.consent and Channel.SMS.value in record["consent"]
    agreed = Channel.EMAIL.value in record["consent"]
    if email is not None and (agreed or waits):
        known = contact_id if holds(writer, contact_id, EMAIL, email) else None
        carried = said | {"agreed": agreed} | ({"phone": phone, "texts": wants_texts} if waits else {})
        wording = form.consent[Channel.EMAIL].wording if agreed else None
        mail_confirmation(
            writer, links(), email, contact_id=known, said=carried, title=form.title, wording=wording
        )
        asked.append(email)
    if phone is not None and wants_texts and not waits:
        evidence = said | agreement_evidence(form, Channel.SMS)
        asked += text_question(
            writer, phone, now, contact_id=None, said=evidence, wording=form.consent[Channel.SMS].wording
        )
    return asked


def _taken_before(writer: Writer, key: str | None) -> dict[str, Any] | None:
    if key is None or not can_be_kept(key):
        return None
    keys = pl.DataFrame([(Source.FORM.value, key)], schema=["source", "key"], orient="row")
    found = writer.taken(keys)
    return None if found.is_empty() else found.row(0, named=True)
