"""Headers of consent are read the right way round, however they are spelled."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.model.consent import Channel
from onefold.sources.consent_headers import Beside, Says, read_consent_header
from onefold.sources.known_headers import KNOWN_FIELDS, known_headers

REFUSING = {
    "English": [
        "unsubscribed",
        "opted out",
        "opt out",
        "do not contact",
        "do not email",
        "suppressed",
        "bounced",
    ],
    "German": [
        "abgemeldet",
        "Abmeldung",
        "abbestellt",
        "keine Werbung",
        "kein Newsletter",
        "Werbewiderspruch",
    ],
    "French": ["désinscrit", "désabonnée", "sans consentement", "pas de publicité", "liste noire"],
    "Spanish": ["dado de baja", "baja", "desuscrito", "sin consentimiento", "no desea publicidad"],
    "Italian": ["disiscritto", "disiscrizione", "senza consenso", "non accetta marketing", "lista nera"],
    "Portuguese": ["descadastrado", "sem consentimento", "não aceita marketing", "lista negra"],
    "Dutch": ["uitgeschreven", "afgemeld", "geen nieuwsbrief", "geen toestemming", "zwarte lijst"],
    "Polish": ["wypisany", "brak zgody", "bez zgody", "rezygnacja"],
    "Swedish": ["avregistrerad", "avprenumererad", "ej samtycke", "inga nyhetsbrev"],
    "Danish and Norwegian": ["afmeldt", "avmeldt", "ikke samtykke", "ingen nyhedsbrev"],
}
DENIABLE = [
    "subscribed",
    "opt in",
    "consent",
    "newsletter",
    "marketing",
    "email",
    "sms",
    "permission",
    "texts",
]
DENIALS = [
    "no",
    "not",
    "without",
    "never",
    "kein",
    "keine",
    "nicht",
    "ohne",
    "sin",
    "sans",
    "pas de",
    "senza",
    "sem",
]
DENIALS += ["não", "geen", "niet", "bez", "ej", "ikke", "do not", "don't", "no longer"]
OBJECTS = ["subscription", "newsletter", "consent", "marketing", "email", "SMS", "Einwilligung", "permission"]
TURNED_DOWN = [
    "cancelled",
    "declined",
    "withdrawn",
    "revoked",
    "refused",
    "blocked",
    "rejected",
    "denied",
    "widerrufen",
]
TURNED_DOWN += [
    "gesperrt",
    "gekündigt",
    "refusé",
    "révoqué",
    "rechazado",
    "revocado",
    "rifiutato",
    "recusado",
    "geweigerd",
]
BEFORE = ["", "is", "has", "email", "sms", "marketing", "contact", "customer", "email marketing"]
BEHIND = ["", "email", "from all email", "date", "at", "reason", "status", "flag"]
AGREEING = [
    "opted in",
    "opt in",
    "double opt in",
    "subscribed",
    "accepts marketing",
    "marketing consent",
    "consented",
]
AGREEING += [
    "Newsletter",
    "Einwilligung",
    "eingewilligt",
    "abonniert",
    "consentement",
    "consentimiento",
    "suscrito",
    "iscritto",
]
AGREEING += [
    "consenso",
    "consentimento",
    "toestemming",
    "zgoda",
    "samtycke",
    "samtykke",
    "accepte newsletter",
    "can email",
]


def spelled(words: str) -> Iterator[str]:
    """Words as products spell them in headers."""
    parts = re.split(r"[\s']+", words)
    yield words
    yield words.title()
    yield words.upper()
    yield "_".join(parts).lower()
    yield "_".join(parts).upper()
    yield "-".join(parts)
    yield "".join(part[:1].upper() + part[1:] for part in parts)
    yield parts[0].lower() + "".join(part[:1].upper() + part[1:] for part in parts[1:])
    yield "".join(parts).lower()


def refusing_words() -> Iterator[str]:
    for stem in (stem for stems in REFUSING.values() for stem in stems):
        yield from (f"{before} {stem} {behind}".strip() for before, behind in product(BEFORE, BEHIND))
    yield from (f"{denial} {word}" for denial, word in product(DENIALS, DENIABLE))
    yield from (f"{prefix}{word}" for prefix, word in product(("un", "de"), ("subscribed", "subscribe")))
    for what, how in product(OBJECTS, TURNED_DOWN):
        yield f"{what} {how}"
        yield f"{how} {what}"


REFUSALS = sorted(set(refusing_words()))


@given(st.sampled_from(REFUSALS), st.integers(0, 8))
def test_who_refused_is_never_read_as_who_agreed(words: str, spelling: int) -> None:
    header = list(spelled(words))[spelling]
    assert read_consent_header(header).says in (Says.REFUSED, Says.UNCLEAR), header


def test_every_stem_is_a_refusal_in_every_spelling() -> None:
    stems = [stem for stems in REFUSING.values() for stem in stems]
    wrong = [
        header
        for stem in stems
        for header in spelled(stem)
        if read_consent_header(header).says is not Says.REFUSED or not read_consent_header(header).plainly
    ]
    assert wrong == []


def test_a_word_of_agreement_that_is_denied_is_a_refusal_in_every_spelling() -> None:
    wrong = [
        header
        for words in (f"{denial} {word}" for denial, word in product(DENIALS, DENIABLE))
        for header in spelled(words)
        if read_consent_header(header).says is not Says.REFUSED
    ]
    assert wrong == []


@given(
    st.sampled_from(AGREEING),
    st.sampled_from(["", "email", "sms", "customer", "is", "has"]),
    st.integers(0, 8),
)
def test_who_agreed_is_read_as_that(words: str, before: str, spelling: int) -> None:
    header = list(spelled(f"{before} {words}".strip()))[spelling]
    assert read_consent_header(header).says is Says.AGREED, header


@pytest.mark.parametrize(
    "header",
    [
        "is_unsubscribed", "email_opt_out", "has_opted_out", "HasOptedOutOfEmail", "DNC", "no_sms",
        "Newsletter_Abmeldung",
        "Subscription cancelled", "optedout", "donotemail", "unsubscribedfromemails", "OPTout",
        "UNsubscribed", "un-subscribed",
        "Do not allow Bulk Emails", "SMS_BLACKLISTED", "BLOCKLISTED EMAIL", "Fecha de baja",
        "n’accepte pas les e-mails",
        "Einwilligung_widerrufen", "Newsletterabmeldung", "NewsletterKuendigung", "ОТПИСАН", "не согласен",
        "Avprenumererad",
        "ＯＰＴ＿ＯＵＴ", "Désinscrit", "De\u0301sinscrit", "consent withdrawn", "Opt Out Status", "Odhlášen",
        "global_unsubscribe",
    ],
)  # fmt: skip
def test_headers_of_products_that_say_who_refused(header: str) -> None:
    read = read_consent_header(header)
    assert (read.says, read.plainly) == (Says.REFUSED, True)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("Opt-in/Opt-out", Says.EITHER),
        ("Subscribed or Unsubscribed", Says.EITHER),
        ("OptInOut", Says.EITHER),
        ("An-/Abmeldung", Says.EITHER),
        ("not unsubscribed", Says.UNCLEAR),
        ("Non opt-out", Says.UNCLEAR),
        ("Phone No", Says.UNCLEAR),
        ("Unconfirmed", Says.UNCLEAR),
        ("no_foo_sms", Says.UNCLEAR),
        ("opt_in_revoked", Says.REFUSED),
        ("Opted in, then bounced", Says.REFUSED),
        ("Cancelled", Says.REFUSED),
        ("Order cancelled", Says.REFUSED),
        ("Accepted", Says.AGREED),
    ],
)
def test_what_is_in_doubt_is_not_said_plainly(header: str, says: Says) -> None:
    read = read_consent_header(header)
    assert (read.says, read.plainly) == (says, False)


@pytest.mark.parametrize(
    "header",
    [
        "city", "Notes", "Substitute", "Notice", "Nome", "Node list item", "Nodes", "Design", "United",
        "Department", "Nº SMS", "N.º de móvil",
        "Sinister", "Desktop", "Notification Time", "Date of birth", "Universe", "Debit", "Cell", "SMS",
        "Email", "Status", "GMTOFF",
        "Número de teléfono", "Bus Stop", "Baja California", "Číslo zákazníka", "CONFIRM_TIME",
        "Email Marketing",
    ],
)  # fmt: skip
def test_other_headers_say_nothing(header: str) -> None:
    assert read_consent_header(header).says in (Says.NOTHING, Says.UNCLEAR)
    assert not read_consent_header(header).plainly


def test_no_header_that_fills_a_field_says_anything_plainly() -> None:
    known = known_headers()
    headers = {header for field in KNOWN_FIELDS for header in known.places[field]} | known.ids
    read = {header: read_consent_header(header) for header in headers if not header.startswith("no")}
    assert [header for header, said in read.items() if said.plainly and said.beside is None] == []


@pytest.mark.parametrize(
    ("header", "beside"),
    [
        ("OPTIN_TIME", Beside.DATE), ("Opted in at", Beside.DATE), ("Désinscrit le", Beside.DATE),
        ("UNSUB_TIME", Beside.DATE),
        ("OPTIN_IP", Beside.SOMETHING_ELSE), ("UNSUB_CAMPAIGN_ID", Beside.SOMETHING_ELSE),
        ("Unsubscribe link", Beside.SOMETHING_ELSE),
        ("Bounce rate", Beside.SOMETHING_ELSE), ("UNSUB_REASON", Beside.REASON),
        ("UNSUB_CAMPAIGN_TITLE", Beside.REASON),
        ("Consent source", Beside.SOURCE), ("Consent wording", Beside.WORDING), ("Subscribed", None),
        ("Opt Out", None),
    ],
)  # fmt: skip
def test_what_goes_beside_it(header: str, beside: Beside | None) -> None:
    assert read_consent_header(header).beside == beside


@pytest.mark.parametrize(
    ("header", "channels"),
    [
        ("Subscription cancelled", set()), ("Newsletter", {Channel.EMAIL}), ("SMS newsletter", {Channel.SMS}),
        ("Cell opt in", {Channel.SMS}), ("Do not text", {Channel.SMS}),
        ("Email/SMS opt out", {Channel.EMAIL, Channel.SMS}),
        ("Text message consent", {Channel.SMS}), ("eMailOptOut", {Channel.EMAIL}), ("Opted out", set()),
        ("Mobile marketing consent", {Channel.SMS}), ("Excellent opt in", set()), ("context opt out", set()),
    ],
)  # fmt: skip
def test_which_channel_it_is_about(header: str, channels: set[Channel]) -> None:
    read = read_consent_header(header)
    assert (read.channels, read.elsewhere) == (channels, False)


@pytest.mark.parametrize("header", ["WhatsApp opt-in", "Call consent", "Fax opt out", "Push subscribed"])
def test_consent_to_something_else_is_about_neither(header: str) -> None:
    read = read_consent_header(header)
    assert (read.channels, read.elsewhere) == (set(), True)
