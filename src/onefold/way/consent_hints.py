"""Which columns that fill nothing could say something about consent, and how they would be taken."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from onefold.model.consent import Channel
from onefold.model.identifier import EMAIL, PHONE
from onefold.sources.consent_headers import Beside, ConsentHeader, Says, read_consent_header
from onefold.sources.mapping import NOT_UNASKED
from onefold.way.consent_values import (
    HALF,
    Values,
    different_texts,
    holds_addresses,
    values_of,
)
from onefold.way.mapped_input import MappedInput

GOES_WITH: Final = {Beside.DATE: ".date", Beside.WORDING: ".wording", Beside.SOURCE: ".source"}


@dataclass(frozen=True)
class Hint:
    """What a column that fills nothing could be mapped to. `field` is None where its words cannot be taken as
    they stand; `or_refused`: where another column fills it, this one could still say who refused. `surely`:
    it is worth a hint though nobody is refused by it.
    """

    header: str
    index: int
    channel: Channel
    field: str | None
    surely: bool = True
    refuses: bool = False
    or_refused: bool = False
    like: str = ""


def consent_hints(mapped: MappedInput) -> Iterator[Hint]:
    """The columns that fill nothing, or unasked a field of the book, and could say something about consent,
    in the order of the file: by what their headers say, or by their words.
    """
    headers = mapped.input.headers
    made = [custom.name for custom in mapped.new_fields]
    filling = [
        header
        for header, field in mapped.mapping.fields.items()
        if field and field not in NOT_UNASKED and header not in (*made, *mapped.by_hand)
    ]
    open_ = {header: headers.index(header) for header in (*mapped.mapping.unknown, *made, *filling)}
    told = {header: read_consent_header(header) for header in open_}
    channels = {header: channel_of(about, mapped) for header, about in told.items()}
    looked_at = {header: index for header, index in open_.items() if channels[header] is not None}
    texts = different_texts(mapped.input, list(looked_at.values()))
    for header, index in sorted(looked_at.items(), key=lambda one: one[1]):
        channel = channels[header]
        if channel is None or holds_addresses(texts[index]):
            continue
        hint = _by_name(header, index, told[header], channel, texts[index]) or _by_values(
            header, index, told[header], channel, values_of(texts[index])
        )
        if hint is not None:
            yield replace(hint, surely=hint.surely and header not in filling)


def channel_of(about: ConsentHeader, mapped: MappedInput) -> Channel | None:
    """The channel that a header is about: the one that it names, else the one that the file has addresses of;
    None where it is about calls or letters, but that a refusal of calls goes for texts too.
    """
    if about.channels:
        return Channel.EMAIL if Channel.EMAIL in about.channels else Channel.SMS
    if about.elsewhere:
        return Channel.SMS if about.by_phone and about.says is not Says.AGREED else None
    only_phones = PHONE in mapped.columns and EMAIL not in mapped.columns
    return Channel.SMS if only_phones else Channel.EMAIL


def _by_name(
    header: str, index: int, about: ConsentHeader, channel: Channel, texts: pl.Series
) -> Hint | None:
    """What a header says plainly, where its cells do not speak against it."""
    if not about.plainly or about.beside is Beside.SOMETHING_ELSE:
        return None
    state = f"consent.{channel}"
    if about.says is Says.REFUSED:
        trusted = about.whole or (values_of(texts).read or 0) >= HALF
        return Hint(header, index, channel, f"{state}.refused", refuses=True) if trusted else None
    if about.beside in GOES_WITH:
        return Hint(header, index, channel, state + GOES_WITH[about.beside])
    if about.beside is not None:
        return None
    values = values_of(texts)
    if values.read is not None and values.read < HALF:
        return None
    in_words = about.in_words and bool(values.refusing)
    return Hint(header, index, channel, state, refuses=True, or_refused=in_words)


def _by_values(
    header: str, index: int, about: ConsentHeader, channel: Channel, values: Values
) -> Hint | None:
    """What a column's words say by themselves. A word that accounts have too is no consent by itself."""
    refusing = values.refusing or (values.may_refuse if about.in_words else ())
    if about.says is Says.UNCLEAR or not (refusing or values.agreeing):
        return None
    if values.read != 1:
        return Hint(
            header, index, channel, None, surely=False, refuses=bool(refusing), like=(*refusing, "")[0]
        )
    state = f"consent.{channel}"
    both = values.agreeing and not (values.other_agreeing or about.says is Says.REFUSED)
    surely = bool(values.refusing or both)
    if not both:
        return Hint(header, index, channel, f"{state}.refused", surely, refuses=True) if refusing else None
    refuses = bool(refusing)
    return Hint(header, index, channel, state, surely, refuses, or_refused=refuses)


def together(hints: Sequence[Hint], filled: Collection[str | None]) -> list[Hint]:
    """Those that can be followed all together: one column for who agreed, and what goes beside it only where
    that is taken and no refusal would be dated by it.
    """
    chosen: dict[str, Hint] = {}
    for hint in hints:
        if hint.field == f"consent.{hint.channel}" and hint.field not in filled:
            chosen.setdefault(hint.field, hint)
    told = [_where_filled(hint, chosen) for hint in hints]
    refused = {hint.field for hint in told if hint.refuses} | set(filled)
    taken: dict[str, Hint] = {}
    for hint in (hint for hint in told if hint.field is not None):
        state = f"consent.{hint.channel}"
        if hint.field == state:
            allowed = chosen.get(state) is hint
        elif hint.field == f"{state}.refused":
            allowed = True
        else:
            dates_refusals = hint.field == f"{state}.date" and f"{state}.refused" in refused
            allowed = (state in filled or state in chosen) and not dates_refusals
            allowed = allowed and hint.field not in (*filled, *(one.field for one in taken.values()))
        if allowed:
            taken[hint.header] = hint
    return list(taken.values())


def _where_filled(hint: Hint, chosen: Mapping[str, Hint]) -> Hint:
    """The hint, or that to map its refusals where another column says who agreed."""
    state = f"consent.{hint.channel}"
    if hint.field == state and hint.or_refused and chosen.get(state) is not hint:
        return replace(hint, field=f"{state}.refused")
    return hint
