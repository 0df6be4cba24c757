"""The files that imports are measured with, each written when it is first asked for."""

from collections.abc import Callable
from pathlib import Path

from bench.changes import write_changed, write_small_files
from bench.people import write_people
from bench.phones import write_phones
from bench.tangles import write_tangle


class BenchFiles:
    """Files in one folder: the same for the same question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def people(self, rows: int, first: int = 0) -> Path:
        """People from number `first` on."""
        return self._written(f"people-{rows}-{first}.csv", lambda file: write_people(file, rows, first))

    def changed(self, rows: int, share: float) -> Path:
        """The first people once more, that share of them changed."""
        people = self.people(rows)
        return self._written(f"changed-{rows}-{share}.csv", lambda file: write_changed(file, people, share))

    def phones(self, kind: str, rows: int) -> Path:
        """Phone numbers of one kind."""
        return self._written(f"phones-{kind}-{rows}.csv", lambda file: write_phones(file, kind, rows))

    def tangle(self, name: str, rows: int) -> Path:
        """The tangled file of that name; one at a time is kept."""
        file = self.folder / "tangle.csv"
        write_tangle(file, name, rows)
        return file

    def small(self, known: int, files: int, rows: int) -> Path:
        """A folder of small files for a book of `known` people."""
        people = self.people(known)
        return self._written(
            f"small-{known}-{files}-{rows}",
            lambda folder: write_small_files(folder, people, known, files, rows),
        )

    def _written(self, name: str, write: Callable[[Path], None]) -> Path:
        path = self.folder / name
        if not path.exists():
            write(path)
        return path
