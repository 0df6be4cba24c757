"""What `make bench` measures is what it says: people who differ, files that are what they are called, stages
that there are.
"""

import csv
from collections.abc import Iterator
from importlib import import_module
from math import gcd
from pathlib import Path

import phonenumbers
import pytest

import onefold
from bench.changes import write_changed, write_small_files
from bench.people import COUNTRIES, HOME, SCATTER, Country, mobile_number, people, write_people
from bench.phones import KINDS, write_phones
from bench.stages import STAGES
from bench.tangles import TANGLES, write_tangle

ROWS = 230
MOST_PEOPLE = 10_000_000


def test_people_are_the_same_for_the_same_seed_and_share_nothing() -> None:
    rows = [*people(ROWS, seed=1), *people(ROWS, seed=1, first=ROWS)]
    assert rows[:ROWS] == list(people(ROWS, seed=1)) != list(people(ROWS, seed=2))
    for identifier in (0, 3, 4):
        said = [row[identifier].strip().lower() for row in rows if row[identifier]]
        assert len(set(said)) == len(said) > ROWS * 1.6


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.region)
def test_there_are_numbers_for_ten_million_in_each_country(country: Country) -> None:
    starts, digits = country.mobile[0].split(), country.mobile[1]
    assert len({len(start) for start in starts}) == 1 and len(set(starts)) == len(starts)
    assert len(starts) * 10**digits >= MOST_PEOPLE and gcd(SCATTER, 10) == 1
    for person in range(0, MOST_PEOPLE, 33_331):
        number = phonenumbers.parse(f"+{country.calling_code}{mobile_number(person, country)}")
        assert phonenumbers.is_valid_number_for_region(number, country.region), number


def test_every_one_of_them_becomes_a_contact_and_is_known_again(tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", ROWS)
    write_changed(tmp_path / "changed.csv", tmp_path / "people.csv", 1.0)
    with onefold.open(tmp_path / "book.db") as book:
        book.add_field("City", "text")
        assert book.import_file(tmp_path / "people.csv", region=HOME).reasons == {"created": ROWS}
        changed = book.import_file(tmp_path / "changed.csv", region=HOME)
        assert changed.imported == 0 and changed.updated == ROWS


def test_about_a_tenth_is_changed(tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", ROWS)
    write_changed(tmp_path / "changed.csv", tmp_path / "people.csv", 0.1)
    pairs = list(zip(_rows(tmp_path / "people.csv"), _rows(tmp_path / "changed.csv"), strict=True))
    assert 0.04 < sum(old != new for old, new in pairs) / ROWS < 0.16
    assert all(old[0] == new[0] for old, new in pairs)


def test_a_small_file_is_half_known_and_half_new(tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", ROWS)
    write_small_files(tmp_path / "small", tmp_path / "people.csv", ROWS, files=3, rows=10)
    known = {tuple(row) for row in _rows(tmp_path / "people.csv")}
    seen = []
    for file in sorted((tmp_path / "small").iterdir()):
        rows = [tuple(row) for row in _rows(file)][1:]
        assert len(rows) == 10 and len(known.intersection(rows)) == 5
        seen += rows
    assert len(set(seen)) == 30


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_phones_has_its_rows_and_they_are_numbers(kind: str, tmp_path: Path) -> None:
    write_phones(tmp_path / "phones.csv", kind, ROWS)
    rows = list(_rows(tmp_path / "phones.csv"))[1:]
    assert len(rows) == ROWS
    if kind != "as people have them":
        for phone, region in rows:
            assert phonenumbers.is_valid_number(phonenumbers.parse(phone, region)), (phone, region)


@pytest.mark.parametrize("place", [place for places in STAGES.values() for place in places])
def test_the_stages_are_where_the_watch_looks_for_them(place: str) -> None:
    room, name = place.rsplit(".", 1)
    try:
        owner = import_module(room)
    except ModuleNotFoundError:
        module, of_class = room.rsplit(".", 1)
        owner = getattr(import_module(module), of_class)
    assert callable(getattr(owner, name))


@pytest.mark.parametrize("name", TANGLES)
def test_a_tangled_file_has_its_rows(name: str, tmp_path: Path) -> None:
    write_tangle(tmp_path / "tangle.csv", name, ROWS)
    assert len((tmp_path / "tangle.csv").read_text(encoding="utf-8").splitlines()) == ROWS + 1


def _rows(file: Path) -> Iterator[list[str]]:
    with file.open(newline="", encoding="utf-8") as text:
        yield from csv.reader(text)
