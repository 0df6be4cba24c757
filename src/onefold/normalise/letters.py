"""Small and capital letters: text compares without regard to them, the same on every store."""

from functools import cache
from typing import Final

_SPECIAL: Final = frozenset("İΣ\N{KELVIN SIGN}")
"""Where `str.lower` is no question of one letter: two come of the first, the second depends on what follows,
and the third becomes a letter of A to Z, of which stores have their own idea.
"""
_FIRST_BEYOND_ASCII: Final = 128
_LAST_CAPITAL: Final = 0x1F000


def small(text: str) -> str:
    """Text in small letters, letter by letter: what two texts are compared by."""
    return "".join(map(_small_letter, text)) if _SPECIAL.intersection(text) else text.lower()


def _small_letter(letter: str) -> str:
    lower = letter.lower()
    return lower if len(lower) == 1 and (letter.isascii() or not lower.isascii()) else letter


@cache
def capitals() -> dict[str, str]:
    """The letters beyond A to Z that `small` turns into each small letter."""
    found: dict[str, str] = {}
    for number in range(_FIRST_BEYOND_ASCII, _LAST_CAPITAL):
        letter = chr(number)
        lower = _small_letter(letter)
        if lower != letter:
            found[lower] = found.get(lower, "") + letter
    return found
