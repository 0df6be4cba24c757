"""JSON that is given in a file or on the command line."""

import json
import sys
from pathlib import Path
from typing import Any

from onefold.model.error import UsageError


def read_json(file: Path) -> object:
    """What a JSON file holds; `-` is standard input. Raises `UsageError` (`file_unreadable`, `bad_json`)."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}",
            code="file_unreadable",
            hint="name a file that is there",
        ) from None
    except ValueError as error:
        raise _bad(str(file), error) from None
    return parse_json(text, str(file))


def parse_json(text: str, name: str) -> object:
    """What a JSON text holds; `name` says for people where it stands. Raises `UsageError` (`bad_json`)."""
    try:
        return json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise _bad(name, error) from None


def read_rules(file: Path) -> dict[str, Any]:
    """Segment rules in a file. Raises `UsageError` (`file_unreadable`, `bad_json`, `bad_rules`)."""
    return _rules(read_json(file), str(file))


def rules_of(where: str | None) -> dict[str, Any] | None:
    """Segment rules as `--where` takes them. Raises `UsageError` (`bad_json`, `bad_rules`)."""
    return None if where is None else _rules(parse_json(where, "--where"), "--where")


def _rules(read: object, name: str) -> dict[str, Any]:
    if not isinstance(read, dict):
        hint = 'write them as {"field": …, "is": …} or {"all": […]}'
        raise UsageError(f"{name} holds no rules", code="bad_rules", hint=hint)
    return read


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; of two equal keys one would be lost without a word."""
    read = dict(pairs)
    if len(read) < len(pairs):
        twice = next(key for place, (key, _) in enumerate(pairs) if key in dict(pairs[:place]))
        raise ValueError(f"{twice!r} stands twice in one object")
    return read


def _bad(name: str, error: Exception) -> UsageError:
    return UsageError(f"{name} is no JSON: {' '.join(str(error).split())}", code="bad_json", hint="mend it")
