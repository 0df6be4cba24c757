"""Words by which a record that is not understood as a whole can still refuse, each read by itself."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from onefold.model.consent import Channel, ConsentState
from onefold.model.keyword import REFUSALS
from onefold.normalise.consent_words import DEAD, WORDS
from onefold.normalise.yes_no import NO, YES
from onefold.sources.keyword import read_text
from onefold.sources.text_words import plain_word

LONGEST_WORD: Final = 100
"""Characters of a state; what is longer is no word for one."""
EVERY_CHANNEL: Final = tuple(Channel)
CHANNEL_WORDS: Final[Mapping[str, tuple[Channel, ...]]] = {
    **dict.fromkeys(("email", "emails", "mail", "mails"), (Channel.EMAIL,)),
    **dict.fromkeys(
        ("sms", "text", "texts", "txt", "textmessage", "textmessages", "phone", "mobile"), (Channel.SMS,)
    ),
    **dict.fromkeys(("newsletter", "newsletters"), (Channel.EMAIL,)),
    **dict.fromkeys(("marketing", "all", "any", "both", "every", "everything", "allchannels"), EVERY_CHANNEL),
}
"""What callers name the channels, as `plain_word` has it."""
STATE_NAMES: Final = frozenset({"state", "status", "channel"})
_GAPS: Final = re.compile(r"[\s_\-‐‑]+")


class RepeatedValue(list[Any]):
    """The values of a key that stands more than once in one object of JSON."""


def channels_named(word: object) -> tuple[Channel, ...]:
    """The channels that a word names; none where it names no channel of ours."""
    return CHANNEL_WORDS.get(plain_word(word), ()) if isinstance(word, str) else ()


def is_refusal(said: object) -> bool:
    """Whether a state says no, or could: a word of the exports (`WORDS`), a false, a STOP of any kind."""
    word = _word(said)
    if word is None:
        return False
    if word in WORDS:
        return WORDS[word] is ConsentState.UNSUBSCRIBED
    return read_text(word, {}).kind in REFUSALS


def is_dead(said: object) -> bool:
    """Whether a state says that the address does not work."""
    return _word(said) in DEAD


def one_by_one(said: object) -> list[Any]:
    """The values of a list, or the one that there is."""
    return list(said) if isinstance(said, list | tuple) else [said]


def is_entry(said: Mapping[Any, Any]) -> bool:
    """Whether an object says a state itself, and is not about channels that we do not have."""
    return any(name in STATE_NAMES or _word(name) in WORDS for name in said)


def refusing_states(said: object) -> Iterator[tuple[object, Mapping[Any, Any]]]:
    """The words in what is said for one channel that refuse, each with the object that it stands in."""
    for one in one_by_one(said):
        entry = one if isinstance(one, Mapping) else {"state": one}
        states = one_by_one(entry.get("state"))
        if not any(map(_is_known, states)):
            states = list(_other_states(entry))
        yield from ((state, entry) for state in states if is_refusal(state))


def _other_states(entry: Mapping[Any, Any]) -> Iterator[object]:
    """What could be the state of an entry that says it otherwise: `status: opted out`, `unsubscribed: true`,
    `subscribed: false`.
    """
    for name, value in entry.items():
        word, answer = _word(name) or "", _word(value) or ""
        grants = WORDS.get(word) is ConsentState.SUBSCRIBED
        if answer in YES and word in WORDS:
            yield name
        elif (answer in NO and grants) or (answer in WORDS and answer not in (*YES, *NO)):
            yield value


def _is_known(state: object) -> bool:
    word = _word(state)
    return word is not None and (word in WORDS or is_refusal(state))


def _word(said: object) -> str | None:
    """A state in small letters with plain spaces, as `WORDS` has it."""
    if isinstance(said, bool | int):
        said = str(said)
    if not isinstance(said, str) or len(said) > LONGEST_WORD:
        return None
    return _GAPS.sub(" ", said.lower()).strip(" .!") or None
