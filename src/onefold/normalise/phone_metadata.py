"""libphonenumber's metadata as what columns can be asked: tables, lengths and patterns of one fixed form.

The patterns are for text of ASCII digits. What each one is for, and that the whole gives the library's own
answer, follows `phonenumbers.phonenumberutil`; a parity test holds it for the version that is installed.
"""

import re
from dataclasses import dataclass
from functools import cache

import phonenumbers
import polars as pl
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from onefold.normalise.phone_definition import Verdict
from onefold.normalise.phone_patterns import NOTHING, ascii_pattern, described, whole


@dataclass(frozen=True)
class NumberingPlan:
    """How numbers are written in one region, or under one calling code that is no region's."""

    calling_code: int
    lengths: frozenset[int]
    local_lengths: frozenset[int]
    any_number: str
    international_prefix: str
    national_prefix: str
    """Empty where there is none."""
    national_prefix_groups: int
    rewritten: str
    """Where the last group of `national_prefix` matches, the prefix becomes this instead of nothing."""

    def verdict(self, length: int) -> Verdict:
        """What the number of its digits alone says of a national number."""
        if length in self.local_lengths:
            return Verdict.LOCAL_ONLY
        if length in self.lengths:
            return Verdict.POSSIBLE
        if length < min(self.lengths):
            return Verdict.TOO_SHORT
        return Verdict.TOO_LONG if length > max(self.lengths) else Verdict.WRONG_LENGTH


@dataclass(frozen=True)
class RegionNumbers:
    """Patterns for one length: those of the numbers that are the region's, and of the valid among them."""

    mine: tuple[str, ...]
    valid: tuple[str, ...]


@cache
def calling_codes() -> pl.Series:
    """At index 0 to 999, the first three digits of an international number: its calling code, or null."""
    codes = [
        next((int(digits[:size]) for size in (1, 2, 3) if _is_calling_code(digits[:size])), None)
        for digits in (f"{first_three:03}" for first_three in range(1000))
    ]
    return pl.Series("calling_code", codes, dtype=pl.UInt16)


@cache
def plan_of_region(region: str) -> NumberingPlan:
    """The plan of an ISO region that libphonenumber supports."""
    metadata = PhoneMetadata.metadata_for_region(region)
    assert metadata is not None
    return _plan(metadata)


@cache
def plan_of_calling_code(calling_code: int) -> NumberingPlan:
    """The plan of the main region of a calling code."""
    return _plan(_metadata(calling_code, COUNTRY_CODE_TO_REGION_CODE[calling_code][0]))


@cache
def numbers_of_calling_code(calling_code: int, length: int) -> tuple[RegionNumbers, ...]:
    """The regions of a calling code, in the order in which libphonenumber asks whose a number is."""
    return tuple(
        _region_numbers(_metadata(calling_code, region), length)
        for region in COUNTRY_CODE_TO_REGION_CODE[calling_code]
    )


def metadata_version() -> str:
    """The version of libphonenumber whose metadata decides what a number is; it is kept with the book."""
    return phonenumbers.__version__


def _is_calling_code(digits: str) -> bool:
    return not digits.startswith("0") and int(digits) in COUNTRY_CODE_TO_REGION_CODE


def _metadata(calling_code: int, region: str) -> PhoneMetadata:
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(calling_code, region)
    assert metadata is not None
    return metadata


def _plan(metadata: PhoneMetadata) -> NumberingPlan:
    general, prefix = metadata.general_desc, metadata.national_prefix_for_parsing
    rewritten = metadata.national_prefix_transform_rule
    assert general is not None and metadata.country_code is not None
    return NumberingPlan(
        calling_code=metadata.country_code,
        lengths=frozenset(general.possible_length),
        local_lengths=frozenset(general.possible_length_local_only),
        any_number=whole(ascii_pattern(general.national_number_pattern or NOTHING)),
        international_prefix=ascii_pattern(metadata.international_prefix or NOTHING),
        national_prefix=ascii_pattern(prefix or ""),
        national_prefix_groups=re.compile(prefix).groups if prefix else 0,
        rewritten=re.sub(r"\\(\d)", r"${\1}", rewritten or ""),
    )


def _region_numbers(metadata: PhoneMetadata, length: int) -> RegionNumbers:
    types = [metadata.premium_rate, metadata.toll_free, metadata.shared_cost, metadata.voip]
    types += [metadata.personal_number, metadata.pager, metadata.uan, metadata.voicemail, metadata.fixed_line]
    if not metadata.same_mobile_and_fixed_line_pattern:
        types.append(metadata.mobile)
    any_type = "|".join(sorted({described(kind, length) for kind in types}))
    valid = (whole(described(metadata.general_desc, length)), whole(any_type))
    leading_digits = metadata.leading_digits
    return RegionNumbers((f"^(?:{ascii_pattern(leading_digits)})",) if leading_digits else valid, valid)
