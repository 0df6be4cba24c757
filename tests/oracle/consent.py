"""What a log of consent comes to, entry after entry, with nothing clever."""

from collections.abc import Iterable, Mapping
from typing import Any

WEAK_SOURCE, CLAIMED = "import", "claimed"


def state_of(log: Iterable[Mapping[str, Any]]) -> str:
    """The state of one address; `log` is what `Book.consent` tells of it."""
    log = list(log)
    ended = {entry["ends"] for entry in log if entry.get("ends") is not None}
    words: list[Mapping[str, Any]] = []
    for entry in log:
        if entry["state"] != "lapsed":
            words += [entry] if entry["id"] not in ended else []
        elif entry.get("ends") is None:
            last = _last_word(words)
            words = [last] if last is not None and last["state"] == "unsubscribed" else []
    last = _last_word(words)
    return "none" if last is None else str(last["state"])


def _last_word(words: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    strong, ticked, pending = None, None, None
    for word in words:
        if word["state"] == "pending":
            pending = word
        elif word["state"] == "subscribed" and (word["source"] == WEAK_SOURCE or word["trust"] == CLAIMED):
            ticked = word
        elif strong is None or _rank(word) > _rank(strong):
            strong = word
    return strong or ticked or pending


def _rank(word: Mapping[str, Any]) -> tuple[str, bool]:
    """Later, or at the same moment more restrictive."""
    return word["at"], word["state"] == "unsubscribed"


def state_kept(said: str, trust: str, *, taken: bool, claimed_grants: str) -> str:
    """What is written of a word that a record says of an address: its own, or that it waits. `taken`: whether
    the contact got the address.
    """
    if said != "subscribed":
        return said
    if not taken or (trust == CLAIMED and claimed_grants == "pending"):
        return "pending"
    return said
