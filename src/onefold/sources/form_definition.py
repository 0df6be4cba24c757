"""A form's definition: the JSON that people write, and the form that it says."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from onefold.model.consent import KIND_OF, Channel
from onefold.model.error import UsageError
from onefold.model.form import Agreement, Asked, Form, Tick
from onefold.model.identifier import CONTACT_ID, CRM_ID, EMAIL, PHONE
from onefold.model.nfc import in_nfc
from onefold.normalise.text import can_be_kept

PARTS: Final = ("title", "fields", "consent", "lists", "tags", "double_opt_in")
LONGEST_TEXT: Final = 4_000


def read_form(name: str, definition: object, known: Collection[str]) -> Form:
    """A form from its JSON; `known` are the names of the book's fields. It has no version yet (0).

    Raises `UsageError` (`bad_form`).
    """
    parts = _an_object(definition, "a form", PARTS)
    fields = tuple(_asked(one, known) for one in _a_list(parts.get("fields"), "fields"))
    names = [one.name for one in fields]
    if twice := next((one for one in names if names.count(one) > 1), None):
        raise _bad(f"the form asks for {twice!r} twice", "leave one out")
    if not {EMAIL, PHONE} & set(names):
        raise _bad("a form must ask for an email or a phone", 'add it: "fields": ["email"]')
    agreements = _an_object(parts.get("consent") or {}, "consent", list(Channel))
    consent = {Channel(channel): _agreement(channel, said) for channel, said in agreements.items()}
    for channel in consent:
        if KIND_OF[channel] not in names:
            raise _bad(
                f"people agree to {channel} on it, and it asks for no {KIND_OF[channel]}",
                f'add "{KIND_OF[channel]}" to its fields',
            )
    return Form(
        name=name,
        version=0,
        title=_text(parts.get("title") or name, "title"),
        fields=fields,
        consent=consent,
        lists=tuple(_text(one, "lists") for one in _a_list(parts.get("lists") or [], "lists")),
        tags=tuple(_text(one, "tags") for one in _a_list(parts.get("tags") or [], "tags")),
        double_opt_in=_yes_or_no(parts.get("double_opt_in", True), "double_opt_in"),
    )


def form_definition(form: Form) -> dict[str, Any]:
    """The JSON of a form, in which `read_form` finds the same form again."""
    return {
        "title": form.title,
        "fields": [{"name": one.name, "required": one.required} for one in form.fields],
        "consent": {
            channel.value: {"wording": said.wording, "required": said.required, "by": said.by.value}
            for channel, said in form.consent.items()
        },
        "lists": list(form.lists),
        "tags": list(form.tags),
        "double_opt_in": form.double_opt_in,
    }


def _asked(said: object, known: Collection[str]) -> Asked:
    parts = {"name": said} if isinstance(said, str) else _an_object(said, "a field", ("name", "required"))
    name = in_nfc(_text(parts.get("name"), "name"))
    if name in (CONTACT_ID, CRM_ID):
        raise _bad(f"a form cannot ask for {name}", "it is the book's to know, not a visitor's to type")
    if name not in known:
        raise _bad(f"the form asks for {name!r}, which is no field of this book", "see `onefold fields`")
    return Asked(name, _yes_or_no(parts.get("required", False), "required"))


def _agreement(channel: str, said: object) -> Agreement:
    parts = (
        {"wording": said}
        if isinstance(said, str)
        else _an_object(said, f"consent.{channel}", ("wording", "required", "by"))
    )
    by = parts.get("by", Tick.CHECKBOX.value)
    if by not in list(Tick):
        raise _bad(f"consent.{channel} is given by {by!r}", f"choose one of {', '.join(Tick)}")
    wording = _text(parts.get("wording"), f"the wording of consent.{channel}")
    return Agreement(wording, _yes_or_no(parts.get("required", False), "required"), Tick(by))


def _an_object(said: object, what: str, known: Collection[str]) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise _bad(f"{what} is no JSON object", f"it has {', '.join(known)}")
    if unknown := [str(name) for name in said if name not in known]:
        raise _bad(f"{what} has no {unknown[0]!r}", f"it has {', '.join(known)}")
    return said


def _a_list(said: object, what: str) -> list[Any]:
    if not isinstance(said, list) or (what == "fields" and not said):
        raise _bad(f"{what} is no list", f'write it so: "{what}": ["…"]')
    return said


def _text(said: object, what: str) -> str:
    if not isinstance(said, str) or not said.strip() or len(said) > LONGEST_TEXT or not can_be_kept(said):
        raise _bad(f"{what} is {str(said)[:40]!r}", f"give text of 1 to {LONGEST_TEXT:,} characters")
    return said


def _yes_or_no(said: object, what: str) -> bool:
    if not isinstance(said, bool):
        raise _bad(f"{what} is {str(said)[:40]!r}", "write true or false")
    return said


def _bad(message: str, hint: str) -> UsageError:
    return UsageError(message, code="bad_form", hint=hint)
