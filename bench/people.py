"""People who do not exist, as a file of them would be: ten countries, and a phone spelled in every way."""

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
    mobile: tuple[tuple[str, ...], int]
    cities: tuple[str, ...]


COUNTRIES = (
    Country("GB", 50, "44", "0", (("7400", "7501", "7720", "7890"), 6), ("London", "Leeds", "Cardiff")),
    Country("US", 12, "1", "", (("2122", "3105", "5123", "7738"), 6), ("New York", "Austin", "Chicago")),
    Country("DE", 7, "49", "0", (("1512", "1609", "1761"), 7), ("Köln", "Berlin", "Münster")),
    Country("FR", 6, "33", "0", (("612", "645", "698"), 6), ("Lyon", "Nîmes", "Paris")),
    Country("ES", 5, "34", "", (("612", "655", "689"), 6), ("Málaga", "León", "Madrid")),
    Country("IT", 5, "39", "", (("333", "347", "389"), 7), ("Roma", "Forlì", "Bari")),
    Country("BR", 4, "55", "0", (("1198", "2197", "3199"), 7), ("São Paulo", "Belém", "Recife")),
    Country("IN", 5, "91", "0", (("981", "991", "876"), 7), ("Pune", "Delhi", "Chennai")),
    Country("AU", 4, "61", "0", (("412", "431", "478"), 6), ("Perth", "Sydney", "Hobart")),
    Country("MY", 2, "60", "0", (("123", "167", "198"), 6), ("Ipoh", "Kuching", "Johor Bahru")),
)

FIRST = "Al Bel Cor Dan Eli Fen Gor Hal Ime Jol Kal Lem Mar Nor Ola Per Quil Ros Sal Tam Uri Ven Wil Yor Zel"
FIRST_ENDS = ("a", "an", "da", "en", "i", "ia", "is", "o", "on", "tha", "us", "ée")
LAST = "Ash Birk Cald Dun Elm Fair Glen Hart Ing Kirk Lang Mer North Oak Pem Rad Stan Thorn Under Wake"
LAST_ENDS = ("acre", "berg", "by", "field", "ford", "ham", "ley", "mann", "ova", "sson", "ström", "well")
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


def write_people(path: Path, rows: int, seed: int = 20261122) -> None:
    """A CSV file (UTF-8, commas) of `rows` different people, the same for the same seed."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(people(rows, seed))


def people(rows: int, seed: int) -> Iterator[tuple[str, ...]]:
    """A row for each person, in the order of HEADERS; every identifier is one person's own."""
    chance = random.Random(seed)
    first_names = [start + end for start in FIRST.split() for end in FIRST_ENDS]
    last_names = [start + end for start in LAST.split() for end in LAST_ENDS]
    countries = chance.choices(COUNTRIES, [country.share for country in COUNTRIES], k=rows)
    for person, country in enumerate(countries):
        first, last = chance.choice(first_names), chance.choice(last_names)
        email = "" if chance.random() < WITHOUT_EMAIL else _email(person, first, last, chance)
        phone = "" if chance.random() < WITHOUT_PHONE else _phone(person, country, chance)
        yield f"C-{100_000 + person}", first, last, email, phone, chance.choice(country.cities)


def _email(person: int, first: str, last: str, chance: random.Random) -> str:
    first, last = (name.lower().replace("é", "e").replace("ö", "o") for name in (first, last))
    local = chance.choice((f"{first}.{last}", f"{first[0]}{last}", f"{last}_{first}", first))
    email = f"{local}{person}@{chance.choice(DOMAINS)}"
    return chance.choices((email, email.title(), email.upper(), f" {email}"), (86, 9, 3, 2))[0]


def _phone(person: int, country: Country, chance: random.Random) -> str:
    starts, digits = country.mobile
    start, number = starts[person % len(starts)], person // len(starts) * SCATTER % 10**digits
    at_home = country.region == HOME and chance.random() < 0.6
    spellings, weights = zip(*(SPELLINGS_AT_HOME if at_home else SPELLINGS_ANYWHERE), strict=True)
    spell: Spelling = chance.choices(spellings, weights)[0]
    return spell(country, f"{start}{number:0{digits}d}")
