"""The page of commands and the command line say the same, both ways."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from onefold.interfaces.cli.main import app, options_for_all

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md").read_text(
    encoding="utf-8"
)
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
OPTION_ROW = re.compile(r"^\| `(--[a-z-]+)", re.MULTILINE)
EXAMPLE = re.compile(r"^onefold (.+)$", re.MULTILINE)


def commands() -> dict[str, Any]:
    """Every command by what is typed for it: `import`, `imports show`."""
    return dict(walked(typer.main.get_command(app), ""))


def walked(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    if name:
        yield name, command
    for word, inner in getattr(command, "commands", {}).items():
        yield from walked(inner, f"{name} {word}".strip())


def options(command: Any) -> list[str]:
    return sorted(name for option in command.params for name in option.opts if name.startswith("--"))


def sections() -> dict[str, str]:
    parts = SECTION.split(PAGE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_is_on_the_page_and_no_other() -> None:
    assert sorted(sections()) == sorted(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_is_on_the_page_and_no_other(name: str) -> None:
    assert sorted(OPTION_ROW.findall(sections()[name])) == options(commands()[name])


def test_the_options_of_all_commands_are_on_the_page() -> None:
    assert sorted(OPTION_ROW.findall(SECTION.split(PAGE)[0])) == options(typer.main.get_command(app))


@pytest.mark.parametrize("name", sorted(commands()))
def test_the_page_says_what_to_type(name: str) -> None:
    section = sections()[name]
    assert f"`onefold {name}" in section
    for argument in commands()[name].params:
        if not argument.opts[0].startswith("--"):
            shown = (argument.metavar or argument.name.upper()).strip("[]").split("=")[0].removesuffix("...")
            assert shown in section.partition("|")[0], f"{name} takes {shown}"


@pytest.mark.parametrize("example", EXAMPLE.findall(PAGE))
def test_every_example_can_be_typed(example: str) -> None:
    words = options_for_all(shlex.split(example))[1]
    known = commands()
    depth = max(depth for depth in (1, 2) if " ".join(words[:depth]) in known)
    with known[" ".join(words[:depth])].make_context("onefold", words[depth:]):
        pass


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_has_help(name: str) -> None:
    command = commands()[name]
    assert command.help
    assert [one.name for one in command.params if one.name != "help" and not getattr(one, "help", None)] == []
    assert len(command.get_short_help_str(58)) <= 58
    assert "..." not in command.get_short_help_str(58)
