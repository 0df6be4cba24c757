"""What columns of consent show beside their cells, over the whole file."""

import re
from dataclasses import replace
from typing import Final

import polars as pl

from onefold.model.consent import CONSENT_DATES, REFUSED_COLUMNS, Channel
from onefold.normalise.consent_cells import holds_ticks
from onefold.normalise.consent_words import consent_words, plain_sentences
from onefold.way.mapped_input import MappedInput
from onefold.way.terms import Terms

STATES: Final = tuple(f"consent.{channel}" for channel in Channel)
_CASE_CHANGES: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OF_A_GRANT: Final = (
    r" (?:opt ?in|opted ?in|confirm|subscribed|sign(?:ed)? ?up|joined|created|added|einwillig|anmelde"
    r"|inscri|abonn|suscri|alta|iscri|aanmeld|inschrij|zapis|tilmeld|pameld)"
)
"""What the header of a date says that is one of opting in."""


def with_columns_read(mapped: MappedInput, terms: Terms) -> Terms:
    """The terms with what the columns of consent show: ticks in their cells, and what their headers say of
    bounces and of opting in.
    """
    refusals = [column for column in mapped.columns if refusal_field(column)]
    states = [column for column in mapped.columns if column in STATES]
    dates = [column for column in mapped.columns if column in CONSENT_DATES]
    if not (refusals or states):
        return terms
    words = consent_words()
    of_person = _speaking(mapped, [*refusals, *dates], words.signs_of_person)
    reading = replace(
        terms.spelling.consent,
        ticked=_ticked(mapped, (*refusals, *states)),
        undeliverable=_speaking(mapped, refusals, words.signs_of_address) - of_person,
        of_grants=_speaking(mapped, dates, _OF_A_GRANT) - of_person,
    )
    return replace(terms, spelling=replace(terms.spelling, consent=reading))


def refusal_field(column: str) -> bool:
    """Whether a contact column is one of refusals, the first or one of several."""
    return column in REFUSED_COLUMNS or column.rpartition(" ")[0] in REFUSED_COLUMNS


def _ticked(mapped: MappedInput, columns: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for number in range(mapped.input.batches):
        cells = mapped.sound_cells(number)
        found |= {column for column in columns if column not in found and holds_ticks(cells[column])}
    return frozenset(found)


def _speaking(mapped: MappedInput, columns: list[str], signs: str) -> frozenset[str]:
    """Those of the columns whose header has such a sign."""
    headers = [_CASE_CHANGES.sub(" ", mapped.header(column)) for column in columns]
    told = pl.DataFrame(
        {"column": columns, "header": headers}, schema={"column": pl.String, "header": pl.String}
    )
    speaks = plain_sentences(pl.col("header")).str.contains(signs)
    return frozenset(told.filter(speaks)["column"])
