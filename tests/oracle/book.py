"""A book kept by the slow engine: a batch goes in, row after row, and every row has its outcome."""

from collections.abc import Mapping, Sequence
from copy import deepcopy

from onefold.model.outcome import Purpose, Reason
from onefold.model.policy import Policy
from onefold.model.source import Source
from tests.oracle.others import Company, keep_company
from tests.oracle.recognise import Recognised, recognise, rejected, with_live_id
from tests.oracle.state import Contact, Outcome, Record, Review, Rules, State, Value
from tests.oracle.survey import fold, repeated, shared_by_too_many, tangles
from tests.oracle.values import (
    apply_identifiers,
    apply_values,
    fill_new,
    left_out_of,
    merge,
    remember_former,
    remember_who_set,
    settle_aliases,
    withhold,
)

SetBy = tuple[int, int, Source]
"""A batch, a row of it, and the source of that."""


class OracleBook:
    """`state` is the whole book; `reviews` and `changed_numbers` are what its batches added, in order."""

    def __init__(self, own_kinds: Sequence[str] = (), defaults: Mapping[str, Value] | None = None) -> None:
        self.own_kinds = tuple(own_kinds)
        self.defaults = dict(defaults or {})
        self.state = State()
        self.reviews: list[Review] = []
        self.changed_numbers: list[tuple[int, str]] = []
        self.next_id = 1
        self.batch = 0

    @property
    def contacts(self) -> dict[int, Contact]:
        return self.state.contacts

    def take(
        self,
        records: Sequence[Record],
        policy: Policy,
        *,
        purpose: Purpose = Purpose.ADD_AND_UPDATE,
        chosen: str | None = None,
        do_not_overwrite: bool = False,
        do_not_overwrite_columns: Sequence[str] = (),
    ) -> list[Outcome]:
        """Take a batch in; the answer has one outcome for each record."""
        rules = Rules(
            policy,
            self.own_kinds,
            purpose,
            chosen,
            do_not_overwrite,
            frozenset(do_not_overwrite_columns),
            self.defaults,
        )
        rows, outcomes = {}, {}
        for row, record in enumerate(records):
            refusal = rejected(self.state, record, rules)
            if refusal is not None:
                outcomes[row] = Outcome(refusal)
            else:
                rows[row] = with_live_id(self.state, record, rules)

        self.batch += 1
        flagged = repeated(rows, self.state, rules)
        outcomes |= {row: Outcome(Reason.IDENTIFIER_REPEATED) for row in flagged}
        self.state.shared |= shared_by_too_many(rows, self.state, rules)
        left, repeat_of = fold({row: r for row, r in rows.items() if row not in flagged}, rules)
        tangled = tangles(left, self.state, rules)
        for row in rows:
            if repeat_of.get(row, row) in tangled:
                outcomes[row] = Outcome(Reason.CONFLICT)
            elif row in repeat_of:
                outcomes[row] = Outcome(Reason.REPEAT, repeat_of=repeat_of[row])
            elif row in left:
                outcomes[row] = self._take_row(left[row], rules, row)
        self._forget_rows({record.source for record in records})
        return [outcomes[row] for row in range(len(records))]

    def _forget_rows(self, sources: set[Source]) -> None:
        """A book knows which batch set a value, not which row; and its source, if the batch had but one."""
        for contact in self.contacts.values():
            for column, (batch, _, _) in contact.set_by.items():
                if batch == self.batch:
                    contact.set_by[column] = (batch, 0, min(sources) if len(sources) == 1 else None)

    def _take_row(self, record: Record, rules: Rules, row: int) -> Outcome:
        """Steps 2 to 11 of DESIGN 5 for one record, the `row`th of its batch."""
        by = (self.batch, row, record.source)
        record = with_live_id(self.state, record, rules)
        recognised = recognise(self.state, record, rules)
        self.reviews += recognised.reviews
        if recognised.error is not None:
            found = recognised.target.id if recognised.target is not None else None
            return Outcome(recognised.error, found)
        company = keep_company(self.state, record, recognised, rules)
        if company.error is not None:
            return Outcome(company.error)
        if recognised.target is None:
            return self._create(record, company, rules, by)
        return self._update(recognised.target, record, recognised, company, rules, by)

    def _create(self, record: Record, company: Company, rules: Rules, by: SetBy) -> Outcome:
        if any(record.values.get(column) is None for column in rules.policy.limits.required_to_add):
            return Outcome(Reason.FIRST_NAME_MISSING)
        contact = Contact(self.next_id, tags=set(record.tags), lists=set(record.lists))
        self.next_id += 1
        self.contacts[contact.id] = contact
        fill_new(contact, record, company.withheld, rules)
        remember_who_set(contact, Contact(0), by)
        withhold(contact, record, company.withheld, rules)
        settle_aliases(contact, {}, self.state, rules)
        self._ask(contact, record, company, rules)
        reason = Reason.KEPT_APART if company.kept_apart else Reason.CREATED
        return Outcome(reason, contact.id, created=True)

    def _update(
        self,
        contact: Contact,
        record: Record,
        recognised: Recognised,
        company: Company,
        rules: Rules,
        by: SetBy,
    ) -> Outcome:
        before = deepcopy(contact)
        had = {kind: value for kind in rules.kinds if (value := rules.own(contact, kind)) is not None}
        seconds = {identifier for identifier, why in contact.aliases.items() if why == "second"}
        if company.loser is not None:
            merge(contact, company.loser, rules)
        stood = {kind: value for kind in rules.kinds if (value := rules.own(contact, kind)) is not None}
        left_out = left_out_of(record, company.withheld, recognised.set_aside)
        assert recognised.named_by is not None
        self.reviews += apply_identifiers(
            contact, record, recognised.named_by, left_out, seconds, self.state, rules
        )
        apply_values(contact, record, recognised.named_by, rules)
        remember_who_set(contact, before, by)
        withhold(contact, record, company.withheld, rules)
        remember_former(contact, stood, self.state, rules)
        settle_aliases(contact, had, self.state, rules)
        self._ask(contact, record, company, rules)
        if recognised.set_aside:
            self.changed_numbers.append((contact.id, record.identifiers["phone"]))
        reason = self._what_changed(before, contact, company)
        contact.tags |= record.tags
        contact.lists |= record.lists
        return Outcome(reason, contact.id)

    @staticmethod
    def _what_changed(before: Contact, contact: Contact, company: Company) -> Reason:
        if company.loser is not None:
            return Reason.MERGED
        if company.kept_apart:
            return Reason.KEPT_APART
        return Reason.UNCHANGED if contact == before else Reason.UPDATED

    def _ask(self, contact: Contact, record: Record, company: Company, rules: Rules) -> None:
        """One question an identifier, about the first who keeps it."""
        asked = {apart.kind: apart for apart in reversed(company.kept_apart)}
        for kind, apart in asked.items():
            value = rules.told(record, kind) or ""
            self.reviews.append(Review(apart.ask, contact.id, apart.holder.id, kind, value))
