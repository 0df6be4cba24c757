"""What comes in, whatever it is: a file whose columns were mapped, or records of any source."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, Protocol
from zoneinfo import ZoneInfo

from onefold.model.error import UsageError
from onefold.model.field import Field
from onefold.sources.input import Input
from onefold.sources.mapping import HeaderMapping
from onefold.sources.record_columns import Recorded
from onefold.sources.record_lines import records_in
from onefold.sources.record_shape import Words
from onefold.stores import Reader
from onefold.way.columns import map_columns
from onefold.way.request import ImportRequest
from onefold.way.terms import Terms

NO_COLUMNS: Final = HeaderMapping({}, (), {})


class Incoming(Protocol):
    """An input that has been laid down, and how its batches are read."""

    kind: ClassVar[str]
    """That of its receipt."""

    @property
    def input(self) -> Input:
        """The rows as they came."""

    @property
    def mapping(self) -> HeaderMapping:
        """What becomes of its columns."""

    @property
    def columns(self) -> Mapping[str, int]:
        """Header index by contact column."""

    @property
    def new_fields(self) -> tuple[Field, ...]:
        """Fields that it brings."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found on the way, for people."""

    def recorded(self, number: int) -> Recorded:
        """Batch `number` as `normalise` reads it, and what its records bring along beside their cells."""


@dataclass(frozen=True)
class RecordsInput:
    """A file of records: each says by itself what it is about, so there is nothing to map."""

    kind: ClassVar[str] = "records"

    input: Input
    words: Words
    mapping: HeaderMapping = NO_COLUMNS
    columns: Mapping[str, int] = field(default_factory=dict)
    new_fields: tuple[Field, ...] = ()
    notes: tuple[str, ...] = ()

    def recorded(self, number: int) -> Recorded:
        """Batch `number`, read by now and not before."""
        return records_in(self.input.batch(number), self.words)


def taken_up(
    kind: str, read: Input, request: ImportRequest, reader: Reader, terms: Terms
) -> tuple[Incoming, Terms]:
    """An input that lies there, as these terms read it: `kind` says which one it is.

    Raises what `map_columns` raises, and `UsageError` (`bad_value`) where consent is said of every record.
    """
    if kind == RecordsInput.kind:
        if request.consent:
            raise UsageError(
                "records say their consent themselves",
                code="bad_value",
                hint="leave what is said of every row to files",
            )
        terms = replace(terms, spelling=replace(terms.spelling, bare_contact_ids=True))
        return RecordsInput(read, words_of(reader, terms)), terms
    return map_columns(read, request, terms)


def words_of(reader: Reader, terms: Terms) -> Words:
    """What records may say in the book that these terms were read from."""
    rules = terms.rules
    return Words(
        kinds=rules.kinds,
        fields={custom.name: custom.column for custom in rules.fields},
        keywords=reader.keywords(),
        now=terms.now,
        zone=ZoneInfo(reader.settings().get("time_zone", "UTC")),
    )
