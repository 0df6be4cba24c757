"""The columns read a phone number as the definition does, and the definition as libphonenumber does."""

import csv
import random
from collections.abc import Iterator, Sequence
from typing import Literal

import phonenumbers
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from onefold.normalise import phone
from onefold.normalise.phone import PhoneRules, phone_columns
from onefold.normalise.phone_definition import phone_one
from onefold.normalise.phone_reading import read_digits
from tests.shared_data import SHARED_DATA, needs_shared_data

Cell = tuple[str, str | None]
"""How a number is spelled, and the region of its row."""

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
CALLING_CODES = sorted(map(str, COUNTRY_CODE_TO_REGION_CODE))
CHECKS: tuple[Literal["possible", "valid"], ...] = ("possible", "valid")


@pytest.fixture(autouse=True, scope="module")
def columns_however_few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phone, "_FEWEST_CELLS_FOR_COLUMNS", 0)
        yield


def examples() -> list[tuple[str, PhoneNumber]]:
    """Every example number of every region and type, with its region; "001" where it is no region's."""
    by_type = [
        (region, phonenumbers.example_number_for_type(region, kind))
        for region in REGIONS
        for kind in PhoneNumberType.values()
    ]
    of_no_region = [
        ("001", phonenumbers.example_number_for_non_geo_entity(code))
        for code in phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS
    ]
    return [(region, number) for region, number in by_type + of_no_region if number is not None]


FORMATS = (
    PhoneNumberFormat.E164,
    PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.NATIONAL,
    PhoneNumberFormat.RFC3966,
)


def assert_columns_agree(cells: Sequence[Cell], rules: PhoneRules) -> None:
    spelled, region = [cell[0] for cell in cells], [cell[1] for cell in cells]
    in_columns = phone_columns(
        pl.Series(spelled, dtype=pl.String), pl.Series(region, dtype=pl.String), rules
    ).rows()
    one_by_one = [tuple(phone_one(*cell, rules)) for cell in cells]
    differing = [
        (cell, expected, found)
        for cell, expected, found in zip(cells, one_by_one, in_columns, strict=True)
        if expected != found
    ]
    assert differing == []


@pytest.mark.parametrize("check", CHECKS)
def test_all_examples_in_all_formats_at_home_abroad_and_nowhere(check: Literal["possible", "valid"]) -> None:
    cells = [
        (phonenumbers.format_number(number, form), place)
        for region, number in examples()
        for form in FORMATS
        for place in (region, None, "DE")
    ]
    assert_columns_agree(cells, PhoneRules(check, None))


def test_the_definition_takes_examples_as_the_library_does() -> None:
    for region, number in examples():
        expected = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        length = phonenumbers.is_possible_number_with_reason(number)
        for form in FORMATS:
            place = None if region == "001" or form == PhoneNumberFormat.E164 else region
            answer = phone_one(phonenumbers.format_number(number, form), place, PhoneRules("valid", None))
            if length == phonenumbers.ValidationResult.IS_POSSIBLE and region != "001":
                assert answer.phone == expected
            elif length != phonenumbers.ValidationResult.IS_POSSIBLE:
                assert answer.phone is None


def test_the_columns_leave_no_clean_number_to_the_definition() -> None:
    numbers = [number for _, number in examples()]
    digits = [phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:] for number in numbers]
    cells = pl.DataFrame({"digits": digits}).with_row_index("row")
    cells = cells.with_columns(plus=True, region=pl.lit(None, pl.String))
    assert read_digits(cells, PhoneRules("possible", None)).height == cells.height


@pytest.mark.parametrize("check", CHECKS)
def test_mutated_examples(check: Literal["possible", "valid"]) -> None:
    chance = random.Random(20261122)
    cells = [
        (mutated(phonenumbers.format_number(number, chance.choice(FORMATS)), chance), place)
        for region, number in examples()
        for place in (region, region, None, chance.choice(REGIONS))
    ]
    assert_columns_agree(cells, PhoneRules(check, "BR"))


def mutated(spelled: str, chance: random.Random) -> str:
    for _ in range(chance.choice((1, 1, 2, 3))):
        place = chance.randrange(len(spelled) + 1)
        spelled = chance.choice(
            (
                spelled[:place] + spelled[place + 1 :],
                spelled[:place] + chance.choice("0123456789") + spelled[place:],
                spelled[:place] + chance.choice("0123456789") + spelled[place + 1 :],
                spelled[:place] + chance.choice(" -./()[]\u00a0\u2010+'x;") + spelled[place:],
            )
        )
    return spelled


PREFIXES = ("", "+", "＋", "++", "+0", "0", "1", "8", "00", "011", "0011", "009", "810", "990", "00 ", "0 0")


def test_digits_at_random_behind_every_kind_of_prefix() -> None:
    chance = random.Random(7)
    places = [*REGIONS, None, None, "", "UK"]
    cells = []
    for _ in range(30_000):
        code = chance.choice(("", *CALLING_CODES))
        digits = "".join(chance.choices("0123456789", k=chance.randrange(1, 14)))
        end = chance.choice(("", "", "", "", " ", ".0", ")"))
        cells.append((chance.choice(PREFIXES) + code + digits + end, chance.choice(places)))
    assert_columns_agree(cells, PhoneRules("possible", None))


written = st.one_of(
    st.text(alphabet="0123456789 +-().,;/x'", max_size=24),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=30),
    st.builds("{}{}".format, st.sampled_from(["+44", "0", "00", "tel:+1"]), st.text(max_size=14)),
)


@given(
    st.lists(st.tuples(written, st.sampled_from(["GB", "US", "IT", "KZ", "", None])), min_size=1, max_size=40)
)
def test_any_text(cells: list[Cell]) -> None:
    assert_columns_agree(cells, PhoneRules("possible", None))


@given(written, st.sampled_from(["GB", "AR", None]))
def test_what_is_taken_is_e164_and_reads_as_itself(spelled: str, region: str | None) -> None:
    answer = phone_one(spelled, region, PhoneRules("possible", None))
    if answer.phone is not None:
        assert answer.phone.isascii() and answer.phone[0] == "+" and answer.phone[1:].isdigit()
        assert answer.refusal is None
        assert phone_one(answer.phone, None, PhoneRules("possible", None)) == answer
    else:
        assert not answer.doubtful


@pytest.mark.parametrize(
    "spelled", ["+44\x007400123456", "\x00", "\ud800+447400123456", "\ud800", "+44\ud8007"]
)
def test_nul_and_lone_surrogates_never_get_through(spelled: str) -> None:
    answer = phone_one(spelled, "GB", PhoneRules("possible", None))
    assert answer.phone in (None, "+447400123456")


@needs_shared_data
def test_the_published_examples() -> None:
    with (SHARED_DATA / "phone" / "example_numbers_e164.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    cells = [
        cell
        for row in rows
        for cell in ((row["e164"], None), (row["national_significant_number"], row["region"]))
    ]
    assert_columns_agree(cells, PhoneRules("possible", None))
    numbers = phone_columns(pl.Series([row["e164"] for row in rows]), None, PhoneRules("possible", None))[
        "phone"
    ]
    # Of two, Benin's, the plan has changed since the list was made; one is dialled within Canada only.
    refused = [row["e164"] for row, number in zip(rows, numbers, strict=True) if number != row["e164"]]
    assert set(refused) <= {"+22985751234", "+22981123456", "+13101234"}
