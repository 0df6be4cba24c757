"""Files of invented people, in which everything happens that an import can do."""

import random

HEADER = "email,phone,crm_id,first_name,last_name,City,Points"
CITIES = ("Porto", "Lima", "Oslo", "")


def known() -> str:
    """Forty people who are in the book before."""
    rows = [f"p{n}@example.com,{_phone(n) if n % 3 else ''},C-{n},First{n},Last{n},," for n in range(30)]
    rows += [f",{_phone(n)},,First{n},Last{n},," for n in range(30, 40)]
    return _file(rows)


def file(seed: int, size: int = 70) -> str:
    """People who are there and people who are new, some of them twice, and some rows that are none."""
    chance = random.Random(seed)
    rows = [_row(chance, number) for number in range(size)]
    rows += [f",{_phone(990)},,Of{n},Household,," for n in range(7)]
    rows += ["no email,,,Nobody,,,", ",12,,Nobody,,,", "p1@example.com,UNSET,C-1,UNSET,,,1"]
    chance.shuffle(rows)
    return _file(rows)


def _row(chance: random.Random, number: int) -> str:
    person = chance.randrange(60)
    other = chance.choice((person, person, person, chance.randrange(60)))
    email = chance.choice((f"p{person}@example.com", f"p{person}@example.com", f"q{number}@example.com", ""))
    phone = chance.choice((_phone(other), "", _phone(200 + number)))
    crm_id = chance.choice((f"C-{person}", "", ""))
    if not email and not phone:
        email = f"r{number}@example.com"
    return f"{email},{phone},{crm_id},First{person},Last{person},{chance.choice(CITIES)},{number}"


def _phone(number: int) -> str:
    return f"+4474001{number:05}"


def _file(rows: list[str]) -> str:
    return "\n".join([HEADER, *rows]) + "\n"
