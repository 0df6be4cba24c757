"""The pages are true: links lead somewhere, and the lists in them are those of the code."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from onefold.model.identifier import BUILT_IN_KINDS, Mark, Why
from onefold.model.outcome import Reason
from onefold.model.source import Source, Trust
from onefold.policies.reader import KNOBS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
STORED_WHYS = [why for why in Why if why is not Why.CURRENT]

CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
INCLUDED_PAGE = re.compile(r'^--8<-- "(.+)"$', re.MULTILINE)


def pages() -> list[Path]:
    return sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    """The page as the manual shows it, with the pages that it includes."""
    text = page.read_text(encoding="utf-8")
    return INCLUDED_PAGE.sub(lambda match: (ROOT / match[1]).read_text(encoding="utf-8"), text)


def anchors_of(page: Path) -> set[str]:
    headings = HEADING.findall(CODE_BLOCK.sub("", text_of(page)))
    words = (re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in headings)
    return {re.sub(r"[-\s]+", "-", word) for word in words}


def dead_links(page: Path) -> Iterator[str]:
    for target in LINK.findall(INLINE_CODE.sub("", CODE_BLOCK.sub("", text_of(page)))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        goal = (page.parent / file).resolve() if file else page
        if not goal.exists() or (anchor and anchor not in anchors_of(goal)):
            yield target


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_no_link_is_dead(page: Path) -> None:
    assert list(dead_links(page)) == []


def test_the_manual_shows_every_page_and_no_other() -> None:
    navigation = re.findall(r'"([\w/.-]+\.md)"', (ROOT / "zensical.toml").read_text(encoding="utf-8"))
    assert sorted(navigation) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


def test_the_glossary_defines_each_word_once() -> None:
    defined = re.findall(r"^\| \*\*(\w+)\*\* \|", GLOSSARY, re.MULTILINE)
    assert len(defined) >= 30
    assert sorted(defined) == sorted(set(defined))


@pytest.mark.parametrize(
    "vocabulary",
    [list(Source), [trust.name.lower() for trust in Trust], list(BUILT_IN_KINDS), list(Mark), STORED_WHYS],
    ids=["sources", "trust", "identifiers", "marks", "aliases"],
)
def test_the_glossary_has_the_words_of_the_code(vocabulary: list[str]) -> None:
    said = set(re.findall(r"[`*](\w+)[`*]", GLOSSARY))
    assert [word for word in vocabulary if word not in said] == []


def test_every_reason_is_explained() -> None:
    page = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
    table = page.partition("## Reasons")[2]
    explained = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|[^|]+\|([^|]+)\|", table, re.MULTILINE)))
    assert sorted(explained) == sorted(Reason)


def test_every_knob_is_explained() -> None:
    table = (DOCS / "identity.md").read_text(encoding="utf-8").partition("## The knobs")[2]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(KNOBS)


def layers_held() -> list[str]:
    """The rows of the import contract, high to low."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        [contract] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return [re.sub(r"[()]", "", layer) for layer in contract["layers"]]


def test_the_picture_of_the_layers_is_the_contract() -> None:
    picture = "```\n" + "\n".join(layers_held()) + "\n```"
    assert picture in (DOCS / "architecture.md").read_text(encoding="utf-8")


def test_the_house_that_newcomers_are_shown_is_the_contract() -> None:
    house = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## The house")[2]
    shown = house.split("```")[1].strip().splitlines()
    assert [re.split(r" {2,}", row)[0] for row in shown] == layers_held()
