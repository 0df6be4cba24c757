"""The folders beside a book: where a plan is made, where an import works, and where its files lie."""

import shutil
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from onefold.sources.spool import Spool, plain_disk_errors

PLAN: Final = "plan-"
PLANS: Final = "plans.lock"
OWNER: Final = "owner.lock"
"""Lies in the folder of a plan; the process that makes the plan holds it as long as it lives."""


def new_spool(files: Path) -> Spool:
    """A folder of its own for a plan."""
    with plain_disk_errors("make", files):
        files.mkdir(parents=True, exist_ok=True)
        # Nobody looks for left-overs while a folder is there and its owner is not yet to be seen.
        with FileLock(files / PLANS):
            folder = Path(tempfile.mkdtemp(prefix=PLAN, dir=files))
            owner = FileLock(folder / OWNER, thread_local=False)
            owner.acquire()
    return Spool(folder, owner)


def tidy_plans(files: Path) -> None:
    """Takes away the folders of plans whose processes have died."""
    if files.is_dir():
        with FileLock(files / PLANS):
            for left in files.glob(f"{PLAN}*"):
                _delete_unless_owned(left)


def _delete_unless_owned(folder: Path) -> None:
    # One that is moved away meanwhile has become an import's.
    with suppress(Timeout, FileNotFoundError), FileLock(folder / OWNER, timeout=0):
        shutil.rmtree(folder, ignore_errors=True)


def folder_of(files: Path, receipt_id: int) -> Path:
    """Where the files of an import lie."""
    return files / "imports" / str(receipt_id)


def working_folder(files: Path, receipt_id: int) -> Path:
    """Where an import that is under way keeps what it needs to go on."""
    return files / "work" / str(receipt_id)


def import_folders(files: Path) -> list[Path]:
    """Where the files of all imports lie."""
    return _folders(files / "imports")


def working_folders(files: Path) -> list[Path]:
    """The working folders of imports that were interrupted, or are under way."""
    return _folders(files / "work")


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []


def tidy_work(files: Path, unfinished: Collection[int]) -> None:
    """Takes away the working folders of all imports but these; the caller has the import's turn."""
    for folder in working_folders(files):
        if folder.name not in map(str, unfinished):
            shutil.rmtree(folder, ignore_errors=True)
