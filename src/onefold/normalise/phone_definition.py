"""What a cell that holds a phone number means, one cell at a time: the definition that the columns obey."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

import phonenumbers
from phonenumbers import CountryCodeSource, NumberParseException, ValidationResult

from onefold.normalise.phone_patterns import short_codes


@dataclass(frozen=True)
class PhoneRules:
    """How strictly numbers are taken (`phone_check`), and the ISO region of a cell that comes without one."""

    check: Literal["possible", "valid"]
    default_region: str | None


class Verdict(StrEnum):
    """What libphonenumber says of one way to read a cell."""

    VALID = "valid"
    POSSIBLE = "possible"
    NO_NUMBER = "no_number"
    NO_COUNTRY = "no_country"
    UNKNOWN_COUNTRY = "unknown_country"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    WRONG_LENGTH = "wrong_length"
    LOCAL_ONLY = "local_only"
    SHORT_CODE = "short_code"
    LETTERS = "letters"


REFUSALS: dict[Verdict, str] = {
    Verdict.POSSIBLE: "no such number in its country's numbering plan: check the digits, "
    "or take it all the same with phone_check = possible",
    Verdict.NO_NUMBER: "not a phone number: write its digits, as +44 20 7946 0000",
    Verdict.NO_COUNTRY: "no country code: write the number as +44… or give the country with --region",
    Verdict.UNKNOWN_COUNTRY: "no country has this country code: check the digits after the +",
    Verdict.TOO_SHORT: "too short for its country: add the digits that are missing",
    Verdict.TOO_LONG: "too long for its country: keep one number, without anything after it",
    Verdict.WRONG_LENGTH: "too many or too few digits for its country: check the digits",
    Verdict.LOCAL_ONLY: "the area code is missing: write the whole number",
    Verdict.SHORT_CODE: "a short code or emergency number, which no person has: write the whole number",
    Verdict.LETTERS: "letters among the digits: write the number with digits only",
}
"""Why a reading is refused and what to do. `possible` is refused only where rules ask for valid numbers."""

_SEVERAL_NUMBERS = "several numbers in one cell: keep one, or put each into a column of its own"
_DIGITS_LOST = "a spreadsheet has shortened this number and its last digits are lost: export it as text"


class PhoneAnswer(NamedTuple):
    """One cell's answer: all of it empty where the cell is blank, else a phone or a refusal."""

    phone: str | None = None
    doubtful: bool = False
    refusal: str | None = None


WHOLE_NUMBER = frozenset({Verdict.POSSIBLE, Verdict.SHORT_CODE, Verdict.LETTERS})
"""Of a number without country, refused all the same as `+digits`, these say more than `no_country`."""

KNOWN_AT_HOME = frozenset({Verdict.LOCAL_ONLY, Verdict.SHORT_CODE})
"""Refused at home for what it is: too much is known of it to guess at a country."""


class _Reading(NamedTuple):
    verdict: Verdict
    phone: str | None = None
    international: bool = False


def phone_one(spelled: str | None, region: str | None, rules: PhoneRules) -> PhoneAnswer:
    """The number that one cell holds, in E.164 and without its extension, or why it is refused (DESIGN 5).

    A number written with its international prefix is read as such. Any other is read at home, as a national
    number of the region, and abroad, as digits after a `+`: valid comes before possible, then home before
    abroad. What at home is a short code or lacks its area code is no merely possible number abroad.
    """
    text = _without_traces_of_a_spreadsheet(spelled or "")
    if not text:
        return PhoneAnswer()
    if _DIGITS_CUT_OFF.fullmatch(text):
        return PhoneAnswer(refusal=_DIGITS_LOST)
    if _holds_several_numbers(text):
        return PhoneAnswer(refusal=_SEVERAL_NUMBERS)

    taken = taken_verdicts(rules)
    dialled = _read(text, known_region(region, rules.default_region))
    if dialled.verdict is Verdict.VALID or (dialled.international and dialled.verdict in taken):
        return _taken(dialled)
    abroad = _read(_UP_TO_FIRST_DIGIT.sub("+", text), None)
    if abroad.verdict is Verdict.VALID:
        return _taken(abroad)
    if dialled.verdict in taken:
        return _taken(dialled)
    if abroad.verdict in taken and dialled.verdict not in KNOWN_AT_HOME:
        return _taken(abroad)
    blamed = abroad if dialled.verdict is Verdict.NO_COUNTRY and abroad.verdict in WHOLE_NUMBER else dialled
    return PhoneAnswer(refusal=REFUSALS[blamed.verdict])


def taken_verdicts(rules: PhoneRules) -> frozenset[Verdict]:
    """The verdicts that make a number a contact's."""
    possible = {Verdict.POSSIBLE} if rules.check == "possible" else set()
    return frozenset({Verdict.VALID} | possible)


def known_region(region: str | None, default_region: str | None) -> str | None:
    """The ISO region that a cell is read in: its own, where it has none the default, and none if unknown."""
    code = ((region or "").strip() or default_region or "").strip().upper()
    return code if code in phonenumbers.SUPPORTED_REGIONS else None


_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_WIDE_OR_NARROW_SPACE = re.compile(r"[^\S\r\n]")
_WHOLE_NUMBER_AS_DECIMAL = re.compile(r"(\+?\d{7,})\.0{1,2}")
_DIGITS_CUT_OFF = re.compile(r"\d(?:[.,]\d*)?[eE]\+?\d+")


def _without_traces_of_a_spreadsheet(spelled: str) -> str:
    """The text without invisible characters, odd spaces, the guard `'` of a CSV file and a trailing `.0`."""
    text = _WIDE_OR_NARROW_SPACE.sub(" ", _INVISIBLE.sub("", spelled)).strip().removeprefix("'").strip()
    decimal = _WHOLE_NUMBER_AS_DECIMAL.fullmatch(text)
    return decimal[1] if decimal else text


_BETWEEN_NUMBERS = re.compile(r":::|;(?!\s*[\w-]+=)|[|\r\n]|(?<!,),(?!,)|\s(?:or|and|&)\s")
_FEWEST_DIGITS_OF_A_NUMBER = 7
_MOST_DIGITS_OF_A_NUMBER = 15


def _holds_several_numbers(text: str) -> bool:
    """A `/` stands between numbers only where all the digits are more than one number can have."""
    whole = [part for part in _BETWEEN_NUMBERS.split(text) if _digits(part) >= _FEWEST_DIGITS_OF_A_NUMBER]
    return len(whole) > 1 or ("/" in text and _digits(text) > _MOST_DIGITS_OF_A_NUMBER)


def _digits(text: str) -> int:
    return sum(character.isdecimal() for character in text)


_UP_TO_FIRST_DIGIT = re.compile(r"^\D*(?:0\D*0)?")
_THREE_LETTERS = re.compile(r"\d(?:.*[A-Za-z]){3}", re.DOTALL)
_PARSE_VERDICTS = {
    NumberParseException.INVALID_COUNTRY_CODE: Verdict.UNKNOWN_COUNTRY,
    NumberParseException.NOT_A_NUMBER: Verdict.NO_NUMBER,
    NumberParseException.TOO_SHORT_AFTER_IDD: Verdict.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: Verdict.TOO_SHORT,
    NumberParseException.TOO_LONG: Verdict.TOO_LONG,
}
_LENGTH_VERDICTS = {
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Verdict.LOCAL_ONLY,
    ValidationResult.TOO_SHORT: Verdict.TOO_SHORT,
    ValidationResult.TOO_LONG: Verdict.TOO_LONG,
    ValidationResult.INVALID_LENGTH: Verdict.WRONG_LENGTH,
}
_INTERNATIONAL_SOURCES = {
    CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN,
    CountryCodeSource.FROM_NUMBER_WITH_IDD,
}


def _taken(reading: _Reading) -> PhoneAnswer:
    return PhoneAnswer(reading.phone, doubtful=reading.verdict is Verdict.POSSIBLE)


def _read(text: str, region: str | None) -> _Reading:
    """The text as somebody in the region would dial it; without a region only international text is read."""
    try:
        number = phonenumbers.parse(text, region, keep_raw_input=True)
    except NumberParseException as error:
        verdict = _PARSE_VERDICTS[error.error_type]
        if verdict is Verdict.UNKNOWN_COUNTRY and region is None and not {"+", "＋"} & set(text):
            verdict = Verdict.NO_COUNTRY
        return _Reading(verdict)
    # Not `format_number`: with the raw input kept, it gives that back for a number of zeros.
    phone = f"+{number.country_code}{phonenumbers.national_significant_number(number)}"
    international = number.country_code_source in _INTERNATIONAL_SOURCES
    return _Reading(_verdict(number, text), phone, international)


def _verdict(number: phonenumbers.PhoneNumber, text: str) -> Verdict:
    length = phonenumbers.is_possible_number_with_reason(number)
    if length != ValidationResult.IS_POSSIBLE:
        return _LENGTH_VERDICTS[length]
    if phonenumbers.is_valid_number(number):
        return Verdict.VALID
    national = phonenumbers.national_significant_number(number)
    if re.match(short_codes(number.country_code, len(national)), national):
        return Verdict.SHORT_CODE
    # Letters spell a real number (1-800-FLOWERS) or they are words: "12 High Street" has a possible length.
    if not number.extension and _THREE_LETTERS.search(text):
        return Verdict.LETTERS
    return Verdict.POSSIBLE
