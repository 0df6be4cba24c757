"""The commands that the README and the tutorial show, typed as a newcomer would: they must work."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
RUN_ONEFOLD = [
    sys.executable,
    "-c",
    "import sys; from onefold.interfaces.cli.main import main; sys.exit(main())",
]


def commands_of(page: str) -> list[str]:
    """The lines of the page's shell blocks that call onefold, in their order."""
    blocks = SHELL_BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    return [line for block in blocks for line in block.splitlines() if line.startswith("onefold ")]


@pytest.mark.parametrize("page", ["README.md", "docs/first-import.md"])
def test_the_commands_of_the_page_work_one_after_the_other(page: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    environment = {key: value for key, value in os.environ.items() if key != "ONEFOLD_BOOK"}
    commands = commands_of(page)
    assert len(commands) >= 7

    for command in commands:
        arguments = shlex.split(command)[1:]
        done = subprocess.run(
            [*RUN_ONEFOLD, *arguments],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert done.stdout.strip(), f"{command} said nothing"

    assert (tmp_path / "results.csv").is_file()
