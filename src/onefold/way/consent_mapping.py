"""Columns that are mapped to consent: never the wrong way round."""

from collections.abc import Mapping
from typing import Final

from onefold.model.consent import CONSENT_COLUMNS, Channel
from onefold.model.error import UsageError
from onefold.sources.consent_headers import Says, read_consent_header
from onefold.sources.mapping import map_option

SAYS_NO: Final = (Says.REFUSED, Says.UNCLEAR)


def check_consent(fields: Mapping[str, str | None]) -> None:
    """Raises `UsageError` (`bad_mapping`) where a column that says who refused would be read as consent, or
    one that says who agreed as a refusal; and where a date, a source or a wording of consent is mapped and
    the consent itself is not.

    A column under exactly the name of its field is as it says.
    """
    filled = {field for field in fields.values() if field in CONSENT_COLUMNS}
    for channel in Channel:
        state, refused = f"consent.{channel}", f"consent.{channel}.refused"
        for header, field in fields.items():
            if header == field:
                continue
            if field == state:
                _check_agreement(header, state, refused)
            elif field == refused:
                _check_refusal(header, state, refused)
        _check_beside(fields, state, refused, filled)


def _check_agreement(header: str, state: str, refused: str) -> None:
    says = read_consent_header(header).says
    if says not in SAYS_NO:
        return
    told = "say who opted out" if says is Says.REFUSED else "deny something"
    raise UsageError(
        f"column {header!r} seems to {told}, and {state} takes a yes for an opt-in",
        code="bad_mapping",
        hint=f"map it with {map_option(header, refused)}, or give the column another name",
    )


def _check_refusal(header: str, state: str, refused: str) -> None:
    read = read_consent_header(header)
    if read.says is not Says.AGREED or read.in_words:
        return
    instead = f"map it with {map_option(header, state)}" if read.beside is None else "leave it out"
    raise UsageError(
        f"column {header!r} seems to say who agreed, and {refused} takes a yes for a refusal",
        code="bad_mapping",
        hint=f"{instead}, or give the column another name",
    )


def _check_beside(fields: Mapping[str, str | None], state: str, refused: str, filled: set[str]) -> None:
    for header, field in fields.items():
        if field in filled and field.startswith(f"{state}.") and not filled & {state, refused}:
            raise UsageError(
                f"{header!r} is mapped to {field}, and no column to {state}",
                code="bad_mapping",
                hint=f'name the column, like --map "Header={state}"',
            )
