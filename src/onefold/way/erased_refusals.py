"""Refusals that outlive their contact: of an erased person's refused addresses the book keeps a hash each.

The key is made of the book's secret, which lies outside the book: who has the book alone cannot tell whose
addresses they are, and who brings such an address back finds it refused.
"""

import hmac
import os
from typing import Final

import polars as pl

from onefold.model.error import UsageError
from onefold.model.nfc import every_spelling
from onefold.stores import Reader
from onefold.way.secret import book_secret

PURPOSE: Final = b"onefold: refusals of erased contacts"
"""Sets these hashes apart from all else that is signed with the secret."""
THE_KEY: Final = ""
"""The channel of the line by which a key is known again."""


def address_hash(secret: bytes, channel: str, address: str) -> str:
    """The keyed hash (HMAC-SHA-256, hex) by which a canonical address on a channel is known again."""
    key = hmac.digest(secret, PURPOSE, "sha256")
    return _hash(key, channel, address)


def hashed(secret: bytes, refused: pl.DataFrame) -> pl.DataFrame:
    """Refused addresses (`channel`, `address`, `at`) as they are kept: `channel`, `address_hash`, `at`, the
    line by which the key is known again among them.
    """
    spelled = refused.with_columns(pl.col("address").alias("spelled"))
    lines = _with_hashes(secret, spelled).select("channel", "address_hash", "at")
    if lines.is_empty():
        return lines
    known = {"channel": THE_KEY, "address_hash": address_hash(secret, THE_KEY, ""), "at": ""}
    return pl.concat([lines, pl.DataFrame([known], schema=lines.schema)])


def refused_before(reader: Reader, addresses: pl.DataFrame) -> pl.DataFrame:
    """Those of these addresses (`channel`, `address`) that refused before their contact was erased, and when:
    `channel`, `address`, `at`. A hash may have been made before addresses were in NFC; `written` is how
    an address was written, where that is known.

    Raises `UsageError` (`other_secret`) where the secret is not the one that they were kept with.
    """
    found = pl.DataFrame(schema={"channel": pl.String, "address": pl.String, "at": pl.String})
    if not reader.has_erased_refusals() or addresses.is_empty():
        return found
    secret = book_secret(reader.files, os.environ)
    if reader.erased_refusals(pl.Series([address_hash(secret, THE_KEY, "")])).is_empty():
        raise UsageError(
            "the refusals of erased contacts were kept with another secret than that of this machine",
            code="other_secret",
            hint="restore the secret, or give the same ONEFOLD_SECRET wherever the book is used",
        )
    asked = _with_hashes(secret, _in_every_spelling(addresses))
    kept = reader.erased_refusals(asked["address_hash"])
    known = asked.join(kept, on=["channel", "address_hash"]).select(found.columns)
    return known.group_by("channel", "address", maintain_order=True).agg(pl.col("at").max())


def _in_every_spelling(addresses: pl.DataFrame) -> pl.DataFrame:
    """The addresses (`channel`, `address`), each with every spelling (`spelled`) in which it may have been
    hashed.
    """
    written = (
        pl.col("written") if "written" in addresses.columns else pl.lit(None, pl.String).alias("written")
    )
    asked = addresses.select("channel", "address", written)
    is_ascii = pl.col("address").str.len_bytes() == pl.col("address").str.len_chars()
    plain = asked.filter(is_ascii).select("channel", "address", pl.col("address").alias("spelled"))
    others = [
        (channel, address, spelled)
        for channel, address, written_so in asked.filter(~is_ascii).iter_rows()
        for spelled in (*every_spelling(address), *_once_kept(address, written_so))
    ]
    return pl.concat([plain, pl.DataFrame(others, schema=plain.schema, orient="row")]).unique(
        maintain_order=True
    )


def _once_kept(address: str, written: str | None) -> tuple[str, ...]:
    """An address as it was kept before it was in NFC: its local part as somebody wrote it."""
    if written is None or "@" not in written:
        return ()
    local_part = written.rpartition("@")[0].encode().lower().decode()
    return (f"{local_part}@{address.rpartition('@')[2]}",)


def _with_hashes(secret: bytes, addresses: pl.DataFrame) -> pl.DataFrame:
    key = hmac.digest(secret, PURPOSE, "sha256")
    hashes = [_hash(key, *line) for line in addresses.select("channel", "spelled").iter_rows()]
    return addresses.with_columns(pl.Series("address_hash", hashes, dtype=pl.String))


def _hash(key: bytes, channel: str, address: str) -> str:
    return hmac.digest(key, f"{channel}:{address}".encode(), "sha256").hex()
