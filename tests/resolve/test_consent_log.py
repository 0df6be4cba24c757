"""What a log of consent comes to: what was said of one address, in the order in which it was recorded."""

import polars as pl
import pytest

from onefold.model.consent import NEW_CONSENT_SCHEMA
from onefold.resolve.consent_log import settle, states_of
from tests.frames import lines, words

ADDRESS = "sms +447400100001"
PEOPLE = {"id": pl.Int64, "contact_id": pl.Int64}
NOBODY = lines(PEOPLE)
UNSHARED = lines({"channel": pl.String, "address": pl.String})
NOW = "2026"
TRUSTS = {"claimed": 0, "proven": 1, "attested": 2}


def entries(*said: str) -> pl.DataFrame:
    """`state at source trust [contact] [ends=ID] [recorded=YEAR] [method=WORD] [evidence]`, of one address;
    `at` is a year.
    """
    rows = []
    for number, line in enumerate(said, start=1):
        state, at, source, trust, *rest = line.split()
        told = dict.fromkeys(NEW_CONSENT_SCHEMA) | {"id": number, "state": state, "at": at, "source": source}
        told |= dict(zip(("channel", "address"), ADDRESS.split(), strict=True))
        ends = [int(word.removeprefix("ends=")) for word in rest if word.startswith("ends=")]
        given = [int(word) for word in rest if word.isdigit()]
        told |= {"trust": TRUSTS[trust], "contact_id": next(iter(given), 1), "ends": next(iter(ends), None)}
        if "evidence" in rest:
            told |= {"method": "paper", "wording": "Text me"}
        recorded = [word.removeprefix("recorded=") for word in rest if word.startswith("recorded=")]
        told |= {"recorded_at": next(iter(recorded), NOW)}
        methods = [word.removeprefix("method=") for word in rest if word.startswith("method=")]
        told |= {"method": next(iter(methods), told["method"])}
        rows.append(told)
    return pl.DataFrame(rows, schema={"id": pl.Int64, **NEW_CONSENT_SCHEMA, "recorded_at": pl.String})


def state(*said: str) -> str:
    return " ".join(words(states_of(entries(*said)).select("state", "at")))


TICKED = "subscribed 2021 form claimed"
IMPORTED = "subscribed 2021 import attested"
TEXTED = "subscribed 2021 keyword proven"
STOP = "unsubscribed 2022 keyword proven"


@pytest.mark.parametrize(
    ("said", "comes_to"),
    [
        ([TICKED], "subscribed 2021"),
        ([TICKED, STOP], "unsubscribed 2022"),
        # Only a strong word answers a refusal, and only if it is later.
        ([STOP, "subscribed 2023 keyword proven"], "subscribed 2023"),
        ([STOP, "subscribed 2023 console attested evidence"], "subscribed 2023"),
        ([STOP, "subscribed 2023 console attested"], "unsubscribed 2022"),
        ([STOP, "subscribed 2023 api attested evidence"], "unsubscribed 2022"),
        ([STOP, "subscribed 2023 import attested"], "unsubscribed 2022"),
        ([STOP, "subscribed 2023 form claimed"], "unsubscribed 2022"),
        ([STOP, "subscribed 2021 keyword proven"], "unsubscribed 2022"),
        # What happened counts, not when it was recorded.
        (["subscribed 2023 keyword proven", STOP], "subscribed 2023"),
        # A grant counts from when it was recorded, where that is earlier; a refusal from when it was said.
        (["subscribed 2023 keyword proven recorded=2021", STOP], "unsubscribed 2022"),
        (["subscribed 2023 form claimed recorded=2021"], "subscribed 2021"),
        (["unsubscribed 2023 keyword proven recorded=2021"], "unsubscribed 2023"),
        # Of two words at one moment the more restrictive counts.
        (["unsubscribed 2022 keyword proven", "subscribed 2022 keyword proven"], "unsubscribed 2022"),
        (["subscribed 2022 keyword proven", "unsubscribed 2022 keyword proven"], "unsubscribed 2022"),
        # A weak grant never answers a refusal, recorded before it or after.
        ([IMPORTED, "unsubscribed 2020 keyword proven"], "unsubscribed 2020"),
        # What is pending counts where nothing else is said.
        (["pending 2021 form claimed"], "pending 2021"),
        ([TICKED, "pending 2022 form claimed"], "subscribed 2021"),
        ([STOP, "pending 2023 form claimed"], "unsubscribed 2022"),
        # Grants lapse; a refusal outlives that, unless it was answered.
        ([TEXTED, "lapsed 2022 checkout attested"], "none 2022"),
        ([STOP, "lapsed 2023 checkout attested"], "unsubscribed 2022"),
        ([STOP, "subscribed 2023 keyword proven", "lapsed 2024 import attested"], "none 2024"),
        ([TEXTED, "lapsed 2022 import attested", "subscribed 2020 form claimed 2"], "subscribed 2020"),
        # An entry taken back is as if it had not been said.
        ([STOP, "subscribed 2023 form proven", "lapsed 2024 console attested ends=2"], "unsubscribed 2022"),
        ([TICKED, "subscribed 2023 api attested", "lapsed 2024 console attested ends=2"], "subscribed 2021"),
        ([TICKED, STOP, "lapsed 2024 console attested ends=2 method=withdrawn"], "subscribed 2021"),
        # One that says that a refusal is not somebody's own leaves it to the address.
        ([TICKED, STOP, "lapsed 2024 console attested ends=2 method=not_this_person"], "unsubscribed 2022"),
        # An entry that ends another, and was itself taken back, ends nothing.
        (
            [
                TICKED,
                STOP,
                "lapsed 2024 console attested ends=2 method=withdrawn",
                "lapsed 2025 console attested ends=3",
            ],
            "unsubscribed 2022",
        ),
    ],
)  # fmt: skip
def test_a_log_comes_to_a_state(said: list[str], comes_to: str) -> None:
    assert state(*said) == comes_to


def settled(log: list[str], new: list[str], live: tuple[str, ...] = (), shared: bool = False) -> list[str]:
    """The new entries that are written, and then the state."""
    both = entries(*log, *new)
    written, states = settle(
        both.head(len(log)),
        both.tail(len(new)).drop("id", "recorded_at"),
        lines(PEOPLE, *live),
        lines({"channel": pl.String, "address": pl.String}, *([ADDRESS] if shared else [])),
        NOW,
    )
    return [*words(written.select("state", "at", "source", "contact_id")), *words(states.select("state"))]


def test_what_is_said_is_written() -> None:
    assert settled([], [TICKED, STOP]) == [
        "subscribed 2021 form 1",
        "unsubscribed 2022 keyword 1",
        "unsubscribed",
    ]


def test_since_when_somebody_has_an_address_is_not_written() -> None:
    assert settled([TICKED], ["held 2024 console attested"]) == []
    assert settled([TICKED], ["held 2024 console attested", STOP])[-1] == "unsubscribed"


def test_nothing_is_written_of_nothing() -> None:
    assert settled([TICKED], []) == []


def test_a_lapse_is_written_where_there_is_a_grant_to_end() -> None:
    lapse = "lapsed 2024 import attested"
    assert settled([TICKED], [lapse]) == ["lapsed 2024 import 1", "none"]
    assert settled([], [lapse]) == []
    assert settled([STOP], [lapse]) == ["unsubscribed"]
    assert settled([TICKED, lapse], [lapse]) == ["none"]
    assert settled([], [TICKED, lapse, lapse]) == ["lapsed 2024 import 1", "subscribed 2021 form 1", "none"]


def test_what_a_file_grants_again_is_not_written_again() -> None:
    again = "subscribed 2024 import attested"
    assert settled([IMPORTED], [again]) == ["subscribed"]
    assert settled([], [IMPORTED, again, again]) == ["subscribed 2021 import 1", "subscribed"]
    assert settled([TICKED], [again]) == ["subscribed"]
    assert len(settled([IMPORTED], [STOP, again])) == 3
    assert len(settled([IMPORTED], ["unsubscribed 2024 import attested"] * 2)) == 3


def test_a_grant_that_pends_ends_by_a_yes() -> None:
    pending = "pending 2021 form claimed"
    assert settled([pending], ["pending 2024 form proven"])[-1] == "pending"
    assert settled([pending], ["subscribed 2024 form proven"])[-1] == "subscribed"


def test_a_shared_address_lapses_with_the_one_who_gave_its_consent() -> None:
    lapse = "lapsed 2024 import attested"
    assert settled([TICKED], [f"{lapse} 1"], shared=True)[-1] == "none"
    assert settled([TICKED], [f"{lapse} 2"], shared=True)[-1] == "subscribed"
