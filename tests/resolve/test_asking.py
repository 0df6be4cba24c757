"""Which questions are asked, and what becomes of those that are not."""

import polars as pl
import pytest

from onefold.model.consent import CONSENT_SCHEMA
from onefold.model.frames import empty
from onefold.model.question import EARLIER_QUESTION_SCHEMA, WANTED_QUESTION_SCHEMA
from onefold.resolve.asking import REFUSED_SCHEMA, questions_of, with_asking, with_purpose
from tests.frames import lines

DAY_AGO, MONTH_AGO = "2026-11-21T10:00:00Z", "2026-10-23T10:00:00Z"
NOW, YESTERDAY = "2026-11-22T09:00:00Z", "2026-11-20T09:00:00Z"
TEXT, MAIL = "sms 1", "email a"


def wanted(*said: str) -> list[dict[str, object]]:
    """`said`: channel, address, and where they matter contact, wording, mailbox (`-` is none)."""
    rows = []
    for line in said:
        channel, address, contact, wording, mailbox, *_ = [*line.split(), "-", "-", "-"]
        row = dict.fromkeys(WANTED_QUESTION_SCHEMA) | {"grants": True, "adds": False, "texts": False}
        row |= {"channel": channel, "address": address}
        row |= {"contact_id": None if contact == "-" else int(contact)}
        row |= {
            "wording": None if wording == "-" else wording,
            "mailbox": None if mailbox == "-" else mailbox,
        }
        rows.append(row)
    return rows


def asking(
    *said: str, earlier: tuple[tuple[str, str, bool], ...] = (), refused: str | None = None
) -> list[str]:
    """What becomes of these; `earlier`: questions in the same words, when they were asked, and whether they
    are open; `refused`: since when all of the addresses refuse.
    """

    asked = with_purpose(pl.DataFrame(wanted(*said), schema=WANTED_QUESTION_SCHEMA))
    before = empty(EARLIER_QUESTION_SCHEMA)
    for line, at, is_open in earlier:
        one = with_purpose(pl.DataFrame(wanted(line), schema=WANTED_QUESTION_SCHEMA)).with_columns(
            asked_at=pl.lit(at), sent_at=pl.lit(at), open=pl.lit(is_open)
        )
        before = pl.concat([before, one.select(list(EARLIER_QUESTION_SCHEMA))])
    no = asked.select("channel", "address", refused_at=pl.lit(refused, pl.String)).unique()
    no = no.cast(pl.Schema(REFUSED_SCHEMA)) if refused else empty(REFUSED_SCHEMA)
    return with_asking(asked, before, no, day_ago=DAY_AGO, month_ago=MONTH_AGO)["asking"].to_list()


@pytest.mark.parametrize("who", [TEXT, MAIL])
def test_the_same_is_not_asked_twice_while_it_is_open(who: str) -> None:
    assert asking(who) == ["ask"]
    assert asking(who, who) == ["ask", "open"]
    assert asking(who, earlier=((who, NOW, True),)) == ["open"]
    assert asking(who, earlier=((who, NOW, False),)) == ["ask"]


def test_something_else_is_another_question() -> None:
    assert asking(f"{MAIL} - News", earlier=((MAIL, NOW, True),)) == ["ask"]
    assert asking(f"{MAIL} 1", earlier=((MAIL, NOW, True),)) == ["ask"]
    assert asking(MAIL, f"{MAIL} - News") == ["ask", "ask"]


@pytest.mark.parametrize("who", [TEXT, MAIL])
def test_nobody_is_asked_more_than_three_times_a_day(who: str) -> None:
    for count, becomes in ((2, "ask"), (3, "too_many"), (4, "too_many")):
        assert asking(who, earlier=((who, NOW, False),) * count) == [becomes]
    assert asking(who, earlier=((who, YESTERDAY, False),) * 9) == ["ask"]
    words = [f"{MAIL} - {letter}" for letter in "ABCDE"]
    assert asking(*words) == ["ask"] * 3 + ["too_many"] * 2


@pytest.mark.parametrize(
    ("open_one", "becomes"),
    [
        (f"{TEXT} 2", "for_another"),
        (f"{TEXT} -", "for_another"),
        (f"{TEXT} - News b", "for_another"),
        (f"{TEXT} - News a", "ask"),
        (f"{TEXT} 2 News a", "for_another"),
    ],
)
def test_a_number_is_asked_for_one_contact_at_a_time(open_one: str, becomes: str) -> None:
    assert asking(f"{TEXT} 1 News a", earlier=((open_one, NOW, True),)) == [becomes]


def test_a_number_that_refused_is_not_asked() -> None:
    assert asking(TEXT, refused=NOW) == ["refused"]
    assert asking(TEXT, refused="2020-01-01T00:00:00Z") == ["refused"]


def test_a_mailbox_that_refused_is_asked_once_in_thirty_days() -> None:
    long_ago = "2020-01-01T00:00:00Z"
    assert asking(MAIL, refused=long_ago) == ["ask"]
    assert asking(MAIL, f"{MAIL} - News", refused=long_ago) == ["ask", "open"]
    assert asking(MAIL, earlier=((f"{MAIL} - News", YESTERDAY, False),), refused=long_ago) == [
        "refused_lately"
    ]
    assert asking(MAIL, earlier=((MAIL, "2026-10-01T00:00:00Z", False),), refused=long_ago) == ["ask"]
    assert asking(MAIL, earlier=((MAIL, YESTERDAY, False),), refused=NOW) == ["ask"]


def test_what_was_typed_is_asked_about_and_nothing_else() -> None:
    said = lines(
        {name: CONSENT_SCHEMA[name] for name in ("address", "channel", "state", "at", "source", "trust")},
        "1 sms pending 2026 form 0",
        "2 sms subscribed 2026 form 1",
        "3 sms unsubscribed 2026 form 0",
        "4 sms pending 2026 import 2",
        "5 sms lapsed 2026 import 2",
    )
    missing = {name: dtype for name, dtype in CONSENT_SCHEMA.items() if name not in said.columns}

    whole = said.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in missing.items())
    assert questions_of(whole)["address"].to_list() == ["1"]
