"""A header cut into the words of a vocabulary, wherever its writer put the seams."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

LONGEST_HEADER: Final = 500
"""Letters of a header that are looked at; a longer one is a sentence or two."""
UNKNOWN: Final = "unknown"
ENDING: Final = "*"
_ONE_LETTER: Final = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ς": "σ"}
)
_WRITTEN_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_APOSTROPHES: Final = re.compile("[’‘ʼ`´]")
_NOT: Final = re.compile(r"n't\b", re.IGNORECASE)
_FRENCH_NOT: Final = re.compile(r"\bn'(?=\w)", re.IGNORECASE)
_NUMBER_SIGN: Final = re.compile(r"\bn\.?\s?[º°ᵒ]|№|#", re.IGNORECASE)
_GLUED_SHORTEST: Final = 3
_GLUED_SHORT: Final = frozenset({"no", "at", "ip", "id", "or", "nr", "ej"})
_GLUED_SMALL: Final = frozenset(
    {"is", "has", "have", "was", "been", "to", "of", "from", "by", "for", "all", "the", "our", "my"}
)
"""Short pieces of a word that has no seams count only if they are these, and so do words of the kind small,
like French *des*.
"""
_STEM_SHORTEST: Final = 6
_INFLECTED: Final = "[a-z]{0,4}"
_OF_NO_KIND: Final = frozenset({UNKNOWN})
_UNKNOWN_COSTS: Final = 5.0
_UNKNOWN_LETTER_COSTS: Final = 2.0
_LETTER_COSTS: Final = 0.6


@dataclass(frozen=True)
class Piece:
    """A word of the vocabulary, or of several parts one: the `kinds` it is listed under, or `UNKNOWN`."""

    text: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Entry:
    """What the vocabulary lists: words that follow each other, each with whether any ending may follow it."""

    words: tuple[tuple[str, bool], ...]
    kinds: frozenset[str]

    @property
    def cost(self) -> float:
        """Of a piece; a negation of several words goes before one of them."""
        return 1 - 0.1 * len(self.words) if "negation" in self.kinds else 1

    def ends(self, text: str, start: int) -> Iterator[tuple[int, int]]:
        """Where this entry may end if it begins at `start`, with the letters that are endings."""
        reached = [(start, 0)]
        for number, (word, inflected) in enumerate(self.words):
            after = []
            for position, endings in reached:
                begins = position + 1 if number and text[position : position + 1] == " " else position
                if not text.startswith(word, begins):
                    continue
                end = begins + len(word)
                after.append((end, endings))
                while inflected and end < len(text) and text[end].isalpha():
                    end += 1
                    after.append((end, endings + end - begins - len(word)))
            reached = after
        yield from reached


class Vocabulary:
    """Words by kind. `stems` are found within words that are otherwise unknown."""

    def __init__(self, listed: Mapping[str, Mapping[str, list[str]]], stems_of: str) -> None:
        kinds: dict[tuple[tuple[str, bool], ...], set[str]] = defaultdict(set)
        for kind, languages in listed.items():
            for written in (entry for entries in languages.values() for entry in entries):
                for spelling in {plain_words(one, at_case=False) for one in {written, _written_out(written)}}:
                    kinds[_parts(spelling)].add(kind)
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        stems = []
        for words, found in kinds.items():
            entry = Entry(words, frozenset(found))
            self._entries[words[0][0][:2]].append(entry)
            if stems_of in found and sum(len(word) for word, _ in words) >= _STEM_SHORTEST:
                stems.append("".join(word + _INFLECTED * inflected for word, inflected in words))
        self._stem = re.compile("|".join(stems))
        self._within = frozenset({stems_of, UNKNOWN})

    def cut(self, header: str) -> tuple[Piece, ...]:
        """The pieces of a header, cut at blanks, punctuation, digits and case, and where words of the
        vocabulary are glued together.
        """
        readings = dict.fromkeys(
            plain_words(header[:LONGEST_HEADER], at_case=at_case) for at_case in (True, False)
        )
        return min((self._cheapest(reading) for reading in readings), key=lambda found: found[0])[1]

    def _cheapest(self, text: str) -> tuple[float, tuple[Piece, ...]]:
        """The reading with the fewest unknown words, pieces and endings."""
        best: dict[int, tuple[float, tuple[Piece, ...]]] = {len(text): (0.0, ())}
        for start in range(len(text) - 1, -1, -1):
            if text[start] == " ":
                continue
            found = [
                (cost + best[_after(text, end)][0], (piece, *best[_after(text, end)][1]))
                for cost, end, piece in self._from(text, start)
                if _after(text, end) in best
            ]
            if found:
                best[start] = min(found, key=lambda one: one[0])
        return best.get(0, (0.0, ()))

    def _from(self, text: str, start: int) -> Iterator[tuple[float, int, Piece]]:
        begins_word = start == 0 or text[start - 1] == " "
        for entry in (*self._entries.get(text[start], ()), *self._entries.get(text[start : start + 2], ())):
            for end, endings in entry.ends(text, start):
                ends_word = end == len(text) or text[end] == " "
                written = text[start:end]
                glued = not (begins_word and ends_word)
                if glued and not _may_be_glued(written, entry.kinds):
                    continue
                yield entry.cost + endings * _LETTER_COSTS, end, Piece(written, entry.kinds)
        if begins_word:
            end = text.find(" ", start) if " " in text[start:] else len(text)
            word = text[start:end]
            kinds = self._within if self._stem.search(word) else _OF_NO_KIND
            yield _UNKNOWN_COSTS + len(word) * _UNKNOWN_LETTER_COSTS, end, Piece(word, kinds)


def _after(text: str, end: int) -> int:
    return end + 1 if text[end : end + 1] == " " else end


def _may_be_glued(written: str, kinds: frozenset[str]) -> bool:
    if kinds == {"small"}:
        return written in _GLUED_SMALL or len(written) > _GLUED_SHORTEST
    return len(written) >= _GLUED_SHORTEST or written in _GLUED_SHORT


def plain_words(text: str, *, at_case: bool = True) -> str:
    """A text in small letters without accents, with single blanks between its words; `/` and `|` are a word.

    `at_case`: a capital begins a word too, after a small letter or before one.
    """
    text = _APOSTROPHES.sub("'", _NUMBER_SIGN.sub(" number ", text))
    text = _FRENCH_NOT.sub("ne ", _NOT.sub("nt", text))
    text = unicodedata.normalize("NFC", text)
    seams = [_seam(text, at, at_case=at_case) for at in range(len(text))]
    apart = "".join(f" {letter}" if seam else letter for letter, seam in zip(text, seams, strict=True))
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", apart).casefold())
    letters = "".join(one for one in folded if unicodedata.category(one) not in ("Mn", "Cf", "Cs"))
    kept = re.sub(r"[/|]", " / ", letters.translate(_ONE_LETTER))
    return " ".join(re.sub(rf"[^\w/{ENDING}]|_|(?<=\w){re.escape(ENDING)}(?=\w)", " ", kept).split())


def _seam(text: str, at: int, *, at_case: bool) -> bool:
    """Whether a word begins at a letter that stands right behind another."""
    before, here, behind = text[at - 1 : at], text[at], text[at + 1 : at + 2]
    if not before or not (before.isalnum() and here.isalnum()):
        return False
    if before.isdigit() != here.isdigit():
        return True
    return at_case and here.isupper() and (before.islower() or (before.isupper() and behind.islower()))


def _written_out(entry: str) -> str:
    return unicodedata.normalize("NFC", entry).translate(_WRITTEN_OUT)


def _parts(spelling: str) -> tuple[tuple[str, bool], ...]:
    return tuple((word.rstrip(ENDING), word.endswith(ENDING)) for word in spelling.split(" "))
