"""Words by which a record that is not understood as a whole can still refuse, each read by itself."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from onefold.model.consent import Channel, ConsentState
from onefold.model.keyword import REFUSALS
from onefold.normalise.consent_words import consent_words, plain_word_of_consent
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


class RepeatedValue(list[Any]):
    """The values of a key that stands more than once in one object of JSON."""


def channels_named(word: object) -> tuple[Channel, ...]:
    """The channels that a word names; none where it names no channel of ours."""
    return CHANNEL_WORDS.get(plain_word(word), ()) if isinstance(word, str) else ()


def is_refusal(said: object) -> bool:
    """Whether a state says no, or could: a word of the exports, a false, a STOP of any kind."""
    word, states = _word(said), consent_words().states
    if word is None:
        return False
    if word in states:
        return states[word] is ConsentState.UNSUBSCRIBED
    return read_text(str(said), {}).kind in REFUSALS


def is_dead(said: object) -> bool:
    """Whether a state says that the address does not work."""
    return _word(said) in consent_words().undeliverable


def one_by_one(said: object) -> list[Any]:
    """The values of a list, or the one that there is."""
    return list(said) if isinstance(said, list | tuple) else [said]


def is_entry(said: Mapping[Any, Any]) -> bool:
    """Whether an object says a state itself, and is not about channels that we do not have."""
    return any(name in STATE_NAMES or _word(name) in consent_words().states for name in said)


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
    words = consent_words()
    for name, value in entry.items():
        word, answer = _word(name) or "", _word(value) or ""
        grants = words.states.get(word) is ConsentState.SUBSCRIBED
        if answer in words.yes and word in words.states:
            yield name
        elif (answer in words.no and grants) or (
            answer in words.states and answer not in words.yes | words.no
        ):
            yield value


def _is_known(state: object) -> bool:
    word = _word(state)
    return word is not None and (word in consent_words().states or is_refusal(state))


def _word(said: object) -> str | None:
    """A state as the lists of words have it."""
    if isinstance(said, bool | int):
        said = str(said)
    if not isinstance(said, str) or len(said) > LONGEST_WORD:
        return None
    return plain_word_of_consent(said) or None
