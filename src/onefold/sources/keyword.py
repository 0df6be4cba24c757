"""Inbound texts: which kind a text is, and the record that it makes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from onefold.model.activity import ActivityKind
from onefold.model.consent import WRONG_NUMBER, Channel, ConsentState
from onefold.model.keyword import DOUBTFUL, GRANTS, REFUSALS, Keyword, TextKind
from onefold.sources.text_words import TextWords, plain_letters, plain_word, text_words

LONGEST_TEXT: Final = 1_600
"""Characters that a text has at most; a longer one is read for a refusal, and nothing else."""
_TOKEN: Final = re.compile(r"^(.*\S)\s+([\w-]{16,}\.[\w-]{16,})\s*$", re.ASCII | re.DOTALL)
_EMAIL: Final = re.compile(r"[^\s<>,;:()\[\]\"'«»“”]+@[^\s<>,;:()\[\]\"'«»“”]+")


@dataclass(frozen=True)
class Reading:
    """What a text says. `keyword`: the book's own word; `token`: what stood behind it; `emails`: what looks
    like an address in an answer; `only_answers`: whether it says nothing but yes, to a question of ours;
    `wrong_number`: whether it says that we have the wrong one; `told`: a sentence about what was passed over,
    for people.
    """

    kind: TextKind
    keyword: Keyword | None = None
    token: str | None = None
    emails: tuple[str, ...] = ()
    only_answers: bool = False
    wrong_number: bool = False
    told: str | None = None


def read_text(
    body: str, keywords: Mapping[str, Keyword], *, asked: bool = False, confirming: bool = False
) -> Reading:
    """Which kind a text is. `keywords` are the book's own by `plain_word`; `asked`: whether a question for
    the email address waits for its answer; `confirming`: whether one waits that YES or NO answers.

    A standard word or a keyword counts as the whole text only, and a grant not with a question mark. A
    refusal goes before everything else that a text could be.
    """
    words = text_words()
    word = plain_word(body)
    if confirming and (declined := _declined(body, words)) is not None:
        return declined
    kind = TextKind.KEYWORD if word in keywords else words.standard.get(word, TextKind.OTHER)
    if kind in GRANTS and "?" in plain_letters(body):
        return Reading(TextKind.OTHER, told="a question is no consent")
    if kind is not TextKind.OTHER:
        own = keywords.get(word) if kind is TextKind.KEYWORD else None
        return Reading(kind, own, only_answers=own is None and word in words.yes)
    if words.looks_like_opt_out(body):
        return Reading(TextKind.DOUBTFUL_OPT_OUT, wrong_number=words.says_wrong_number(body))
    if len(body) > LONGEST_TEXT:
        most = f"{LONGEST_TEXT:,} is the most"
        return Reading(TextKind.OTHER, told=f"a text of {len(body):,} characters, {most}: not read")
    if (found := _TOKEN.match(body)) and (own := keywords.get(plain_word(found[1]))):
        return Reading(TextKind.KEYWORD, own, token=found[2])
    if asked and (emails := _EMAIL.findall(body)):
        return Reading(TextKind.ANSWER, emails=tuple(each.rstrip(".!?") for each in emails))
    return Reading(TextKind.OTHER, told=None if word else "there are no letters in the text")


def _declined(body: str, words: TextWords) -> Reading | None:
    """The reading of a text that declines what was asked, and is no opt-out besides."""
    if plain_word(body) in words.standard or words.looks_like_opt_out(body, words.wrong_number):
        return None
    if words.says_wrong_number(body):
        return Reading(TextKind.DECLINE, wrong_number=True)
    return Reading(TextKind.DECLINE) if words.says_no(body) else None


def unanswered(reading: Reading) -> Reading:
    """The reading of a text where no question of ours waits: a mere yes says nothing then."""
    if not reading.only_answers:
        return reading
    return Reading(TextKind.OTHER, told="a yes counts as the answer to a question of ours, and none is open")


def keyword_record(record: Mapping[str, Any], keywords: Mapping[str, Keyword]) -> Mapping[str, Any]:
    """A keyword record that carries the text's `body` (CONTRACT) as one that carries what the text says.

    A record that has none, or none that is text, is given back as it is.
    """
    body = record.get("body")
    return record_of(record, body, unanswered(read_text(body, keywords))) if isinstance(body, str) else record


def record_of(
    record: Mapping[str, Any], body: str, reading: Reading, *, to: str | None = None
) -> dict[str, Any]:
    """A record and what its text was read as: consent, list, tags, and the text itself as activity. The
    record's `key` is the message id; `to` is the number that was texted.
    """
    kept = without_controls(body)[:LONGEST_TEXT]
    payload = {"body": kept} | ({"to": without_controls(to)} if to else {})
    replied = {"kind": ActivityKind.REPLIED.value, "channel": Channel.SMS.value, "payload": payload}
    own = reading.keyword
    consent = _consent(reading, kept, record.get("key"))
    added = {
        "consent": {} if _refuses_texts(record.get("consent")) else consent,
        "tags": own.tags if own else (),
        "lists": (own.list,) if own and own.list else (),
        "activity": (replied,),
    }
    said = {name: value for name, value in record.items() if name != "body"}
    return said | {name: _with(said.get(name), more) for name, more in added.items()}


def _refuses_texts(said: Any) -> bool:
    """Whether a record refuses texts beside its text, whatever that says."""
    sms = said.get(Channel.SMS.value) if isinstance(said, Mapping) else None
    return (sms.get("state") if isinstance(sms, Mapping) else sms) == ConsentState.UNSUBSCRIBED.value


def _with(said: Any, more: Any) -> Any:
    """What a record says and more; what is not of the right kind is left for the reader of records."""
    if said is None:
        return more
    if isinstance(said, Mapping) and isinstance(more, Mapping):
        return {**said, **more}
    return [*said, *more] if isinstance(said, list | tuple) and not isinstance(more, Mapping) else said


def without_controls(text: str) -> str:
    """The text without characters that no store can hold, or that no person can see."""
    return "".join(one for one in text if one in "\n\t" or (one >= " " and not "\ud800" <= one <= "\udfff"))


def _consent(reading: Reading, body: str, message_id: Any) -> dict[str, Any]:
    """What a text says of texts: a grant has the wording of its keyword, a refusal the person's own."""
    proof = {"method": "text", "message_id": message_id}
    own = reading.keyword
    if reading.kind in REFUSALS or reading.kind is TextKind.DECLINE:
        method = DOUBTFUL if reading.kind is TextKind.DOUBTFUL_OPT_OUT else "text"
        method = WRONG_NUMBER if reading.wrong_number else method
        said = {"state": ConsentState.UNSUBSCRIBED.value, "wording": body, "method": method}
    elif reading.kind is TextKind.OPT_IN:
        said = {"state": ConsentState.SUBSCRIBED.value, "wording": body}
    elif own is not None:
        said = {
            "state": ConsentState.SUBSCRIBED.value,
            "wording": own.wording,
            "wording_version": str(own.version),
            "keyword": own.word,
        }
    else:
        return {}
    return {Channel.SMS.value: proof | said}
