"""Links are made, one for each contact, a part at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import polars as pl

from onefold.model.consent import KIND_OF, Channel
from onefold.model.error import UsageError
from onefold.model.identifier import EMAIL, PHONE
from onefold.report.csv_export import CsvExport
from onefold.report.export_columns import Column, Kind
from onefold.report.export_files import beside, lay
from onefold.stores import Reader
from onefold.way.confirming import Links
from onefold.way.keywords import keyword_named
from onefold.way.tokens import CHANNEL, TokenKind

MOST_DAYS: Final = 366
AT_A_TIME: Final = 10_000
COLUMNS: Final = (
    Column("contact", "contact", "Contact ID", Kind.TEXT),
    Column("first_name", "first_name", "First Name", Kind.TEXT),
    Column(EMAIL, EMAIL, "Email", Kind.TEXT),
    Column(PHONE, PHONE, "Phone", Kind.PHONE),
    Column("channel", "channel", "Channel", Kind.TEXT),
    Column("send_to", "send_to", "Send To", Kind.PHONE),
    Column("link", "link", "Link", Kind.TEXT),
)


@dataclass(frozen=True)
class WantedLinks:
    """What links are to be. They go by `channel`, and prove the address that each contact has there. That of
    a click to text opens a text to `number` that begins with `keyword`.
    """

    kind: TokenKind
    days: int
    channel: Channel = Channel.EMAIL
    keyword: str | None = None
    number: str | None = None


def make_links(reader: Reader, ids: pl.Series, wanted: WantedLinks, links: Links) -> Iterator[pl.DataFrame]:
    """A link for each contact, many at a time: `contact_id`, `token`, `link`, `channel` and `send_to`, by
    which way and where it goes, and the contact's `first_name`, `email` and `phone`.

    Raises `UsageError` (`bad_value`, `unknown_keyword`, `no_link_base`).
    """
    if wanted.kind is TokenKind.CONFIRM_EMAIL:
        raise UsageError(
            "a link that confirms an address is sent to that address, and to nobody else",
            code="bad_value",
            hint=f"choose one of {', '.join(one for one in TokenKind if one is not wanted.kind)}",
        )
    if not 1 <= wanted.days <= MOST_DAYS:
        raise UsageError(
            f"a link is good for {wanted.days} days", code="bad_value", hint=f"choose 1 to {MOST_DAYS} days"
        )
    keyword = _keyword(reader, wanted.keyword) if wanted.kind is TokenKind.CLICK_TO_TEXT else None
    to = KIND_OF[wanted.channel]
    for start in range(0, len(ids), AT_A_TIME):
        people = reader.values(ids.slice(start, AT_A_TIME), ("first_name", EMAIL, PHONE)).sort("id")
        tokens = [
            links.token(wanted.kind, id_, wanted.days, address=address, said={CHANNEL: wanted.channel.value})
            for id_, address in people.select("id", to).iter_rows()
        ]
        made = [_text(keyword, token, wanted.number) if keyword else links.link(token) for token in tokens]
        yield people.rename({"id": "contact_id"}).with_columns(
            pl.lit(wanted.channel.value).alias("channel"),
            pl.col(to).alias("send_to"),
            pl.Series("token", tokens, dtype=pl.String),
            pl.Series("link", made, dtype=pl.String),
        )


def write_links(file: Path, parts: Iterable[pl.DataFrame], code: str) -> None:
    """Writes links as CSV, whose contact ids bear the book's `code`. Raises `UsageError` (`bad_target`)."""
    with beside(file) as place:
        written = CsvExport(place, COLUMNS)
        try:
            for part in parts:
                written.add(
                    part.with_columns(pl.format("{}-{}", pl.lit(code), "contact_id").alias("contact"))
                )
            written.finish()
        finally:
            written.close()
        lay(place, file)


def _text(keyword: str, token: str, number: str | None) -> str:
    """A link that opens a text."""
    return f"sms:{quote(number or '', safe='+')}?&body={quote(f'{keyword} {token}')}"


def _keyword(reader: Reader, asked: str | None) -> str:
    """The word that a text begins with. Raises `UsageError` (`unknown_keyword`, `bad_value`)."""
    if asked is None:
        raise UsageError(
            "a text begins with a keyword, and the link names none", code="bad_value", hint="give --keyword"
        )
    return keyword_named(reader, asked).word
