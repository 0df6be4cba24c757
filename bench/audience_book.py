"""Books of contacts with twenty custom fields, tags and a list, some in the bin, written as batches."""

import time
from datetime import UTC, datetime
from typing import Final

import polars as pl

import onefold
from bench.measure import Figures
from onefold.model.field import FieldType
from onefold.model.frames import Contacts, contact_schema
from onefold.resolve.changes import changes_between
from onefold.stores import Writer
from onefold.way.writing import write_receipt

FIELDS: Final = (
    *((f"text {number}", FieldType.TEXT) for number in range(8)),
    *((f"number {number}", FieldType.NUMBER) for number in range(5)),
    *((f"date {number}", FieldType.DATE) for number in range(3)),
    *((f"flag {number}", FieldType.YES_NO) for number in range(2)),
    *((f"choice {number}", FieldType.CHOICE) for number in range(2)),
)
CHOICES: Final = ("bronze", "silver", "gold")
WORDS: Final = ("Porto", "Lisbon", "Leeds", "Köln", "Austin", "Lyon", "León", "Bari", "Recife", "Pune")
WITHOUT: Final = 5
"""Of so many contacts one has no value in a field, and one no email."""
ON_LIST, TAGGED, REMOVED = 10, 4, 10
"""Of so many contacts one is on the list, has the tag, lies in the bin."""
LIST, TAG = "Newsletter", "customer"
AT_ONCE: Final = 50_000


def write_audience(place: str, contacts: str, searched: str) -> Figures:
    """Writes so many contacts; `searched` (`yes` or `no`): with the search index."""
    started = time.perf_counter()
    with onefold.open(place) as book:
        for name, type_ in FIELDS:
            book.add_field(name, type_.value, choices=CHOICES if type_ is FieldType.CHOICE else ())
        for first in range(0, int(contacts), AT_ONCE):
            with book._store.writer() as writer:
                _write(writer, first, min(first + AT_ONCE, int(contacts)))
        book.remove(range(REMOVED, int(contacts), REMOVED))
        if searched == "yes":
            book._store.follow_search()
    return {"seconds": time.perf_counter() - started}


def _write(writer: Writer, first: int, last: int) -> None:
    fields = {field.name: field for field in writer.fields()}
    numbers = pl.DataFrame({"number": pl.int_range(first, last, eager=True)})
    number, place = pl.col("number"), -(pl.col("number") - first + 1)
    said = {
        "id": place,
        "crm_id": pl.format("C-{}", number),
        "email": pl.when(number % WITHOUT != 0).then(pl.format("person{}@example.com", number)),
        "phone": pl.format("+4474{}", (number % 100_000_000).cast(pl.String).str.zfill(8)),
        "first_name": _one_of(WORDS, number),
        "last_name": pl.format("{}son{}", _one_of(WORDS, number // 10), number % 1000),
        "in_bin": pl.lit(value=False),
        **{fields[name].column: _value(type_, number, at) for at, (name, type_) in enumerate(FIELDS)},
    }
    schema = contact_schema(writer.own_kinds(), writer.fields())
    silent = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in said}
    people = numbers.select(**said, **silent).select(list(schema)).cast(pl.Schema(schema))
    nobody = Contacts.none(writer.own_kinds(), writer.fields())
    ids = numbers.select("number", contact_id=place)
    members = pl.concat(
        [
            _members(ids.filter(number % ON_LIST == 0), "list", LIST),
            _members(ids.filter(number % TAGGED == 0), "tag", TAG),
        ]
    )
    changes = changes_between(nobody, Contacts(people, nobody.aliases), memberships_added=members)
    write_receipt(writer, "import", changes, datetime.now(UTC), rows=last - first)


def _members(ids: pl.DataFrame, kind: str, name: str) -> pl.DataFrame:
    return ids.select("contact_id", pl.lit(kind).alias("kind"), pl.lit(name).alias("name"))


def _value(type_: FieldType, number: pl.Expr, at: int) -> pl.Expr:
    """A value that differs by contact and field, the same each time."""
    spread = (number * 7919 + at * 104_729) % 1_000
    values = {
        FieldType.TEXT: pl.format("{} {}", _one_of(WORDS, spread), spread),
        FieldType.NUMBER: spread.cast(pl.Float64),
        FieldType.DATE: (pl.date(2024, 1, 1) + pl.duration(days=spread)).dt.to_string("%Y-%m-%d"),
        FieldType.YES_NO: spread % 2 == 0,
        FieldType.CHOICE: _one_of(CHOICES, spread),
    }
    return pl.when((number + at) % WITHOUT != 0).then(values[type_])


def _one_of(words: tuple[str, ...], number: pl.Expr) -> pl.Expr:
    places = dict(enumerate(words))
    return (number % len(words)).replace_strict(places, return_dtype=pl.String)
