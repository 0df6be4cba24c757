"""What columns are called elsewhere: which of our fields a header is known to fill.

The headers themselves are data, in the folder `headers`.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from onefold.model.identifier import CRM_ID, EMAIL, PHONE

FIRST_NAME: Final = "first_name"
LAST_NAME: Final = "last_name"
FULL_NAME: Final = "full_name"
KNOWN_FIELDS: Final = (CRM_ID, EMAIL, PHONE, FIRST_NAME, LAST_NAME, FULL_NAME)


@dataclass(frozen=True, order=True)
class Place:
    """How well a header fits its field, the lowest best: how much had to be left out of it (0: nothing) to be
    found in the list, then its place there.
    """

    left_out: int
    place: int


@dataclass(frozen=True)
class KnownHeaders:
    """The lists, by headers as `plain_header` has them.

    `bare` are words that mean the whole name or a part of it, and `bare_beside` those that mean a part only
    beside a last name. `english` are the first names and bare words of English. `ids` are names of columns by
    which another system knows people.
    """

    places: Mapping[str, Mapping[str, int]]
    owners: tuple[str, ...]
    behind: frozenset[str]
    something_else: frozenset[str]
    bare: frozenset[str]
    bare_beside: frozenset[str]
    english: frozenset[str]
    ids: frozenset[str]

    def place(self, header: str, field: str) -> Place | None:
        """Where a header stands among those that fill `field`; None where it is not one of them."""
        known = self.places.get(field, {})
        found = (Place(left, known[name]) for left, name in enumerate(self._names(header)) if name in known)
        return next(found, None)

    def is_bare_name(self, header: str, *, beside_a_last_name: bool) -> bool:
        """Whether a header is just the word for name."""
        words = self.bare | self.bare_beside if beside_a_last_name else self.bare
        return any(name in words for name in self._names(header))

    def is_english(self, header: str) -> bool:
        """Whether a first name, or a bare word for name, is so called in English."""
        return any(name in self.english for name in self._names(header))

    def looks_like_an_id(self, header: str) -> bool:
        """Whether a header is one by which another system may know people."""
        return plain_header(header) in self.ids

    def _names(self, header: str) -> Iterator[str]:
        """What may be looked up for a header: itself, then without the word that says whose it is, then
        without the number of one that there are several of.
        """
        plain = plain_header(header)
        if plain in self.something_else:
            return
        yield plain
        for owner in self.owners:
            if plain.startswith(owner):
                yield plain.removeprefix(owner)
            else:
                yield plain.removesuffix(owner) if owner in self.behind and plain.endswith(owner) else ""
        yield plain.rstrip("0123456789")


@cache
def known_headers() -> KnownHeaders:
    """The lists of the folder `headers`, read once."""
    email, phone, names, ids, owners = map(_read, ("email", "phone", "names", "ids", "owners"))
    listed = {
        CRM_ID: ids["crm_id"],
        EMAIL: email["email"],
        PHONE: phone["phone"],
        FIRST_NAME: names[FIRST_NAME],
        LAST_NAME: names[LAST_NAME],
        FULL_NAME: {"whole": names[FULL_NAME], "bare": names["bare_name"]["whole_when_alone"]},
    }
    bare = names["bare_name"]
    return KnownHeaders(
        places={field: _places(_flat(headers)) for field, headers in listed.items()},
        owners=tuple(map(plain_header, owners["owners"])),
        behind=_plain(owners["behind"]),
        something_else=_plain(owners["something_else"]),
        bare=_plain(_flat(bare["whole_when_alone"])),
        bare_beside=_plain(bare["only_beside_a_last_name"]),
        english=_plain((*names[FIRST_NAME]["English"], *bare["whole_when_alone"]["English"])),
        ids=_plain(_ids(ids["looks_like_an_id"])),
    )


def plain_header(header: str) -> str:
    """A header without what people vary: case, accents, spaces, punctuation."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", header).casefold()))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("onefold.sources.headers") / f"{name}.toml").read_text(encoding="utf-8"))


def _flat(headers: Mapping[str, Any] | Iterable[str]) -> Iterator[str]:
    """All headers below a table of a file, in their order."""
    if isinstance(headers, Mapping):
        for inner in headers.values():
            yield from _flat(inner)
    else:
        yield from headers


def _plain(headers: Iterable[str]) -> frozenset[str]:
    return frozenset(map(plain_header, headers))


def _places(headers: Iterable[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        places.setdefault(plain_header(header), place)
    return places


def _ids(table: Mapping[str, list[str]]) -> Iterator[str]:
    """For whom and what, each with each, and those that no such words make."""
    for who in table["who"]:
        yield from (f"{who} {what}" for what in table["what"])
    yield from table["alone"]
    yield from table["others"]
