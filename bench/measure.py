"""What is measured, each in a process of its own: nothing is warm, and the memory is that of one import."""

import json
import subprocess
import sys
from importlib import import_module
from typing import Any

Figures = dict[str, Any]

MEASUREMENTS = {
    "import": "bench.imports.whole_import",
    "import and undo": "bench.imports.import_and_undo",
    "dry run": "bench.imports.dry_run",
    "small imports": "bench.imports.small_imports",
    "records": "bench.records.take_file",
    "take": "bench.records.take",
    "write consents": "bench.consents.write_consents",
    "ask consents": "bench.consents.ask_consents",
    "write audience": "bench.audience_book.write_audience",
    "count segment": "bench.audience.count_segment",
    "first pages": "bench.audience.first_pages",
    "export": "bench.audience.export_all",
    "empty bin": "bench.audience.empty_bin",
    "bare delete": "bench.audience.bare_delete",
    "kept": "bench.imports.import_and_keep",
    "bare": "bench.imports.bare",
    "phones": "bench.columns.phones",
    "emails": "bench.columns.emails",
    "django new": "bench.django_import_export.new_rows",
    "django updates": "bench.django_import_export.updates",
}
"""By name, where its function is: what one of them needs is not in the memory of another."""


def measured(name: str, *arguments: str, limit: float | None = None) -> Figures:
    """The figures of MEASUREMENTS[name], taken in a new process.

    Raises `subprocess.TimeoutExpired` where it takes more than `limit` seconds.
    """
    command = [sys.executable, "-m", "bench.measure", name, *arguments]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=limit).stdout
    figures: Figures = json.loads(told.splitlines()[-1])
    return figures


def taken(name: str, *arguments: str) -> Figures:
    """The figures of MEASUREMENTS[name], taken in this process."""
    room, function = MEASUREMENTS[name].rsplit(".", 1)
    figures: Figures = getattr(import_module(room), function)(*arguments)
    return figures


if __name__ == "__main__":
    print(json.dumps(taken(*sys.argv[1:])))
