"""The values of rules, read as the values of contacts are: one spelling of a thing."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from onefold.audience.subjects import About
from onefold.model.consent import ConsentState
from onefold.model.segment import Is, Rule, Value, bad, near, short
from onefold.normalise.choice import choice_columns
from onefold.normalise.date import date_columns
from onefold.normalise.email import email_columns
from onefold.normalise.number import number_columns
from onefold.normalise.phone import PhoneRules, phone_columns
from onefold.normalise.text import can_be_kept
from onefold.normalise.yes_no import yes_no_columns
from onefold.stores.snapshot import as_text

LONGEST_TEXT: Final = 10_000
MOST_DAYS: Final = 36_500
FIRST_YEAR: Final = 1900
STATES: Final = (
    ConsentState.SUBSCRIBED,
    ConsentState.PENDING,
    ConsentState.UNSUBSCRIBED,
    ConsentState.NONE,
)


@dataclass(frozen=True)
class Place:
    """Where and when the book is: what phone numbers and days that come without are read by."""

    region: str | None
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True)
class Times:
    """From a moment until just before another, as the book writes them."""

    start: str
    end: str


def text(value: Value, rule: Rule) -> str:
    """A text, as it is. Raises `UsageError` (`bad_rules`), as all of these do."""
    if not isinstance(value, str):
        raise bad(rule.where, f"{rule.field} is text, and {short(value)} is not", "write it in quotes")
    if len(value) > LONGEST_TEXT:
        raise bad(rule.where, f"the value is longer than {LONGEST_TEXT:,} characters", "give a part of it")
    if not can_be_kept(value):
        raise bad(rule.where, f"{short(value)} holds a character that no contact can have", "leave it out")
    if not value:
        raise bad(rule.where, "the value is an empty text", "for contacts without one say empty")
    return value


def sought_text(value: Value, rule: Rule) -> str:
    """A text without the white space that no value of a contact begins or ends with."""
    written = pl.Series([text(value, rule)])
    if rule.says is Is.STARTS_WITH:
        written = written.str.strip_chars_start()
    elif rule.says is Is.ENDS_WITH:
        written = written.str.strip_chars_end()
    elif rule.says is not Is.CONTAINS:
        written = written.str.strip_chars()
    sought = str(written.item())
    if not sought:
        raise bad(rule.where, "the value is blank", "for contacts without one say empty")
    return sought


def in_order(ends: list[Any], rule: Rule) -> None:
    """Looks that the first end of `between` is not behind the last: nothing would be between them."""
    if ends[0] > ends[-1]:
        raise bad(rule.where, "the first value of between is behind the last", "change their places")


def part_of_phone(value: Value, rule: Rule) -> str:
    """Digits of a number as the book spells it, and the plus before them."""
    written = sought_text(value, rule)
    digits = "".join(each for each in written if each.isascii() and (each.isdigit() or each == "+"))
    if not digits or any(each.isalpha() for each in written):
        raise bad(rule.where, f"{short(value)} is no part of a phone number", "give digits of it")
    return digits


def email(value: Value, rule: Rule) -> str:
    """An address in its one spelling."""
    read = email_columns(pl.Series([text(value, rule)]))
    return _accepted(read["email"].item(), read["refusal"].item(), value, rule)


def phone(value: Value, rule: Rule, place: Place) -> str:
    """A number in E.164, read with the book's region."""
    read = phone_columns(pl.Series([text(value, rule)]), None, PhoneRules("possible", place.region))
    return _accepted(read["phone"].item(), read["refusal"].item(), value, rule)


def choice(value: Value, rule: Rule, about: About) -> str:
    """One of the field's choices, in its spelling."""
    written = text(value, rule)
    read = choice_columns(pl.Series([written]), about.choices)["value"].item()
    if read is None:
        raise bad(rule.where, f"{short(value)} is no choice of {rule.field}", near(written, about.choices))
    return str(read)


def number(value: Value, rule: Rule) -> float:
    """A finite number; a text that can be read as one way only is one too."""
    read: float | None = None
    if isinstance(value, str):
        read = number_columns(pl.Series([text(value, rule)]), None)["value"].item()
    elif not isinstance(value, bool):
        try:
            read = float(value)
        except OverflowError:
            read = None
    if read is None or not math.isfinite(read):
        raise bad(rule.where, f"{rule.field} is a number, and {short(value)} is not", "write it as 1234.5")
    return read


def whole_number(value: Value, rule: Rule, least: int, most: int) -> int:
    """A whole number between these."""
    read = number(value, rule)
    if not read.is_integer():
        raise bad(rule.where, f"{short(value)} is no whole number", "write it as 30")
    if not least <= read <= most:
        raise bad(rule.where, f"{short(value)} is not between {least:,} and {most:,}", "give another")
    return int(read)


def yes_no(value: Value, rule: Rule) -> bool:
    """True, false, or a word for them."""
    if isinstance(value, bool):
        return value
    read = yes_no_columns(pl.Series([value]))["value"].item() if isinstance(value, str) else None
    if read is None:
        raise bad(rule.where, f"{rule.field} is yes or no, and {short(value)} is neither", "say yes or no")
    return bool(read)


def day(value: Value, rule: Rule) -> date:
    """A day that can be read in one way only."""
    read = date_columns(pl.Series([value]), None)["value"].item() if isinstance(value, str) else None
    if read is None:
        raise bad(rule.where, f"{short(value)} is no date that is sure", "write it as 2026-11-22")
    return date.fromisoformat(read)


def times(value: Value, rule: Rule, place: Place) -> Times:
    """A day of the book's time zone, or a second; a time without a zone is read in the book's."""
    moment = _moment(value) if isinstance(value, str) else None
    try:
        start = day(value, rule) if moment is None else moment.date()
        if start.year < FIRST_YEAR:
            raise OverflowError
        if moment is None:
            return Times(_midnight(start, place), _midnight(start + timedelta(days=1), place))
        in_zone = moment if moment.tzinfo else moment.replace(tzinfo=place.zone)
        second = in_zone.astimezone(UTC).replace(microsecond=0)
        return Times(as_text(second), as_text(second + timedelta(seconds=1)))
    except OverflowError:
        raise bad(rule.where, f"{short(value)} is no date that a book could have", "give another") from None


def consent_state(value: Value, rule: Rule) -> ConsentState:
    """One of the states that a contact can be in."""
    written = text(value, rule)
    if written not in list(STATES):
        raise bad(rule.where, f"there is no state {short(value)}", near(written, STATES))
    return ConsentState(written)


def days_back(rule: Rule) -> timedelta:
    """How far back `in_last_days` looks."""
    return timedelta(days=whole_number(rule.values[0], rule, 1, MOST_DAYS))


def _moment(written: str) -> datetime | None:
    """A date with a time of day in ISO 8601, if that is what is written."""
    if ":" not in written:
        return None
    try:
        return datetime.fromisoformat(written.strip())
    except ValueError:
        return None


def _midnight(start: date, place: Place) -> str:
    return as_text(datetime(start.year, start.month, start.day, tzinfo=place.zone))


def _accepted(read: str | None, refusal: str | None, value: Value, rule: Rule) -> str:
    if read is None:
        raise bad(rule.where, f"{short(value)} is no {rule.field}: {refusal or 'it is blank'}")
    return read
