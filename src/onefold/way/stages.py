"""Survey, normalise, decide: each stage over the batches of one input, with what it needs from the store."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from onefold.model.brought import Brought
from onefold.model.consent import CONSENT_SCHEMA, KIND_OF
from onefold.model.frames import (
    DECISION_SCHEMA,
    MEMBERSHIP_SCHEMA,
    SET_BY_SCHEMA,
    Changes,
    Contacts,
    contact_schema,
    empty,
)
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID, Mark
from onefold.model.outcome import Reason, Status
from onefold.model.rules import Rules
from onefold.model.source import Source
from onefold.normalise.consent import consent_in, with_refused
from onefold.normalise.needed import with_live_ids, with_needed_identifier
from onefold.normalise.records import normalise
from onefold.resolve.changes import changes_between
from onefold.resolve.consent_of_contacts import addresses_of_contacts, contact_states
from onefold.resolve.consent_said import (
    Speaking,
    activities_of,
    consents_of,
    taken_of,
    with_news,
    without_known,
)
from onefold.resolve.doubtful import doubtful_reviews
from onefold.resolve.guard import Risk, risk
from onefold.resolve.memberships import memberships_added
from onefold.resolve.nothing_new import compared_columns, nothing_new
from onefold.resolve.rounds import resolve, resolve_at_once
from onefold.resolve.world import moved_on, near
from onefold.stores import Reader, as_text
from onefold.survey.meetings import Meetings, fingerprints, meetings, wanted
from onefold.survey.repeats import fold
from onefold.survey.survey import Survey, nothing_found, survey, what_the_survey_reads
from onefold.way.terms import Terms

READ_WHOLE: Final = (10_000, 1_000_000)
"""From so many contacts on it makes a difference how a book is read; up to so many, all fit into memory."""

Batches = Callable[[], Iterator[pl.DataFrame]]
"""Gives the records of an input, batch by batch, as often as it is asked."""


@dataclass(frozen=True)
class Surveyed:
    """What the survey found, with what the rounds need of it: the records that speak for a fold, the book
    near the input, and whom its rows could meet.
    """

    survey: Survey
    folded: pl.DataFrame
    world: Contacts
    leads: pl.DataFrame
    met: Meetings


@dataclass(frozen=True)
class Decided:
    """One batch, decided: an outcome for each of its rows, and what would be written."""

    decisions: pl.DataFrame
    changes: Changes
    risk: Risk


@dataclass(frozen=True)
class InOneSpelling:
    """One batch in one spelling: its records, what they bring along, and what deserves a warning: numbers
    that are not valid, and ids of other books.
    """

    records: pl.DataFrame
    brought: Brought
    doubtful_numbers: list[str]
    foreign_ids: list[str]


def normalise_batch(cells: pl.DataFrame, terms: Terms, brought: Brought | None = None) -> InOneSpelling:
    """Reads the cells of a batch; `brought` is what its records bring along and no cell says."""
    read = normalise(cells, terms.spelling)
    brought = brought or Brought.nothing()
    said = consent_in(cells, terms.spelling.date_orders, terms.now)
    records = with_refused(read.records, said.refused)
    return InOneSpelling(
        with_needed_identifier(records, terms.marks, terms.rules),
        replace(brought, consents=pl.concat([brought.consents, said.consents])),
        read.doubtful_numbers.to_list(),
        read.foreign_ids.to_list(),
    )


@dataclass(frozen=True)
class FirstLook:
    """What is kept of each batch until the whole input was seen: `prints` (of `fingerprints`), and who in the
    book has what its records say (`holders`: `HOLDER_SCHEMA`).
    """

    prints: pl.DataFrame
    holders: pl.DataFrame


def look_first(records: pl.DataFrame, reader: Reader, rules: Rules, rows: int) -> FirstLook:
    """The first look at a batch of an input that has so many rows."""
    asked = wanted(records, rules)
    if is_read_whole(reader, rows):
        asked = asked.filter(pl.col("kind") == CONTACT_ID)
    return FirstLook(fingerprints(records, rules), reader.holders(asked))


def is_read_whole(reader: Reader, rows: int) -> bool:
    """Whether a book is so small beside an input that all of it is read, rather than each value looked up."""
    fewest, most = READ_WHOLE
    return fewest <= reader.size() <= min(rows, most)


def survey_input(looks: Sequence[FirstLook], batches: Batches, reader: Reader, terms: Terms) -> Surveyed:
    """Looks over all records of an input that could meet anybody, and at the book near them."""
    rules = terms.rules
    holders = pl.concat([look.holders for look in looks])
    leads = holders.filter(pl.col("kind") == CONTACT_ID).unique()
    if is_read_whole(reader, sum(look.prints.height for look in looks)):
        holders = pl.concat([leads, reader.all_holders()])
    met = meetings(pl.concat([look.prints for look in looks]), holders, terms.marks, rules)
    world = world_of(reader, met.contacts, terms)
    narrow = [what_the_survey_reads(records, rules) for records in _only(met.several, batches)]
    if not narrow:
        return Surveyed(nothing_found(), pl.DataFrame(), world, leads, met)
    together = pl.concat(narrow, how="diagonal")
    found = survey(with_live_ids(together, leads, rules), world, terms.marks, rules)
    return Surveyed(found, _folded(batches, found), world, leads, met)


def _only(rows: pl.DataFrame, batches: Batches) -> Iterator[pl.DataFrame]:
    """Of every batch, those rows."""
    if len(rows):
        for records in batches():
            yield records.join(rows, on="row", how="semi", maintain_order="left")


def world_of(reader: Reader, ids: pl.Series, terms: Terms) -> Contacts:
    """The contacts of these ids, with a column for every field that the input brings and the book has not
    yet.
    """
    world = reader.contacts(ids)
    rules = terms.rules
    schema = contact_schema(rules.own_kinds, rules.every_field)
    there = set(world.contacts.columns)
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in there]
    contacts = world.contacts.with_columns(missing).select(list(schema))
    return replace(world, contacts=contacts, set_by=who_set(reader, ids, rules))


def who_set(reader: Reader, ids: pl.Series, rules: Rules) -> pl.DataFrame:
    """When and by which source values of these contacts were set, if the policy asks (`SET_BY_SCHEMA`)."""
    return reader.set_by(ids) if rules.policy.asks_who_set else empty(SET_BY_SCHEMA)


def _folded(batches: Batches, found: Survey) -> pl.DataFrame:
    """The records that speak for a fold, whatever batches its rows lie in."""
    if found.repeats.is_empty():
        return pl.DataFrame()
    members = pl.concat([found.repeats["row"], found.repeats["repeat_of"].unique().alias("row")])
    together = pl.concat(_only(members.to_frame(), batches), how="diagonal")
    clears = [name for name in together.columns if name.startswith("clear:")]
    return fold(together.with_columns(pl.col(clears).fill_null(False)), found.repeats)


def decide_batch(
    number: int,
    records: pl.DataFrame,
    brought: Brought,
    surveyed: Surveyed,
    heads: pl.DataFrame,
    reader: Reader,
    carried: pl.DataFrame,
    terms: Terms,
    *,
    alone: bool,
) -> tuple[Decided, Contacts]:
    """Decides one batch against the world as the batches before it leave it; also gives the world after it.

    `brought`: what the records bring along. `heads`: decisions of earlier batches for rows that others
    repeat. `carried`: memberships that earlier batches gave. `alone`: there is no other batch, so that the
    whole world is near.
    """
    rules, found = terms.rules, surveyed.survey
    every = records
    records = _as_surveyed(records, surveyed, terms)
    repeats = _of_these(records, found.repeats)
    records = _without(records, repeats)
    marks = pl.concat([terms.marks, found.crowded])
    pairs = _of_these(records, surveyed.met.pairs)
    own = reader.values(pairs["contact_id"], compared_columns(records, rules))
    telling = _without(pairs, _unaddressed(records, brought))
    unchanged = nothing_new(records, telling, own, terms.marks, rules)
    records, pairs = _without(records, unchanged), _without(pairs, unchanged)
    several, rest = _parted(records, surveyed.met.several)
    paired, strangers = _parted(rest, pairs)
    world = surveyed.world
    around = world if alone else near(world, wanted(several, rules), rules.kinds)
    partners = world_of(reader, pairs["contact_id"], terms)
    unshared = marks.filter(pl.col("mark") != Mark.SHARED)
    meeting = resolve(several, around, marks, rules)
    resolution = meeting.beside(resolve_at_once(paired, partners, marks, rules)).beside(
        resolve_at_once(strangers, world.nobody(), unshared, rules)
    )
    before = around.beside(partners)
    taken = pl.concat([resolution.decisions, unchanged])
    told = pl.concat([heads, taken])
    decisions = pl.concat([taken, _repeats(repeats, told)]).sort("row")
    applied = _applied(told, repeats, decisions)
    labels = pl.concat([terms.labels, brought.labels])
    lasting = labels.filter(pl.col("name") != (terms.tag or ""))
    known = _memberships(reader, resolution.after, applied, carried, lasting)
    changes = changes_between(
        before,
        resolution.after,
        memberships_added=memberships_added(applied, labels, resolution.after, known),
        marks_added=found.crowded if number == 0 else None,
        reviews=resolution.reviews,
        changed_numbers=resolution.changed_numbers,
    )
    speaking = Speaking(every, applied, resolution.addresses, as_text(terms.now), rules.policy.claimed_grants)
    consents = _news_of_consent(reader, consents_of(speaking, brought))
    if len(brought.consents) or len(brought.activities):
        decisions = with_news(decisions, consents, brought, reader.consent_states(consents))
    changes = replace(
        changes,
        reviews=pl.concat([changes.reviews, doubtful_reviews(consents)]),
        consents=consents.select(list(CONSENT_SCHEMA)),
        activities=activities_of(speaking, brought),
        taken=taken_of(brought, decisions),
    )
    measured = risk(taken, before, resolution.after, rules.kinds)
    return Decided(decisions, changes, measured), moved_on(world, meeting.after)


def _news_of_consent(reader: Reader, consents: pl.DataFrame) -> pl.DataFrame:
    """The entries without what files tell of people that the book knows already."""
    told = consents.filter(pl.col("source") == Source.IMPORT)["contact_id"].drop_nulls().unique()
    if told.is_empty():
        return consents
    addresses = addresses_of_contacts(reader.contacts(told.filter(told > 0)))
    states = contact_states(addresses, reader.consent_states(addresses))
    return without_known(consents, addresses.filter("current").drop("current"), states)


def _unaddressed(records: pl.DataFrame, brought: Brought) -> pl.DataFrame:
    """The `row`s that speak of consent on a channel and name no address there: it is their contact's own."""
    if brought.consents.is_empty():
        return records.select("row").clear()
    said = brought.consents.select("row", "channel").join(records.select("row", *ADDRESS_KINDS), on="row")
    silent = [(pl.col("channel") == channel) & pl.col(kind).is_null() for channel, kind in KIND_OF.items()]
    return said.filter(pl.any_horizontal(silent)).select("row").unique()


def _parted(records: pl.DataFrame, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Those of the records that are among the rows, and the others."""
    if rows.is_empty():
        return records.clear(), records
    return records.join(rows, on="row", how="semi", maintain_order="left"), _without(records, rows)


def _of_these(records: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines that are about these records."""
    return records.select("row").join(lines, on="row") if len(lines) else lines


def _without(records: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The records that are not among the rows."""
    return records.join(rows, on="row", how="anti", maintain_order="left") if len(rows) else records


def _as_surveyed(records: pl.DataFrame, surveyed: Surveyed, terms: Terms) -> pl.DataFrame:
    """The records of a batch as the survey left them: folded, or refused because of others."""
    found = surveyed.survey
    if len(surveyed.folded):
        rest = records.join(surveyed.folded, on="row", how="anti")
        spoken = surveyed.folded.join(records.select("row"), on="row", how="semi")
        records = pl.concat([rest, spoken], how="diagonal").sort("row")
        clears = [name for name in records.columns if name.startswith("clear:")]
        records = records.with_columns(pl.col(clears).fill_null(False))
    records = with_live_ids(records, surveyed.leads, terms.rules)
    if found.refused.is_empty():
        return records
    refused = found.refused.rename({"reason": "found_reason", "detail": "found_detail"})
    return (
        records.join(refused, on="row", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("refusal_reason", "found_reason").alias("refusal_reason"),
            pl.coalesce("refusal", "found_detail").alias("refusal"),
        )
        .drop("found_reason", "found_detail")
    )


def _repeats(repeats: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The outcome of rows that were folded into another: skipped, and told which one speaks for them."""
    if repeats.is_empty():
        return empty(DECISION_SCHEMA)
    head = told.select(pl.col("row").alias("repeat_of"), "contact_id")
    return (
        repeats.join(head, on="repeat_of", how="left")
        .select(
            "row",
            pl.lit(Status.SKIPPED.value).alias("status"),
            pl.lit(Reason.REPEAT.value).alias("reason"),
            "contact_id",
            pl.lit(None, dtype=pl.Int64).alias("other_contact_id"),
            "repeat_of",
            pl.lit("says the same as another row and was taken together with it").alias("detail"),
        )
        .cast(pl.Schema(DECISION_SCHEMA))
    )


def _applied(told: pl.DataFrame, repeats: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Who each row was applied to: `row`, `contact_id`, and `head`, the row that spoke for it. Rows that were
    skipped or are errors are not among them, save those that repeat one that was applied.
    """
    sound = pl.col("status").is_in([Status.IMPORTED, Status.UPDATED])
    own = decisions.filter(sound).select("row", "contact_id", pl.col("row").alias("head"))
    if repeats.is_empty():
        return own
    heads = told.filter(sound).select(pl.col("row").alias("head"), "contact_id")
    others = repeats.rename({"repeat_of": "head"}).join(heads, on="head").select(own.columns)
    return pl.concat([own, others])


def _memberships(
    reader: Reader, after: Contacts, applied: pl.DataFrame, carried: pl.DataFrame, labels: pl.DataFrame
) -> pl.DataFrame:
    """What the contacts of a batch belong to already: of the labels that it gives, and, where contacts merge,
    of everything.
    """
    if labels.is_empty() and after.contacts["merged_into"].null_count() == after.contacts.height:
        return empty(MEMBERSHIP_SCHEMA)
    merged = after.contacts.filter(pl.col("merged_into").is_not_null())
    merging = pl.concat([merged["id"], merged["merged_into"].alias("id")])
    touched = applied["contact_id"].drop_nulls().alias("id")
    given = labels.select("kind", "name").unique()
    stored = [reader.memberships(merging.filter(merging > 0))]
    if len(given):
        stored.append(reader.memberships(touched.filter(touched > 0), given))
    here = carried.filter(pl.col("contact_id").is_in(pl.concat([merging, touched]).unique().implode()))
    return pl.concat([*stored, here]).unique()
