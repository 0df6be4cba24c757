"""vCard text to cards: content lines unfolded, parted and decoded (RFC 2426, RFC 6350, vCard 2.1)."""

import binascii
import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from onefold.model.error import UsageError
from onefold.sources.keyed_rows import shown
from onefold.sources.records import CELL_CHARACTERS, Lines

_PROPERTY: Final = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[A-Za-z][\w-]*)[ \t]*"
    r'(?P<parameters>(?:;(?:"[^"]*+"|[^":;])*+)*+):(?P<value>.*)',
    re.DOTALL,
)
_PARAMETER: Final = re.compile(r';\s*(?:(?P<name>[\w-]+)\s*=)?(?P<value>(?:"[^"]*"|[^";])*)')
_BEGIN: Final = re.compile(r"\s*BEGIN\s*:\s*VCARD\s*", re.IGNORECASE)
_END: Final = re.compile(r"\s*END\s*:\s*VCARD\s*", re.IGNORECASE)
_QUOTED_PRINTABLE: Final = re.compile(r";\s*(?:ENCODING\s*=\s*)?QUOTED-PRINTABLE\s*(?=[;:])", re.IGNORECASE)
_BINARY: Final = re.compile(r";\s*(?:ENCODING\s*=\s*)?(?:BASE64|B)\s*(?=[;:])", re.IGNORECASE)
_BINARY_LINE: Final = re.compile(r"\s*[A-Za-z0-9+/]+=*\s*")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Property(NamedTuple):
    """One property: its name in capitals, its kinds in small letters (`cell`, `pref`, …), its other
    parameters by name in capitals, and the components of its value, decoded.
    """

    name: str
    kinds: frozenset[str]
    parameters: dict[str, str]
    components: tuple[str, ...]

    @property
    def text(self) -> str:
        """The value of a property that has no components."""
        return ";".join(self.components)


class Card(NamedTuple):
    """One card: the line of its BEGIN, what is in it, and what is wrong with it."""

    line: int
    properties: list[Property]
    malformed: str | None


class Cards:
    """The cards of a text, and how many lines stand outside of them."""

    def __init__(self, lines: Lines, name: str) -> None:
        self.lines_outside = 0
        self.first_outside = 0
        self._lines = lines
        self._name = name
        self._is_2_1 = False

    def __iter__(self) -> Iterator[Card]:
        """Each card in turn; one that is cut or broken says so, and the next begins at its BEGIN.

        Raises `UsageError` (`too_large`).
        """
        while (text := self._lines.take()) is not None:
            if _BEGIN.fullmatch(text):
                yield self._card(self._lines.next_line - 1)
            elif text.strip():
                self.lines_outside += 1
                self.first_outside = self.first_outside or self._lines.next_line - 1

    def _card(self, line: int) -> Card:
        properties: list[Property] = []
        malformed: str | None = None
        nested = 0
        self._is_2_1 = False
        while (text := self._content_line()) is not None:
            if _BEGIN.fullmatch(text):
                if not nested and not self._is_agent(properties):
                    self._lines.give_back([text])
                    break
                nested += 1
            elif _END.fullmatch(text):
                if not nested:
                    return Card(line, properties, malformed)
                nested -= 1
            elif nested or not text.strip():
                continue
            elif parts := _PROPERTY.fullmatch(text.rstrip("\r\n")):
                properties.append(self._property(parts))
            else:
                malformed = malformed or f"this is no line of a vCard: {shown(text)}"
        return Card(line, properties, "the card that begins here is cut off: it has no END:VCARD")

    @staticmethod
    def _is_agent(properties: list[Property]) -> bool:
        """Whether a card that begins here is that of an assistant, inside of its owner's (vCard 2.1)."""
        return bool(properties) and properties[-1].name == "AGENT" and not properties[-1].text.strip()

    def _content_line(self) -> str | None:
        """The next line with all that was folded off it, without the bytes of pictures."""
        text = self._lines.take()
        if text is None:
            return None
        line = self._lines.next_line - 1
        before_value = text.partition(":")[0] + ":"
        quoted_printable = _QUOTED_PRINTABLE.search(before_value) is not None
        binary = _BINARY.search(before_value) is not None
        pieces, characters = [text], len(text)
        while (more := self._lines.take()) is not None:
            # Lines that end in CR CR LF look as if every other one were blank.
            if more.isspace():
                continue
            last = pieces[-1].rstrip("\r\n")
            if quoted_printable and last.endswith("="):
                pieces[-1] = last[:-1]
            elif more[0] in " \t":
                pieces[-1] = last
                more = more if self._is_2_1 and not binary else more[1:]
            elif not (binary and _BINARY_LINE.fullmatch(more)):
                self._lines.give_back([more])
                break
            if not binary:
                pieces.append(more)
                characters += len(more)
            if characters > CELL_CHARACTERS:
                raise UsageError(
                    f"line {line} of {self._name} begins a value of more than {CELL_CHARACTERS:,} characters",
                    code="too_large",
                    hint="check that it is a vCard file",
                )
        return "".join(pieces)

    def _property(self, parts: re.Match[str]) -> Property:
        name, value = parts["name"].upper(), parts["value"]
        if name == "VERSION":
            self._is_2_1 = value.strip() == "2.1"
        kinds, parameters = set[str](), dict[str, str]()
        for parameter in _PARAMETER.finditer(parts["parameters"]):
            key, text = (parameter["name"] or "TYPE").upper(), parameter["value"].replace('"', "").strip()
            if key == "TYPE":
                kinds.update(kind.strip().lower() for kind in text.split(","))
            else:
                parameters[key] = text
        quoted = "quoted-printable" in kinds or parameters.get("ENCODING", "").lower() == "quoted-printable"
        charset = parameters.get("CHARSET", "")
        # No text has a NUL any more: here it stands for an escaped backslash.
        components = re.split(r"(?<!\\);", value.replace("\\\\", "\0"))
        if quoted:
            components = [_unquoted(component, charset) for component in components]
        unescaped = (self._unescaped(component).replace("\0", "\\") for component in components)
        return Property(name, frozenset(kinds), parameters, tuple(unescaped))

    def _unescaped(self, text: str) -> str:
        if "\\" not in text:
            return text
        if self._is_2_1:
            return re.sub(r"\\([;,:])", r"\1", text)
        return _ESCAPED.sub(lambda escaped: "\n" if escaped[1] in "nN" else escaped[1], text)


def _unquoted(text: str, charset: str) -> str:
    """Quoted-printable (RFC 2045) undone; bytes that are no text become lone surrogates."""
    data = binascii.a2b_qp(text.encode("utf-8", "surrogateescape").replace(b"\0", b"\\"))
    try:
        # Phones cut a long value in the middle of a letter; what is left of that is no letter.
        codec = charset or "utf-8"
        # Codecs that turn bytes into bytes are found too.
        b"a".decode(codec, "replace")
        text = codecs.getincrementaldecoder(codec)().decode(data)
    except (LookupError, ValueError):
        text = data.decode("cp1252", "surrogateescape")
    return text.replace("\0", "")
