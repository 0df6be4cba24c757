"""People who do not exist, as a file of them would be: ten countries, and a phone spelled in every way."""

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

HEADERS = ("CRM ID", "First Name", "Last Name", "Email", "Mobile", "City")
HOME = "GB"
"""The region that the file is imported with: its own people leave the country code out."""
WITHOUT_EMAIL = WITHOUT_PHONE = 0.1


@dataclass(frozen=True)
class Country:
    """Where some of the people live. `mobile`: how its mobile numbers begin, then how many digits follow."""

    region: str
    share: int
    calling_code: str
    trunk: str
    mobile: tuple[str, int]
    cities: tuple[str, ...]


COUNTRIES = (
    Country(
        "GB", 50, "44", "0", ("7400 7410 7501 7520 7720 7780 7810 7890 7950 7960", 6), ("London", "Leeds")
    ),
    Country(
        "US", 12, "1", "", ("2022 2062 2122 2142 3052 3105 4042 4152 5123 7738", 6), ("Austin", "Chicago")
    ),
    Country("DE", 7, "49", "0", ("1512 1609 1761", 7), ("Köln", "Berlin", "Münster")),
    Country("FR", 6, "33", "0", ("61 64 66", 7), ("Lyon", "Nîmes", "Paris")),
    Country("ES", 5, "34", "", ("61 65 68", 7), ("Málaga", "León", "Madrid")),
    Country("IT", 5, "39", "", ("333 347 389", 7), ("Roma", "Forlì", "Bari")),
    Country("BR", 4, "55", "0", ("1198 2197 3199", 7), ("São Paulo", "Belém", "Recife")),
    Country("IN", 5, "91", "0", ("981 991 876", 7), ("Pune", "Delhi", "Chennai")),
    Country("AU", 4, "61", "0", ("40 41 43", 7), ("Perth", "Sydney", "Hobart")),
    Country("MY", 2, "60", "0", ("12 16 19", 7), ("Ipoh", "Kuching", "Johor Bahru")),
)
"""Enough numbers in each of them for ten million people, all of them valid."""

FIRST = "Al Bel Cor Dan Eli Fen Gor Hal Ime Jol Kal Lem Mar Nor Ola Per Quil Ros Sal Tam Uri Ven Wil Yor Zel"
FIRST_ENDS = ("a", "an", "da", "en", "i", "ia", "is", "o", "on", "tha", "us", "ée")
LAST = "Ash Birk Cald Dun Elm Fair Glen Hart Ing Kirk Lang Mer North Oak Pem Rad Stan Thorn Under Wake"
LAST_ENDS = ("acre", "berg", "by", "field", "ford", "ham", "ley", "mann", "ova", "sson", "ström", "well")
FIRST_NAMES = tuple(start + end for start in FIRST.split() for end in FIRST_ENDS)
LAST_NAMES = tuple(start + end for start in LAST.split() for end in LAST_ENDS)
DOMAINS = (
    "example.com", "example.org", "example.net", "mail.example.com", "post.example.org", "home.example.net",
    "works.example.com", "the-office.example.org", "school.example.net", "farm.example.com",
)  # fmt: skip

Spelling = Callable[[Country, str], str]
SPELLINGS_ANYWHERE: tuple[tuple[Spelling, int], ...] = (
    (lambda country, number: f"+{country.calling_code}{number}", 30),
    (lambda country, number: f"+{country.calling_code} {number[:3]} {number[3:6]} {number[6:]}", 25),
    (lambda country, number: f"{country.calling_code}{number}", 15),
    (lambda country, number: f"00{country.calling_code}{number}", 8),
    (lambda country, number: f"+{country.calling_code} ({country.trunk}){number[:4]}-{number[4:]}", 6),
    (lambda country, number: f"+{country.calling_code}.{number[:3]}.{number[3:]}", 6),
    (lambda country, number: f"'+{country.calling_code}{number}", 5),
    (lambda country, number: f"+{country.calling_code}\u00a0{number[:4]}\u00a0{number[4:]}", 4),
    (lambda country, number: f"{country.calling_code}{number}.0", 1),
)
SPELLINGS_AT_HOME: tuple[tuple[Spelling, int], ...] = (
    (lambda country, number: f"{country.trunk}{number}", 40),
    (lambda country, number: f"{country.trunk}{number[:4]} {number[4:]}", 25),
    (lambda country, number: f"({country.trunk}{number[:4]}) {number[4:7]}-{number[7:]}", 15),
    (lambda country, number: f"{country.trunk}{number[:4]}/{number[4:]}", 5),
    (lambda country, number: f"{number}", 15),
)
"""How a number is written, and how often. A spreadsheet took the zero from some and gave one to others."""

SCATTER = 7919
"""Coprime to ten: consecutive people have numbers that lie nowhere near each other, and no two the same."""


SEED = 20261122


def write_people(path: Path, rows: int, first: int = 0, seed: int = SEED) -> None:
    """A CSV file (UTF-8, commas) of `rows` different people, the same for the same seed; see `people`."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(people(rows, seed, first))


def people(rows: int, seed: int = SEED, first: int = 0) -> Iterator[tuple[str, ...]]:
    """A row for each person, in the order of HEADERS; every identifier is one person's own.

    They are the people from number `first` on: no two of other numbers share anything, up to ten million.
    """
    chance = random.Random(seed)
    shares = list(accumulate(country.share for country in COUNTRIES))
    for person in range(first, first + rows):
        [country] = chance.choices(COUNTRIES, cum_weights=shares)
        first_name, last_name = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
        email = "" if chance.random() < WITHOUT_EMAIL else _email(person, first_name, last_name, chance)
        phone = "" if chance.random() < WITHOUT_PHONE else _phone(person, country, chance)
        yield f"C-{100_000 + person}", first_name, last_name, email, phone, chance.choice(country.cities)


def mobile_number(person: int, country: Country) -> str:
    """The national number that this person, and nobody else, would have there."""
    starts, digits = country.mobile[0].split(), country.mobile[1]
    number = person // len(starts) * SCATTER % 10**digits
    return f"{starts[person % len(starts)]}{number:0{digits}d}"


def _email(person: int, first: str, last: str, chance: random.Random) -> str:
    first, last = (name.lower().replace("é", "e").replace("ö", "o") for name in (first, last))
    local = chance.choice((f"{first}.{last}", f"{first[0]}{last}", f"{last}_{first}", first))
    email = f"{local}{person}@{chance.choice(DOMAINS)}"
    return chance.choices((email, email.title(), email.upper(), f" {email}"), (86, 9, 3, 2))[0]


def _phone(person: int, country: Country, chance: random.Random) -> str:
    at_home = country.region == HOME and chance.random() < 0.6
    spellings, weights = zip(*(SPELLINGS_AT_HOME if at_home else SPELLINGS_ANYWHERE), strict=True)
    spell: Spelling = chance.choices(spellings, weights)[0]
    return spell(country, mobile_number(person, country))
