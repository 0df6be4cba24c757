"""Reads a behaviour page: Markdown in, examples out. `docs/behaviour/index.md` says how one is written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final

from tests.behaviour.table import Table

PAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "behaviour"
STEP: Final = re.compile(r"\*\*(Given|When|Then|And)\*\* (.+)")
LOOKS_LIKE_A_STEP: Final = re.compile(r"[*_]*(Given|When|Then|And)[*_]* ")
EXAMPLE: Final = re.compile(r"### (?P<id>[A-Z]{3}-\d\d)(?P<ours> ours)?: (?P<title>.+)")
CELL: Final = re.compile(r"(?<!\\)\|")


class PageError(Exception):
    """A page is not written as `docs/behaviour/index.md` says; the message names the page and the line."""


@dataclass(frozen=True)
class Step:
    """One sentence of an example, with the table below it."""

    keyword: str
    sentence: str
    table: Table | None
    where: str


@dataclass(frozen=True)
class Example:
    """A promise and its proof: what stands under one `###` heading, after the steps that head the page."""

    id: str
    ours: bool
    title: str
    steps: tuple[Step, ...]
    where: str

    @property
    def key(self) -> str:
        """The id as tests and lists name it: `RIO-13`, or `RIO-13 ours`."""
        return f"{self.id} ours" if self.ours else self.id


def read_page(path: Path) -> list[Example]:
    """The examples of one page, each begun with the steps that stand before the page's first example."""
    return parse_page(path.read_text(encoding="utf-8"), path.name)


def parse_page(text: str, name: str) -> list[Example]:
    """The examples in a page's text. Raises `PageError` where the page is not in order."""
    head: list[Step] = []
    steps: list[Step] | None = head
    examples: list[tuple[Example, list[Step]]] = []
    step_is_open = False
    for line, part in _parts(text):
        where = f"{name}:{line}"
        first = part[0]
        if found := STEP.fullmatch(" ".join(part)):
            keyword, sentence = found.groups()
            if steps is None:
                raise PageError(f"{where}: this step stands between two examples, and belongs to neither")
            steps.append(Step(_meant(keyword, steps, where), sentence.rstrip(":"), None, where))
        elif first.startswith("|"):
            if not step_is_open or not steps:
                raise PageError(f"{where}: this table stands under no step")
            steps[-1] = replace(steps[-1], table=_table(part, where))
        elif LOOKS_LIKE_A_STEP.match(first):
            raise PageError(f"{where}: is this a step? Its first word is to be bold: **Given**, **When** …")
        elif first.startswith("### "):
            example = _example(first, where)
            examples.append((example, steps := []))
        elif first.startswith("#") and examples:
            steps = None
        step_is_open = found is not None
    if not examples:
        raise PageError(f"{name}: there is no example on this page")
    for example, own in examples:
        if not any(step.keyword == "Then" for step in own):
            raise PageError(f"{example.where}: {example.key} has no **Then**, and could not fail")
    return [replace(example, steps=(*head, *own)) for example, own in examples]


def _parts(text: str) -> Iterator[tuple[int, list[str]]]:
    """The page's paragraphs, headings, tables and fenced blocks, each with the number of its first line."""
    part: list[str] = []
    start = 0
    fenced = False
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        fence = line.startswith("```")
        if fenced or fence or line.strip():
            start = start if part else number
            part.append(line if fenced or fence else line.strip())
            fenced ^= fence
        elif part:
            yield start, part
            part = []
    if fenced:
        raise PageError(f"line {start}: the block that begins here has no end")


def _meant(keyword: str, steps: Sequence[Step], where: str) -> str:
    if keyword != "And":
        return keyword
    if not steps:
        raise PageError(f"{where}: **And** has nothing to go on from")
    return steps[-1].keyword


def _example(heading: str, where: str) -> Example:
    found = EXAMPLE.fullmatch(heading)
    if not found:
        raise PageError(f"{where}: an example's heading is `### RIO-13: title` or `### RIO-13 ours: title`")
    return Example(found["id"], found["ours"] is not None, found["title"], (), where)


def _table(part: Sequence[str], where: str) -> Table:
    cells = [tuple(map(_cell, CELL.split(row.strip())[1:-1])) for row in part]
    if len(cells) < 2 or not all(re.fullmatch(":?-+:?", cell) for cell in cells[1]):
        raise PageError(f"{where}: a table's second line is |---|")
    if len(set(map(len, cells))) > 1:
        raise PageError(f"{where}: the lines of this table have not all as many cells as its first")
    return Table(cells[0], tuple(cells[2:]))


def _cell(text: str) -> str:
    """The text of a cell; one wholly in backticks is taken as it stands, blanks and all."""
    text = text.strip().replace(r"\|", "|")
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "`" and "`" not in text[1:-1] else text


def named(examples: Sequence[Example]) -> Iterator[tuple[str, Example]]:
    """Each example with a name of its own: a second one under the same id is `RIO-13 (2)`."""
    by_key = sorted(examples, key=lambda example: example.key)
    for key, group in groupby(by_key, key=lambda example: example.key):
        for number, example in enumerate(group, start=1):
            yield (key if number == 1 else f"{key} ({number})"), example
