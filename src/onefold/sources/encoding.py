"""Which encoding a file is written in: asked for, marked, proven by its bytes, or guessed and said so."""

import codecs
import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from charset_normalizer import from_bytes

from onefold.model.error import UsageError

UTF_8: Final = "utf-8"
_MARKS: Final = (
    (codecs.BOM_UTF8, UTF_8),
    # Before UTF-16, whose mark is the beginning of this one.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_EVIDENCE_BYTES: Final = 64 * 1024
_LINE_BYTES: Final = 4 * 1024
_LINE_WITH_LETTERS: Final = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_WORD_WITH_LETTERS: Final = re.compile(rb"[A-Za-z'-]*[\x80-\xff][A-Za-z'\x80-\xff-]*")
_LETTER: Final = re.compile(rb"[A-Za-z\x80-\xff]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_LATIN: Final = ("cp1252", "mac_roman", "cp850")
_ODD_IN_WORDS: Final = re.compile(
    r"(?<=[^\W\d_])[^\w\s'‘’“”–—…•™\-](?=[^\W\d_])|\ufffd|[a-zà-öø-ÿ][À-ÖØ-ÞŠŽŒŸ]"
)
"""What no word has: a sign between letters, a capital after a small letter."""
_OTHER_SCRIPTS: Final = (
    "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp874", "cp932", "euc_jp", "gb18030", "big5", "cp949",
)  # fmt: skip
_CENTRAL_EUROPEAN: Final = re.compile(
    r"(?i)[a-zà-ÿ][£¥¯³¹¿¼¾º][a-zà-ÿ]|(?<!\w)[£¯][a-zà-ÿ]{2}|[a-zà-ÿ]{3}[³¹]"
)
"""What words of code page 1250 (Łódź, Michał) look like when they are read in code page 1252."""


@dataclass(frozen=True)
class Encoding:
    """How bytes become text: Python's name of the codec, the bytes of mark to leave out, a note."""

    codec: str
    mark: int
    note: str


class LetterEvidence:
    """What the bytes of a file show about its encoding; every block is shown to it once, in order.

    Most files are sound UTF-8, and nothing more is asked of them; of others two blocks are kept.
    """

    def __init__(self) -> None:
        self.start = b""
        self.is_utf8 = True
        self._decoder = codecs.getincrementaldecoder(UTF_8)()
        self._with_letters = b""
        self._from_break = b""

    def look_at(self, block: bytes) -> None:
        """Take the next block into account."""
        if not self.start:
            self.start = block[:_EVIDENCE_BYTES]
            block = block[len(_mark_of(block)[0]) :]
        if not self.is_utf8 or (block.isascii() and not self._decoder.getstate()[0]):
            return
        self._with_letters = self._with_letters or block
        try:
            self._decoder.decode(block)
        except UnicodeDecodeError as problem:
            self.is_utf8 = False
            self._from_break = block[max(0, problem.start - _LINE_BYTES) :]

    def finish(self) -> None:
        """Say that there is no further block."""
        if self.is_utf8 and self._decoder.getstate()[0]:
            self.is_utf8 = False

    @property
    def lines(self) -> bytes:
        """Lines with bytes beyond ASCII, from the first of them and from where the file is no UTF-8."""
        return _lines_with_letters(self._with_letters) + _lines_with_letters(self._from_break)


def _lines_with_letters(block: bytes) -> bytes:
    lines = bytearray()
    for line in _LINE_WITH_LETTERS.finditer(block):
        lines += line[0][:_LINE_BYTES] + b"\n"
        if len(lines) > _EVIDENCE_BYTES:
            break
    return bytes(lines)


def choose_encoding(letters: LetterEvidence, asked: str | None) -> Encoding:
    """The encoding to read the file in. Raises `UsageError` (`unknown_encoding`)."""
    mark, marked = next(
        ((mark, codec) for mark, codec in _MARKS if letters.start.startswith(mark)), (b"", "")
    )
    if asked is not None:
        codec = _known(asked)
        if mark and marked.startswith(codec.removesuffix("-sig")):
            return Encoding(marked, len(mark), marked.upper())
        return Encoding(codec, 0, asked)
    if mark and _belies(mark, marked, letters):
        seen = _seen(letters)
        return replace(seen, mark=len(mark), note=f"{seen.note}, though marked as {marked.upper()}")
    return Encoding(marked, len(mark), marked.upper()) if mark else _seen(letters)


def _belies(mark: bytes, marked: str, letters: LetterEvidence) -> bool:
    """Whether the file is not what its mark says: some programs write one before whatever they have."""
    if marked == UTF_8:
        return not letters.is_utf8 and not _mostly_utf8(letters.lines)
    rest = letters.start[len(mark) :]
    # In UTF-16 and UTF-32 every comma and every line end has a zero in it, even where no letter has.
    return (b"\0" not in rest and len(rest) > 0) or _wide_without_mark(rest) not in (None, marked)


def _seen(letters: LetterEvidence) -> Encoding:
    if wide := _wide_without_mark(letters.start):
        return Encoding(wide, 0, f"{wide.upper()} (guessed: every other byte is zero)")
    if letters.is_utf8:
        return Encoding(UTF_8, 0, "UTF-8")
    if _mostly_utf8(letters.lines):
        return Encoding(UTF_8, 0, "UTF-8, though some bytes are not")
    guess = _code_page(letters.lines)
    return Encoding(guess, 0, f"{guess} (guessed: give --encoding if letters look wrong)")


def rough_text(start: bytes) -> str:
    """The beginning of a file as text in which ASCII is right; of other letters nothing is promised."""
    mark, codec = _mark_of(start)
    return start[len(mark) :].decode(codec or _wide_without_mark(start) or "latin-1", errors="replace")


def _mark_of(start: bytes) -> tuple[bytes, str]:
    """The mark that a file begins with, and what it stands for; empty where there is none."""
    return next(((mark, codec) for mark, codec in _MARKS if start.startswith(mark)), (b"", ""))


def _known(asked: str) -> str:
    try:
        # Codecs that turn bytes into bytes are found too, but make no text; a few make it in one piece only.
        b"a".decode(asked, "replace")
        codecs.getincrementaldecoder(asked)
        return codecs.lookup(asked).name
    except (LookupError, ValueError):
        near = get_close_matches(
            asked.lower(), ("utf-8", "utf-16", "cp1252", "latin-1", "cp1250", "cp1251"), n=1
        )
        raise UsageError(
            f"there is no encoding {asked}",
            code="unknown_encoding",
            hint=f"did you mean {near[0]}?" if near else "try utf-8, utf-16, cp1252 or latin-1",
        ) from None


def _wide_without_mark(start: bytes) -> str | None:
    """UTF-16 has a zero in every second byte of its ASCII, and none in the others: in Latin letters, or at
    least in commas and line ends.
    """
    pairs = len(start) // 2
    first, second = start[0 : 2 * pairs : 2], start[1::2]
    for codec, zeros, others, end in (
        ("utf-16-le", second, first, b"\n\0"),
        ("utf-16-be", first, second, b"\0\n"),
    ):
        if others.count(0) >= 0.05 * pairs:
            continue
        if zeros.count(0) > max(2, 0.4 * pairs) or (
            zeros.count(0) > 0.02 * pairs
            and others.count(0) == 0
            and any(start[place : place + 2] == end for place in range(0, 2 * pairs, 2))
            and _ascii_pairs(first, second) < 0.6 * pairs
        ):
            return codec
    return None


def _ascii_pairs(first: bytes, second: bytes) -> int:
    """Two ASCII letters side by side, of which a text of one byte a letter is full."""
    return sum(31 < one < 127 and 31 < other < 127 for one, other in zip(first, second, strict=True))


def _mostly_utf8(lines: bytes) -> bool:
    """Letters beyond ASCII hardly ever make UTF-8 by accident: more that do than do not is damaged UTF-8."""
    text = lines.decode(UTF_8, errors="surrogateescape")
    broken = len(re.findall("[\udc80-\udcff]", text))
    return sum(not character.isascii() for character in text) - broken > broken


def _code_page(lines: bytes) -> str:
    """Words of another script are thick with high bytes, those in Latin letters only strewn with them."""
    words = b" ".join(_WORD_WITH_LETTERS.findall(lines))
    letters = len(_LETTER.findall(words))
    high = len(_HIGH.findall(words))
    if high > 4 and high / letters > 0.5:
        best = from_bytes(lines, cp_isolation=list(_OTHER_SCRIPTS)).best()
        if best is not None:
            return best.encoding
    if _CENTRAL_EUROPEAN.search(lines.decode("cp1252", errors="replace")):
        return "cp1250"
    # Of old Macs and of DOS there is little left: they must do better than Windows to be believed.
    return min(_LATIN, key=lambda codec: len(_ODD_IN_WORDS.findall(words.decode(codec, errors="replace"))))
