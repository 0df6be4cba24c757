"""Records of any source, taken in one batch: the same stages as a file, without the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import polars as pl

from onefold.model.brought import LABEL_SCHEMA, Brought
from onefold.model.error import UsageError
from onefold.model.field import NAMES
from onefold.model.frames import DECISION_SCHEMA, MEMBERSHIP_SCHEMA, empty
from onefold.model.identifier import PHONE
from onefold.model.outcome import Status
from onefold.model.rules import Rules
from onefold.model.source import ATTESTING, Source, Trust
from onefold.stores import Writer
from onefold.way.plan import count_outcomes, imported_of, reasons_of
from onefold.way.stages import decide_batch, look_first, normalise_batch, survey_input
from onefold.way.terms import Terms, column_of
from onefold.way.writing import write_receipt

PROVING_BY_ITSELF: Final = {Source.KEYWORD: frozenset({PHONE})}
"""Identifiers that a source shows by the way it works: who sends a text has that number."""
PLAIN: Final = {"source", "at", "key", "proven", "contact_id", "fields", "tags", "lists", "consent"}
"""What a record may say beside identifiers and names (CONTRACT)."""


@dataclass(frozen=True)
class Answer:
    """What became of one record."""

    key: str | None
    status: str
    reason: str
    contact_id: int | None
    detail: str | None = None


def take_records(
    writer: Writer, records: Sequence[Mapping[str, Any]], terms: Terms, now: datetime, *, kind: str
) -> tuple[int, list[Answer]]:
    """Decides and writes records under the writer lock; gives the receipt's id and an answer for each record.

    Raises `UsageError` (`bad_record`) for one that says what the book has no word for.
    """
    spelling = replace(terms.spelling, bare_contact_ids=True)
    terms = replace(terms, spelling=spelling)
    brought = replace(Brought.nothing(), labels=_labels(records))
    normalised = normalise_batch(_cells(records, terms.rules), terms).records
    look = look_first(normalised, writer, terms.rules, len(records))
    surveyed = survey_input([look], lambda: iter([normalised]), writer, terms)
    carried, heads = empty(MEMBERSHIP_SCHEMA), empty(DECISION_SCHEMA)
    decided, _ = decide_batch(0, normalised, brought, surveyed, heads, writer, carried, terms, alone=True)
    outcomes = count_outcomes(decided.decisions)
    receipt_id, given = write_receipt(
        writer,
        kind,
        decided.changes,
        now,
        rows=len(records),
        options={"imported": imported_of(outcomes)},
        policy=terms.rules.policy.name,
        purpose=terms.rules.purpose.value,
        counts=reasons_of(outcomes),
    )
    final = decided.decisions.with_columns(pl.col("contact_id").replace(given["provisional"], given["id"]))
    return receipt_id, list(_answers(records, final))


def _answers(records: Sequence[Mapping[str, Any]], final: pl.DataFrame) -> Iterator[Answer]:
    for record, row in zip(records, final.iter_rows(named=True), strict=True):
        found = row["contact_id"] if row["status"] != Status.ERROR else None
        yield Answer(record.get("key"), row["status"], row["reason"], found, row["detail"])


def _cells(records: Sequence[Mapping[str, Any]], rules: Rules) -> pl.DataFrame:
    """Records of CONTRACT's shape as the cells that `normalise` reads, one row each in their order."""
    known = (*PLAIN, *rules.kinds, *NAMES)
    for record in records:
        for name in record:
            if name not in known:
                raise _bad(
                    f"a record says {name!r}, which is no part of a record", f"it has {', '.join(known)}"
                )
    fields = {custom.name: custom.column for custom in rules.fields}
    columns: dict[str, list[Any]] = {"row": list(range(len(records)))}
    columns |= {
        name: [_text(record.get(name)) for record in records] for name in ("contact_id", *rules.kinds, *NAMES)
    }
    for name in {name for record in records for name in (record.get("fields") or {})}:
        if name not in fields:
            raise _bad(f"there is no field {name!r}", "add it with `onefold fields add`")
        column = column_of(name, rules)
        columns[column] = [_text((record.get("fields") or {}).get(name)) for record in records]
    sources = [_source(record) for record in records]
    columns["source"] = [source.value for source in sources]
    for kind in rules.all_kinds:
        columns[f"trust:{kind}"] = [
            int(_trust(kind, source, record)) for source, record in zip(sources, records, strict=True)
        ]
    schema: dict[str, Any] = {name: pl.UInt8 if name.startswith("trust:") else pl.String for name in columns}
    return pl.DataFrame(columns, schema=schema | {"row": pl.UInt32}).with_columns(
        pl.lit(None, dtype=pl.String).alias("malformed"), pl.lit(False).alias("undecodable")
    )


def _source(record: Mapping[str, Any]) -> Source:
    try:
        return Source(record["source"])
    except (KeyError, ValueError):
        raise _bad(
            f"a record has the source {record.get('source')!r}", f"it is one of {', '.join(Source)}"
        ) from None


def _trust(kind: str, source: Source, record: Mapping[str, Any]) -> Trust:
    """How this record knows that identifier (GLOSSARY, trust)."""
    if source in ATTESTING:
        return Trust.ATTESTED
    proven = kind in (record.get("proven") or ()) or kind in PROVING_BY_ITSELF.get(source, ())
    return Trust.PROVEN if proven else Trust.CLAIMED


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


def _labels(records: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """The tags and lists that records carry: `row`, `kind`, `name`."""
    lines = [
        (row, kind, name)
        for row, record in enumerate(records)
        for kind in ("tag", "list")
        for name in record.get(f"{kind}s") or ()
    ]
    return pl.DataFrame(lines, schema=LABEL_SCHEMA, orient="row")


def _bad(message: str, hint: str) -> UsageError:
    return UsageError(message, code="bad_record", hint=hint)
