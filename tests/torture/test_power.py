"""The power goes: what is on the disk by then is all there is, and the log may be cut anywhere."""

import random

import pytest

from tests.torture.conftest import Places, Story, Zygote
from tests.torture.content import differences

CUTS = 8


@pytest.mark.parametrize("places", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", range(CUTS))
def test_the_power_goes_while_an_import_writes(
    places: Places, story: Story, zygote: Zygote, number: int
) -> None:
    chance = random.Random(number)
    # From when it writes until it takes its working files away: before that, every commit is on the disk.
    moment = chance.randint(story.run["events"] // 3, story.run["events"] * 9 // 10)
    place = places.copy(story.before)
    given = place.given | {"file": str(place.file)}
    stopped = zygote.ask(deed="import_people", given=given, event=moment, stop=True)
    after = places.copy(place)
    zygote.ask(end=stopped["stopped"])
    # The memory that processes share is not on the disk.
    (after.folder / "book.db-shm").unlink(missing_ok=True)
    log = after.folder / "book.db-wal"
    if log.exists():
        content = log.read_bytes()
        log.write_bytes(content[: chance.randint(0, len(content))])
    assert zygote.do("check", after)["gave"] == []
    zygote.do("go_on", after, file=str(after.file), way=chance.choice(("resume", "again")))
    assert differences(after.content(), story.content) == []
    assert after.results() == story.results
