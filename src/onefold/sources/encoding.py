"""Which encoding a file is written in: asked for, marked, proven by its bytes, or guessed and said so."""

import codecs
import re
from dataclasses import dataclass
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
_LINE_WITH_LETTERS: Final = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_OTHER_SCRIPTS: Final = (
    "cp1251", "cp1253", "cp1255", "cp1256", "cp874", "cp932", "euc_jp", "gb18030", "big5", "cp949",
)  # fmt: skip
_CENTRAL_EUROPEAN: Final = re.compile(r"(?i)[a-zà-ÿ][£¥¯³¹¿¼¾º][a-zà-ÿ]|\b[£¯][a-zà-ÿ]{2}|[a-zà-ÿ]{3}[³¹]")
"""What words of code page 1250 (Łódź, Michał) look like when they are read in code page 1252."""


@dataclass(frozen=True)
class Encoding:
    """How bytes become text: Python's name of the codec, the bytes of mark to leave out, a note."""

    codec: str
    mark: int
    note: str


class LetterEvidence:
    """What the bytes of a file show about its encoding; every block is shown to it once, in order."""

    def __init__(self) -> None:
        self.start = b""
        self.is_utf8 = True
        self._decoder = codecs.getincrementaldecoder(UTF_8)()
        self._lines = bytearray()

    def look_at(self, block: bytes) -> None:
        """Take the next block into account."""
        if not self.start:
            self.start = block[:_EVIDENCE_BYTES]
        if not self.is_utf8:
            return
        if block.isascii() and not self._decoder.getstate()[0]:
            return
        try:
            self._decoder.decode(block)
        except UnicodeDecodeError:
            self.is_utf8 = False
        if len(self._lines) < _EVIDENCE_BYTES or not self.is_utf8:
            self._gather(block)

    def finish(self) -> None:
        """Say that there is no further block."""
        if self.is_utf8 and self._decoder.getstate()[0]:
            self.is_utf8 = False

    @property
    def lines(self) -> bytes:
        """Lines with bytes beyond ASCII, from the beginning of the file and from where it is no UTF-8."""
        return bytes(self._lines)

    def _gather(self, block: bytes) -> None:
        room = len(self._lines) + _EVIDENCE_BYTES
        for line in _LINE_WITH_LETTERS.finditer(block):
            self._lines += line[0] + b"\n"
            if len(self._lines) > room:
                break


def choose_encoding(letters: LetterEvidence, asked: str | None) -> Encoding:
    """The encoding to read the file in. Raises `UsageError` (`unknown_encoding`)."""
    mark = next(((mark, codec) for mark, codec in _MARKS if letters.start.startswith(mark)), None)
    if asked is not None:
        codec = _known(asked)
        if mark is not None and mark[1].startswith(codec.removesuffix("-sig")):
            return Encoding(mark[1], len(mark[0]), mark[1].upper())
        return Encoding(codec, 0, asked)
    if mark is not None:
        return Encoding(mark[1], len(mark[0]), mark[1].upper())
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
    mark, codec = next(((mark, codec) for mark, codec in _MARKS if start.startswith(mark)), (b"", ""))
    return start[len(mark) :].decode(codec or _wide_without_mark(start) or "latin-1", errors="replace")


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
    """UTF-16 of mostly Latin letters has a zero in nearly every second byte, and none in the others."""
    pairs = len(start) // 2
    if pairs < 2:
        return None
    zeros_first, zeros_second = start[0::2].count(0) / pairs, start[1::2].count(0) / pairs
    if zeros_second > 0.4 and zeros_first < 0.05:
        return "utf-16-le"
    if zeros_first > 0.4 and zeros_second < 0.05:
        return "utf-16-be"
    return None


def _mostly_utf8(lines: bytes) -> bool:
    """Letters beyond ASCII hardly ever make UTF-8 by accident: more that do than do not is damaged UTF-8."""
    text = lines.decode(UTF_8, errors="surrogateescape")
    broken = len(re.findall("[\udc80-\udcff]", text))
    return sum(not character.isascii() for character in text) - broken > broken


def _code_page(lines: bytes) -> str:
    """Of the Windows code pages: another script is thick with high bytes, Latin only strewn with them."""
    letters = len(re.findall(rb"[A-Za-z\x80-\xff]", lines))
    high = len(re.findall(rb"[\x80-\xff]", lines))
    if high > 4 and high / letters > 0.3:
        best = from_bytes(lines, cp_isolation=list(_OTHER_SCRIPTS)).best()
        if best is not None:
            return best.encoding
    return "cp1250" if _CENTRAL_EUROPEAN.search(lines.decode("cp1252", errors="replace")) else "cp1252"
