"""The ways in beside files and records: an inbound text, a form, a token."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from onefold.model.consent import Channel
from onefold.model.form import Form, Submission
from onefold.model.keyword import Keyword
from onefold.model.policy import Policy
from onefold.stores import Reader
from onefold.way.confirming import Links, link_base, links_of
from onefold.way.desk import Desk, word
from onefold.way.forms import Submitted, as_form, form_named, form_warnings, save_form, submit_form
from onefold.way.keywords import keyword_named, remove_keyword, save_keyword
from onefold.way.links import LINK_DAYS, Used, Visit, use_token
from onefold.way.making_links import WantedLinks, make_links, write_links
from onefold.way.memberships import Whom, ids_of
from onefold.way.texts import InboundText, Received, receive_text
from onefold.way.tokens import Token, TokenKind, unused


class Doors(Desk):
    """What comes from one person at one moment, and what is answered."""

    def receive_text(
        self,
        *,
        from_: str,
        body: str,
        to: str | None = None,
        message_id: str | None = None,
        at: str | None = None,
    ) -> Received:
        """Takes an inbound text in, and puts the reply into the outbox.

        `at`: when it was sent, ISO 8601, else now. The same `message_id` is taken once. What is wrong with a
        text is said in what comes back, and never raised.
        """
        text = InboundText(from_, body, to, message_id, at)
        with self._store.writer() as writer:
            terms = self._terms(writer, None)
            return receive_text(writer, text, terms, lambda: self._links(writer), self._clock())

    def keywords(self) -> Sequence[Keyword]:
        """The book's own keywords."""
        with self._store.reader() as reader:
            return list(reader.keywords().values())

    def keyword(self, word: str) -> Keyword:
        """One keyword. Raises `UsageError` (`unknown_keyword`)."""
        with self._store.reader() as reader:
            return keyword_named(reader, word)

    def save_keyword(self, keyword: Keyword) -> Keyword:
        """Keeps a keyword, in the place of one with the same word. Raises `UsageError` (`bad_keyword`,
        `bad_name`).
        """
        with self._store.writer() as writer:
            return save_keyword(writer, keyword, self._clock())

    def remove_keyword(self, word: str) -> Keyword:
        """Takes a keyword away. Raises `UsageError` (`unknown_keyword`)."""
        with self._store.writer() as writer:
            return remove_keyword(writer, word)

    # Forms and links

    def forms(self) -> Sequence[Form]:
        """The book's forms, each in its last version."""
        with self._store.reader() as reader:
            return [as_form(stored) for stored in reader.forms()]

    def form(self, name: str, version: int | None = None) -> Form:
        """A form in one version, or in its last. Raises `UsageError` (`unknown_form`)."""
        with self._store.reader() as reader:
            return form_named(reader, name, version)

    def save_form(self, name: str, definition: object) -> Form:
        """Keeps a form; where it is another than before, as a new version. Raises `UsageError` (`bad_form`,
        `bad_name`).
        """
        with self._store.writer() as writer:
            terms = self._terms(writer, None)
            return save_form(writer, name, definition, terms, self._clock())

    def form_warnings(self, form: Form) -> list[str]:
        """What whoever saves a form should know: what it does beside the policy, and cannot do yet."""
        with self._store.reader() as reader:
            return form_warnings(form, self._policy(reader, None)[0], link_base(reader))

    def submit(
        self, name: str, submission: Submission, *, policy: str | Path | Policy | None = None
    ) -> Submitted:
        """Takes a submission of a form in, and asks its addresses to confirm it where the form does.

        Raises `UsageError` (`unknown_form`, `unknown_field`, `missing_field`, `empty_submission`,
        `bad_value`).
        """
        with self._store.writer() as writer:
            terms = self._terms(writer, policy)
            return submit_form(writer, name, submission, terms, self._clock())

    def link(
        self,
        kind: str,
        whom: Whom,
        *,
        days: int = LINK_DAYS,
        channel: str = Channel.EMAIL.value,
        keyword: str | None = None,
        number: str | None = None,
    ) -> list[dict[str, Any]]:
        """Links for contacts, of the kind `click_to_text`, `subscribe` or `preferences`: `contact_id`,
        `token`, `link`, `channel` and `send_to` each. A link proves the address of the `channel` by which it
        goes, and no other. A click to text begins with a `keyword`, and goes to a `number` of yours.

        Raises `UsageError` (`bad_value`, `unknown_contact_id`, `unknown_keyword`, `no_link_base`, and those
        of a choice).
        """
        wanted = WantedLinks(
            word(TokenKind, kind, "kind of link"), days, word(Channel, channel, "channel"), keyword, number
        )
        with self._store.reader() as reader:
            ids = ids_of(whom, reader, self._clock())
            parts = list(make_links(reader, ids, wanted, self._links(reader)))
        made = (
            pl.concat(parts).select("contact_id", "token", "link", "channel", "send_to")
            if parts
            else pl.DataFrame()
        )
        return made.to_dicts()

    def write_links(
        self,
        kind: str,
        whom: Whom,
        file: Path | str,
        *,
        days: int = LINK_DAYS,
        channel: str = Channel.EMAIL.value,
        keyword: str | None = None,
        number: str | None = None,
    ) -> int:
        """Writes a CSV file with a link for each of these contacts, and gives how many there are; as `link`.

        Raises `UsageError` (`bad_target`) where it cannot be written.
        """
        wanted = WantedLinks(
            word(TokenKind, kind, "kind of link"), days, word(Channel, channel, "channel"), keyword, number
        )
        with self._store.reader() as reader:
            ids = ids_of(whom, reader, self._clock())
            write_links(Path(file), make_links(reader, ids, wanted, self._links(reader)), self.short_id)
        return len(ids)

    def read_token(self, token: str) -> Token:
        """What a token is for, without using it. Raises `UsageError` (`token_forged`, `token_expired`,
        `token_used`).
        """
        with self._store.reader() as reader:
            return unused(reader, self._links(reader).signer.read(token, self._clock()))

    def use_token(
        self,
        token: str,
        values: Mapping[str, str] | None = None,
        *,
        visit: Visit | None = None,
        policy: str | Path | Policy | None = None,
    ) -> Used:
        """Does what a token is for, and uses it up. `values`: what was typed behind its link.

        Raises `UsageError` (`token_forged`, `token_expired`, `token_used`, `token_misused`, `unknown_field`,
        `missing_field`, `bad_value`, or why the contact cannot be changed so); then nothing is.
        """
        with self._store.writer() as writer:
            terms = self._terms(writer, policy)
            return use_token(writer, token, values or {}, visit or Visit(), terms, self._links(writer))

    def _links(self, reader: Reader) -> Links:
        return links_of(reader, self._clock())
