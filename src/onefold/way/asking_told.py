"""What became of questions, in words."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from onefold.model.question import Asking
from onefold.resolve.asking import MOST_A_DAY

TELL_IT: Final = "onefold settings set link_base https://…"
UNTIL_IT_KNOWS: Final = f"until the book knows where its links lead: {TELL_IT}"
NOT_ASKED: Final = {
    Asking.REFUSED: "{address} has refused texts, so nothing is sent to it: text START from it to get them",
    Asking.REFUSED_LATELY: "{address} has refused mails and was asked within 30 days: no mail is sent to it",
    Asking.TOO_MANY: f"{{address}} was asked {MOST_A_DAY} times within a day: nothing more is sent to it",
    Asking.FOR_ANOTHER: "{address} is being asked for another contact, and nothing more until it answers",
}
COUNTED: Final = {
    Asking.REFUSED: "have refused texts, and nothing is sent to them: they can text START",
    Asking.REFUSED_LATELY: "have refused mails and were asked within 30 days: no mail is sent to them",
    Asking.TOO_MANY: f"were asked {MOST_A_DAY} times within a day: nothing more is sent to them",
    Asking.FOR_ANOTHER: "are being asked for another contact, and have not answered",
}
"""The same of many: whose consent pends without a question."""


def waiting_for(asked: pl.DataFrame) -> tuple[str, ...]:
    """The addresses whose yes is waited for; `asked` as `ask` gives it."""
    is_open = pl.col("asking") == Asking.OPEN
    return tuple(asked.filter(is_open | pl.col("sent"))["address"].unique(maintain_order=True))


def not_asked(asked: pl.DataFrame) -> Iterator[str]:
    """A sentence for each address that no question went to."""
    for address, asking, sent in asked.select("address", "asking", "sent").iter_rows():
        if asking in NOT_ASKED:
            yield NOT_ASKED[Asking(asking)].format(address=address)
        elif asking == Asking.ASK and not sent:
            yield f"the mail to {address} is kept {UNTIL_IT_KNOWS}"


def counts_told(asked: pl.DataFrame) -> Iterator[str]:
    """The same of many, in counts, for a receipt."""
    sent = asked.filter("sent").group_by("channel").len().sort("channel")
    ways = [f"{count:,} by {'mail' if channel == 'email' else 'text'}" for channel, count in sent.iter_rows()]
    if ways:
        yield f"consent that was typed pends, and its addresses are asked for their yes: {', '.join(ways)}"
    kept = asked.filter((pl.col("asking") == Asking.ASK) & ~pl.col("sent")).height
    if kept:
        yield f"{kept:,} mails that ask for a yes are kept {UNTIL_IT_KNOWS}"
    counts = dict(asked.group_by("asking").len().iter_rows())
    for asking, words in COUNTED.items():
        if asking in counts:
            yield f"{counts[asking]:,} addresses {words}"
