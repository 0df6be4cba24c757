"""Text in small letters inside a statement, the same on both stores."""

from typing import Any

from sqlalchemy import ColumnElement, Text, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from onefold.normalise.letters import capitals


def in_small_letters(column: ColumnElement[str], *sought: str) -> ColumnElement[str]:
    """The column as it compares with these texts, which are in small letters.

    `lower` knows A to Z on both stores, and nothing else (PostgreSQL by the collation of our columns). Other
    letters are only looked after where the texts have them.
    """
    known = {} if all(text.isascii() for text in sought) else capitals()
    letters = sorted({letter for text in sought for letter in text if letter in known})
    if not letters:
        return func.lower(column)
    pairs = [(capital, letter) for letter in letters for capital in known[letter]]
    return _InSmallLetters(
        column, literal("".join(capital for capital, _ in pairs)), literal("".join(each for _, each in pairs))
    )


class _InSmallLetters(FunctionElement[str]):
    """A column, and the letters that are to be turned into which."""

    type = Text()
    inherit_cache = True


@compiles(_InSmallLetters, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    column, *_ = element.clauses
    return f"onefold_small({compiler.process(column, **more)})"


@compiles(_InSmallLetters, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    column, capital, small = (compiler.process(each, **more) for each in element.clauses)
    return f"translate(lower({column}), {capital}, {small})"
