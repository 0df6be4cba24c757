"""One spelling of letters: texts that differ only in how an accent is encoded are one text.

Unicode has é as one character (NFC), and as an e with an accent behind it (NFD), as macOS writes file names.
Mailboxes compare in NFC (RFC 6532, section 3.1), and so does everything here that is compared.
"""

from collections.abc import Mapping
from typing import Any
from unicodedata import normalize


def in_nfc(text: str) -> str:
    """A text in NFC."""
    return text if text.isascii() else normalize("NFC", text)


def all_in_nfc(data: Any) -> Any:
    """JSON-like data with all its texts in NFC, keys too; of two keys that become one the last counts."""
    if isinstance(data, str):
        return in_nfc(data)
    if isinstance(data, Mapping):
        return {all_in_nfc(key): all_in_nfc(value) for key, value in data.items()}
    return [all_in_nfc(each) for each in data] if isinstance(data, list | tuple) else data


def every_spelling(text: str) -> tuple[str, ...]:
    """The spellings in which a text may have been kept before everything was in NFC: NFC, NFD, as it is."""
    if text.isascii():
        return (text,)
    return tuple(dict.fromkeys((normalize("NFC", text), normalize("NFD", text), text)))
