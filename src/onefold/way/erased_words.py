"""The words by which erased people are named, looked for in what other texts repeat."""

import json
import re
from dataclasses import dataclass
from typing import Final, Self

import polars as pl

GONE: Final = "(erased)"
"""What stands where a text named somebody."""
SHORTEST: Final = 3
"""Characters of an identifier that is looked for inside of texts: shorter ones stand in every text."""
NOT_BEFORE: Final = r"(?<![\w@+])(?<![\w][.-])"
NOT_AFTER: Final = r"(?![\w@])(?![.-]\w)"
"""A word is not looked for inside of a longer one: `ana@example.com` is not in `susana@example.com`."""


@dataclass(frozen=True)
class Words:
    """Identifiers in every spelling, as they stand in plain text and in JSON."""

    words: list[str]

    @classmethod
    def of(cls, spelled: pl.DataFrame) -> Self:
        """The words of identifiers (`kind`, `value`)."""
        plain = [value for value in spelled["value"].unique() if len(value) >= SHORTEST]
        return cls(
            sorted({form for word in plain for form in (word, json.dumps(word, ensure_ascii=False)[1:-1])})
        )

    def named(self, texts: pl.Series) -> pl.Series:
        """Whether each text names one of them; an empty one names nobody."""
        return (self.without(texts) != texts).fill_null(value=False)

    def without(self, texts: pl.Series) -> pl.Series:
        """The texts without those words."""
        if not self.words:
            return texts
        perhaps = texts.str.contains_any(self.words, ascii_case_insensitive=True).fill_null(value=False)
        if not perhaps.any():
            return texts
        numbered = pl.DataFrame({"text": texts}).with_row_index("place")
        some = numbered.filter(perhaps).with_columns(
            pl.col("text")
            .str.extract_many(self.words, ascii_case_insensitive=True, overlapping=True)
            .alias("words")
        )
        said = [_without(text, words) for text, words in some.select("text", "words").iter_rows()]
        mended = some.select("place", pl.Series("mended", said, dtype=pl.String))
        return numbered.join(mended, on="place", how="left", maintain_order="left").select(
            pl.coalesce("mended", "text").alias(texts.name)
        )[texts.name]


def _without(text: str, words: list[str]) -> str:
    """The text, each of these words replaced where it stands by itself."""
    longest_first = sorted(set(words), key=len, reverse=True)
    any_of = "|".join(map(re.escape, longest_first))
    return re.sub(f"{NOT_BEFORE}(?:{any_of}){NOT_AFTER}", GONE, text, flags=re.IGNORECASE)
