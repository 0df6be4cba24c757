"""A submission of a form, as the record that it is."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from onefold.model.consent import KIND_OF, Channel, ConsentState
from onefold.model.error import UsageError
from onefold.model.field import NAMES
from onefold.model.form import Agreement, Form, Submission, Tick
from onefold.model.nfc import in_nfc
from onefold.model.source import Source
from onefold.normalise.text import can_be_kept

TICKED: Final = frozenset({"yes", "on", "true", "1", "y", "checked"})
UNTICKED: Final = frozenset({"", "no", "off", "false", "0", "n"})
LONGEST_VALUE: Final = 4_000
CONSENT: Final = "consent."
"""How the name of a tick box begins: `consent.email`, `consent.sms`."""


def form_record(form: Form, submission: Submission, kinds: Collection[str]) -> dict[str, Any]:
    """The record (CONTRACT) that a submission makes: all of it was typed by somebody. `kinds` are the book's
    kinds of identifier.

    Raises `UsageError`: `unknown_field` for what the form does not ask for, `missing_field` for what it must
    have, `empty_submission` where there is nothing at all, `bad_value` for what no field can hold.
    """
    values = {in_nfc(name): _typed(value, name) for name, value in submission.values.items()}
    given = {name: value for name, value in values.items() if value}
    if not given:
        raise UsageError("nothing was filled in", code="empty_submission", hint="nothing was taken")
    _check_known(form, values)
    agreed = [channel for channel, said in form.consent.items() if _agrees(channel, said, given)]
    _check_complete(form, given, agreed)
    beside_fields = (*kinds, *NAMES)
    said = {one.name: given[one.name] for one in form.fields if one.name in given}
    state = ConsentState.PENDING if form.double_opt_in else ConsentState.SUBSCRIBED
    evidence = {"url": submission.url, "ip": submission.ip, "user_agent": submission.user_agent}
    return {
        "source": Source.FORM.value,
        "at": submission.at,
        "key": submission.key,
        **{name: value for name, value in said.items() if name in beside_fields},
        "fields": {name: value for name, value in said.items() if name not in beside_fields},
        "lists": list(form.lists),
        "tags": list(form.tags),
        "consent": {
            channel.value: {"state": state.value, **agreement_evidence(form, channel), **evidence}
            for channel in agreed
        },
    }


def agreement_evidence(form: Form, channel: Channel) -> dict[str, str]:
    """What somebody agreed to on a form, as evidence: the wording and where it stood."""
    said = form.consent[channel]
    return {
        "method": said.by.value,
        "wording": said.wording,
        "wording_version": str(form.version),
        "form": form.name,
    }


def _check_known(form: Form, values: Mapping[str, str]) -> None:
    boxes = [f"{CONSENT}{channel}" for channel, said in form.consent.items() if said.by is Tick.CHECKBOX]
    known = [*(one.name for one in form.fields), *boxes]
    if unknown := [name for name in values if name not in known]:
        raise UsageError(
            f"the form {form.name} does not ask for {', '.join(repr(name[:40]) for name in unknown)}",
            code="unknown_field",
            hint=f"it asks for {', '.join(known)}",
        )


def _check_complete(form: Form, given: Mapping[str, str], agreed: Collection[Channel]) -> None:
    """What must be there: what the form requires, and the address of whatever was agreed to."""
    required = [one.name for one in form.fields if one.required]
    required += [KIND_OF[channel] for channel in agreed]
    missing = [name for name in dict.fromkeys(required) if name not in given]
    missing += [
        f"{CONSENT}{channel}"
        for channel, said in form.consent.items()
        if said.required and channel not in agreed
    ]
    if missing:
        raise UsageError(
            f"{', '.join(missing)} must be filled in", code="missing_field", hint="nothing was taken"
        )


def _agrees(channel: Channel, said: Agreement, given: Mapping[str, str]) -> bool:
    """Whether the box is ticked; who agrees by sending does so on the channels whose address is given."""
    if said.by is Tick.SENDING:
        return KIND_OF[channel] in given
    box = f"{CONSENT}{channel}"
    word = given.get(box, "").casefold()
    if word not in TICKED | UNTICKED:
        raise UsageError(f"{box} is {word[:40]!r}", code="bad_value", hint="send yes, or leave it out")
    return word in TICKED


def _typed(value: object, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise UsageError(f"{name} is no text", code="bad_value", hint="send text")
    return checked_text(value, name).strip()


def checked_text(value: str, name: str) -> str:
    """What somebody typed, if it can be kept at all. Raises `UsageError` (`bad_value`)."""
    if len(value) > LONGEST_VALUE:
        raise UsageError(
            f"{name} has {len(value):,} characters", code="bad_value", hint=f"send at most {LONGEST_VALUE:,}"
        )
    if not can_be_kept(value):
        raise UsageError(f"{name} holds what is no text", code="bad_value", hint="send letters")
    return value
