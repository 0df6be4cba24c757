"""One round or a whole batch decided by hand, and what it came to in words."""

from typing import Any

import polars as pl

from onefold.model.frames import Contacts
from onefold.resolve.recognise import Recognised, recognise
from onefold.resolve.round import Round
from onefold.resolve.rounds import Resolution, resolve
from tests.frames import marks, rules, shown


def a_round(told: pl.DataFrame, book: Contacts, *mark: str, **options: Any) -> Round:
    return Round(told, book, marks(*mark), rules(**options))


def recognised(told: pl.DataFrame, book: Contacts, *mark: str, **options: Any) -> Recognised:
    return recognise(a_round(told, book, *mark, **options))


def taken(told: pl.DataFrame, book: Contacts, *mark: str, **options: Any) -> Resolution:
    """The batch, decided."""
    return resolve(told, book, marks(*mark), rules(**options))


def reasons(told: pl.DataFrame, book: Contacts, *mark: str, **options: Any) -> list[str]:
    """The reason of each record, in order."""
    return taken(told, book, *mark, **options).decisions["reason"].to_list()


def became(told: pl.DataFrame, book: Contacts, *mark: str, of: int = 1, **options: Any) -> str:
    """Contact `of` after the batch, in words."""
    return shown(taken(told, book, *mark, **options).after, of)
