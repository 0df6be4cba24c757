"""What a log of consent comes to, entry after entry, with nothing clever."""

from collections.abc import Iterable, Mapping
from typing import Any

Entry = Mapping[str, Any]
FOR_ONE, BY_OPERATOR = "not_this_person", "withdrawn"
"""Methods of entries that name a refusal and end it: for one contact, and for all."""


def state_of(log: Iterable[Entry]) -> str:
    """The state of one address; `log` is what `Book.consent` tells of it."""
    log = list(log)
    ended = ended_by_name(entry for entry in log if entry.get("method") != FOR_ONE)
    words: list[Entry] = []
    for entry in log:
        if entry["state"] != "lapsed":
            words += [entry] if entry["id"] not in ended else []
        elif entry.get("ends") is None:
            last = _last_word(words)
            words = [last] if last is not None and last["state"] == "unsubscribed" else []
    last = _last_word(words)
    return "none" if last is None else str(last["state"])


def ended_by_name(log: Iterable[Entry]) -> set[int]:
    """The entries that others name and end, but for those that were themselves taken back."""
    ends = {entry["id"]: entry["ends"] for entry in log if entry.get("ends") is not None}
    return {ended for by, ended in ends.items() if by not in ends.values()}


def is_strong(grant: Entry) -> bool:
    """Whether a grant answers a refusal: the person's proven word, or an operator's with its evidence."""
    by_operator = grant["trust"] == "attested" and grant["source"] not in ("import", "api")
    return grant["trust"] == "proven" or (by_operator and bool(grant.get("method") and grant.get("wording")))


def counts_from(entry: Entry) -> str:
    """A grant counts from the earlier of said and recorded, a refusal from when it was said."""
    said, recorded = str(entry["at"]), str(entry["recorded_at"])
    return said if entry["state"] == "unsubscribed" else min(said, recorded)


def _last_word(words: Iterable[Entry]) -> Entry | None:
    strong, ticked, pending = None, None, None
    for word in words:
        if word["state"] == "pending":
            pending = word
        elif word["state"] == "subscribed" and not is_strong(word):
            ticked = word
        elif strong is None or _rank(word) > _rank(strong):
            strong = word
    return strong or ticked or pending


def _rank(word: Entry) -> tuple[str, bool]:
    """Later, or at the same moment more restrictive."""
    return counts_from(word), word["state"] == "unsubscribed"


def state_kept(said: str, trust: str, *, taken: bool, claimed_grants: str) -> str:
    """What is written of a word that a record says of an address: its own, or that it waits. `taken`: whether
    the contact got the address.
    """
    if said != "subscribed":
        return said
    if not taken or (trust == "claimed" and claimed_grants == "pending"):
        return "pending"
    return said
