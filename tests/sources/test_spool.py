from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from onefold.model.error import OnefoldError
from onefold.sources.spool import Spool, plain_disk_errors

FRAME = pl.DataFrame({"row": [0, 1], "cell:0": ["Ana", None]}, schema_overrides={"row": pl.UInt32})


def test_a_frame_comes_back_as_it_was_put(spool: Spool) -> None:
    spool.put("input", 0, FRAME)
    spool.put("input", 7, FRAME.head(0))
    spool.put("input", 0, FRAME.reverse())
    spool.sync()
    assert_frame_equal(spool.get("input", 0), FRAME.reverse())
    assert_frame_equal(spool.get("input", 7), FRAME.head(0))


def test_names_do_not_mix(spool: Spool) -> None:
    spool.put("plan", 11, FRAME)
    spool.put("plan", 2, FRAME)
    spool.put("plan_rows", 3, FRAME)
    assert spool.numbers("plan") == [2, 11]
    assert spool.numbers("nothing") == []


def test_deleting_takes_the_folder_away_and_may_be_done_twice(spool: Spool) -> None:
    spool.put("input", 0, FRAME)
    spool.delete()
    spool.delete()
    assert not spool.folder.exists()


def test_a_name_that_could_leave_the_folder_is_our_own_mistake(spool: Spool) -> None:
    with pytest.raises(ValueError, match="not a name"):
        spool.put("../other", 0, FRAME)


def test_a_full_disk_is_said_in_one_line(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        raise OSError("No space left on device (os error 28)")  # as Polars says it: without a number

    monkeypatch.setattr(pl.DataFrame, "write_ipc", no_room)
    with pytest.raises(OnefoldError, match=r"the disk of .* is full; free some space") as caught:
        spool.put("input", 0, FRAME)
    assert (caught.value.code, caught.value.exit_status) == ("disk_full", 1)


def test_a_folder_that_is_not_ours_is_said_in_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(OnefoldError, match="no permission to make working files") as caught,
        plain_disk_errors("make", tmp_path),
    ):
        raise PermissionError
    assert caught.value.code == "spool_denied"


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("in the way")
    with pytest.raises(OnefoldError, match="could not make working files") as caught:
        Spool(tmp_path / "spool")
    assert caught.value.code == "spool_failed"


def test_a_frame_that_is_not_there(spool: Spool) -> None:
    with pytest.raises(OnefoldError, match="could not read"):
        spool.get("input", 0)
