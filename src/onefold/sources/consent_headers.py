"""What a header says about consent: who agreed, who refused, or what goes beside it.

The words themselves are data, in `headers/consent.toml`.
"""

import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from onefold.model.consent import Channel
from onefold.sources.header_words import UNKNOWN, Piece, Vocabulary

CONSENT_WORDS: Final = frozenset({"agrees", "consent", "newsletter"})
OBJECTS: Final = frozenset(
    {"consent", "newsletter", "subject", "contact", "email", "sms", "calls", "elsewhere"}
)
COMPANY: Final = OBJECTS - {"contact"}
"""What a doubtful word of refusal needs beside it."""
BETWEEN: Final = frozenset({"small", "status", "or", "date", "negation"})
"""What may stand between a negation and the word that it turns round."""
REFUSING: Final = frozenset({"refuses", "may_refuse"})
AGREEING: Final = frozenset({"agrees", "may_agree"})
ALSO_A_NUMBER: Final = ("no", "non", "nu")
"""Negations that mean something else at the end of a header, like Phone No."""
IMPERATIVE: Final = ("do", "dont")


class Says(StrEnum):
    """What a yes in the column would say: `EITHER` is a column for both answers, `UNCLEAR` one that denies
    something and does not say plainly what.
    """

    AGREED = "agreed"
    REFUSED = "refused"
    EITHER = "either"
    UNCLEAR = "unclear"
    NOTHING = "nothing"


class Beside(StrEnum):
    """What a column about consent holds instead of a yes or no."""

    DATE = "date"
    SOURCE = "source"
    WORDING = "wording"
    REASON = "reason"
    SOMETHING_ELSE = "something_else"


_BESIDE: Final = (Beside.SOMETHING_ELSE, Beside.DATE, Beside.WORDING, Beside.SOURCE, Beside.REASON)


@dataclass(frozen=True)
class ConsentHeader:
    """A header as it was read.

    `plainly`: it says so without a doubt, so that a mapping may be proposed. `whole`: every word is known.
    `channels` are those that it names; `elsewhere`: it is only about calls, letters and other ways by which
    the book sends nothing, and `by_phone` about calls. `in_words`: it is a status, which may hold both
    answers.
    """

    says: Says
    plainly: bool
    whole: bool
    beside: Beside | None
    channels: frozenset[Channel]
    elsewhere: bool
    by_phone: bool
    in_words: bool


@lru_cache(maxsize=10_000)
def read_consent_header(header: str) -> ConsentHeader:
    """Reads a header of any spelling, or a name of a file, in the languages of `headers/consent.toml`."""
    pieces = _vocabulary().cut(header)
    kinds: set[str] = set().union(*(piece.kinds for piece in pieces))
    says, plainly = _says(pieces, kinds)
    channels = {channel for channel in Channel if channel in kinds}
    if "newsletter" in kinds and not channels:
        channels = {Channel.EMAIL}
    return ConsentHeader(
        says=says,
        plainly=plainly,
        whole=UNKNOWN not in kinds,
        beside=next((one for one in _BESIDE if one in kinds), None),
        channels=frozenset(channels),
        elsewhere=not channels and not kinds.isdisjoint({"calls", "elsewhere"}),
        by_phone=not channels and "calls" in kinds,
        in_words="status" in kinds,
    )


@cache
def _vocabulary() -> Vocabulary:
    text = (files("onefold.sources.headers") / "consent.toml").read_text(encoding="utf-8")
    return Vocabulary(tomllib.loads(text), stems_of="refuses")


@dataclass(frozen=True)
class _Turned:
    """A negation and what it reaches, pieces `at` to before `upto`. `refuses`: it plainly turns round what it
    reaches; `of_something`: that is something that consent is about.
    """

    at: int
    upto: int
    refuses: bool = False
    of_something: bool = False


def _says(pieces: Sequence[Piece], kinds: Collection[str]) -> tuple[Says, bool]:
    """What a header says, and whether it does so plainly."""
    turned = list(_negations(pieces))
    reached = {at for one in turned for at in range(one.at, one.upto)}
    rest: set[str] = set().union(*(piece.kinds for at, piece in enumerate(pieces) if at not in reached))
    if "either" in kinds or _has_both_answers(pieces):
        return Says.EITHER, False
    if any(not one.refuses for one in turned):
        return Says.UNCLEAR, False
    known = UNKNOWN not in kinds
    if turned or rest & REFUSING:
        surely = "refuses" in rest or any(one.of_something for one in turned) or bool(COMPANY & set(kinds))
        both = bool(rest & {"agrees", "undecided"})
        return Says.REFUSED, surely and not both and (known or "refuses" in rest)
    if "undecided" in rest:
        return Says.UNCLEAR, False
    if rest & CONSENT_WORDS:
        return Says.AGREED, known or _begins_with_an_agreement(pieces)
    return (Says.AGREED, known and bool(rest & OBJECTS)) if "may_agree" in rest else (Says.NOTHING, False)


def _begins_with_an_agreement(pieces: Sequence[Piece]) -> bool:
    """Whether an agreement stands before every word that is not known: that one could deny it."""
    first = next(piece.kinds for piece in pieces if piece.kinds & {"agrees", UNKNOWN})
    return "agrees" in first


def _negations(pieces: Sequence[Piece]) -> Iterator[_Turned]:
    """The negations of a header; one that another one reaches is part of that."""
    reached = 0
    for at, piece in enumerate(pieces):
        if at >= reached and "negation" in piece.kinds:
            turned = _turned(pieces, at)
            reached = turned.upto
            yield turned


def _turned(pieces: Sequence[Piece], at: int) -> _Turned:
    something = False
    upto = at + 1
    for number, piece in enumerate(pieces[at + 1 :], start=at + 1):
        if piece.kinds & REFUSING:
            imperative = pieces[at].text.startswith(IMPERATIVE) and something
            return _Turned(at, number, refuses=imperative, of_something=something)
        if piece.kinds & AGREEING:
            said = something or "agrees" in piece.kinds
            return _Turned(at, number + 1, refuses=True, of_something=said)
        if piece.kinds & OBJECTS:
            something = True
        elif not piece.kinds & BETWEEN:
            break
        upto = number + 1
    if something:
        return _Turned(at, upto, refuses=True, of_something=True)
    before = next((piece.kinds for piece in reversed(pieces[:at]) if not piece.kinds & BETWEEN), frozenset())
    behind = bool(before & (OBJECTS | AGREEING)) and pieces[at].text not in ALSO_A_NUMBER
    return _Turned(at, upto, refuses=behind, of_something=behind)


def _has_both_answers(pieces: Sequence[Piece]) -> bool:
    """Whether an agreement and a refusal stand on the two sides of an *or*."""
    told = [piece for piece in pieces if not piece.kinds <= {"small", "status"}]
    for before, between, behind in zip(told, told[1:], told[2:], strict=False):
        sides = (before.kinds, behind.kinds)
        agreeing = [bool(side & (AGREEING | {"consent"})) for side in sides]
        refusing = [bool(side & REFUSING) for side in sides]
        if "or" in between.kinds and agreeing != refusing and any(agreeing) and any(refusing):
            return True
    return False
