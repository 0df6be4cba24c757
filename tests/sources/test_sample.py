from pathlib import Path

import pytest

from onefold.model.error import UsageError
from onefold.model.field import NAMES
from onefold.model.identifier import BUILT_IN_KINDS
from onefold.normalise.email import email_columns
from onefold.normalise.phone import PhoneRules, phone_columns
from onefold.sources.mapping import map_headers
from onefold.sources.sample import write_sample
from onefold.sources.spool import Spool
from tests.sources.reading import read, whole


def test_the_sample_maps_itself_and_nothing_in_it_is_refused(tmp_path: Path, spool: Spool) -> None:
    path = tmp_path / "sample.csv"
    rows = write_sample(path)
    table = read(path, spool)
    assert table.rows == rows
    mapping = map_headers(table.headers, [*BUILT_IN_KINDS, *NAMES])
    assert list(mapping.fields.values()) == list(table.headers)
    people = whole(table)
    emails = email_columns(people["cell:2"])
    phones = phone_columns(people["cell:3"], None, PhoneRules("valid", None))
    assert emails["refusal"].null_count() == rows
    assert phones["refusal"].null_count() == rows


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("mine")
    with pytest.raises(UsageError, match="already there"):
        write_sample(path)
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        write_sample(tmp_path / "nowhere" / "people.csv")
