"""What a cell that holds an email address means, one cell at a time: the definition that the columns obey."""

import re
from typing import NamedTuple

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from onefold.model.nfc import in_nfc


class EmailAnswer(NamedTuple):
    """One cell's answer: all of it empty where the cell is blank, else an address or a refusal."""

    email: str | None = None
    email_as_written: str | None = None
    refusal: str | None = None


_SEVERAL = "several addresses in one cell: keep one, or put each into a column of its own"
_LINE_BREAK = "a line break in the cell: remove it"
_TOO_LONG = "far too long for an email address: keep the address only"
_LONGEST_CELL = 1_000


def email_one(spelled: str | None) -> EmailAnswer:
    """The address that one cell holds, in ASCII lower case, IDNA and NFC, and as written where that differs.

    Nothing else is folded: neither case outside A to Z nor what one provider ignores (DESIGN 5). Syntax is
    email-validator's, without a question to the DNS, but for the rules that are named below.
    """
    cell = spelled or ""
    if len(cell) > _LONGEST_CELL:
        return EmailAnswer(refusal=_TOO_LONG)
    if cell.strip() and _LINE_BREAKS.search(cell):
        return EmailAnswer(refusal=_LINE_BREAK)
    written = _address_in(_without_guard(cell))
    if written is None:
        return EmailAnswer(refusal=_SEVERAL)
    if not written:
        return EmailAnswer()
    try:
        email = _canonical(written)
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        return EmailAnswer(refusal=f"{reason[0].lower()}{reason[1:]}; correct the address")
    return EmailAnswer(email, written if written != email else None)


# isemail counts a line break around an address among the errors, so it is not trimmed as spaces are.
_LINE_BREAKS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACE_AROUND = re.compile("^[\\s\u00ad\u200b-\u200f\u2060\ufeff]+|[\\s\u00ad\u200b-\u200f\u2060\ufeff]+$")
_GUARDED = re.compile(r"'(.*?)'?")


def _without_guard(cell: str) -> str:
    """The cell without space around it and the `'` that keeps a spreadsheet from reading a formula."""
    text = _SPACE_AROUND.sub("", cell)
    guarded = _GUARDED.fullmatch(text)
    return _SPACE_AROUND.sub("", guarded[1]) if guarded else text


_IN_ANGLE_BRACKETS = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_BETWEEN_ADDRESSES = re.compile(r"[\s,;|/]|:::")
_MAILTO = re.compile(r"mailto:([^?]*)(?:\?.*)?", re.IGNORECASE)


def _address_in(text: str) -> str | None:
    """The one address of `a@b`, `mailto:a@b` and `Name <a@b>`; None where there are several."""
    bracketed = _IN_ANGLE_BRACKETS.fullmatch(text)
    address = (bracketed["address"] if bracketed else text).strip()
    if mailto := _MAILTO.fullmatch(address):
        address = mailto[1].strip()
    name = bracketed["name"].strip(" \"'") if bracketed else ""
    if "@" in name and in_nfc(name).lower() != in_nfc(address).lower():
        return None
    return None if address.count("@") > 1 and _BETWEEN_ADDRESSES.search(address) else address


_RESERVED_NAME = re.compile(rf"(?<=\.)(?:{'|'.join(SPECIAL_USE_DOMAIN_NAMES)})$", re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def _canonical(address: str) -> str:
    """The key of an address; raises EmailNotValidError.

    Two rules besides the library's: a name that is reserved (`.local`, `.test`) is good syntax, and a
    country's top-level domain may have mailboxes (isemail's `test@io`), though no other name without a dot.
    """
    address = in_nfc(address)
    domain = address.rpartition("@")[2]
    local_part = address.removesuffix(domain)
    reserved = _RESERVED_NAME.search(domain)
    kept = domain[reserved.start() :] if reserved else ""
    checked = validate_email(
        local_part + domain.removesuffix(kept) + "x" * len(kept),
        allow_smtputf8=True,
        check_deliverability=False,
        globally_deliverable=not _COUNTRY.fullmatch(domain),
    )
    ascii_domain = checked.ascii_domain[: len(checked.ascii_domain) - len(kept)] + kept
    return mailbox_in_one_spelling(local_part + ascii_domain)


def mailbox_in_one_spelling(address: str) -> str:
    """An address with an ASCII domain in NFC and ASCII lower case."""
    # Bytes, because `lower` of text folds more than A to Z. A small letter may join an accent that a capital
    # could not.
    return in_nfc(in_nfc(address).encode().lower().decode())
