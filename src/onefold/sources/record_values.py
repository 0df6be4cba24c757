"""The values of a record, one by one: what they must be, and what is said of one that is not."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from onefold.model.outcome import Reason

AHEAD: Final = timedelta(minutes=5)
"""As far may the clock of somebody else be before ours."""
SHOWN_CHARACTERS: Final = 40


class BadRecord(Exception):
    """A record that cannot be taken: the reason in one word of CONTRACT, and a sentence."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def text_of(value: object, name: str, *, numbers: bool = False) -> str:
    """Text that a store can hold. Raises `BadRecord`."""
    if isinstance(value, int) and not isinstance(value, bool) and numbers:
        return str(value)
    if not isinstance(value, str):
        raise malformed(f"{name} is {in_words(value)}, and should be text")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadRecord(
                Reason.UNDECODABLE_TEXT, f"{name} holds half a character (a lone surrogate)"
            ) from None
    return value.replace("\0", "")


def is_one_of(choices: frozenset[str], value: object) -> bool:
    """Whether a value, which may be anything, is one of these words."""
    return isinstance(value, str) and value in choices


def list_of(value: object, name: str) -> list[Any] | tuple[Any, ...]:
    """A list; what is not said is an empty one. Raises `BadRecord`."""
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    raise malformed(f"{name} is {in_words(value)}, and should be a list")


def object_of(value: object, name: str) -> Mapping[Any, Any]:
    """An object; what is not said is an empty one. Raises `BadRecord`."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return value
    raise malformed(f"{name} is {in_words(value)}, and should be an object")


def in_words(value: object) -> str:
    """What kind of thing a value is, in the words of JSON."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
    return f"a {type(value).__name__}"


def quoted(value: object) -> str:
    """A value as a sentence quotes it: on one line, short, and without what no store can hold."""
    text = ascii(value) if not isinstance(value, str) else f'"{value}"'
    line = " ".join(text.encode(errors="replace").decode().replace("\0", "").split())
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[: SHOWN_CHARACTERS - 1]}…"


def none_of(what: str, said: object, choices: frozenset[str]) -> BadRecord:
    """What is said of a word that is none of the choices."""
    return BadRecord(
        Reason.BAD_CHOICE, f"{what} {quoted(said)}; it must be one of {', '.join(sorted(choices))}"
    )


def malformed(sentence: str) -> BadRecord:
    """What is said of a record that does not have the shape of one."""
    return BadRecord(Reason.MALFORMED_ROW, sentence)


def moment_of(said: object, name: str, now: datetime, zone: tzinfo) -> str:
    """A moment as the stores keep it. Raises `BadRecord`: it cannot be read, or has not come yet."""
    moment = said
    if isinstance(said, str):
        try:
            moment = datetime.fromisoformat(said.strip())
        except ValueError:
            moment = None
    if not isinstance(moment, datetime):
        raise BadRecord(Reason.BAD_DATE, f"{name} is {quoted(said)}, and should be like 2026-11-22T10:00:00Z")
    try:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        if moment > now + AHEAD:
            raise BadRecord(Reason.BAD_DATE, f"{name} is {quoted(said)}, which is in the future")
        return utc_text(moment)
    except OverflowError:
        raise BadRecord(Reason.BAD_DATE, f"{name} is {quoted(said)}, which is no time of people") from None


def utc_text(moment: datetime) -> str:
    """A moment as the stores keep it."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()}Z"
