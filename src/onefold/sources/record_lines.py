"""A file of records: one JSON object a line, laid down as it came and read when its batch is."""

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import polars as pl

from onefold.model.error import UsageError
from onefold.model.outcome import Reason
from onefold.sources.decoding import DAMAGED, DecodedText
from onefold.sources.encoding import choose_encoding
from onefold.sources.file_kind import FileKind
from onefold.sources.input import BatchWriter, Input, batch_schema
from onefold.sources.json_values import json_texts
from onefold.sources.keyed_rows import shown
from onefold.sources.raw_file import forget_copies
from onefold.sources.record_columns import Recorded, columns_of
from onefold.sources.record_refusals import told_of, what_counts_of
from onefold.sources.record_shape import Told, Words
from onefold.sources.record_values import BadRecord
from onefold.sources.refusal_words import RepeatedValue
from onefold.sources.remote import AnyFile
from onefold.sources.spool import Spool
from onefold.sources.table_file import find_table

HEADER: Final = "record"
"""What the one column of such a file is called, in its results."""
TEXT_KINDS: Final = (FileKind.JSON_LINES, FileKind.CSV)
WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AT_ONCE: Final = 10_000
_NESTED_TOO_DEEPLY: Final = "its values are nested too deeply"
_DAMAGED: Final = BadRecord(Reason.UNDECODABLE_TEXT, "the line has bytes that are no text")
_REPEATED: Final = BadRecord(
    Reason.MALFORMED_ROW, "a key stands twice in it, and nothing says which one counts"
)


def read_record_lines(file: AnyFile, spool: Spool, batch_rows: int) -> Input:
    """Lays the records of a file down: `cell:0` of a row is the text of its record, whatever it is.

    Raises `UsageError` for what is no text, and what `find_table` raises.
    """
    found = find_table(file, spool)
    if found.kind not in TEXT_KINDS:
        raise UsageError(
            f"{found.came.name} is no file of records",
            code="no_records",
            hint="give one JSON object a line; `onefold import` takes tables",
        )
    letters = found.raw.letters
    # JSON is UTF-8 (RFC 8259), unless a mark says otherwise: bytes that are not are damage, no code page.
    encoding = choose_encoding(letters, None if letters.start.startswith(WIDE_MARKS) else "utf-8")
    batches = BatchWriter(spool, batch_rows)
    texts = json_texts(DecodedText(found.raw, encoding).blocks(), found.raw.name)
    while some := list(islice(texts, _AT_ONCE)):
        batches.add(_frame(some))
    batches.finish()
    forget_copies(spool)
    if not batches.rows:
        raise UsageError(
            f"{found.came.name} holds no records", code="empty_file", hint="give one JSON object a line"
        )
    return Input(
        name=found.came.name,
        headers=(HEADER,),
        rows=batches.rows,
        batches=batches.batches,
        notes=(),
        bytes=found.came.bytes,
        sha256=found.came.sha256,
        spool=spool,
    )


def _frame(texts: list[tuple[int, str]]) -> pl.DataFrame:
    rows = []
    for line, text in texts:
        plain = text.strip()
        damaged = not plain.isascii() and DAMAGED.search(plain) is not None
        rows.append((line, None, damaged, DAMAGED.sub("\ufffd", plain) if damaged else plain))
    return pl.DataFrame(rows, schema=batch_schema(1), orient="row")


def records_in(batch: pl.DataFrame, words: Words) -> Recorded:
    """The records of a batch of such an input, each under its `row`."""
    told = list(_told(batch, words))
    return columns_of(told, words, int(batch["row"][0]) if told else 0)


def _told(batch: pl.DataFrame, words: Words) -> Iterator[Told]:
    for damaged, text in batch.select("undecodable", "cell:0").iter_rows():
        problem = _DAMAGED if damaged else None
        try:
            record, repeats = _parsed(text)
        except BadRecord as no_json:
            yield what_counts_of(None, problem or no_json, words)
        else:
            problem = problem or (_REPEATED if repeats else None)
            yield what_counts_of(record, problem, words) if problem else told_of(record, words)


def _parsed(text: str) -> tuple[Any, bool]:
    """What a line says, and whether a key stands twice in it: then all of its values are there."""
    try:
        try:
            return _STRICT.decode(text), False
        except _KeyTwiceError:
            return _LENIENT.decode(text), True
    except RecursionError:
        raise BadRecord(Reason.MALFORMED_ROW, _NESTED_TOO_DEEPLY) from None
    except ValueError as problem:
        why = str(problem).partition(":")[0].lower()
        raise BadRecord(Reason.MALFORMED_ROW, f"this is no JSON ({why}): {shown(text)}") from None


class _KeyTwiceError(Exception):
    """A key stands twice in one object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise _KeyTwiceError
    return value


def _every_value(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    times = Counter(key for key, _ in pairs)
    twice = {key: RepeatedValue(one for name, one in pairs if name == key) for key in times if times[key] > 1}
    return dict(pairs) | twice


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_object)
_LENIENT: Final = json.JSONDecoder(object_pairs_hook=_every_value)
