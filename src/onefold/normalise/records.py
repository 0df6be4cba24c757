"""Records: cells as somebody wrote them become identifiers and values of one spelling each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from onefold.model.field import NAMES
from onefold.model.identifier import CONTACT_ID, EMAIL, PHONE, as_written
from onefold.model.outcome import Reason
from onefold.model.rules import Rules
from onefold.model.source import Source, Trust
from onefold.normalise.consent import ConsentTerms
from onefold.normalise.date import DateOrder
from onefold.normalise.email import email_columns
from onefold.normalise.fields import REFUSED_AS, field_columns
from onefold.normalise.number import NumberStyle
from onefold.normalise.phone import PhoneRules, phone_columns
from onefold.normalise.text import text_columns, trimmed

LONGEST_IDENTIFIER = 500
"""Bytes of a CRM id or an identifier of the book's own."""


@dataclass(frozen=True)
class Spelling:
    """What is needed to read cells: the book's region and code, and what the survey settled for each column.

    `date_orders` and `number_styles` are by contact column. `bare_contact_ids`: whether a number without the
    book's code is taken as one of its contact ids.
    """

    rules: Rules
    code: str
    region: str | None = None
    bare_contact_ids: bool = False
    date_orders: Mapping[str, DateOrder | None] = field(default_factory=dict)
    number_styles: Mapping[str, NumberStyle | None] = field(default_factory=dict)
    consent: ConsentTerms = field(default_factory=ConsentTerms)


@dataclass(frozen=True)
class Normalised:
    """Records in one spelling, and what deserves a warning: numbers that are possible but not valid, ids of
    other books.
    """

    records: pl.DataFrame
    doubtful_numbers: pl.Series
    foreign_ids: pl.Series


def normalise(cells: pl.DataFrame, spelling: Spelling) -> Normalised:
    """Reads cells into records.

    `cells` has `row`, `malformed` and `undecodable`, a text column for each contact column that the input
    has, and where the input is no file `source`, `trust:KIND` and `refused_as` (the reason that goes with
    `malformed`). The records have `row`, `source`, every
    identifier with its `trust:KIND`, the names, the fields that the input has, `clear:COLUMN` where the clear
    token stands in any cell, and `refusal_reason` and `refusal` (the first thing that is wrong with a row, as
    one word and as a sentence).
    """
    rules = spelling.rules
    cells, cleared = _without_clear_token(cells, rules)
    said = {name: cells[name] for name in cells.columns}
    columns: list[pl.Series] = [cells["row"], *cleared.values()]
    ids, foreign = _contact_ids(said.get(CONTACT_ID), spelling, cells.height)
    columns.append(ids)
    emails = email_columns(_texts(said, EMAIL, cells.height))
    phones = phone_columns(
        _without_blocked_numbers(_texts(said, PHONE, cells.height), rules),
        said.get("region"),
        PhoneRules(rules.policy.phone_check.value, spelling.region),
    )
    columns += [emails["email"], emails["email_as_written"], phones["phone"]]
    columns.append(_phone_as_written(said, phones))
    refusals = [(Reason.BAD_EMAIL, emails["refusal"]), (Reason.BAD_PHONE, phones["refusal"])]
    texts = [kind for kind in rules.kinds if kind not in (EMAIL, PHONE)] + list(NAMES)
    nothing = pl.lit(None, pl.String)
    plain = [trimmed(pl.col(name)) if name in said else nothing.alias(name) for name in texts]
    columns += cells.select("row", *plain).drop("row").get_columns()
    refusals += [(Reason.MALFORMED_ROW, _too_long(said.get(kind))) for kind in texts if kind in rules.kinds]
    for custom in rules.fields:
        if custom.column in said:
            order = spelling.date_orders.get(custom.column)
            style = spelling.number_styles.get(custom.column)
            read = field_columns(said[custom.column], custom, order, style)
            columns.append(read["value"].alias(custom.column))
            refusals.append((REFUSED_AS[custom.type], read["refusal"]))
    columns += _where_from(said, rules, cells.height)
    records = pl.DataFrame(columns).with_columns(_first(cells, refusals))
    return Normalised(records, phones.filter("doubtful")["phone"], foreign)


def _without_clear_token(cells: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """Empties cells that hold the clear token and says which they were, as `clear:COLUMN` (MAI-11: capitals
    only).
    """
    token = rules.policy.clear_token
    values = (*rules.kinds, *NAMES, *(custom.column for custom in rules.fields))
    if token is None:
        return cells, {}
    is_token = {
        name: (pl.col(name).str.strip_chars() == token).fill_null(False)
        for name in values
        if name in cells.columns
    }
    somewhere = cells.select_seq(is_it.any().alias(name) for name, is_it in is_token.items())
    cleared = {
        name: cells.select(is_token[name].alias(f"clear:{name}")).to_series()
        for name in is_token
        if somewhere[name].item()
    }
    if not cleared:
        return cells, {}
    emptied = [pl.when(~is_it).then(pl.col(name)).alias(name) for name, is_it in cleared.items()]
    return cells.with_columns(emptied), cleared


def _first(cells: pl.DataFrame, refusals: list[tuple[Reason, pl.Series]]) -> list[pl.Expr]:
    """The first refusal of each row, as `refusal_reason` and `refusal`: of the row as a row, then of its
    values.
    """
    malformed, undecodable = pl.lit(cells["malformed"]), pl.lit(cells["undecodable"])
    whole = (
        pl.when(undecodable)
        .then(pl.lit(Reason.UNDECODABLE_TEXT.value))
        .otherwise(pl.lit(Reason.MALFORMED_ROW.value))
    )
    if "refused_as" in cells.columns:
        whole = pl.coalesce(pl.lit(cells["refused_as"]), whole)
    reasons = [pl.when(malformed.is_not_null()).then(whole)]
    reasons += [
        pl.when(pl.lit(sentence).is_not_null()).then(pl.lit(reason.value)) for reason, sentence in refusals
    ]
    sentences = [malformed, *(pl.lit(sentence.cast(pl.String)) for _, sentence in refusals)]
    return [pl.coalesce(reasons).alias("refusal_reason"), pl.coalesce(sentences).alias("refusal")]


def _too_long(identifier: pl.Series | None) -> pl.Series:
    """Refuses identifiers that are no identifiers: a store could not index them."""
    if identifier is None:
        return pl.Series([None], dtype=pl.String)
    long = (identifier.str.len_bytes() > LONGEST_IDENTIFIER).fill_null(False)
    sentence = f"the {identifier.name} is longer than {LONGEST_IDENTIFIER} bytes"
    return pl.select(pl.when(pl.lit(long)).then(pl.lit(sentence))).to_series()


def _texts(said: Mapping[str, pl.Series], name: str, height: int) -> pl.Series:
    return said[name] if name in said else pl.Series(name, [None], dtype=pl.String).new_from_index(0, height)


def _phone_as_written(said: Mapping[str, pl.Series], phones: pl.DataFrame) -> pl.Series:
    """The number as it stands in the input, where that is not its canonical spelling."""
    if PHONE not in said:
        return phones["phone"].clear(phones.height).alias(as_written(PHONE))
    written = text_columns(said[PHONE])["value"]
    differs = (written != phones["phone"]).fill_null(False)
    return pl.select(pl.when(pl.lit(differs)).then(pl.lit(written)).alias(as_written(PHONE))).to_series()


def _without_blocked_numbers(spelled: pl.Series, rules: Rules) -> pl.Series:
    """Leaves out numbers that people type to get past a form (`0000000000`): they stand for nobody."""
    if not rules.policy.blocked_numbers or spelled.null_count() == len(spelled):
        return spelled
    significant = [number.lstrip("0") for number in rules.policy.blocked_numbers]
    digits = pl.col("spelled").str.replace_all(r"[\s().\-+/]", "").str.strip_chars_start("0")
    nothing = digits.is_in(significant) & pl.col("spelled").str.contains(r"\d")
    return pl.DataFrame({"spelled": spelled}).select(pl.when(~nothing).then("spelled"))["spelled"]


def _contact_ids(spelled: pl.Series | None, spelling: Spelling, height: int) -> tuple[pl.Series, pl.Series]:
    """The number of a contact id that carries this book's code, and what was said for another book."""
    if spelled is None:
        return _texts({}, CONTACT_ID, height).cast(pl.Int64), pl.Series("foreign", [], dtype=pl.String)
    code = f"(?:{spelling.code}-)?" if spelling.bare_contact_ids else f"{spelling.code}-"
    text = pl.col("spelled").str.strip_chars()
    read = pl.DataFrame({"spelled": spelled}).select(
        text.str.extract(rf"(?i)^{code}([0-9]{{1,15}})$", 1).cast(pl.Int64).alias(CONTACT_ID),
        pl.when(text != "").then(text).alias("foreign"),
    )
    foreign = read.filter(pl.col(CONTACT_ID).is_null() & pl.col("foreign").is_not_null())["foreign"]
    return read[CONTACT_ID], foreign


def _where_from(said: Mapping[str, pl.Series], rules: Rules, height: int) -> list[pl.Series]:
    """`source` and `trust:KIND`: a file is an import, for which the operator answers."""
    attested = pl.Series("trust", [int(Trust.ATTESTED)], dtype=pl.UInt8).new_from_index(0, height)
    imported = pl.Series("source", [Source.IMPORT.value]).new_from_index(0, height)
    trusts = [said.get(f"trust:{kind}", attested).alias(f"trust:{kind}") for kind in rules.all_kinds]
    return [said.get("source", imported), *trusts]
