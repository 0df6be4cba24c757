"""The book: one workspace, and the one way through it.

sources -> survey -> normalise -> match -> resolve -> apply -> report

Everything that changes a contact goes this way as a batch of records. The steps are in `way`; here they stand
in their order.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, Unpack

from onefold.model.error import OnefoldError, Refused
from onefold.model.outcome import ReceiptStatus
from onefold.model.policy import Policy
from onefold.model.receipt import Receipt
from onefold.sources.remote import AnyFile, named_file
from onefold.stores import Reader, Store, open_store
from onefold.way.answers import ANSWERS, answers_of, kept_answers, shown_answer
from onefold.way.applying import apply_plan
from onefold.way.bin_desk import BinDesk
from onefold.way.consent_desk import ConsentDesk
from onefold.way.doors import Doors
from onefold.way.export_desk import ExportDesk
from onefold.way.field_desk import FieldDesk
from onefold.way.finishing import finish_import, is_unfinished, unfinished
from onefold.way.folders import folder_of, new_spool, tidy_plans, tidy_work
from onefold.way.guarding import guard
from onefold.way.membership_desk import MembershipDesk
from onefold.way.plan import Plan
from onefold.way.planning import MakePlan, Progress, plan_again, plan_file, plan_records, silent
from onefold.way.receipts import read_receipt, write_one
from onefold.way.request import ImportOptions, request_of
from onefold.way.resuming import cancel_import, how_far, resume_import, same_import
from onefold.way.segment_desk import SegmentDesk
from onefold.way.terms import agree_terms
from onefold.way.undoing import (
    Undoing,
    evidence_of_mistake,
    is_undone,
    plan_undo,
    planned_receipt,
    withdraw_refusals,
    write_undo,
)
from onefold.way.watching import SETTLE, Command, Laid, Taken, WatchedFolder

CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""No letter that could be taken for another."""


Say = Callable[[str], None]
"""Told what a person should know while an import goes on: a line, without a full stop."""


def unheard(line: str) -> None:
    """What is said and nobody listens to."""


def utc_now() -> datetime:
    """The clock of the machine."""
    return datetime.now(UTC)


def open(  # noqa: A001
    where: str | Path = "onefold.db", *, clock: Callable[[], datetime] = utc_now, batch_rows: int = 100_000
) -> "Book":
    """Opens a book: a path, `sqlite:///…` or `postgresql://…`. It is made on first use, and migrated where it
    is older.

    `batch_rows` bounds how much of an input is decided and written at a time. Raises `UsageError` for what is
    no book.
    """

    def new_code() -> str:
        return "".join(secrets.choice(CODE_LETTERS) for _ in range(4))

    return Book(open_store(where, now=clock(), new_code=new_code), clock, batch_rows)


class Book(Doors, ConsentDesk, FieldDesk, SegmentDesk, MembershipDesk, ExportDesk, BinDesk):
    """A book that is open. Use it as a context manager, or `close` it."""

    def __init__(self, store: Store, clock: Callable[[], datetime], batch_rows: int) -> None:
        super().__init__(store, clock)
        self._batch_rows = batch_rows

    def plan(
        self,
        file: AnyFile | str,
        *,
        policy: str | Path | Policy | None = None,
        progress: Progress = silent,
        **options: Unpack[ImportOptions],
    ) -> Plan:
        """What importing this file would do, row by row; nothing is written. A `str` is a path or an address
        like `sftp://…`.

        Raises `UsageError` for a file, an option or a mapping that cannot be used.
        """
        return self._plan(plan_file, file, policy, progress, options)

    def plan_records(
        self,
        file: AnyFile | str,
        *,
        policy: str | Path | Policy | None = None,
        progress: Progress = silent,
        **options: Unpack[ImportOptions],
    ) -> Plan:
        """The same of a file with one record (CONTRACT's shape, as JSON) a line. It is applied as any plan,
        and `answers` then has an answer for each record.

        Raises `UsageError` for a file or an option that cannot be used.
        """
        return self._plan(plan_records, file, policy, progress, {"import_tag": False, **options})

    def _plan(
        self,
        make: MakePlan,
        file: AnyFile | str,
        policy: str | Path | Policy | None,
        progress: Progress,
        options: ImportOptions,
    ) -> Plan:
        request = request_of(options)
        source = named_file(file) if isinstance(file, str) else file
        tidy_plans(self._store.files)
        spool = new_spool(self._store.files)
        try:
            with self._store.reader() as reader:
                rules, text = self._policy(reader, policy)
                return make(
                    reader,
                    source,
                    request,
                    rules,
                    spool,
                    batch_rows=self._batch_rows,
                    now=self._clock(),
                    progress=progress,
                    policy_text=text,
                )
        except BaseException:
            spool.delete()
            raise

    def apply(
        self,
        plan: Plan,
        *,
        yes: bool = False,
        shown: bool = True,
        progress: Progress = silent,
        say: Say = unheard,
    ) -> Receipt:
        """Writes a plan, batch by batch, and gives its receipt; results and error file lie beside the book.

        One import has its turn at a time: the others wait, and say so. An import of the very same file with
        the same options that was interrupted is gone on with instead. Raises `Refused`: `guard` (too many
        contacts would merge, or lose an identifier or their consent, and not `yes`), `plan_changed` (somebody
        else wrote since the plan was `shown`, and rows would end otherwise), `expired` (RIO-26); and
        `Interrupted` on Ctrl-C.
        """
        self._check_window(plan)
        with self._store.reader() as reader:
            begun = same_import(reader, plan)
        if begun is None and not yes:
            guard(plan.risk)
        with self._turn(say):
            with self._store.reader() as reader:
                begun = same_import(reader, plan)
                if begun is not None:
                    say(f"goes on with import {begun.id}, which {how_far(reader, begun)}")
            if begun is not None:
                plan.discard()
                return self._go_on(begun.id, progress, plan.terms.rules.policy)
            if not yes:
                guard(plan.risk)
            return self._apply(plan, yes, shown, progress)

    def _apply(self, plan: Plan, yes: bool, shown: bool, progress: Progress) -> Receipt:
        rows, done = plan.mapped.input.rows, 0

        def step(more: int) -> None:
            nonlocal done
            done += more
            progress("applying", done, rows)

        def again(reader: Reader) -> Plan:
            new = plan_again(reader, plan)
            if not yes:
                guard(new.risk)
            return new

        applied, receipt_id = apply_plan(self._store, plan, again, shown=shown, now=self._clock, step=step)
        finish_import(self._store, receipt_id, applied, self.short_id)
        return self.receipt(receipt_id)

    def import_file(
        self,
        file: AnyFile | str,
        *,
        yes: bool = True,
        progress: Progress = silent,
        say: Say = unheard,
        policy: str | Path | Policy | None = None,
        **options: Unpack[ImportOptions],
    ) -> Receipt:
        """Plans a file and applies the plan at once."""
        plan = self.plan(file, policy=policy, progress=progress, **options)
        try:
            return self.apply(plan, yes=yes, shown=False, progress=progress, say=say)
        except Refused:
            plan.discard()
            raise

    def resume(self, receipt_id: int, *, progress: Progress = silent, say: Say = unheard) -> Receipt:
        """Goes on with an import that was interrupted, when its turn comes.

        Raises `UsageError` (`nothing_to_resume`, `working_files_lost`).
        """
        with self._turn(say):
            return self._go_on(receipt_id, progress)

    def cancel(self, receipt_id: int) -> Receipt:
        """Gives up an import that was interrupted or is under way; what is in stays, and can be undone."""
        cancel_import(self._store, receipt_id, self._clock())
        self._tidy()
        return self.receipt(receipt_id)

    def watch(
        self,
        folder: Path | str,
        *,
        once: bool = False,
        stop: Event | None = None,
        settle: float = SETTLE,
        yes: bool = False,
        policy: str | Path | Policy | None = None,
        progress: Progress = silent,
        say: Say = unheard,
        command: Command = str,
        **options: Unpack[ImportOptions],
    ) -> Iterator[Laid]:
        """Imports each file that is laid into `folder`, once it has not changed for `settle` seconds, and
        moves it to `done` or `failed` in it; until `stop` is set, or with `once` only those that are there.

        `command` gives what to type to import a file that the guard refused, from where it lies then. Raises
        `UsageError` for options or a folder that cannot be used, and what no other file would be spared.
        """
        request = request_of(options)
        with self._store.reader() as reader:
            agree_terms(reader, self._policy(reader, policy)[0], request, self._clock())

        def take(file: Path, unchanged: Callable[[], bool]) -> Taken | None:
            plan = self.plan(file, policy=policy, progress=progress, **options)
            if not unchanged():
                plan.discard()
                return None
            with self._store.reader() as reader:
                same = reader.imported_before(plan.mapped.input.sha256)
            if same is not None:
                plan.discard()
                return Taken(self.receipt(same.id), same=True)
            try:
                return Taken(self.apply(plan, yes=yes, shown=False, progress=progress, say=say))
            except Refused as refusal:
                return Taken(error=refusal, plan=plan)

        def write(of: Plan | int, path: Path, errors_only: bool) -> None:
            self.results(of, path, errors_only=errors_only)

        watched = WatchedFolder(Path(folder), settle, take, write, command)
        stop = stop or Event()
        return watched.once(stop) if once else watched.as_they_come(stop)

    def compare(
        self,
        file: AnyFile | str,
        policies: Sequence[str | Path | Policy],
        *,
        progress: Progress = silent,
        **options: Unpack[ImportOptions],
    ) -> dict[str, Plan]:
        """What each policy would do with this file, by the policy's name; nothing is written."""
        plans = [self.plan(file, policy=policy, progress=progress, **options) for policy in policies]
        return {plan.terms.rules.policy.name: plan for plan in plans}

    def results(self, of: Plan | int, path: Path | str, *, errors_only: bool = False) -> Path:
        """The results file (or the error file) of an import, or what it would be of a plan, at `path`."""
        if isinstance(of, int):
            return self.kept_results(of, path, errors_only=errors_only)
        write_one(of, Path(path), self.short_id, errors_only=errors_only)
        return Path(path)

    def answers(self, of: Plan | int) -> Iterator[dict[str, Any]]:
        """What is answered to each record of a file of records, in its order: `key`, `status`, `reason`,
        `contact_id`, `consent` (by channel what it came to, where it brought any), `detail`; of a plan, or of
        a receipt while its results are kept.

        Raises `UsageError` (`no_results`).
        """
        if isinstance(of, int):
            yield from kept_answers(folder_of(self._store.files, of) / ANSWERS, of)
        else:
            for batch in answers_of(of):
                yield from map(shown_answer, batch.iter_rows(named=True))

    def undo(
        self, receipt_id: int, *, dry_run: bool = False, refusals: bool = False, evidence: str = ""
    ) -> Receipt:
        """Takes an import, or any other receipt, back. What changed since is kept and named in the receipt's
        `kept`. Refusals stay; `refusals` takes back those that the file itself said, as an operator's entry
        with `evidence`, also where the import was undone before.

        Raises `UsageError` (`unknown_receipt`, `already_undone`, `nothing_to_undo`, `missing_evidence`).
        """
        said = evidence_of_mistake(evidence, refusals=refusals)

        def plan(reader: Reader) -> Undoing:
            rules, now = self._rules(reader), self._clock()
            return plan_undo(reader, receipt_id, rules, now, refusals_evidence=said)

        if dry_run:
            with self._store.reader() as reader:
                return planned_receipt(plan(reader))
        with self._store.writer() as writer:
            if refusals and is_undone(writer, receipt_id):
                return read_receipt(writer, withdraw_refusals(writer, receipt_id, evidence, self._clock()))
            undoing = plan(writer)
            receipt = read_receipt(writer, write_undo(writer, undoing, self._clock()))
        if is_unfinished(undoing.receipt):
            self._tidy()
        return receipt

    def _check_window(self, plan: Plan) -> None:
        """A plan waits so long for a word, and no longer (RIO-26)."""
        if self._clock() - plan.planned_at > plan.terms.rules.policy.limits.review_window:
            plan.discard()
            raise Refused(
                "Session expired: the import was not started in time after its review",
                code="expired",
                hint="plan it again",
            )

    @contextmanager
    def _turn(self, say: Say) -> Iterator[None]:
        """The import's turn, and no left-overs of others. What `say` raises gives it up."""

        def waiting() -> None:
            with self._store.reader() as reader:
                running = [one.id for one in unfinished(reader) if one.status is ReceiptStatus.RUNNING]
            say(f"waiting for {f'import {running[0]}' if len(running) == 1 else 'another import'} …")

        with self._store.turn(waiting):
            tidy_plans(self._store.files)
            self._tidy_work()
            try:
                yield
            except BaseException:
                with suppress(OnefoldError):
                    self._tidy_work()
                raise

    def _tidy_work(self) -> None:
        with self._store.reader() as reader:
            tidy_work(self._store.files, [stored.id for stored in unfinished(reader)])

    def _tidy(self) -> None:
        """Takes left-overs away, unless an import is under way; the next one will."""

        def rather_not(_: str) -> None:
            raise BlockingIOError

        with suppress(BlockingIOError), self._turn(rather_not):
            pass

    def _go_on(self, receipt_id: int, progress: Progress, policy: Policy | None = None) -> Receipt:
        done = 0

        def step(more: int) -> None:
            nonlocal done
            done += more
            progress("applying", done, 0)

        plan = resume_import(self._store, receipt_id, now=self._clock, step=step, policy=policy)
        finish_import(self._store, receipt_id, plan, self.short_id)
        return self.receipt(receipt_id)
