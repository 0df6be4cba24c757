"""The words of inbound texts: standard ones by provider, and what only looks like an opt-out.

The words themselves are data, in `text_words.toml`.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from onefold.model.keyword import TextKind

BREAK: Final = "."
"""Stands between sentences, so that no sequence of words runs over their ends."""
_SPELLED_OUT: Final = re.compile(r"(?<!\w)\w(?:[\s._-]+\w(?!\w)){2,}")
_DOUBLED: Final = re.compile(r"(.)\1+")
_APOSTROPHES: Final = re.compile("['’‘ʼ`´]")


def plain_letters(text: str) -> str:
    """Small letters without accents; full-width and circled ones too. What cannot be seen is left out."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(one for one in apart if unicodedata.category(one) not in ("Mn", "Cf", "Cs")).casefold()


def plain_word(text: str) -> str:
    """A whole text as one word of letters and digits: how standard words and keywords are compared."""
    return "".join(filter(str.isalnum, plain_letters(text)))


def plain_sentence(text: str) -> str:
    """The words of a text with single blanks before, between and after; addresses are left out."""
    lines = (" ".join(part for part in row.split() if not _is_address(part)) for row in text.splitlines())
    letters = _APOSTROPHES.sub("", plain_letters("\n".join(lines)))
    together = _SPELLED_OUT.sub(lambda match: re.sub(r"[\W_]", "", match[0]), letters)
    broken = re.sub(r"[.!?;:\n]+", f" {BREAK} ", together)
    words = re.sub(r"[^\w.]|_", " ", broken).split()
    return f" {' '.join(words)} "


@dataclass(frozen=True)
class TextWords:
    """`standard`: kinds by plain words; `yes`: those of them that only answer a question. `no`,
    `wrong_number`: what declines one. The others are the lists of `[doubtful]`, each word plain.
    """

    standard: Mapping[str, TextKind]
    yes: frozenset[str]
    no: frozenset[str]
    wrong_number: tuple[str, ...]
    anywhere: frozenset[str]
    beginnings: tuple[str, ...]
    phrases: tuple[str, ...]
    alone: frozenset[str]
    small_words: frozenset[str]
    slips: frozenset[str]
    signs: frozenset[str]
    harmless: tuple[str, ...]

    def says_no(self, text: str) -> bool:
        """Whether the first sentence of a text is a plain no."""
        first, *_ = plain_sentence(text).split(f" {BREAK} ")
        return first.strip() in self.no

    def says_wrong_number(self, text: str) -> bool:
        """Whether somebody says that we have the wrong number."""
        sentence = plain_sentence(text)
        return any(f" {phrase} " in sentence for phrase in self.wrong_number)

    def looks_like_opt_out(self, text: str, without: tuple[str, ...] = ()) -> bool:
        """Whether a text that is no standard word could still be a refusal, also `without` these phrases."""
        signs = {one for one in text if not one.isspace() and unicodedata.category(one) not in ("Mn", "Cf")}
        if plain_word(text) in self.slips or (signs and signs <= self.signs):
            return True
        sentence = plain_sentence(text)
        for phrase in (*self.harmless, *without):
            sentence = sentence.replace(f" {phrase} ", f" {BREAK} ")
        words = set(sentence.split()) - {BREAK}
        return (
            any(_single(word) in self.anywhere or word.startswith(self.beginnings) for word in words)
            or any(f" {phrase} " in sentence for phrase in self.phrases)
            or (bool(words & self.alone) and words <= self.alone | self.small_words)
        )


@cache
def text_words() -> TextWords:
    """The lists."""
    lists = tomllib.loads(files(__package__).joinpath("text_words.toml").read_text(encoding="utf-8"))
    standard = {
        plain_word(word): kind
        for kind in (TextKind.OPT_OUT, TextKind.OPT_IN, TextKind.HELP)
        for word in lists[kind.value]
    }
    yes = frozenset(map(plain_word, lists["yes"]))
    standard |= dict.fromkeys(yes, TextKind.OPT_IN)
    return _text_words(standard, yes, lists["no"], lists["doubtful"])


def _text_words(
    standard: Mapping[str, TextKind], yes: frozenset[str], no: Mapping[str, Any], lists: Mapping[str, Any]
) -> TextWords:
    def words(name: str) -> Iterable[str]:
        return map(str, lists[name])

    return TextWords(
        standard,
        yes,
        frozenset(map(str, no["words"])),
        tuple(map(str, no["wrong_number"])),
        frozenset(map(_single, words("anywhere"))),
        tuple(words("beginnings")),
        (*words("phrases"), *map(str, no["wrong_number"])),
        frozenset(words("alone")),
        frozenset(words("small_words")),
        frozenset(words("slips")),
        frozenset(words("signs")),
        tuple(words("harmless")),
    )


def _is_address(part: str) -> bool:
    return "@" in part or "://" in part


def _single(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)
