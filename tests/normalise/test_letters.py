"""Small letters are one for one, and the capitals that lead to them are all there are."""

import sys

import pytest

from onefold.normalise.letters import capitals, small

LETTERS = [chr(number) for number in range(sys.maxunicode + 1) if not 0xD800 <= number < 0xE000]


def test_every_letter_stays_one_letter_and_is_small_at_once() -> None:
    told = [small(letter) for letter in LETTERS]
    assert [each for each in told if len(each) != 1 or small(each) != each] == []


def test_what_becomes_a_letter_beyond_ascii_is_among_its_capitals() -> None:
    found: dict[str, str] = {}
    for letter in LETTERS:
        if not letter.isascii() and small(letter) != letter:
            found[small(letter)] = found.get(small(letter), "") + letter
    assert capitals() == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ÉVORA", "évora"),
        ("ΟΔΟΣ", "οδοσ"),
        ("İzmir", "İzmir"),
        ("\N{KELVIN SIGN}", "\N{KELVIN SIGN}"),
        ("STRAẞE", "straße"),
        ("🙂 ok", "🙂 ok"),
    ],
)
def test_letters_by_hand(text: str, told: str) -> None:
    assert small(text) == told
