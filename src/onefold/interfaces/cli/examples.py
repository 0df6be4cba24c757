"""Where the example files lie: inside the package, or in the checkout that it is run from."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from onefold.model.error import OnefoldError

EXAMPLES: Final = ("mobile_list.csv", "email_list.csv", "crm_export.csv")


def example_files() -> list[Path]:
    """The shipped examples, in the order in which the demonstration takes them in."""
    package = Path(str(files("onefold")))
    for folder in (package / "examples", package.parents[1] / "examples"):
        found = [folder / name for name in EXAMPLES]
        if all(path.is_file() for path in found):
            return found
    raise OnefoldError(
        "the example files are not there", code="no_examples", hint="install Onefold again; they come with it"
    )
