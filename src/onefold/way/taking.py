"""Records of any source, taken in one batch: the same stages as a file, without the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from onefold.model.outcome import Purpose, Status
from onefold.sources.record_columns import in_columns
from onefold.sources.record_shape import key_of
from onefold.stores import Writer
from onefold.way.asking import ask_for_claimed
from onefold.way.asking_told import counts_told, not_asked
from onefold.way.came_to import consent_came_to, spoken_states
from onefold.way.incoming import words_of
from onefold.way.keys import Keys, without
from onefold.way.plan import count_outcomes, imported_of, reasons_of
from onefold.way.stages import Earlier, decide_batch, look_first, normalise_batch, survey_input
from onefold.way.terms import Terms
from onefold.way.writing import write_receipt


@dataclass(frozen=True)
class Answer:
    """What became of one record; `consent`: the state that it came to by channel, where it brought any."""

    key: str | None
    status: str
    reason: str
    contact_id: int | None
    detail: str | None = None
    consent: Mapping[str, str] | None = None


def adding_nobody(terms: Terms) -> Terms:
    """The same terms for records that make no contact of somebody who is not there."""
    rules = replace(terms.rules, purpose=Purpose.UPDATE_EXISTING)
    return replace(terms, rules=rules, spelling=replace(terms.spelling, rules=rules))


def take_records(
    writer: Writer,
    records: Sequence[object],
    terms: Terms,
    now: datetime,
    *,
    kind: str,
    asks: bool = False,
) -> tuple[int, list[Answer]]:
    """Decides and writes records under the writer lock; gives the receipt's id and an answer for each record.

    A record that is none, or says what the book has no word for, is answered as an error; the others go on.
    With `asks`, the addresses are asked for which somebody typed a yes; a door that asks by itself leaves it
    out.
    """
    terms = replace(terms, spelling=replace(terms.spelling, bare_contact_ids=True))
    told = in_columns(records, words_of(writer, terms))
    read = normalise_batch(told.cells, terms, told.brought)
    keyed = Keys().look_at(read.records, read.brought, writer)
    left, brought = without(read.records, read.brought, keyed)
    look = look_first(left, keyed, writer, terms.rules, len(records))
    surveyed = survey_input([look], lambda: iter([left]), writer, terms)
    decided, _ = decide_batch(0, left, brought, surveyed, keyed, Earlier.nothing(), writer, terms, alone=True)
    outcomes = count_outcomes(decided.decisions)
    receipt_id, given = write_receipt(
        writer,
        kind,
        decided.changes,
        now,
        rows=len(records),
        options={"imported": imported_of(outcomes), "source": _only_source(left)},
        policy=terms.rules.policy.name,
        purpose=terms.rules.purpose.value,
        counts=reasons_of(outcomes),
    )
    unasked: dict[int, str] = {}
    if asks:
        asked = ask_for_claimed(writer, decided.changes, given, terms.rules.policy, now)
        if warnings := list(counts_told(asked)):
            writer.update_receipt(receipt_id, warnings=warnings)
        unasked = {who: "; ".join(not_asked(lines)) for (who,), lines in asked.group_by("said_by")}
    final = decided.decisions.with_columns(pl.col("contact_id").replace(given["provisional"], given["id"]))
    came_to = consent_came_to(writer, told.brought.consents, decided.named, final)
    return receipt_id, list(_answers(records, final, came_to, unasked))


def _answers(
    records: Sequence[object], final: pl.DataFrame, came_to: pl.DataFrame, unasked: Mapping[int, str]
) -> Iterator[Answer]:
    """`came_to`: what the consent that records brought came to; `unasked`: by contact, which of its addresses
    no question went to, and why.
    """
    consents = {states["row"]: spoken_states(states) for states in came_to.iter_rows(named=True)}
    told = final.select("row", "status", "reason", "contact_id", "detail").iter_rows()
    for record, (row, status, reason, contact_id, detail) in zip(records, told, strict=True):
        found = contact_id if status != Status.ERROR else None
        detail = "; ".join(filter(None, (detail, unasked.get(found or 0)))) or None
        yield Answer(key_of(record), status, reason, found, detail, consents.get(row))


def _only_source(records: pl.DataFrame) -> str | None:
    """The source of all of them, if it is one."""
    sources = records["source"].unique()
    return str(sources.item()) if len(sources) == 1 else None
