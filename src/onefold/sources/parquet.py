"""A Parquet file to an input, read in a process of its own.

A damaged file can bring the native reader not only to an error but to its end (an impossible allocation ends
the process that asks for it). So it is another process that reads, and its end is one clear line.
"""

import json
import os
import subprocess
import sys
from typing import Any, Final

from onefold.model.error import OnefoldError, UsageError
from onefold.sources.file_options import FileOptions
from onefold.sources.input import Input
from onefold.sources.raw_file import RawFile
from onefold.sources.spool import Spool

_MODULE: Final = "onefold.sources.parquet_process"


def read_parquet(raw: RawFile, options: FileOptions, spool: Spool, batch_rows: int) -> Input:
    """Read the whole file into `spool`; its first row is line 1. `options` has nothing for this kind.

    A struct is columns with a dotted name (`address.city`). Raises `UsageError` for a file that cannot be
    read as a table (its `code` says why) and `OnefoldError` where the disk of the spool fails.
    """
    asked = {
        "path": str(raw.path),
        "name": raw.name,
        "bytes": raw.bytes,
        "folder": str(spool.folder),
        "batch_rows": batch_rows,
    }
    answer = _answer(raw, asked)
    if "error" in answer:
        kind = UsageError if answer.pop("exit_status") == UsageError.exit_status else OnefoldError
        raise kind(answer.pop("error"), **answer)
    return Input(
        name=raw.name,
        headers=tuple(answer["headers"]),
        rows=answer["rows"],
        batches=answer["batches"],
        notes=tuple(answer["notes"]),
        bytes=raw.bytes,
        sha256=raw.sha256,
        spool=spool,
    )


def _answer(raw: RawFile, asked: dict[str, object]) -> dict[str, Any]:
    # -P: what lies in the current folder is not to be imported.
    command = [sys.executable, "-P", "-m", _MODULE, json.dumps(asked)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    # Its input stays open as long as this process lives, and so does it.
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        assert process.stdout is not None
        try:
            said = process.stdout.read()
        except BaseException:
            process.kill()
            raise
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        raise bad_parquet(raw.name, "it is damaged, or needs more memory than is allowed") from None
    return answer


def bad_parquet(name: str, why: str) -> UsageError:
    """What is said of a file that cannot be read."""
    return UsageError(
        f"{name} cannot be read as a Parquet file: {why}",
        code="bad_parquet",
        hint="write it again, or save it as CSV",
    )
