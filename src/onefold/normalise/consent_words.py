"""The words in columns of consent, as products and people write them.

The words themselves are data, in `consent_words.toml`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Final

import polars as pl

from onefold.model.consent import ConsentState
from onefold.normalise.yes_no import NO, YES

LETTERS: Final = {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"}
"""Letters that are no other letter with a mark, and are often written like this."""
_MARKS: Final = r"\p{Mn}"
_BETWEEN_WORDS: Final = r"""[\s\p{Pd}_./\\:;,!?'’‘`´"“”()\[\]|&]+"""
_APOSTROPHES: Final = "['’‘`´]"
_WHOLE_NUMBER: Final = r"^([01])[.,]0+$"


@dataclass(frozen=True)
class ConsentWords:
    """The lists, each of words as `plain_words` gives them.

    `states` is for columns that say who may be reached: by word a state, None where nothing is said.
    `silent` are those that say nothing in a column that says who refused, `bare` those that say there no more
    than that somebody did. The signs are regular expressions for what `plain_sentences` gives.
    """

    states: Mapping[str, ConsentState | None]
    silent: frozenset[str]
    bare: frozenset[str]
    undeliverable: frozenset[str]
    refused_by_person: frozenset[str]
    states_of_an_account: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    ticks: frozenset[str]
    marks: frozenset[str]
    crosses: frozenset[str]
    signs_of_person: str
    signs_of_address: str
    negations: str


@cache
def consent_words() -> ConsentWords:
    """The lists of `consent_words.toml`, read once."""
    lists = tomllib.loads(files(__package__).joinpath("consent_words.toml").read_text(encoding="utf-8"))
    words = {meaning: _plain(chain.from_iterable(table.values())) for meaning, table in lists.items()}
    account, ticks, marks = words["state_of_an_account"], words["ticks"], words["marks"]
    yes, no = words["yes"] | _plain(YES), words["no"] | _plain(NO)
    nothing = words["nothing_said"] | words["did_not_refuse"] | {""}
    says: Mapping[ConsentState | None, frozenset[str]] = {
        None: nothing,
        ConsentState.PENDING: words["pending"],
        ConsentState.SUBSCRIBED: yes | words["subscribed"] | words["agreed"] | account | ticks | marks,
        ConsentState.UNSUBSCRIBED: no | words["unsubscribed"] | words["undeliverable"] | words["crosses"],
    }
    signs = lists["signs_of_refusal"]
    return ConsentWords(
        states={word: state for state, of_state in says.items() for word in of_state},
        silent=no | nothing | words["subscribed"] | (account - yes),
        bare=yes | ticks | marks | words["crosses"],
        undeliverable=words["undeliverable"],
        refused_by_person=words["unsubscribed"],
        states_of_an_account=account,
        yes=yes,
        no=no,
        ticks=ticks,
        marks=marks,
        crosses=words["crosses"],
        signs_of_person=_any_of(signs["Of the person"]),
        signs_of_address=_any_of(signs["Of the address"]),
        negations=_any_of(f"{word} " for word in lists["negations"]["Words"]),
    )


def plain_words(cells: pl.Expr) -> pl.Expr:
    """Cells as the lists compare them: without case, accents, blanks and punctuation."""
    return _folded(cells.str.replace(_WHOLE_NUMBER, "$1")).str.replace_all(_BETWEEN_WORDS, "")


def plain_word_of_consent(text: str) -> str:
    """One text as the lists compare it."""
    return str(pl.select(plain_words(pl.lit(text))).item())


def plain_sentences(cells: pl.Expr) -> pl.Expr:
    """The same with a blank before, between and after the words."""
    words = _folded(cells).str.replace_all(_APOSTROPHES, "").str.replace_all(_BETWEEN_WORDS, " ")
    return pl.format(" {} ", words.str.strip_chars())


def _folded(cells: pl.Expr) -> pl.Expr:
    plain = cells.str.normalize("NFKD").str.to_lowercase().str.replace_all(_MARKS, "")
    return plain.str.replace_many(LETTERS)


def _plain(words: Iterable[str]) -> frozenset[str]:
    spelled = pl.DataFrame({"word": list(words)}, schema={"word": pl.String})
    return frozenset(spelled.select(plain_words(pl.col("word")))["word"])


def _any_of(beginnings: Iterable[str]) -> str:
    """A regular expression for any of these at the beginning of a word."""
    plain = pl.DataFrame({"word": list(beginnings)}).select(_folded(pl.col("word")))["word"]
    return f" (?:{'|'.join(map(re.escape, plain))})"
