"""How cells that hold email addresses are read, and that columns read them as one cell at a time is read."""

import random
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

import polars as pl
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from onefold.normalise.email import email_columns
from onefold.normalise.email_definition import EmailAnswer, email_one
from tests.shared_data import SHARED_DATA, needs_shared_data


def read(spelled: str | None) -> EmailAnswer:
    """The answer of the definition, which is also that of the columns where a column can hold the text."""
    answer = email_one(spelled)
    if spelled is None or spelled.isprintable():
        assert email_columns(pl.Series([spelled], dtype=pl.String)).rows() == [answer]
    return answer


def assert_columns_agree(spelled: Sequence[str | None]) -> None:
    in_columns = email_columns(pl.Series(spelled, dtype=pl.String)).rows()
    differing = [
        (cell, expected, found)
        for cell, expected, found in zip(spelled, map(email_one, spelled), in_columns, strict=True)
        if expected != found
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("spelled", "email", "as_written"),
    [
        ("ana@example.com", "ana@example.com", None),
        ("Ana.Silva@Example.COM", "ana.silva@example.com", "Ana.Silva@Example.COM"),
        ("ana+news@gmail.com", "ana+news@gmail.com", None),  # nothing that one provider ignores is folded
        ("a.n.a@gmail.com", "a.n.a@gmail.com", None),
        ("O'Neil@example.ie", "o'neil@example.ie", "O'Neil@example.ie"),
        ("Jürgen@MÜNCHEN.de", "jürgen@xn--mnchen-3ya.de", "Jürgen@MÜNCHEN.de"),
        ("ana@xn--mnchen-3ya.de", "ana@xn--mnchen-3ya.de", None),
        ("ana@faß.de", "ana@xn--fa-hia.de", "ana@faß.de"),
        ("ana@例え。jp", "ana@xn--r8jz45g.jp", "ana@例え。jp"),
        ("ÉVA@example.com", "Éva@example.com", "ÉVA@example.com"),  # only A to Z is lowered
        ("e\u0301va@example.com", "éva@example.com", "e\u0301va@example.com"),  # NFC (RFC 6532)
        ("E\u0301VA@example.com", "Éva@example.com", "E\u0301VA@example.com"),
        ("J\u030cana@example.com", "\u01f0ana@example.com", "J\u030cana@example.com"),
        ("\u212aim@example.com", "kim@example.com", "\u212aim@example.com"),
        ("E\u0301va <éva@example.com>", "éva@example.com", None),
        ("e\u0301va@example.com <éva@example.com>", "éva@example.com", None),
        ("éva@mu\u0308nchen.de", "éva@xn--mnchen-3ya.de", "éva@mu\u0308nchen.de"),
        ("straße@example.com", "straße@example.com", None),
        ("ana@printer.local", "ana@printer.local", None),
        ("ana@shop.TEST", "ana@shop.test", "ana@shop.TEST"),
        ("ana@example.invalid", "ana@example.invalid", None),
        ("ana@io", "ana@io", None),
        ("=cmd@example.com", "=cmd@example.com", None),
        (" ana@example.com\t", "ana@example.com", None),
        ("\ufeff\u00a0Ana@example.com\u200b", "ana@example.com", "Ana@example.com"),
        ("'ana@example.com", "ana@example.com", None),
        ("'ana@example.com'", "ana@example.com", None),
        ("mailto:Ana@example.com?subject=Hi", "ana@example.com", "Ana@example.com"),
        ("MAILTO:ana@example.com", "ana@example.com", None),
        ('"Jay Jones" <jjones@fmail.com>', "jjones@fmail.com", None),
        ("Maria Sentosa<MSentosa@fmail.com>", "msentosa@fmail.com", "MSentosa@fmail.com"),
        ('"Jones, Jay" < jjones@fmail.com >', "jjones@fmail.com", None),
        ('"jjones@fmail.com" <jjones@fmail.com>', "jjones@fmail.com", None),
        ("jjones@fmail.com<mailto:jjones@fmail.com>", "jjones@fmail.com", None),
        ("<ana@example.com>", "ana@example.com", None),
    ],
)
def test_an_address_has_one_spelling(spelled: str, email: str, as_written: str | None) -> None:
    assert read(spelled) == (email, as_written, None)


@pytest.mark.parametrize("spelled", [None, "", "  ", "\u00a0\u200b", "\n", "'", "<>"])
def test_a_blank_cell_is_neither_an_address_nor_refused(spelled: str | None) -> None:
    assert read(spelled) == (None, None, None)


@pytest.mark.parametrize(
    ("spelled", "says"),
    [
        ("ana", "must have an @-sign"),
        ("@example.com", "something before the @-sign"),
        ("ana@", "something after the @-sign"),
        ("ana@gmail", "should have a period"),
        ("ana@localhost", "should have a period"),
        ("ana@127.0.0.1", "top-level domain"),
        ("ana@[127.0.0.1]", "bracketed IP address"),
        ("ana..silva@example.com", "two periods in a row"),
        ("ana silva@example.com", "invalid characters before the @-sign: SPACE"),
        ("ana@exa mple.com", "invalid characters: SPACE"),
        ("ana＠example.com", "full-width"),
        ('"ana silva"@example.com', "Quoting"),
        ("an\u200ba@example.com", "ZERO WIDTH SPACE"),
        ("ana@example.com\n", "line break"),
        ("ana@example.com\r\neva@example.com", "line break"),
        ("ana@example.com; eva@example.com", "several addresses"),
        ("ana@example.com eva@example.com", "several addresses"),
        ("ana@example.com:::eva@example.com", "several addresses"),
        ("Ana <ana@example.com>, Eva <eva@example.com>", "several addresses"),
        ("ana@example.com, Eva <eva@example.com>", "several addresses"),
        ("a" * 250 + "@example.com", "too long"),
        ("ana@example.com " * 100, "too long"),
    ],
)
def test_a_refusal_says_what_is_wrong(spelled: str, says: str) -> None:
    answer = read(spelled)
    assert answer.email is None and answer.email_as_written is None
    assert answer.refusal is not None and says.lower() in answer.refusal.lower()


def test_the_answer_has_a_row_for_every_cell_in_order() -> None:
    answers = email_columns(pl.Series(["Eva@x.org", None, "no", "ana@x.org", "Ana <Eva@x.org>"]))
    assert answers.schema == {"email": pl.String, "email_as_written": pl.String, "refusal": pl.String}
    assert answers["email"].to_list() == ["eva@x.org", None, None, "ana@x.org", "eva@x.org"]
    assert answers["email_as_written"].to_list() == ["Eva@x.org", None, None, None, "Eva@x.org"]
    assert answers["refusal"].is_null().to_list() == [True, True, False, True, True]


@pytest.mark.parametrize("cells", [pl.Series([], dtype=pl.String), pl.Series([None, None])])
def test_a_column_without_cells_is_read_too(cells: pl.Series) -> None:
    answers = email_columns(cells)
    assert answers.height == len(cells)
    assert answers["email"].null_count() == answers["refusal"].null_count() == len(cells)


SOME = ("ana@example.com", "Jürgen@münchen.de", "a.b-c_d+e@a-b.co.uk", "o'neil@x1.io", '"J, J" <j@x.org>')


def test_mutated_addresses() -> None:
    chance = random.Random(20261122)
    assert_columns_agree([mutated(chance.choice(SOME), chance) for _ in range(15_000)])


def mutated(spelled: str, chance: random.Random) -> str:
    for _ in range(chance.choice((1, 1, 2, 3))):
        place = chance.randrange(len(spelled) + 1)
        put = chance.choice(
            ("", "", *"aZ9.-_+'@ ,;<>\"\\\n\t\u00a0\u200bé。ßK", "--", "xn--", ".test", "a" * 64)
        )
        spelled = spelled[:place] + put + spelled[place + chance.choice((0, 1)) :]
    return spelled


written = st.one_of(
    st.emails(),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=30),
    st.text(alphabet="abZ09.-_+'@ ,;<>\"", max_size=30),
    st.builds(
        "{}@{}.{}".format, st.text(max_size=8), st.text(max_size=8), st.sampled_from(["com", "test", "de"])
    ),
)


@given(st.lists(written, max_size=40))
def test_any_text(spelled: list[str]) -> None:
    assert_columns_agree(spelled)


@given(written)
def test_a_key_reads_as_itself_and_as_it_was_written_leads_to_it(spelled: str) -> None:
    answer = email_one(spelled)
    if answer.email is not None:
        assert answer.refusal is None
        assert email_one(answer.email) == (answer.email, None, None)
        assert email_one(answer.email_as_written or answer.email).email == answer.email
        assert not re.search("[A-Z\x00-\x20]", answer.email)


@given(st.emails())
def test_the_library_takes_an_address_too(spelled: str) -> None:
    try:
        validate_email(spelled, check_deliverability=False)
    except EmailNotValidError:
        return
    # An address that begins with the guard of a spreadsheet loses it.
    assert spelled.startswith("'") or email_one(spelled).email is not None


@pytest.mark.parametrize(
    "spelled", ["\x00", "a\x00@x.org", "a@x\x00.org", "\ud800@x.org", "a@\udfff.org", "\ud800"]
)
def test_nul_and_lone_surrogates_never_get_through(spelled: str) -> None:
    answer = email_one(spelled)
    assert answer.email is None and answer.refusal is not None
    assert answer.refusal.isprintable() and answer.refusal.encode()


def isemail_tests() -> list[tuple[str, str, str]]:
    """Number, verdict and address of every test; a control character is written as the symbol for it."""
    symbols = {0x2400 + code: code for code in range(0x20)}
    tests = ElementTree.parse(SHARED_DATA / "email" / "isemail_tests.xml").getroot().iter("test")
    return [
        (test.get("id", ""), test.findtext("category", ""), test.findtext("address", "").translate(symbols))
        for test in tests
    ]


@needs_shared_data
def test_isemail_errors_are_refused_and_its_valid_addresses_taken() -> None:
    tests = isemail_tests()
    assert len(tests) == 164
    answers = email_columns(pl.Series([address for _, _, address in tests])).rows()
    assert answers == [email_one(address) for _, _, address in tests]
    for (number, verdict, address), (email, _, refusal) in zip(tests, answers, strict=True):
        if verdict == "ISEMAIL_ERR":
            # Its first test is the empty address, which is a blank cell here.
            assert email is None and (refusal is not None or address == ""), number
        if verdict == "ISEMAIL_VALID_CATEGORY":
            assert email == address.lower(), number
