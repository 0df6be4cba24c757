"""Files that were kept of imports are written anew without the rows that name erased people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import phonenumbers
import polars as pl

from onefold.model.identifier import CONTACT_ID, PHONE
from onefold.model.outcome import ReceiptStatus
from onefold.normalise.nfc import frame_in_nfc
from onefold.report.results import CONTACT_ID_HEADER
from onefold.resolve.erasure import Erasure
from onefold.sources.spool import Spool, plain_disk_errors
from onefold.stores import Reader
from onefold.way.erased_words import EDGES, TOKEN, telling
from onefold.way.folders import import_folders, working_folders

A_PHONE: Final = r"[\d(+][\d ().\-/]{4,}\d"
CALLING_CODE: Final = f"^(?:{'|'.join(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))})"
FEWEST_DIGITS: Final = 6


@dataclass(frozen=True)
class Marks:
    """By what a row is known to be an erased person's: `ids` as files have them; `tokens` and `phrases`, what
    tells of somebody wherever it stands, in small letters; `phones` by their digits, with and without the
    calling code; `others` (`kind`, `value`), what tells of somebody in a column of that kind.
    """

    ids: pl.Series
    tokens: pl.Series
    phrases: pl.Series
    phones: pl.Series
    others: pl.DataFrame

    def rows(self, columns: Sequence[str], kinds: Mapping[str, str]) -> pl.Expr:
        """Whether a row of text columns names one of them, in whatever spelling. `kinds`: which identifier
        some columns hold; `contact_id` is the id as files have it.
        """
        whole = pl.concat_str(columns, separator="\n", ignore_nulls=True).str.normalize("NFC")
        whole = whole.str.to_lowercase()
        token = pl.element().str.strip_chars(EDGES)
        digits = pl.element().str.replace_all(r"\D", "").str.strip_chars_start("0")
        named = [
            whole.str.extract_all(TOKEN).list.eval(token.is_in(self.tokens.implode())).list.any(),
            whole.str.extract_all(A_PHONE).list.eval(digits.is_in(self.phones.implode())).list.any(),
        ]
        if len(self.phrases):
            named.append(whole.str.contains_any(self.phrases.to_list()))
        for column, kind in kinds.items():
            own = self.ids if kind == CONTACT_ID else self.others.filter(pl.col("kind") == kind)["value"]
            said = pl.col(column).str.normalize("NFC").str.strip_chars()
            named.append(said.is_in(own.implode()))
        return pl.any_horizontal(named).fill_null(value=False)


def marks_of(erasure: Erasure, code: str) -> Marks:
    """By what the rows of erased people are known in the files of the book with this short id."""
    is_phone = pl.col("kind") == PHONE
    phones = erasure.spelled.filter(is_phone)["value"]
    digits = phones.str.replace_all(r"\D", "").str.strip_chars_start("0")
    national = digits.str.replace(CALLING_CODE, "").str.strip_chars_start("0")
    both = pl.concat([digits, national]).unique()
    spelled = frame_in_nfc(erasure.spelled.filter(~is_phone))
    words = telling(spelled).str.to_lowercase()
    is_token = words.str.contains(f"^{TOKEN}$")
    return Marks(
        ids=erasure.ids.to_frame("id").select(pl.format("{}-{}", pl.lit(code), "id").alias("id"))["id"],
        tokens=words.filter(is_token).str.strip_chars(EDGES).unique(),
        phrases=words.filter(~is_token),
        phones=both.filter(both.str.len_chars() >= FEWEST_DIGITS),
        others=spelled,
    )


def clean_files(reader: Reader, erasure: Erasure, code: str) -> tuple[list[int], dict[str, int]]:
    """Writes kept files anew without the rows of erased people; gives the interrupted imports that are given
    up because their working files named one, and counts of what was done. The caller has the import's turn.
    """
    marks = marks_of(erasure, code)
    counts = {"files written anew": 0, "rows left out": 0, "interrupted imports given up": 0}
    for folder in import_folders(reader.files):
        for path in sorted(folder.iterdir()):
            rows = _clean(path, marks, erasure, _mapping(reader, folder))
            counts["files written anew"] += rows > 0
            counts["rows left out"] += rows
    given_up = []
    for folder in working_folders(reader.files):
        if any(_names(path, marks) for path in folder.iterdir()):
            Spool(folder).delete()
            counts["interrupted imports given up"] += 1
            stored = reader.receipt(int(folder.name)) if folder.name.isdecimal() else None
            if stored is not None and stored.status is ReceiptStatus.RUNNING:
                given_up.append(stored.id)
    return given_up, counts


def _mapping(reader: Reader, folder: Path) -> Mapping[str, str | None]:
    """Which header of an import filled which field."""
    stored = reader.receipt(int(folder.name)) if folder.name.isdecimal() else None
    return {} if stored is None else stored.mapping


def _clean(path: Path, marks: Marks, erasure: Erasure, mapping: Mapping[str, str | None]) -> int:
    """How many rows of a file were left out."""
    with plain_disk_errors("write", path.parent):
        if path.suffix == ".csv":
            return _clean_csv(path, marks, mapping)
        if path.suffix == ".jsonl":
            return _clean_answers(path, marks, erasure)
    return 0


def _clean_csv(path: Path, marks: Marks, mapping: Mapping[str, str | None]) -> int:
    """Of a results file or an error file; its first line is its header."""
    # Headers may be there twice: the first line is read as one like the others.
    if path.stat().st_size == 0:
        return 0
    read = pl.scan_csv(path, has_header=False, infer_schema=False)
    names = read.collect_schema().names()
    header = read.head(1).collect()
    if header.select(marks.rows(names, {})).to_series().any():
        path.unlink()  # it was no header but a row, and the rest says nothing without one
        return 1
    fields = {**mapping, CONTACT_ID_HEADER: CONTACT_ID}
    kinds = {name: kind for name in names if (kind := fields.get(header[name].item())) is not None}
    named = marks.rows(names, kinds)
    rows = int(read.select(named.sum()).collect().item())
    if rows:
        partial = path.with_name(f"{path.name}.partial")
        read.filter(~named).sink_csv(partial, include_header=False)
        partial.replace(path)
    return rows


def _clean_answers(path: Path, marks: Marks, erasure: Erasure) -> int:
    """Of the answers to a file of records."""
    schema = {
        "key": pl.String,
        "status": pl.String,
        "reason": pl.String,
        "contact_id": pl.Int64,
        "detail": pl.String,
    }
    read = pl.read_ndjson(path, schema=schema) if path.stat().st_size else pl.DataFrame(schema=schema)
    theirs = pl.col("contact_id").is_in(erasure.ids.implode()).fill_null(value=False)
    left = read.filter(~(theirs | marks.rows(["key", "detail"], {})))
    if left.height < read.height:
        partial = path.with_name(f"{path.name}.partial")
        left.write_ndjson(partial)
        partial.replace(path)
    return read.height - left.height


def _names(path: Path, marks: Marks) -> bool:
    """Whether a frame that an import keeps to go on names one of them."""
    if path.suffix != ".arrow":
        return False
    with plain_disk_errors("read", path.parent):
        frame = pl.read_ipc(path)
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return bool(texts) and bool(
        frame.select(marks.rows(texts, dict.fromkeys(texts, CONTACT_ID)).any()).item()
    )
