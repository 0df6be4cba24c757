"""libphonenumber's patterns in the one form that is asked of them: a whole number of ASCII digits."""

from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

NOTHING = "[^0-9]"
"""Matches no number."""


def ascii_pattern(pattern: str) -> str:
    """The pattern for text of ASCII digits: smaller and faster than one for all the digits of Unicode."""
    return pattern.replace(r"\d", "[0-9]")


def whole(pattern: str) -> str:
    """The pattern for a number from its first to its last digit."""
    return f"^(?:{pattern})$"


def described(description: PhoneNumberDesc | None, length: int) -> str:
    """The pattern of numbers of a description and a length; NOTHING where there are none of that length."""
    if description is None or not description.national_number_pattern:
        return NOTHING
    # No lengths given means any length.
    if description.possible_length and length not in description.possible_length:
        return NOTHING
    return ascii_pattern(description.national_number_pattern)


_MOST_DIGITS_OF_A_GENERAL_SHAPE = 6


@cache
def short_codes(calling_code: int, length: int) -> str:
    """The pattern of the short codes and emergency numbers of that length, in any region of a calling code.

    The general shape of a region's codes counts too, as not every code is listed by its kind, but not for
    long ones: a `1` and ten digits more is also the shape of all mobile numbers of China.
    """
    patterns = {NOTHING}
    for region in COUNTRY_CODE_TO_REGION_CODE[calling_code]:
        codes = PhoneMetadata.short_metadata_for_region(region)
        if codes is None:
            continue
        kinds = [codes.short_code, codes.carrier_specific, codes.sms_services, codes.emergency]
        kinds += [codes.toll_free, codes.standard_rate, codes.premium_rate]
        if length <= _MOST_DIGITS_OF_A_GENERAL_SHAPE:
            kinds.append(codes.general_desc)
        patterns.update(described(kind, length) for kind in kinds)
    return whole("|".join(sorted(patterns)))
