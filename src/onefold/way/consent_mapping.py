"""Columns of consent: never mapped unasked, and never the wrong way round."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from onefold.model.consent import CONSENT_COLUMNS, Channel
from onefold.model.error import UsageError
from onefold.sources.mapping import HEADERS_NAMED

SAYS_WHO_REFUSED: Final = re.compile(
    r"\b(opt(ed)?[\s_-]*out|unsub|do[\s_-]*not|don'?t|suppress|bounce|abmeld|abgemeldet|désinscri|baja)"
    r"|optedout|optout|donot",
    re.IGNORECASE,
)
SAYS_WHO_AGREED: Final = re.compile(
    r"consent|opt(ed)?[\s_-]*in\b|optin|optedin|subscri|accepts?[\s_-]*\w*[\s_-]*marketing|permission"
    r"|newsletter|einwilligung|gdpr|dsgvo|rgpd",
    re.IGNORECASE,
)
SAYS_BOTH: Final = re.compile(r"opt(ed)?[\s_-]*in\b|optin|status", re.IGNORECASE)
BESIDE_IT: Final = re.compile(r"time|date|\bip\b|source|method|wording", re.IGNORECASE)
ABOUT_TEXTS: Final = re.compile(r"sms|text|mobile|phone|cell|handy|móvil|whatsapp", re.IGNORECASE)


def check_consent(fields: Mapping[str, str | None]) -> None:
    """Raises `UsageError` (`bad_mapping`) where a column that says who opted out would be read as consent, or
    where a date, a source or a wording of consent is mapped and the consent itself is not.
    """
    headers = {field: header for header, field in fields.items() if field in CONSENT_COLUMNS}
    for channel in Channel:
        state, refused = f"consent.{channel}", f"consent.{channel}.refused"
        header = headers.get(state, "")
        if SAYS_WHO_REFUSED.search(header) and not SAYS_BOTH.search(header):
            raise UsageError(
                f"column {header!r} seems to say who opted out, and {state} takes a yes for an opt-in",
                code="bad_mapping",
                hint=f'map it with --map "{header}={refused}", or give the column another name',
            )
        beside = next(
            (field for field in headers if field.startswith(f"{state}.") and field != refused), None
        )
        if beside is not None and not headers.keys() & {state, refused}:
            raise UsageError(
                f"{headers[beside]!r} is mapped to {beside}, and no column to {state}",
                code="bad_mapping",
                hint=f'name the column, like --map "Header={state}"',
            )


def consent_note(unknown: Sequence[str]) -> Iterator[str]:
    """How columns that look like consent, and are left out, could be mapped."""
    options = []
    for header in unknown:
        if BESIDE_IT.search(header):
            continue
        channel = Channel.SMS if ABOUT_TEXTS.search(header) else Channel.EMAIL
        if SAYS_WHO_REFUSED.search(header):
            options.append(f'--map "{header}=consent.{channel}.refused"')
        elif SAYS_WHO_AGREED.search(header):
            options.append(f'--map "{header}=consent.{channel}"')
    if options:
        yield f"consent is taken only when asked for; if it is meant: {' '.join(options[:HEADERS_NAMED])}"
