"""The words by which erased people are named, looked for in what other texts repeat."""

import json
import re
from dataclasses import dataclass
from typing import Final, Self

import polars as pl

from onefold.model.nfc import in_nfc
from onefold.normalise.nfc import column_in_nfc

GONE: Final = "(erased)"
"""What stands where a text named somebody."""
SHORTEST: Final = 5
"""Characters of an identifier that tells of somebody wherever it stands. A shorter one can be anything, and
so can a plain number.
"""
TOKEN: Final = r"[\w@+.\-]+"
EDGES: Final = ".-"
NOT_BEFORE: Final = r"(?<![\w@+])(?<![\w][.-])"
NOT_AFTER: Final = r"(?![\w@])(?![.-]\w)"
"""A word is not looked for inside of a longer one: `ana@example.com` is not in `susana@example.com`."""


def telling(spelled: pl.DataFrame) -> pl.Series:
    """Those identifiers (`kind`, `value`) that tell of somebody wherever they stand."""
    value = pl.col("value")
    return spelled.filter((value.str.len_chars() >= SHORTEST) & value.str.contains(r"\D"))["value"].unique()


@dataclass(frozen=True)
class Words:
    """Identifiers in every spelling, as they stand in plain text and in JSON: `word`, and `first`, its first
    token in small letters, by which texts that may hold it are found.
    """

    words: pl.DataFrame

    @classmethod
    def of(cls, spelled: pl.DataFrame) -> Self:
        """The words of identifiers (`kind`, `value`)."""
        plain = column_in_nfc(telling(spelled)).unique().to_list()
        forms = {form for word in plain for form in (word, json.dumps(word, ensure_ascii=False)[1:-1])}
        first = pl.col("word").str.to_lowercase().str.extract(f"({TOKEN})").str.strip_chars(EDGES)
        words = pl.DataFrame({"word": sorted(forms)}, schema={"word": pl.String})
        return cls(words.with_columns(first.alias("first")))

    def named(self, texts: pl.Series) -> pl.Series:
        """Whether each text names one of them; an empty one names nobody."""
        return (self.without(texts) != texts).fill_null(value=False)

    def without(self, texts: pl.Series) -> pl.Series:
        """The texts without those words, in whatever spelling they stand there."""
        numbered = pl.DataFrame({"text": texts}).with_row_index("place")
        tokens = numbered.select(
            "place",
            pl.lit(column_in_nfc(texts)).str.to_lowercase().str.extract_all(TOKEN).alias("first"),
        )
        tokens = tokens.explode("first").select("place", pl.col("first").str.strip_chars(EDGES)).unique()
        found = tokens.join(self.words, on="first").group_by("place").agg("word")
        if found.is_empty():
            return texts
        some = numbered.join(found, on="place")
        said = [_without(text, words) for text, words in some.select("text", "word").iter_rows()]
        mended = some.select("place", pl.Series("mended", said, dtype=pl.String))
        both = numbered.join(mended, on="place", how="left", maintain_order="left")
        return both.select(pl.coalesce("mended", "text").alias(texts.name))[texts.name]


def _without(text: str, words: list[str]) -> str:
    """The text, each of these words replaced where it stands by itself."""
    any_of = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    said = in_nfc(text)
    mended = re.sub(f"{NOT_BEFORE}(?:{any_of}){NOT_AFTER}", GONE, said, flags=re.IGNORECASE)
    return text if mended == said else mended
