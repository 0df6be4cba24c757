"""What a command line says once for all its commands: which book, and for whom the answer is."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.terminal import answer, answer_json, can_ask, message, says_yes
from onefold.model.error import Refused
from onefold.sources.remote import without_secrets

if TYPE_CHECKING:
    from onefold.book import Book

Yes = Annotated[bool, typer.Option("--yes", help="Go on without asking, and past the guard.")]
Words = Sequence[str]


@dataclass(frozen=True)
class Session:
    """One run of the command line. `words` are those that were typed after `onefold`."""

    address: str
    as_json: bool
    words: Words = field(default_factory=tuple)

    @contextmanager
    def book(self) -> Iterator["Book"]:
        """The book, open; it is made on first use."""
        import onefold  # heavy, and `--help` can do without

        with onefold.open(self.address) as book:
            yield book

    def show(self, document: Any, *parts: RenderableType) -> None:
        """The answer of a command: the document with `--json`, else the parts."""
        if self.as_json:
            answer_json(document)
        else:
            answer(*parts)

    def agree(self, question: str, *, yes: bool, plan: Callable[[], Sequence[RenderableType]]) -> None:
        """Shows a plan and asks, where somebody is there to answer. Raises `Refused` on a no."""
        if yes or not can_ask():
            return
        message(*plan())
        if not says_yes(question):
            raise Refused("you did not say yes", code="declined", hint="nothing was changed")

    def be_sure(
        self, question: str, *, yes: bool, reason: str, plan: Callable[[], Sequence[RenderableType]]
    ) -> None:
        """The same for what has no way back, or leads there: where nobody is there to answer, `--yes` has to.

        Raises `Refused` on a no (`declined`), and without any answer (`guard`), for this `reason`.
        """
        if not yes and not can_ask():
            raise Refused(reason, code="guard", hint=f"to go on: {self.words_with_yes}")
        self.agree(question, yes=yes, plan=plan)

    @property
    def words_with_yes(self) -> str:
        """The very command that was typed, with `--yes`, as a shell takes it, but for passwords in it."""
        words = list(map(without_secrets, self.words))
        place = words.index("--") if "--" in words else len(words)
        return shlex.join(["onefold", *words[:place], "--yes", *words[place:]])


def session_of(context: typer.Context) -> Session:
    """The session that the command belongs to."""
    session = context.find_object(Session)
    assert session is not None
    return session
