"""What is measured, each in a process of its own: nothing is warm, and the memory is that of one import."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Figures = dict[str, Any]

MIB = 1024 * 1024
A_TENTH = 10


def measured(name: str, *arguments: str, limit: float | None = None) -> Figures:
    """The figures of MEASUREMENTS[name], taken in a new process.

    Raises `subprocess.TimeoutExpired` where it takes more than `limit` seconds.
    """
    command = [sys.executable, "-m", "bench.measure", name, *arguments]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=limit).stdout
    figures: Figures = json.loads(told.splitlines()[-1])
    return figures


def _import(place: str, file: str) -> Figures:
    """The whole import of people, the search index apart, and taking it back."""
    import onefold
    from bench.people import HOME
    from bench.stages import watch_stages

    with onefold.open(place) as book:
        book.add_field("City", "text")
        running = watch_stages()
        started = time.perf_counter()
        receipt = book.import_file(file, region=HOME)
        whole = time.perf_counter() - started
        stages = dict(running)
        search = stages.pop("search")
        peak = _peak_memory()
        started = time.perf_counter()
        book.undo(receipt.id or 0)
        undo = time.perf_counter() - started
    seconds = whole - search
    stages["the rest"] = seconds - sum(stages.values())
    return {
        "seconds": seconds,
        "rows": receipt.rows,
        "contacts": receipt.imported,
        "stages": stages,
        "search": search,
        "undo": undo,
        "peak_memory": peak,
    }


def _peak_memory() -> float:
    """MiB that this process had at most; Linux counts KiB, macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (MIB if sys.platform == "darwin" else 1024)


def _tangle(place: str, file: str) -> Figures:
    """The whole import of a tangled file, the search index with it."""
    import onefold

    with onefold.open(place) as book:
        started = time.perf_counter()
        receipt = book.import_file(file, region="GB")
        return {"seconds": time.perf_counter() - started, "reasons": dict(receipt.reasons)}


def _kept(place: str, file: str, kept: str) -> Figures:
    """No figure: imports people, and keeps the rows that are in the book then for the bare load."""
    import onefold
    from bench.bare_load import read_out
    from bench.people import HOME

    with onefold.open(place) as book:
        book.add_field("City", "text")
        book.import_file(file, region=HOME)
    read_out(place, Path(kept))
    return {}


def _bare(place: str, kept: str, how: str) -> Figures:
    """The bare load of the same rows."""
    import onefold
    from bench.bare_load import How, load

    with onefold.open(place) as book:
        book.add_field("City", "text")
    return {"seconds": load(Path(kept), place, How(how))}


def _columns(file: str) -> Figures:
    """Reading phones and emails in columns, and one at a time by the libraries: every tenth, times ten."""
    import phonenumbers
    import polars as pl
    from email_validator import EmailNotValidError, validate_email

    from bench.people import HOME
    from onefold.normalise.email import email_columns
    from onefold.normalise.phone import PhoneRules, phone_columns

    cells = pl.read_csv(file, infer_schema=False)
    phones, emails = cells["Mobile"], cells["Email"]

    def phone(spelled: str) -> None:
        try:
            number = phonenumbers.parse(spelled, HOME)
        except phonenumbers.NumberParseException:
            return
        if phonenumbers.is_valid_number(number):
            phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def email(spelled: str) -> None:
        try:
            validate_email(spelled, check_deliverability=False)
        except EmailNotValidError:
            return

    rules = PhoneRules("possible", HOME)
    return {
        "phone": _seconds(lambda: phone_columns(phones, None, rules)),
        "phone, one at a time": A_TENTH * _seconds(lambda: _each(phone, phones)),
        "email": _seconds(lambda: email_columns(emails)),
        "email, one at a time": A_TENTH * _seconds(lambda: _each(email, emails)),
    }


def _each(read: Callable[[str], None], cells: Any) -> None:
    for spelled in cells.drop_nulls().gather_every(A_TENTH):
        read(spelled)


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


MEASUREMENTS: dict[str, Callable[..., Figures]] = {
    "import": _import,
    "tangle": _tangle,
    "kept": _kept,
    "bare": _bare,
    "columns": _columns,
}

if __name__ == "__main__":
    print(json.dumps(MEASUREMENTS[sys.argv[1]](*sys.argv[2:])))
