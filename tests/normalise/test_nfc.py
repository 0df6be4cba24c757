"""Texts that differ only in how an accent is encoded are one text, in columns and one by one."""

from unicodedata import category, normalize

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.model.nfc import all_in_nfc, every_spelling, in_nfc
from onefold.normalise.email_definition import email_one, mailbox_in_one_spelling
from onefold.normalise.nfc import column_in_nfc, every_spelling_of, frame_in_nfc

APART, ONE = "jose\u0301", "jos\u00e9"
LETTERS = st.text(st.characters(exclude_categories=("Cs", "Cn", "Co"), max_codepoint=0x2FFFF), max_size=6)


@given(st.lists(st.one_of(st.none(), LETTERS), max_size=5))
def test_a_column_is_what_each_of_its_texts_is(texts: list[str | None]) -> None:
    wanted = [None if text is None else in_nfc(text.replace("\0", "")) for text in texts]
    told = column_in_nfc(pl.Series(texts, dtype=pl.String)).to_list()
    plain = [text is None or "\0" not in text for text in texts]
    assert [one for one, sure in zip(told, plain, strict=True) if sure] == [
        one for one, sure in zip(wanted, plain, strict=True) if sure
    ]


def test_what_the_quick_look_passes_on_nothing_would_change() -> None:
    """Below U+0300 every letter is in NFC, beside whichever other it stands."""
    letters = [chr(number) for number in range(1, 0x300) if category(chr(number)) != "Cs"]
    assert all(normalize("NFC", one) == one for one in letters)
    assert all(normalize("NFC", f"{one}{other}") == f"{one}{other}" for one in letters for other in "aA<=>")


def test_a_column_of_plain_text_is_not_copied() -> None:
    for plain in (["ana", None], ["José", "Zoë"], []):
        column = pl.Series(plain, dtype=pl.String)
        assert column_in_nfc(column) is column
        frame = column.to_frame("name")
        assert frame_in_nfc(frame) is frame


def test_a_letter_and_its_accent_join_where_no_store_could_hold_what_parts_them() -> None:
    assert column_in_nfc(pl.Series(["jose\0\u0301"])).to_list() == [ONE]


def test_an_address_as_it_was_written_stays_so() -> None:
    frame = pl.DataFrame({"email": [APART], "email_as_written": [APART], "n": [1], "city": ["E\u0301vora"]})
    assert frame_in_nfc(frame).row(0) == (ONE, APART, 1, "\u00c9vora")


def test_json_is_in_nfc_to_its_last_key() -> None:
    assert all_in_nfc({APART: [APART, 1, None, {"a": (APART, True)}]}) == {
        ONE: [ONE, 1, None, {"a": [ONE, True]}]
    }


@pytest.mark.parametrize("text", [APART, ONE])
def test_a_text_may_have_been_kept_in_either_spelling(text: str) -> None:
    assert set(every_spelling(text)) == {APART, ONE}
    assert set(every_spelling_of(pl.Series([text, "ana"]))) == {APART, ONE, "ana"}
    assert every_spelling("ana") == ("ana",)


@given(LETTERS)
def test_the_spelling_of_a_mailbox_is_one(local: str) -> None:
    one = mailbox_in_one_spelling(f"{local}@example.com")
    assert mailbox_in_one_spelling(one) == one
    assert mailbox_in_one_spelling(normalize("NFD", f"{local}@example.com")) == one


@given(
    st.text(
        st.sampled_from("aAeEjJkK\u0301\u0308\u030c\u00e9\u00c9\u212a\u212b\u01f0"), min_size=1, max_size=6
    )
)
def test_an_address_is_the_same_in_both_spellings(local: str) -> None:
    written = f"x{local}@example.com"
    told = {email_one(normalize(form, written)).email for form in ("NFC", "NFD")}
    assert told == {email_one(written).email}
    assert told == {None} or told == {mailbox_in_one_spelling(written)}
