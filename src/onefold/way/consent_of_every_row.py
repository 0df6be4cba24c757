"""What is said of every row of a file, where its cells do not: `--consent email=unsubscribed`."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import polars as pl

from onefold.model.consent import SAYABLE, Channel, ConsentState
from onefold.model.error import UsageError
from onefold.normalise.consent import ConsentTerms
from onefold.normalise.consent_cells import consent_moments
from onefold.way.request import ImportRequest


def said_of_every_row(request: ImportRequest, now: datetime) -> ConsentTerms:
    """What `--consent`, `--consent-date` and `--consent-wording` say.

    Raises `UsageError` (`bad_value`) for a channel, state or date that there is not, and for a grant without
    the words that were agreed to.
    """
    states = dict(_states(request.consent))
    if not states:
        for option, value in (("date", request.consent_date), ("wording", request.consent_wording)):
            if value is not None:
                raise UsageError(
                    f"--consent-{option} goes with --consent, which says nothing",
                    code="bad_value",
                    hint="say what is so of every row, like --consent email=unsubscribed",
                )
        return ConsentTerms()
    wording = (request.consent_wording or "").strip() or None
    for channel, state in states.items():
        if state is ConsentState.SUBSCRIBED and wording is None:
            raise UsageError(
                f"--consent {channel}={state} needs the words that everybody in the file agreed to",
                code="bad_value",
                hint='give them with --consent-wording "…"',
            )
    return ConsentTerms(states, _moment(request.consent_date, now), wording)


def _states(said: Mapping[str, str]) -> Iterator[tuple[Channel, ConsentState]]:
    for channel, state in said.items():
        if channel not in set(Channel):
            raise UsageError(
                f"--consent {channel}={state}: {channel!r} is no channel",
                code="bad_value",
                hint=f"choose {' or '.join(Channel)}",
            )
        if state not in SAYABLE:
            raise UsageError(
                f"--consent {channel}={state}: {state!r} is no state of consent",
                code="bad_value",
                hint=f"choose one of {', '.join(SAYABLE)}",
            )
        yield Channel(channel), ConsentState(state)


def _moment(said: str | None, now: datetime) -> str | None:
    if said is None:
        return None
    value, refusal, _ = consent_moments(pl.Series([said]), None, now).row(0)
    if value is None:
        raise UsageError(
            f"--consent-date: {refusal or 'it is blank'}",
            code="bad_value",
            hint="give the day on which it was said, like 2026-11-20",
        )
    return str(value)
