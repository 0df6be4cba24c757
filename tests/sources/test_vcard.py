from pathlib import Path

import pytest

from onefold.model.error import UsageError
from onefold.sources.spool import Spool
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sources.reading import cells, read, whole

VCARDS = SHARED_DATA / "contacts" / "vcard"


def cards(file: bytes | Path, spool: Spool) -> list[dict[str, str]]:
    """What each card says, as people read it: header and text."""
    table = read(file, spool)
    return [
        {header: text for header, text in zip(table.headers, row, strict=True) if text}
        for row in cells(table)
    ]


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


@pytest.mark.parametrize(
    ("version", "lines", "says"),
    [
        ("2.1", ["N:Silva;Ana", "TEL;CELL:1"], {"Last Name": "Silva", "First Name": "Ana", "Phone": "1"}),
        (
            "4.0",
            ["FN:Ana", "TEL;VALUE=uri;PREF=1:tel:+351912345678"],
            {"Full Name": "Ana", "Phone": "+351912345678"},
        ),
        ("4.0", ["EMAIL:mailto:ana@example.com"], {"Email": "ana@example.com"}),
        # The mobile goes first, then what is preferred; a fax is no phone.
        (
            "3.0",
            ["TEL;TYPE=HOME:1", "TEL;TYPE=WORK,pref:2", "TEL;TYPE=CELL:3", "TEL;TYPE=WORK;TYPE=FAX:4"],
            {"Phone": "3", "Phone 2": "2", "Phone 3": "1", "Fax": "4"},
        ),
        ("4.0", ["EMAIL;PREF=2:b@x.org", "EMAIL;PREF=1:a@x.org"], {"Email": "a@x.org", "Email 2": "b@x.org"}),
        ("3.0", ["EMAIL:a@x.org", "EMAIL;TYPE=WORK:a@x.org"], {"Email": "a@x.org"}),
        # Folded, with a group, escaped.
        ("3.0", ["item1.EMAIL;type=pref:ana@", " example.com"], {"Email": "ana@example.com"}),
        ("3.0", [r"FN:Silva\, Ana\; \\o\nx"], {"Full Name": "Silva, Ana; \\o\nx"}),
        (
            "2.1",
            ["FN:Ana", " Silva", r"NOTE:C:\new, a\;b"],
            {"Full Name": "Ana Silva", "Note": r"C:\new, a;b"},
        ),
        ("3.0", ['TEL;X-A="b:c;d":1'], {"Phone": "1"}),
        ("3.0", ["ORG:Acme;Sales;North"], {"Organization": "Acme", "Department": "Sales, North"}),
        (
            "3.0",
            [r"ADR;TYPE=HOME:;;1 High St\, Flat 2;Leeds;;LS1;UK"],
            {"Street": "1 High St, Flat 2", "City": "Leeds", "Postal Code": "LS1", "Country": "UK"},
        ),
        ("3.0", ["BDAY;value=date:19800322"], {"Birthday": "1980-03-22"}),
        ("3.0", ["BDAY:1980-03-22T00:00:00Z"], {"Birthday": "1980-03-22"}),
        ("3.0", ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-22"], {"Birthday": "--03-22"}),
        # Quoted-printable, in the encoding that it names, over several lines.
        ("2.1", ["FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg"], {"Full Name": "Jörg"}),
        ("2.1", ["FN;QUOTED-PRINTABLE:J=C3=B6=", "rg M=3B"], {"Full Name": "Jörg M;"}),
        ("2.1", ["ADR;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=65=66=", "=31=;;;;"], {"Street": "ef1"}),
        ("2.1", ["FN;ENCODING=QUOTED-PRINTABLE;CHARSET=rot13:A=FC"], {"Full Name": "Aü"}),
        # Phones cut a value in the middle of a letter.
        ("2.1", ["FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB=C3"], {"Full Name": "Zoë"}),
        # Pictures, however they are folded, and the card of an assistant inside.
        ("3.0", ["PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ", " SkZJRg==", "FN:Ana"], {"Full Name": "Ana"}),
        ("2.1", ["PHOTO;BASE64:", "/9j/4AAQ", "SkZJRg==", "", "FN:Ana"], {"Full Name": "Ana"}),
        ("2.1", ["AGENT:", "BEGIN:VCARD", "FN:Rui", "END:VCARD", "FN:Ana"], {"Full Name": "Ana"}),
        ("3.0", ["FN:", "EMAIL:a@x.org"], {"Email": "a@x.org"}),
    ],
)
def test_what_a_card_says(version: str, lines: list[str], says: dict[str, str], spool: Spool) -> None:
    assert cards(card(*lines, version=version), spool) == [says]


def test_columns_come_in_the_order_of_an_address_book(spool: Spool) -> None:
    table = read(card("UID:7", "EMAIL:a@x.org") + card("EMAIL:b@x.org", "EMAIL:c@x.org", "FN:Ana"), spool)
    assert table.headers == ("Full Name", "Email", "Email 2", "UID")


def test_a_card_that_is_cut_or_broken_is_one_row_and_the_rest_goes_on(spool: Spool) -> None:
    file = (
        b"BEGIN:VCARD\nFN:Ana\nTEL:1\n"
        b"BEGIN:VCARD\nFN:Rui\nEND:VCARD\n"
        b"BEGIN:VCARD\nFN:Eva\nthis is nothing\nEND:VCARD\n"
        b"BEGIN:VCARD\nFN:Iv"
    )
    rows = whole(read(file, spool))
    assert rows.select("line", "cell:0").rows() == [(1, "Ana"), (4, "Rui"), (7, "Eva"), (11, "Iv")]
    cut = "the card that begins here is cut off: it has no END:VCARD"
    assert rows["malformed"].to_list() == [cut, None, "this is no line of a vCard: this is nothing", cut]


def test_what_makes_no_column_is_said(spool: Spool) -> None:
    table = read(card("FN:Ana", "X-AIM:ana", "PHOTO:http://x.org") + b"\nleft over\n" + card("FN:Rui"), spool)
    assert table.notes == (
        "vCard properties that make no column are left out: PHOTO, X-AIM",
        "lines that belong to no card are left out: 1, the first is line 8",
    )


def test_line_ends_of_every_kind(spool: Spool) -> None:
    for line_end in (b"\n", b"\r", b"\r\n", b"\r\r\n"):
        file = card("FN:Ana", "NOTE:a", " b").replace(b"\r\n", line_end)
        assert cards(file, spool) == [{"Full Name": "Ana", "Note": "ab"}]


def test_bytes_that_are_no_text_are_seen(spool: Spool) -> None:
    rows = whole(read(card("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:A=81"), spool))
    assert rows.select("undecodable", "cell:0").rows() == [(True, "A\ufffd")]


def test_a_file_without_anything_of_a_card_is_refused(spool: Spool) -> None:
    with pytest.raises(UsageError, match="no row of standard input has anything to read") as caught:
        read(b"BEGIN:VCARD\nEND:VCARD\n", spool)
    assert caught.value.code == "not_a_table"


def test_a_value_that_never_ends_is_refused(spool: Spool) -> None:
    with pytest.raises(UsageError) as caught:
        read(b"BEGIN:VCARD\nNOTE:" + b"x\n y" * 4_000_000, spool)
    assert caught.value.code == "too_large"


@needs_shared_data
@pytest.mark.parametrize(
    ("program", "phone", "email"),
    [
        ("EVOLUTION", "905-666-1234", "john.doe@ibm.com"),
        ("GMAIL", "905-555-1234", "john.doe@ibm.com"),
        ("IPHONE", "905-555-1234", "john.doe@ibm.com"),
        ("LOTUS_NOTES", "+1 (212) 204-34456", "john.doe@ibm.com"),
        ("MAC_ADDRESS_BOOK", "905-555-1234", "john.doe@ibm.com"),
        ("MS_OUTLOOK", "(905) 555-1234", "john.doe@ibm.cm"),
        ("BLACK_BERRY", "+96123456789", None),
    ],
)
def test_one_person_as_the_programs_of_the_world_export_them(
    program: str, phone: str, email: str | None, spool: Spool
) -> None:
    [john] = cards(VCARDS / f"John_Doe_{program}.vcf", spool)
    assert john["Last Name"] == "Doe"
    assert john["First Name"].lower() == "john"
    assert john["Phone"] == phone
    assert john.get("Email") == email
    if program in ("EVOLUTION", "GMAIL", "IPHONE", "MAC_ADDRESS_BOOK", "MS_OUTLOOK"):
        assert john["Full Name"].startswith("Mr. John Richter")
        assert john["Full Name"].endswith("James Doe Sr.")
        assert john["Organization"] == "IBM"
        assert john["Title"] == "Money Counter"


@needs_shared_data
def test_six_cards_of_an_android_phone(spool: Spool) -> None:
    people = cards(VCARDS / "John_Doe_ANDROID.vcf", spool)
    assert [person.get("Email") for person in people] == [
        "john.doe@company.com", "jane.doe@company.com", None, None, "bob@company.com", "henry@company.com",
    ]  # fmt: skip
    assert people[3]["Phone"] == "123456"
    assert people[5]["Full Name"] == "ÑÑÑÑ"
