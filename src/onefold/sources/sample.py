"""The sample file to start from (RIO-10): our own headers, and people who do not exist."""

import csv
from pathlib import Path
from typing import Final

from onefold.model.error import OnefoldError, UsageError

SAMPLE_HEADERS: Final = ("first_name", "last_name", "email", "phone", "crm_id")
_PEOPLE: Final = (
    # Numbers that their countries keep for stories: NANPA, BNetzA, ACMA, PTS.
    ("Ana", "Silva", "ana.silva@example.com", "+12025550123", "C-1001"),
    ("Ben", "Okafor", "ben@example.org", "+12025550147", "C-1002"),
    ("Chloé", "Martin", "chloe.martin@example.net", "+491713920012", "C-1003"),
    ("Dai", "Jones", "", "+61491570158", "C-1004"),
    ("Elif", "Şahin", "elif@example.com", "", "C-1005"),
    ("Frances", "O'Neill", "frances.oneill@example.org", "+61491570156", "C-1006"),
    ("Göran", "Lindqvist", "goran@example.net", "+46701740605", "C-1007"),
    ("Hana", "Sato", "hana.sato@example.com", "+12025550182", ""),
)


def write_sample(path: Path) -> int:
    """Write a CSV that can be imported as it is, and answer how many rows it has.

    Raises `UsageError` (`file_exists`, `file_denied`, `file_not_found`) and `OnefoldError` (`disk_full`).
    """
    try:
        # No byte order mark: the file is ours to read, and spreadsheets of today do without.
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(SAMPLE_HEADERS)
            writer.writerows(_PEOPLE)
    except FileExistsError:
        raise UsageError(
            f"{path} is already there", code="file_exists", hint="name a file that is not"
        ) from None
    except FileNotFoundError:
        raise UsageError(
            f"there is no folder {path.parent}", code="file_not_found", hint="make it, or name another"
        ) from None
    except PermissionError:
        raise UsageError(
            f"no permission to write {path}", code="file_denied", hint="name a file in a folder of yours"
        ) from None
    except OSError as problem:
        raise OnefoldError(
            f"{path} cannot be written: {problem.strerror or problem}",
            code="disk_full",
            hint="check the disk, or name a file on another",
        ) from problem
    return len(_PEOPLE)
