"""The words of questions: who asks, that somebody entered the address, and what a yes will do."""

from dataclasses import dataclass
from typing import Final

SHOWN_DIGITS: Final = 3
NOTHING_IF_NOT_YOU: Final = "If it was not you, do nothing, and nothing will come of it."


@dataclass(frozen=True)
class Effect:
    """What a yes will do. `sender` asks it; the address was entered for `title`. `wording`: what is agreed
    to, where a yes `grants`. `beside`: the mailbox that the number will stand beside; `replaces`: what is on
    file and will be replaced; `joins`: whether two profiles become one. `phone`: the number that stands
    beside the mailbox. `refused`: whether the address has said no before.
    """

    grants: bool
    sender: str | None = None
    title: str | None = None
    wording: str | None = None
    beside: str | None = None
    replaces: str | None = None
    joins: bool = False
    phone: str | None = None
    refused: bool = False


def masked(address: str | None) -> str | None:
    """An address as whoever has it knows it again, and nobody else learns it."""
    if not address:
        return None
    if "@" in address:
        return f"{address[0]}…@{address.partition('@')[2]}"
    return f"the number that ends in {address[-SHOWN_DIGITS:]}"


def question_text(of: Effect) -> str:
    """The text that asks a number for its YES."""
    who = of.sender or of.title
    entered = "to get our texts" if of.grants else "as theirs"
    wording = f": “{of.wording}”" if of.grants and of.wording else ""
    effects = [
        f"This number will stand beside {of.beside}." if of.beside else "",
        f"It will take the place of {of.replaces}." if of.replaces else "",
        "The two profiles that have them become one." if of.joins else "",
    ]
    agree = "to subscribe" if of.grants else "if it is yours"
    refuse = "STOP to refuse" if of.grants else "NO if it is not"
    parts = [
        f"{f'{who}: ' if who else ''}Somebody entered this number {entered}{wording}{'' if wording else '.'}",
        *effects,
        f"Reply YES {agree}, {refuse}. Was it not you? Then do nothing.",
    ]
    return " ".join(filter(None, parts))


def question_mail(of: Effect, link: str, days: int) -> tuple[str, str]:
    """Subject and body of the mail whose link says yes."""
    place = f" for {of.title}" if of.title else ""
    asks = f"{of.sender} asks: is this address yours?" if of.sender else ""
    subject = f"Please confirm: {of.title}" if of.title else "Please confirm your address"
    lines = [
        *([asks] if asks else []),
        f"Somebody entered this address{place}.",
        *(
            ["You told us before that you want no mails. We keep to that, unless you say otherwise now."]
            if of.refused
            else []
        ),
        "",
        "If you open the link below:",
        *_effects(of),
        "",
        f"Was it you? Then open this link within {days} days; it works once:",
        link,
        "",
        NOTHING_IF_NOT_YOU,
    ]
    return subject, "\n".join(lines)


def _effects(of: Effect) -> list[str]:
    """What comes of the link, a line each."""
    told = []
    if of.grants:
        told.append(f"- You agree to this: {of.wording}" if of.wording else "- You will get our mails.")
    if of.phone:
        told.append(f"- It will stand beside {masked(of.phone)}.")
    if of.replaces:
        told.append(f"- It will take the place of {of.replaces}.")
    if of.joins:
        told.append("- The profile that has this address and the one that asks become one.")
    return told or ["- We know that the address is yours."]
