"""JSON to an input: an object in each line, or an array of objects."""

import json
from collections.abc import Iterator
from typing import Final

from onefold.model.label import LABEL_COLUMNS
from onefold.model.nfc import in_nfc
from onefold.normalise.labels import labels_cell
from onefold.sources.decoding import DAMAGED, DecodedText
from onefold.sources.encoding import choose_encoding
from onefold.sources.file_options import FileOptions
from onefold.sources.input import BatchWriter, Input, unique_headers
from onefold.sources.json_values import json_texts
from onefold.sources.keyed_rows import KeyedRow, shown, write_rows
from onefold.sources.raw_file import RawFile
from onefold.sources.spool import Spool
from onefold.sources.typed_values import YES_NO, plain_number

_Path = str | tuple[str, ...]
_CUSTOM_FIELDS: Final = "fields"
_LEVELS: Final = 16
"""Objects in objects deeper than that are no columns any more but text."""
_NESTED_TOO_DEEPLY: Final = "its values are nested too deeply"


class _Number(str):
    """A number as it is written: no digit of it is lost in a double."""

    __slots__ = ()


class _RepeatedKey(ValueError):
    """A key stands twice in one object, and nothing says which of its values counts."""


def read_json_lines(raw: RawFile, options: FileOptions, spool: Spool, batch_rows: int) -> Input:
    """Read the whole file into `spool`; its columns are all keys of all rows, as they first appear.

    An object in an object is columns with a dotted name (`address.city`). Raises `UsageError` for a file
    that cannot be read as a table and `OnefoldError` where the disk of the spool fails.
    """
    reader = _Rows(raw, options)
    batches = BatchWriter(spool, batch_rows)
    keys = write_rows(reader.rows(), raw.name, spool, batches)
    return Input(
        name=raw.name,
        headers=unique_headers([_header(key) for key in keys]),
        rows=batches.rows,
        batches=batches.batches,
        notes=tuple(reader.notes()),
        bytes=raw.bytes,
        sha256=raw.sha256,
        spool=spool,
    )


class _Rows:
    """The rows of a file; what was met on the way is for the notes."""

    def __init__(self, raw: RawFile, options: FileOptions) -> None:
        self._raw = raw
        self._encoding = choose_encoding(raw.letters, options.encoding)
        self._lists: dict[str, None] = {}
        self._decoder = json.JSONDecoder(
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=lambda _: None,
            object_pairs_hook=_object,
        )

    def rows(self) -> Iterator[KeyedRow[_Path]]:
        """Every row from the first one on."""
        for line, text in json_texts(DecodedText(self._raw, self._encoding).blocks(), self._raw.name):
            yield self._row(line, text)

    def notes(self) -> Iterator[str]:
        """What was decided, for people."""
        if self._encoding.note != "UTF-8":
            yield f"read as {self._encoding.note}"
        if self._lists:
            yield f"lists are read as one text, their values parted by commas: {', '.join(self._lists)}"

    def _row(self, line: int, text: str) -> KeyedRow[_Path]:
        try:
            value = self._decoder.decode(text.strip())
            if not isinstance(value, dict):
                return KeyedRow(line, {}, f"this is no JSON object: {shown(text)}")
            return KeyedRow(line, dict(self._cells(value, (), _LEVELS)))
        except RecursionError:
            return KeyedRow(line, {}, _NESTED_TOO_DEEPLY)
        except _RepeatedKey as problem:
            return KeyedRow(line, {}, f"the key {shown(str(problem))} stands twice in it")
        except ValueError as problem:
            return KeyedRow(line, {}, f"this is no JSON ({_reason(problem)}): {shown(text)}")

    def _cells(
        self, value: dict[str, object], path: tuple[str, ...], levels: int
    ) -> Iterator[tuple[_Path, str]]:
        for key, inner in value.items():
            # The keys of most files are plain: no tuple is made for those.
            where = (*path, key) if path else key
            if type(inner) is str:
                text = inner
            elif isinstance(inner, dict) and levels:
                yield from self._cells(inner, (*path, key), levels - 1)
                continue
            else:
                text = self._text(inner, where)
            if text:
                yield where, text.replace("\0", "")

    def _text(self, value: object, where: _Path) -> str:
        if isinstance(value, list) and not any(isinstance(one, list | dict) for one in value):
            if len(value) > 1:
                self._lists[_header(where)] = None
            if where in LABEL_COLUMNS:
                return labels_cell([one for one in map(_scalar, value) if one])
            return ", ".join(filter(None, map(_scalar, value)))
        return _scalar(value)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value: dict[str, object] = {}
    for said, inner in pairs:
        key = in_nfc(said)
        if key in value:
            raise _RepeatedKey(key)
        value[key] = inner
    return value


def _scalar(value: object) -> str:
    if isinstance(value, _Number):
        return plain_number(value) if any(mark in value for mark in ".eE") else str(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return YES_NO[value]
    return "" if value is None else _json(value)


def _json(value: object) -> str:
    """What is no single value, as JSON, its numbers as they were written."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(key)}: {_json(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _header(key: _Path) -> str:
    if isinstance(key, tuple):
        # In our own records, custom fields stand together in an object of this name.
        key = ".".join(key[1:] if key[0] == _CUSTOM_FIELDS else key)
    return DAMAGED.sub("\ufffd", key.replace("\0", ""))


def _reason(problem: ValueError) -> str:
    if isinstance(problem, json.JSONDecodeError):
        return f"{problem.msg.removesuffix(' at')} at character {problem.colno}"
    return str(problem)
