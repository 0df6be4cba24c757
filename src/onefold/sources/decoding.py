"""A file as text, block by block: without its mark and without NUL, damaged bytes made visible."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from onefold.model.error import UsageError
from onefold.sources.encoding import UTF_8, Encoding
from onefold.sources.raw_file import BLOCK_BYTES, RawFile, plain_file_errors

DAMAGED: Final = re.compile("[\ud800-\udfff]")
"""What bytes that are no text become: lone surrogates, which no text can hold. They never leave this room."""
_DAMAGE: Final = "\udc80"


class DecodedText:
    """The text of a file; `nul_characters` and `damaged` tell what was met, as far as it was read."""

    def __init__(self, raw: RawFile, encoding: Encoding) -> None:
        self.nul_characters = 0
        self.damaged = False
        self._raw = raw
        self._encoding = encoding
        self._surely_sound = encoding.codec == UTF_8 and raw.letters.is_utf8

    def blocks(self) -> Iterator[str]:
        """Pieces of the text in order, cut anywhere.

        Raises `UsageError` (`wrong_encoding`, `file_changed`).
        """
        wide = self._encoding.codec.startswith(("utf-16", "utf-32"))
        decoder = codecs.getincrementaldecoder(self._encoding.codec)(
            "surrogatepass" if wide else "surrogateescape"
        )
        size = 0
        with plain_file_errors(self._raw.path):
            stream = self._raw.path.open("rb")
        with stream:
            while data := self._next(stream):
                rest = data[self._encoding.mark :] if not size else data
                text = self._decoded(decoder, rest, final=False)
                # A second mark: some program put it before a file that had one.
                yield self._cleaned(text if size else text.lstrip("\ufeff"))
                size += len(data)
            yield self._cleaned(self._decoded(decoder, b"", final=True))
        if size != self._raw.bytes:
            raise UsageError(
                f"{self._raw.name} changed while it was being read",
                code="file_changed",
                hint="wait until whatever writes it is done and try again",
            )

    def _next(self, stream: BinaryIO) -> bytes:
        with plain_file_errors(self._raw.path):
            return stream.read(BLOCK_BYTES)

    def _decoded(self, decoder: codecs.IncrementalDecoder, data: bytes, *, final: bool) -> str:
        try:
            return decoder.decode(data, final)
        except UnicodeError as problem:
            if final:
                return _DAMAGE
            raise UsageError(
                f"{self._raw.name} cannot be read as {self._encoding.codec}: {problem}",
                code="wrong_encoding",
                hint="leave --encoding out, or name the one that the file was saved in",
            ) from None

    def _cleaned(self, text: str) -> str:
        if "\0" in text:
            self.nul_characters += text.count("\0")
            text = text.replace("\0", "")
        if not self._surely_sound and not self.damaged and DAMAGED.search(text):
            self.damaged = True
        return text
