"""How the dates and numbers of each column are written: settled once, over the whole file, and said."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from onefold.model.consent import CONSENT_DATES
from onefold.model.error import UsageError
from onefold.model.field import FieldType
from onefold.normalise.date import DateOrder, survey_dates
from onefold.normalise.number import NumberStyle, survey_numbers
from onefold.normalise.ways import Ways
from onefold.way.consent_reading import refusal_field
from onefold.way.mapped_input import MappedInput
from onefold.way.request import ImportRequest
from onefold.way.terms import Terms

Word = TypeVar("Word", bound=StrEnum)
IN_WORDS: Final[Mapping[StrEnum, str]] = {
    DateOrder.DMY: "day first",
    DateOrder.MDY: "month first",
    DateOrder.YMD: "year first",
    NumberStyle.POINT: "with a decimal point",
    NumberStyle.COMMA: "with a decimal comma",
}

AS_REFUSALS: Final = ("are not all taken", "are not all dates of the refusals, which count from now")
"""A refusal counts, whatever becomes of its date."""


def settle_spellings(
    mapped: MappedInput, request: ImportRequest, terms: Terms
) -> tuple[Terms, tuple[str, ...]]:
    """Settles day-month order and decimal mark of each column (RIO-09 ours), and says what is worth saying.

    Raises `UsageError` (`bad_value`) for an order or a mark that there is not.
    """
    order = _asked(request.date_order, DateOrder, "order of dates")
    mark = _asked(request.decimal, NumberStyle, "decimal mark")
    dates, numbers = _surveyed(mapped, terms)
    # Whoever edits an export may save it with another mark; where nothing shows that, it is as we wrote it.
    own_mark = NumberStyle.POINT if mapped.ours.is_export else None
    open_ = {column: ways for column, ways in numbers.items() if ways.settled or own_mark is None}
    spelling = replace(
        terms.spelling,
        date_orders={column: order or ways.settled for column, ways in dates.items()},
        number_styles={column: mark or ways.settled or own_mark for column, ways in numbers.items()},
    )
    notes = [
        *_notes(mapped, "dates", "--date-order", dates, order),
        *_notes(mapped, "numbers", "--decimal", open_, mark),
    ]
    return replace(terms, spelling=spelling), tuple(notes)


def _surveyed(
    mapped: MappedInput, terms: Terms
) -> tuple[dict[str, Ways[DateOrder]], dict[str, Ways[NumberStyle]]]:
    dates: dict[str, Ways[DateOrder]] = {}
    numbers: dict[str, Ways[NumberStyle]] = {}
    types = {custom.column: custom.type for custom in terms.rules.fields}
    types |= dict.fromkeys((*CONSENT_DATES, *filter(refusal_field, mapped.columns)), FieldType.DATE)
    of_type = {column: types[column] for column in mapped.columns if column in types}
    if not {FieldType.DATE, FieldType.NUMBER}.isdisjoint(of_type.values()):
        for number in range(mapped.input.batches):
            cells = mapped.sound_cells(number)
            for column, type_ in of_type.items():
                if type_ is FieldType.DATE:
                    seen = survey_dates(cells[column], cells["line"])
                    dates[column] = dates[column].merged(seen) if column in dates else seen
                elif type_ is FieldType.NUMBER:
                    styles = survey_numbers(cells[column], cells["line"])
                    numbers[column] = numbers[column].merged(styles) if column in numbers else styles
    return dates, numbers


def _notes(
    mapped: MappedInput, what: str, option: str, columns: Mapping[str, Ways[Any]], asked: StrEnum | None
) -> Iterator[str]:
    for column, ways in columns.items():
        said = _said(ways, option, asked)
        if said is not None and refusal_field(column):
            said = said.replace(*AS_REFUSALS)
        if said is not None:
            yield f"{what} in {mapped.header(column)!r} {said}"


def _said(ways: Ways[Any], option: str, asked: StrEnum | None) -> str | None:
    """What a person should know of how a column is read; nothing where it could not be read otherwise."""
    if asked is not None:
        return None if ways.several is None else f"are read {IN_WORDS[asked]}, as {option} says"
    if ways.settled is not None:
        # A decimal point is what everybody expects.
        if ways.several is None and ways.settled is NumberStyle.POINT:
            return None
        return f"are read {IN_WORDS[ways.settled]}: {ways.settled_by} settles it"
    if ways.several is None:
        return None
    if ways.possible:
        words = " or ".join(IN_WORDS[way] for way in ways.possible)
        why, choices = f"{ways.several} can be read {words}, and nothing settles it", ways.possible
    else:
        *_, first, last = sorted(ways.excluded.values(), key=lambda evidence: evidence.line)
        why, choices = f"{first} and {last} are not written in one way", ways.all
    return f"are not all taken: {why}; give {option} {' or '.join(choices)}"


def _asked(asked: str | None, words: type[Word], what: str) -> Word | None:
    if asked is None or asked in set(words):
        return None if asked is None else words(asked)
    raise UsageError(f"{asked!r} is no {what}", code="bad_value", hint=f"choose one of {', '.join(words)}")
