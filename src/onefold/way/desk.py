"""What people do at the book besides taking records in: look, set up, mark, merge, decide."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, TypeVar

import polars as pl

from onefold.model.error import UsageError
from onefold.model.identifier import CONTACT_ID, Mark
from onefold.model.outcome import ReviewKind
from onefold.model.policy import Policy
from onefold.model.receipt import Receipt
from onefold.model.rules import Rules
from onefold.policies import load_policy, parse_policy, policy_text, shipped_policy
from onefold.sources.console import edit_record
from onefold.stores import Reader, ReviewEntry, Store
from onefold.way.asking import send_kept
from onefold.way.confirming import LINK_BASE
from onefold.way.contacts import contact_number, detail_of, history_of, provenance_of, with_names
from onefold.way.correcting import address_states, consent_after_correction
from onefold.way.deciding import accept_review, canonical, dismiss_review, mark_identifier, unmark_identifier
from onefold.way.merging import merge, plan_split
from onefold.way.receipts import as_receipt, kept_file, read_receipt
from onefold.way.request import ImportRequest
from onefold.way.setting_up import add_kind, set_setting
from onefold.way.taking import Answer, take_records
from onefold.way.terms import Terms, agree_terms
from onefold.way.undoing import write_split

Word = TypeVar("Word", bound=StrEnum)


class Desk:
    """The book open at the desk. Every method that changes contacts gives a receipt, which `undo` takes."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self._store.close()

    @property
    def name(self) -> str:
        """Where the book is, for people."""
        return self._store.name

    @property
    def short_id(self) -> str:
        """The book's code, which stands before contact ids in files."""
        return self.settings()["code"]

    # Records and edits

    def take(
        self, records: Sequence[Mapping[str, Any]], *, policy: str | Path | Policy | None = None
    ) -> list[Answer]:
        """Takes records of any source in CONTRACT's shape, in one batch, and answers each.

        A bad record is answered as an error, and the others go on.
        """
        with self._store.writer() as writer:
            return take_records(
                writer, records, self._terms(writer, policy), self._clock(), kind="take", asks=True
            )[1]

    def set_values(self, contact_id: int, values: Mapping[str, str | None]) -> Receipt:
        """Sets values of one contact by hand; the clear token empties one. The receipt's warnings say what a
        new address does to consent. Raises `UsageError` where a value is refused.
        """
        with self._store.writer() as writer:
            before = detail_of(writer, contact_id)
            states = address_states(writer, before)
            terms = self._terms(writer, None, chosen=CONTACT_ID)
            record = edit_record(contact_id, values, terms.rules.kinds)
            receipt_id, answers = take_records(writer, [record], terms, self._clock(), kind="edit")
            if answers[0].status == "Error":
                raise UsageError(
                    f"contact {contact_id} is as it was: {answers[0].detail}", code=answers[0].reason, hint=""
                )
            after = detail_of(writer, contact_id)
            if warnings := list(consent_after_correction(writer, before, states, after)):
                writer.update_receipt(receipt_id, warnings=warnings)
            return read_receipt(writer, receipt_id)

    def merge(self, keep: int, others: Sequence[int]) -> Receipt:
        """Makes one contact of several; `keep` is the one that stays."""
        with self._store.writer() as writer:
            receipt_id = merge(writer, keep, others, self._rules(writer), self._clock())
            return read_receipt(writer, receipt_id)

    def split(self, contact_id: int) -> Receipt:
        """Parts a merged contact from its keeper; of a keeper, the one it merged with last."""
        with self._store.writer() as writer:
            undoing = plan_split(writer, contact_id, self._rules(writer), self._clock())
            return read_receipt(writer, write_split(writer, undoing, self._clock()))

    # Looking

    def contact_id(self, text: str | int) -> int:
        """A contact's number from `12` or `b7k2-12`. Raises `UsageError` (`unknown_contact_id`)."""
        return contact_number(text, self.short_id)

    def contact(self, contact_id: int) -> dict[str, Any]:
        """One contact in CONTRACT's shape."""
        with self._store.reader() as reader:
            return detail_of(reader, contact_id)

    def count(self) -> int:
        """How many contacts there are."""
        with self._store.reader() as reader:
            return reader.count_contacts()

    def history(self, contact_id: int) -> Sequence[dict[str, Any]]:
        """Every change of a contact, oldest first, value by value."""
        with self._store.reader() as reader:
            return history_of(reader, contact_id)

    def provenance(self, contact_id: int) -> dict[str, dict[str, Any]]:
        """For every value of a contact, the receipt that set it."""
        with self._store.reader() as reader:
            return provenance_of(reader, contact_id)

    def receipts(self) -> Sequence[Receipt]:
        """All receipts, the newest first."""
        with self._store.reader() as reader:
            return [as_receipt(stored) for stored in reader.receipts()]

    def receipt(self, receipt_id: int) -> Receipt:
        """One receipt. Raises `UsageError` (`unknown_receipt`)."""
        with self._store.reader() as reader:
            return read_receipt(reader, receipt_id)

    def kept_results(self, receipt_id: int, path: Path | str, *, errors_only: bool = False) -> Path:
        """Copies the results file (or the error file) of an import; they are kept for a while (RIO-22)."""
        with self._store.reader() as reader:
            receipt = read_receipt(reader, receipt_id)
            policy = self._policy(reader, None)[0]
        kept = kept_file(
            receipt, policy.limits.results_kept / timedelta(days=1), self._clock(), errors_only=errors_only
        )
        return Path(shutil.copyfile(kept, path))

    def changed_numbers(self, receipt: int | None = None, since: datetime | None = None) -> pl.DataFrame:
        """Contacts whose number is another than a file had (MAI-06), in the columns of the report."""
        with self._store.reader() as reader:
            found = reader.changed_numbers(receipt, since)
        code = self.short_id
        return found.select(
            pl.col("crm_id").alias("CRM ID"),
            pl.col("first_name").alias("First Name"),
            pl.col("last_name").alias("Last Name"),
            pl.format("{}-{}", pl.lit(code), "contact_id").alias("Contact ID"),
            pl.col("number_in_file").alias("Number in File"),
            pl.col("current_number").alias("Current Number"),
            pl.col("changed_at").alias("Changed At"),
        )

    # Deciding

    def review(self, kind: str | None = None) -> Sequence[ReviewEntry]:
        """What waits for a person."""
        with self._store.reader() as reader:
            found = reader.reviews(word(ReviewKind, kind, "kind of review entry") if kind else None)
            return with_names(reader, found)

    def review_entry(self, review_id: int) -> ReviewEntry:
        """One entry, open or not. Raises `UsageError` (`unknown_review`)."""
        with self._store.reader() as reader:
            entry = reader.review(review_id)
            if entry is None:
                raise UsageError(
                    f"there is no review entry {review_id}",
                    code="unknown_review",
                    hint="see `onefold review`",
                )
            return with_names(reader, [entry])[0]

    def accept(self, review_id: int) -> Receipt:
        """Does what a review entry proposes."""
        with self._store.writer() as writer:
            receipt_id = accept_review(writer, review_id, self._terms(writer, None), self._clock())
            return read_receipt(writer, receipt_id)

    def dismiss(self, review_id: int) -> None:
        """Closes a review entry; the same is never asked again."""
        with self._store.writer() as writer:
            dismiss_review(writer, review_id, self._clock())

    def block(self, kind: str, value: str) -> Receipt:
        """An identifier that recognises nobody from now on."""
        return self._mark(kind, value, Mark.BLOCKED)

    def unblock(self, kind: str, value: str) -> Receipt:
        """Takes a block off."""
        return self._unmark(kind, value, Mark.BLOCKED)

    def share(self, kind: str, value: str) -> Receipt:
        """An identifier that several people have; contacts that had it withheld get it."""
        return self._mark(kind, value, Mark.SHARED)

    def unshare(self, kind: str, value: str) -> Receipt:
        """An identifier that is one person's again; who has it keeps it."""
        return self._unmark(kind, value, Mark.SHARED)

    def blocked(self) -> pl.DataFrame:
        """Blocked identifiers, by whom and when."""
        with self._store.reader() as reader:
            return reader.marks_detail(Mark.BLOCKED.value)

    def shared(self) -> pl.DataFrame:
        """Shared identifiers, by whom and when."""
        with self._store.reader() as reader:
            return reader.marks_detail(Mark.SHARED.value)

    # Setting up

    def identifiers(self) -> Sequence[str]:
        """All kinds of identifier, strongest first."""
        with self._store.reader() as reader:
            return self._rules(reader).all_kinds

    def add_identifier(self, name: str) -> None:
        """Adds a kind of identifier of the book's own."""
        with self._store.writer() as writer:
            add_kind(writer, name)

    def settings(self) -> dict[str, str]:
        """The book's settings, its short code among them."""
        with self._store.reader() as reader:
            return {key: value for key, value in reader.settings().items() if key != "policy"}

    def set_setting(self, key: str, value: str) -> None:
        """Sets one setting; with `link_base`, the mails are sent that were kept until it was known. Raises
        `UsageError` (`unknown_setting`, `bad_value`).
        """
        with self._store.writer() as writer:
            set_setting(writer, key, value)
            if key == LINK_BASE:
                send_kept(writer, self._clock())

    @property
    def policy(self) -> Policy:
        """The book's policy."""
        with self._store.reader() as reader:
            return self._policy(reader, None)[0]

    @property
    def policy_text(self) -> str:
        """The TOML of the book's policy."""
        with self._store.reader() as reader:
            return self._policy(reader, None)[1] or policy_text("onefold")

    def use_policy(self, name_or_file: str | Path) -> Policy:
        """Makes a shipped policy, or that in a file, the book's own. Raises `UsageError`."""
        policy = load_policy(name_or_file)
        with self._store.writer() as writer:
            writer.set_setting("policy", policy_text(name_or_file))
            writer.set_setting("policy_name", policy.name)
        return policy

    def check(self) -> Sequence[str]:
        """Every invariant of the book verified: what is wrong."""
        with self._store.reader() as reader:
            return reader.problems(self._policy(reader, None)[0].blocked_mailboxes)

    # What the methods above have in common

    def _policy(self, reader: Reader, asked: str | Path | Policy | None) -> tuple[Policy, str | None]:
        """The policy that was asked for, or else the book's, and its text where it has one."""
        if isinstance(asked, Policy):
            return asked, None
        if asked is not None:
            return load_policy(asked), policy_text(asked)
        settings = reader.settings()
        text = settings.get("policy")
        if text is None:
            return shipped_policy("onefold"), None
        return parse_policy(text, settings.get("policy_name", "of this book")), text

    def _rules(self, reader: Reader) -> Rules:
        return self._terms(reader, None).rules

    def _terms(
        self, reader: Reader, policy: str | Path | Policy | None, *, chosen: str | None = None
    ) -> Terms:
        request = ImportRequest(import_tag=False, identifier=chosen)
        return agree_terms(reader, self._policy(reader, policy)[0], request, self._clock())

    def _mark(self, kind: str, value: str, mark: Mark) -> Receipt:
        with self._store.writer() as writer:
            terms = self._terms(writer, None)
            spelled = canonical(kind, value, terms)
            receipt_id = mark_identifier(writer, kind, spelled, mark, terms.rules, self._clock())
            return read_receipt(writer, receipt_id)

    def _unmark(self, kind: str, value: str, mark: Mark) -> Receipt:
        with self._store.writer() as writer:
            spelled = canonical(kind, value, self._terms(writer, None))
            return read_receipt(writer, unmark_identifier(writer, kind, spelled, mark, self._clock()))


def word(words: type[Word], value: str, what: str) -> Word:
    """A word of a closed vocabulary. Raises `UsageError` (`bad_value`) that names them all."""
    try:
        return words(value)
    except ValueError:
        raise UsageError(
            f"{value!r} is no {what}", code="bad_value", hint=f"choose one of {', '.join(words)}"
        ) from None
