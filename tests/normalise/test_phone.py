"""How cells that hold phone numbers are read: what people, spreadsheets and other products write there."""

import csv
from typing import Literal

import polars as pl
import pytest
from phonenumbers import SUPPORTED_REGIONS, PhoneMetadata

from onefold.normalise import phone
from onefold.normalise.phone import PhoneRules, metadata_version, phone_columns
from tests.shared_data import SHARED_DATA, needs_shared_data

Answer = tuple[str | None, bool, str | None]

POSSIBLE = PhoneRules("possible", None)


@pytest.fixture(params=["one by one", "in columns"], autouse=True)
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few cells are read one by one; every test here also reads them as the columns of a large file."""
    if request.param == "in columns":
        monkeypatch.setattr(phone, "_FEWEST_CELLS_FOR_COLUMNS", 0)


def read(spelled: str | None, region: str | None = None, rules: PhoneRules = POSSIBLE) -> Answer:
    cells, regions = pl.Series([spelled], dtype=pl.String), pl.Series([region], dtype=pl.String)
    answer: Answer = phone_columns(cells, regions, rules).row(0)
    return answer


def refusal(spelled: str, region: str | None = None, check: Literal["possible", "valid"] = "possible") -> str:
    number, doubtful, why = read(spelled, region, PhoneRules(check, None))
    assert number is None and not doubtful and why is not None
    return why


@pytest.mark.parametrize(
    ("spelled", "region", "number"),
    [
        ("+447400123456", None, "+447400123456"),
        ("447400123456", None, "+447400123456"),  # DOT-04
        ("07400 123456", "GB", "+447400123456"),
        ("+44 (0)7400 123456", None, "+447400123456"),
        ("+44 (0) 7400-123.456", "US", "+447400123456"),
        ("0044 7400 123456", "GB", "+447400123456"),
        ("0044 7400 123456", None, "+447400123456"),
        ("0044 7400 123456", "US", "+447400123456"),
        ("011 44 7400 123456", "US", "+447400123456"),
        ("447400123456", "GB", "+447400123456"),
        ("447400123456", "US", "+447400123456"),
        ("(201) 555-0123", "US", "+12015550123"),
        ("201/555.0123", "US", "+12015550123"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("+1 800 FLOWERS", None, "+18003569377"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("312 345 6789", "IT", "+393123456789"),
        ("011 15-2345-6789", "AR", "+5491123456789"),
        ("0 41 21 96123-4567", "BR", "+5521961234567"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("1481 256789", "GG", "+441481256789"),
        ("256789", "GG", "+441481256789"),
        ("994401234567", "FI", "+994401234567"),  # begins as an international prefix of Finland does
        ("tel:+44-7400-123456", None, "+447400123456"),
        ("tel:7400-123456;phone-context=+44", None, "+447400123456"),
        ("+447400123456;ext=12", None, "+447400123456"),
        ("+447400123456 x123", None, "+447400123456"),
        ("07400 123456 ext. 7", "GB", "+447400123456"),
        ("Mobile: +44 7400 123456", None, "+447400123456"),
    ],
)
def test_a_number_has_one_spelling(spelled: str, region: str | None, number: str) -> None:
    assert read(spelled, region) == (number, False, None)


@pytest.mark.parametrize(
    "spelled",
    [
        "'+447400123456",
        "' +447400123456",
        "+447400123456.0",
        "447400123456.0",
        "447400123456.00 ",
        "\ufeff+44\u00a07400\u202f123456",
        "\u202a+44 7400 123456\u202c",
        "+44\u20117400\u2013123456",
        "＋４４７４００１２３４５６",
        "+٤٤٧٤٠٠١٢٣٤٥٦",
        "\t+44 7400\t123456\n",
    ],
)
def test_traces_of_spreadsheets_and_phones_are_passed_over(spelled: str) -> None:
    assert read(spelled) == ("+447400123456", False, None)


@pytest.mark.parametrize("spelled", [None, "", "  ", "\u00a0\u200b", "\n", "'"])
def test_a_blank_cell_is_neither_a_number_nor_refused(spelled: str | None) -> None:
    assert read(spelled, "GB") == (None, False, None)


@pytest.mark.parametrize(
    ("spelled", "region", "says"),
    [
        ("call me", None, "not a phone number"),
        ("jay55512345@example.com", "US", "not a phone number"),
        ("07400 123456", None, "no country code"),
        ("7400 123456", "XX", "no country code"),
        ("+999 1234567", "GB", "no country has this country code"),
        ("+44 740", None, "too short"),
        ("+44 7400 123456 789", None, "too long"),
        ("+7 912 345-67-89-1", None, "too many or too few digits"),
        ("555-0123", "US", "area code is missing"),
        ("+44 7400 1234", None, "area code is missing"),
        ("116000", "DE", "short code"),
        ("+49 116 000", None, "short code"),
        ("112", "GB", "too short"),
        ("4.47911E+11", "GB", "last digits are lost"),
        ("4,47911e11", None, "last digits are lost"),
        ("+447400123456 ::: +447400123457", None, "several numbers"),
        ("+447400123456; +447400123457", None, "several numbers"),
        ("07400123456, 07400123457", "GB", "several numbers"),
        ("030123456,030123457", "DE", "several numbers"),
        ("+447400123456 / +447400123457", None, "several numbers"),
        ("+447400123456\n+447400123457", None, "several numbers"),
        ("020 7946 0000 or 020 7946 0001", "GB", "several numbers"),
        ("128 Hauptstr", "DE", "letters"),
        ("1" * 300, "DE", "too long"),
    ],
)
def test_a_refusal_says_what_is_wrong(spelled: str, region: str | None, says: str) -> None:
    assert says in refusal(spelled, region)


def test_a_possible_number_is_taken_and_doubted_unless_valid_ones_are_asked_for() -> None:
    assert read("+60189988776") == ("+60189988776", True, None)  # the seed's own number
    assert read("018-998 8776", "MY") == ("+60189988776", True, None)
    assert "numbering plan" in refusal("+60189988776", check="valid")
    assert "numbering plan" in refusal("60189988776", check="valid")
    assert "numbering plan" in refusal("018-998 8776", "MY", check="valid")
    assert read("+60123456789", None, PhoneRules("valid", None)) == ("+60123456789", False, None)


def test_without_a_plus_valid_comes_before_possible_and_home_before_abroad() -> None:
    valid_in_both = "3912345678"
    assert read(valid_in_both, "IT") == ("+393912345678", False, None)
    possible_at_home_valid_abroad = "6591234567"
    assert read(possible_at_home_valid_abroad, "GB") == ("+6591234567", False, None)
    possible_in_both = "(555) 123-4567"
    assert read(possible_in_both, None) == ("+5551234567", True, None)
    assert read(possible_in_both, "US") == ("+15551234567", True, None)
    assert read("0000000000", "US") == ("+10000000000", True, None)


@pytest.mark.parametrize("region", [None, "GB", "US"])
def test_a_possible_number_abroad_is_taken_where_it_can_be_none_at_home(region: str | None) -> None:
    assert read("60189988776", region) == ("+60189988776", True, None)  # the seed's own number


def test_a_number_without_its_area_code_is_refused_at_home_and_abroad() -> None:
    assert "area code is missing" in refusal("310-1234", "US")


def test_the_row_says_the_region_and_the_default_only_where_it_does_not() -> None:
    rules = PhoneRules("possible", "gb")
    spelled = pl.Series(["07400 123456"] * 4 + ["(201) 555-0123"])
    region = pl.Series([None, " ", "GB", "ZZ", " us"])
    numbers = phone_columns(spelled, region, rules)["phone"].to_list()
    assert numbers == ["+447400123456"] * 3 + [None, "+12015550123"]
    assert phone_columns(spelled.head(1), None, rules)["phone"].to_list() == ["+447400123456"]


def test_the_answer_has_a_row_for_every_cell_in_order() -> None:
    spelled = pl.Series(["+447400123456", None, "no", "+447400123456", "+60189988776"])
    answers = phone_columns(spelled, None, POSSIBLE)
    assert answers.schema == {"phone": pl.String, "doubtful": pl.Boolean, "refusal": pl.String}
    assert answers["phone"].to_list() == ["+447400123456", None, None, "+447400123456", "+60189988776"]
    assert answers["doubtful"].to_list() == [False, False, False, False, True]
    assert answers["refusal"].is_null().to_list() == [True, True, False, True, True]


@pytest.mark.parametrize("cells", [pl.Series([], dtype=pl.String), pl.Series([None, None])])
def test_a_column_without_cells_is_read_too(cells: pl.Series) -> None:
    answers = phone_columns(cells, cells, POSSIBLE)
    assert answers.height == len(cells)
    assert answers["phone"].null_count() == answers["refusal"].null_count() == len(cells)


def test_no_short_code_or_emergency_number_becomes_a_contacts_number() -> None:
    codes = {(code, region) for region in SUPPORTED_REGIONS for code in short_codes_of(region)}
    codes |= {(code, region) for code in ("112", "911", "999") for region in SUPPORTED_REGIONS}
    assert_none_is_taken(codes)


def short_codes_of(region: str) -> set[str]:
    metadata = PhoneMetadata.short_metadata_for_region(region)
    if metadata is None:
        return set()
    kinds = (metadata.short_code, metadata.toll_free, metadata.sms_services, metadata.emergency)
    return {kind.example_number for kind in kinds if kind is not None and kind.example_number}


def assert_none_is_taken(codes: set[tuple[str, str]]) -> None:
    spelled = [spelling for code, _ in codes for spelling in (code, "+" + code, code)]
    region = [place for _, region in codes for place in (region, region, None)]
    answers = phone_columns(pl.Series(spelled), pl.Series(region), POSSIBLE)
    taken = answers.with_columns(spelled=pl.Series(spelled)).filter(pl.col("phone").is_not_null())
    assert taken.rows() == []
    assert answers["refusal"].null_count() == 0


@needs_shared_data
def test_no_code_of_the_published_list_becomes_a_contacts_number() -> None:
    with (SHARED_DATA / "phone" / "short_numbers.csv").open(newline="") as file:
        assert_none_is_taken({(row["short_number"], row["region"]) for row in csv.DictReader(file)})


def test_the_version_of_the_metadata_can_be_kept_with_the_book() -> None:
    assert metadata_version().count(".") == 2
