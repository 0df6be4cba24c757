"""The emptying of a bin is killed with -9, and the same command goes on with it: nothing half erased."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import onefold
from onefold.model.outcome import ReceiptStatus
from tests.way.at_the_desk import Clock, take_in

PEOPLE = 60
KILLED = """
import sys, time
import onefold
from onefold.way import erasing

def told(stage, done, rows):
    print(stage, done, flush=True)
    if f"{stage} {done}" == sys.argv[2]:
        time.sleep(60)

erasing.AT_A_TIME = 20
with onefold.open(sys.argv[1]) as book:
    book.empty_bin(progress=told)
"""


@pytest.mark.parametrize("at", ["erasing 20", "erasing 40", "erasing 60", "writing the book anew 0"])
def test_it_goes_on_where_it_was_killed(database_url: str, clock: Clock, tmp_path: Path, at: str) -> None:
    with onefold.open(database_url, clock=clock) as book:
        rows = [f"person{number}@killed.example,Trace{number}" for number in range(PEOPLE)]
        take_in(book, "email,first_name", *rows, "bea@example.com,Bea")
        book.remove(range(1, PEOPLE + 1))
        _kill(database_url, at)
        [told] = book.check()
        assert told.startswith("warning: erasure")
        left = book.count_in_bin()
        assert left == PEOPLE - int(at.rpartition(" ")[2] if at.startswith("erasing") else PEOPLE)
        [running] = [each for each in book.receipts() if each.status is ReceiptStatus.RUNNING]

        receipt = book.empty_bin()

        assert (receipt.id, receipt.status, receipt.changed) == (running.id, ReceiptStatus.COMPLETED, PEOPLE)
        assert receipt.erased["removed"]["contacts"] == PEOPLE
        assert (book.count(), book.count_in_bin(), book.check()) == (1, 0, [])
        if database_url.startswith("sqlite"):
            assert b"killed.example" not in b"".join(
                each.read_bytes() for each in tmp_path.glob("*.db*") if each.is_file()
            )
        assert book.empty_bin().id is None


def _kill(database_url: str, at: str) -> None:
    """Empties the bin in a process of its own, and kills that when it has told so much."""
    run = [sys.executable, "-c", KILLED, database_url, at]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any(line.strip() == at for line in process.stdout)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
