from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from onefold.model.error import OnefoldError, UsageError
from onefold.sources.spool import Spool
from tests.sources.reading import cells, read, whole

NOON = datetime(2024, 1, 2, 12, 0, 0, 600_000, tzinfo=UTC)


def parquet(frame: pl.DataFrame, **options: object) -> bytes:
    data = BytesIO()
    frame.write_parquet(data, **options)  # type: ignore[arg-type]
    return data.getvalue()


def refusal(file: bytes | Path, spool: Spool) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read(file, spool)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return caught.value


COLUMNS: list[tuple[pl.Series, list[str | None]]] = [
    (pl.Series(["Ana", "", None]), ["Ana", None, None]),
    (pl.Series([491701234567, 12345678901234567, None]), ["491701234567", "12345678901234567", None]),
    (pl.Series([491701234567.0, 0.1, float("nan")]), ["491701234567", "0.1", None]),
    (pl.Series([1e22, 1e-7, -2.50]), ["10000000000000000000000", "0.0000001", "-2.5"]),
    (pl.Series([True, False, None]), ["yes", "no", None]),
    (pl.Series([date(1980, 3, 22), None, date(2024, 1, 2)]), ["1980-03-22", None, "2024-01-02"]),
    # Midnight without a zone is how programs write a day.
    (
        pl.Series([NOON.replace(tzinfo=None), datetime(1980, 3, 22, tzinfo=UTC).replace(tzinfo=None), None]),
        ["2024-01-02T12:00:00.600", "1980-03-22", None],
    ),
    (
        pl.Series([NOON, NOON.replace(hour=0, microsecond=0), None]).dt.convert_time_zone("Asia/Tokyo"),
        ["2024-01-02T12:00:00.600Z", "2024-01-02T00:00:00Z", None],
    ),
    (pl.Series([time(9, 5), None, None]), ["09:05:00", None, None]),
    (pl.Series([timedelta(hours=36), None, None]), ["P1DT12H", None, None]),
    (pl.Series([Decimal("1.50"), Decimal("100.00"), None]), ["1.5", "100", None]),
    (pl.Series([b"caf\xc3\xa9", b"\xff", b""]), ["café", None, None]),
    (pl.Series(["x", "y", None], dtype=pl.Categorical), ["x", "y", None]),
    (pl.Series(["x", "y", None], dtype=pl.Enum(["x", "y"])), ["x", "y", None]),
    (pl.Series([None, None, None]), [None, None, None]),
    (pl.Series([["a", "b", None], [], None]), ["a, b", None, None]),
    (pl.Series([[1.0, 2.5], [3.0], None]), ["1, 2.5", "3", None]),
    (pl.Series([[1, 2], [3, 4], None], dtype=pl.Array(pl.Int8, 2)), ["1, 2", "3, 4", None]),
    (pl.Series([[{"a": 1}, {"a": None}], [], None]), ['[{"a":1},{"a":null}]', None, None]),
    (pl.Series([[["a", "b"], ["c"]], [], None]), ['[["a","b"],["c"]]', None, None]),
]


@pytest.fixture(scope="module")
def every_type(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    frame = pl.DataFrame({f"c{place}": values for place, (values, _) in enumerate(COLUMNS)})
    return whole(read(parquet(frame), Spool(tmp_path_factory.mktemp("parquet") / "spool")))


@pytest.mark.parametrize("place", range(len(COLUMNS)), ids=lambda place: str(COLUMNS[place][0].dtype))
def test_every_type_becomes_text(place: int, every_type: pl.DataFrame) -> None:
    assert every_type[f"cell:{place}"].to_list() == COLUMNS[place][1]


def test_a_struct_is_columns_with_a_dotted_name(spool: Spool) -> None:
    frame = pl.DataFrame({"address": [{"city": "Rome", "at": {"zip": 1}}, None], "address.city": ["x", "y"]})
    table = read(parquet(frame), spool)
    assert table.headers == ("address.city", "address.at.zip", "address.city (2)")
    assert cells(table) == [("Rome", "1", "x"), (None, None, "y")]


def test_what_may_surprise_is_said(spool: Spool) -> None:
    frame = pl.DataFrame({"tags": [["a"], ["b"]], "photo": [b"\xff", b"text"], "empty": [b"", None]})
    assert read(parquet(frame), spool).notes == (
        "lists are read as one text, their values parted by commas: tags",
        "bytes in 'photo' that are no text are read as blank: 1",
    )


def test_rows_are_numbered_over_row_groups_and_batches(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"n": range(1_000)})
    table = read(parquet(frame, row_group_size=70), spool, batch_rows=300)
    assert [table.batch(number).height for number in range(table.batches)] == [300, 300, 300, 100]
    assert whole(table).select("row", "line", "malformed", "undecodable").row(999) == (999, 1000, None, False)
    assert [text for (text,) in cells(table)] == [str(number) for number in range(1_000)]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (pl.DataFrame({"email": pl.Series([], dtype=pl.String)}), "no_rows"),
        (pl.DataFrame({f"c{column}": [1] for column in range(2_500)}), "too_large"),
    ],
)
def test_what_is_no_table_of_people_is_refused(frame: pl.DataFrame, code: str, spool: Spool) -> None:
    assert refusal(parquet(frame), spool).code == code


@pytest.mark.parametrize("kept", [4, 8, 100, -1, -9])
def test_a_file_that_is_cut_is_refused_in_one_line(kept: int, spool: Spool) -> None:
    file = parquet(pl.DataFrame({"email": ["ana@example.com"] * 50}))
    assert refusal(file[:kept], spool).code == "bad_parquet"


def test_a_reader_that_comes_to_its_end_is_one_line(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onefold.sources.parquet._MODULE", "tests.sources.a_process_that_aborts")
    error = refusal(parquet(pl.DataFrame({"email": ["ana@example.com"]})), spool)
    assert error.code == "bad_parquet"
    assert "it is damaged, or needs more memory than is allowed" in str(error)


def test_what_goes_wrong_in_the_spool_is_said_as_everywhere(spool: Spool, tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pl.DataFrame({"email": ["ana@example.com"]}).write_parquet(path)
    spool.delete()
    spool.folder.write_text("in the way")
    with pytest.raises(OnefoldError) as caught:
        read(path, spool)
    assert caught.value.exit_status == 1
    assert caught.value.code == "spool_failed"
