"""Survey, normalise, decide: each stage over the batches of one input, with what it needs from the store."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, Self

import polars as pl

from onefold.model.brought import Brought
from onefold.model.consent import CONSENT_COLUMNS, CONSENT_STATE_SCHEMA, KIND_OF, NEW_CONSENT_SCHEMA
from onefold.model.frames import (
    DECISION_SCHEMA,
    MEMBERSHIP_SCHEMA,
    SET_BY_SCHEMA,
    TYPED_SCHEMA,
    Changes,
    Contacts,
    contact_schema,
    empty,
)
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID, EMAIL, Mark
from onefold.model.outcome import Reason, Status
from onefold.model.rules import Rules
from onefold.normalise.consent import consent_in, with_refused
from onefold.normalise.needed import with_live_ids, with_needed_identifier
from onefold.normalise.nfc import frame_in_nfc
from onefold.normalise.records import normalise
from onefold.resolve.changes import changes_between
from onefold.resolve.consent_said import activities_of, in_order, taken_of, with_news
from onefold.resolve.doubtful import doubtful_reviews
from onefold.resolve.guard import Risk, risk
from onefold.resolve.memberships import memberships_added
from onefold.resolve.nothing_new import compared_columns, nothing_new
from onefold.resolve.refusals import with_counted
from onefold.resolve.rounds import resolve, resolve_at_once
from onefold.resolve.world import moved_on, near
from onefold.stores import Reader
from onefold.survey.meetings import Meetings, fingerprints, meetings, wanted
from onefold.survey.repeats import fold
from onefold.survey.survey import Survey, nothing_found, survey, what_the_survey_reads
from onefold.way.ended_consents import ended_consents
from onefold.way.hearing import addresses_typed, hear
from onefold.way.keys import Keyed, with_keyed
from onefold.way.standing_grants import with_standing_grants
from onefold.way.terms import Terms

READ_WHOLE: Final = (10_000, 1_000_000)
"""From so many contacts on it makes a difference how a book is read; up to so many, all fit into memory."""

AS_WORDED: Final = (EMAIL, *(column for column in CONSENT_COLUMNS if column.endswith(".wording")))
"""Columns of an input that are read letter by letter as they came."""

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
    """One batch, decided: an outcome for each of its rows, and what would be written.

    `named` (`row`, `email`, `phone`): the addresses of which the records speak; `standing`: how many of its
    errors are of somebody who is subscribed and was not heard.
    """

    decisions: pl.DataFrame
    changes: Changes
    risk: Risk
    named: pl.DataFrame
    standing: int = 0


@dataclass(frozen=True)
class Earlier:
    """What earlier batches of the same input leave to those after them: `heads` (`DECISION_SCHEMA`), their
    decisions for rows that others repeat; `memberships` (`MEMBERSHIP_SCHEMA`) that they gave; `refusals`
    (`NEW_CONSENT_SCHEMA`) of records with a key.
    """

    heads: pl.DataFrame
    memberships: pl.DataFrame
    refusals: pl.DataFrame
    typed: pl.DataFrame

    @classmethod
    def nothing(cls) -> Self:
        """There is no earlier batch, or all that it did stands in the book."""
        return cls(
            empty(DECISION_SCHEMA), empty(MEMBERSHIP_SCHEMA), empty(NEW_CONSENT_SCHEMA), empty(TYPED_SCHEMA)
        )

    def then(self, next_batch: Self) -> Self:
        """What these leave, and the batch after them."""
        pairs = ((getattr(self, part.name), getattr(next_batch, part.name)) for part in fields(self))
        return type(self)(*map(pl.concat, pairs))


@dataclass(frozen=True)
class InOneSpelling:
    """One batch in one spelling: its records, what they bring along, and what deserves a warning: numbers
    that are not valid, ids of other books, words that may be no consent (`READ_AS_SUBSCRIBED_SCHEMA`).
    """

    records: pl.DataFrame
    brought: Brought
    doubtful_numbers: list[str]
    foreign_ids: list[str]
    doubtful_consents: pl.DataFrame


def normalise_batch(cells: pl.DataFrame, terms: Terms, brought: Brought | None = None) -> InOneSpelling:
    """Reads the cells of a batch; `brought` is what its records bring along and no cell says.

    Text is in NFC from here on, but for addresses as they were written and the wording of consent.
    """
    cells = frame_in_nfc(cells, AS_WORDED)
    read = normalise(cells, terms.spelling)
    brought = brought or Brought.nothing()
    said = consent_in(cells, terms.spelling.date_orders, terms.now, terms.spelling.consent)
    records = with_refused(read.records, said.refused)
    return InOneSpelling(
        with_needed_identifier(records, terms.marks, terms.rules),
        replace(brought, consents=pl.concat([brought.consents, said.consents]), unread=said.unread),
        read.doubtful_numbers.to_list(),
        read.foreign_ids.to_list(),
        said.doubtful,
    )


@dataclass(frozen=True)
class FirstLook:
    """What is kept of each batch until the whole input was seen: `prints` (of `fingerprints`), and who in the
    book has what its records say (`holders`: `HOLDER_SCHEMA`).
    """

    prints: pl.DataFrame
    holders: pl.DataFrame


def look_first(records: pl.DataFrame, keyed: Keyed, reader: Reader, rules: Rules, rows: int) -> FirstLook:
    """The first look at a batch of an input that has so many rows, and at those beside it that can still
    refuse (`keyed`).
    """
    asked = wanted(records, rules)
    if is_read_whole(reader, rows):
        asked = asked.filter(pl.col("kind") == CONTACT_ID)
    prints = [fingerprints(part, rules) for part in (records, keyed.records) if len(part.columns)]
    return FirstLook(pl.concat(prints), reader.holders(asked))


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
    keyed: Keyed,
    earlier: Earlier,
    reader: Reader,
    terms: Terms,
    *,
    alone: bool,
) -> tuple[Decided, Contacts]:
    """Decides one batch against the world as the batches before it leave it; also gives the world after it.

    `brought`: what the records bring along. `keyed`: the rows beside them whose keys were taken. `earlier`:
    what the batches before have done and not written. `alone`: there is no other batch, so that the whole
    world is near.
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
    told = pl.concat([earlier.heads, taken])
    decisions = pl.concat([taken, _repeats(repeats, told)]).sort("row")
    applied = _applied(told, repeats, decisions)
    labels = pl.concat([terms.labels, brought.labels])
    lasting = labels.filter(pl.col("name") != (terms.tag or ""))
    known = _memberships(reader, resolution.after, applied, earlier.memberships, lasting)
    changes = changes_between(
        before,
        resolution.after,
        memberships_added=memberships_added(applied, labels, resolution.after, known),
        marks_added=found.crowded if number == 0 else None,
        reviews=resolution.reviews,
        changed_numbers=resolution.changed_numbers,
    )
    heard = hear(every, brought, keyed, applied, world, resolution, marks, earlier.refusals, reader, terms)
    typed = addresses_typed(heard, before, brought, earlier.typed, reader)
    consents, states = heard.consents, empty(CONSENT_STATE_SCHEMA)
    if len(brought.consents) or len(brought.activities):
        states = reader.consent_states(consents)
        decisions = with_news(decisions, consents, brought, states)
    decisions, unheard = with_standing_grants(decisions, every, brought, consents, reader, rules)
    changes = replace(
        changes,
        reviews=pl.concat([changes.reviews, doubtful_reviews(consents)]),
        addresses_typed=typed.typed,
        addresses_confirmed=typed.confirmed,
        consents=in_order(consents, typed.events).select(list(NEW_CONSENT_SCHEMA)),
        activities=activities_of(heard.speaking, brought),
        taken=taken_of(brought, decisions),
    )
    measured = replace(
        risk(taken, before, resolution.after, rules.kinds),
        ended=ended_consents(consents, states, heard.people, reader),
    )
    decisions = with_counted(with_keyed(decisions, keyed, earlier.heads), consents, keyed.rows)
    named = heard.speaking.records.select("row", *ADDRESS_KINDS)
    return Decided(decisions, changes, measured, named, unheard), moved_on(world, meeting.after)


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
