"""What the operator should know of columns that seem to say something about consent and fill nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from onefold.model.consent import KIND_OF, Channel
from onefold.sources.consent_headers import ConsentHeader, Says, read_consent_header
from onefold.sources.header_words import plain_words
from onefold.sources.mapping import HEADERS_NAMED, map_option, named
from onefold.sources.spool import Spool
from onefold.stores import Reader
from onefold.way.consent_hints import Hint, channel_of, consent_hints, together
from onefold.way.consent_values import Refusing, subscribed_and_refused, subscribed_in_file
from onefold.way.mapped_input import MappedInput

CLEANED: Final = "cleaned"
"""Behind other words of a file's name it says that somebody tidied the file up."""


def consent_warnings(reader: Reader, mapped: MappedInput, spool: Spool, now: datetime) -> Iterator[str]:
    """What the operator should know of columns that seem to say something about consent and fill nothing: how
    they would be taken, all together, and how many people who are subscribed today they refuse.
    """
    found = list(consent_hints(mapped))
    counted = {hint.header: _counted(hint) for hint in found if hint.refuses}
    refused = subscribed_and_refused(reader, mapped.input, spool, counted, now)
    hints = [hint for hint in found if hint.surely or refused.get(hint.header)]
    taken = together(hints, set(mapped.mapping.fields.values()))
    if taken:
        options = " ".join(map_option(hint.header, str(hint.field)) for hint in taken[:HEADERS_NAMED])
        more = f" (and {len(taken) - HEADERS_NAMED:,} more)" if len(taken) > HEADERS_NAMED else ""
        yield f"consent is taken only when asked for; if it is meant: {options}{more}"
    yield from _not_taken(hints, taken)
    for hint in hints:
        count = refused.get(hint.header, 0)
        if count:
            people = f"{_people(count)} subscribed today ({hint.channel})"
            yield f"column {hint.header!r} is not read as consent, and refuses {people}"
    yield from _of_every_row(reader, mapped, spool, hints)


def _not_taken(hints: Sequence[Hint], taken: Sequence[Hint]) -> Iterator[str]:
    """What of it no option can take as it stands."""
    followed = {hint.header for hint in taken}
    left = [hint for hint in hints if hint.header not in followed and hint.field == f"consent.{hint.channel}"]
    for channel in Channel:
        headers = [hint.header for hint in left if hint.channel is channel]
        if headers:
            verb = "seems" if len(headers) == 1 else "seem"
            yield f"{named(headers)} {verb} to tell of consent too; one column fills consent.{channel}"
    for hint in hints:
        if hint.field is None and hint.refuses:
            yield (
                f"column {hint.header!r} has words of refusal among others, like {hint.like!r}: "
                f"put them into a column of their own, and map it to consent.{hint.channel}.refused"
            )
    for hint in taken:
        if len(read_consent_header(hint.header).channels) > 1:
            yield f"column {hint.header!r} tells of email and sms, and fills one: copy it to take it for both"


def _of_every_row(reader: Reader, mapped: MappedInput, spool: Spool, hints: Sequence[Hint]) -> Iterator[str]:
    """The option that takes every row as a refusal, where the file or its column of addresses is called so
    and no other column tells of consent.
    """
    for channel, told in _called_refusals(mapped):
        fields = {*mapped.mapping.fields.values(), *(hint.field for hint in hints)}
        if fields.isdisjoint({f"consent.{channel}", f"consent.{channel}.refused"}):
            count = subscribed_in_file(reader, mapped.input, spool, channel)
            people = f", {_people(count)} of it subscribed today" if count else ""
            yield f"{told}{people}; if all in it refused: --consent {channel}=unsubscribed"


def _called_refusals(mapped: MappedInput) -> Iterator[tuple[Channel, str]]:
    """The channels on which everybody in the file seems to have refused, each with what says so."""
    name = mapped.input.name
    about = _read_name(name)
    of_name = channel_of(about, mapped) if about.says is Says.REFUSED and about.plainly else None
    for channel, kind in KIND_OF.items():
        if kind not in mapped.columns:
            continue
        header = mapped.header(kind)
        of_header = read_consent_header(header)
        if of_header.says is Says.REFUSED and of_header.plainly:
            yield channel, f"the column of addresses is called {header!r}"
        elif channel == of_name:
            yield channel, f"the file is called {name!r}"


def _read_name(name: str) -> ConsentHeader:
    words = plain_words(name.split(".")[0])
    return read_consent_header(words[:1] + words[1:].replace(CLEANED, ""))


def _counted(hint: Hint) -> Refusing:
    refused = bool(hint.field) and str(hint.field).endswith(".refused")
    by_name = read_consent_header(hint.header).says is Says.REFUSED
    return Refusing(hint.index, hint.channel, says_who_refused=refused and by_name)


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"
