"""Lists, tags and segments by their names."""

from typing import Final

from onefold.model.error import UsageError
from onefold.model.segment import close_to, near, short
from onefold.normalise.text import can_be_kept
from onefold.stores import Reader
from onefold.stores.segments import StoredSegment

NONE: Final = {
    "list": ("there is no list {}", 'make it: onefold lists create "NAME"'),
    "tag": ("nobody was ever tagged {}", "see `onefold tags`"),
}


def number_named(reader: Reader, kind: str, name: str) -> int:
    """The number of a list or a tag. Raises `UsageError` (`unknown_list`, `unknown_tag`)."""
    number = reader.number_of(kind, name)
    if number is None:
        message, hint = NONE[kind]
        hint = close_to(name, reader.newest_names(kind)) or hint
        raise UsageError(message.format(short(name)), code=f"unknown_{kind}", hint=hint)
    return number


def segment_named(reader: Reader, name: str) -> StoredSegment:
    """A saved segment. Raises `UsageError` (`unknown_segment`)."""
    stored = reader.segment(name) if can_be_kept(name) else None
    if stored is None:
        names = [each.name for each in reader.segments()]
        raise UsageError(f"there is no segment {short(name)}", code="unknown_segment", hint=near(name, names))
    return stored
