"""In which encoding a file is written, also where its mark lies or it has none."""

import pytest

from onefold.sources.encoding import LetterEvidence, choose_encoding
from onefold.sources.spool import Spool
from tests.sources.reading import cells, read, whole

FRENCH = "name,city\nHélène,Besançon\nJosé,Málaga\n"
JAPANESE = "名前,都市\n山田太郎,東京\n鈴木花子,大阪\n"
PLAIN = "name,city\nAna,Ulm\n"


@pytest.mark.parametrize(
    ("file", "says", "cell"),
    [
        (b"\xef\xbb\xbf" + FRENCH.encode("cp1252"), "cp1252 (guessed", "Hélène"),
        (b"\xff\xfe" + PLAIN.encode(), "UTF-8, though marked as UTF-16-LE", "Ana"),
        (b"\xfe\xff" + FRENCH.encode(), "UTF-8, though marked as UTF-16-BE", "Hélène"),
        (b"\xff\xfe" + FRENCH.encode("cp1252"), "cp1252 (guessed", "Hélène"),
        (b"\xfe\xff" + FRENCH.encode("utf-16-le"), "UTF-16-LE (guessed", "Hélène"),
        (b"\xff\xfe\x00\x00" + FRENCH.encode(), "UTF-8, though marked as UTF-32-LE", "Hélène"),
    ],
)
def test_a_mark_that_lies_is_not_believed(file: bytes, says: str, cell: str, spool: Spool) -> None:
    table = read(file, spool)
    assert says in table.notes[0]
    assert "though marked as" in table.notes[0]
    assert table.headers == ("name", "city")
    assert cells(table)[0][0] == cell
    assert not whole(table)["undecodable"].any()


def test_a_mark_is_believed_where_a_few_bytes_are_damaged(spool: Spool) -> None:
    file = b"\xef\xbb\xbf" + "name\nZoë\nBjörn\nÅsa\n".encode() + b"K\xf6ln\n"
    table = read(file, spool)
    assert table.notes[0].startswith("read as UTF-8, delimiter")
    assert whole(table)["undecodable"].to_list() == [False, False, False, True]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16-le", JAPANESE),
        ("utf-16-be", JAPANESE),
        ("cp932", JAPANESE),
        ("euc_jp", JAPANESE),
        ("cp932", "id,name,email\n" + "".join(f"{n},山田太郎,y{n}@example.jp\n" for n in range(9))),
        ("koi8_r", "имя,город\nИван,Москва\nПётр,Казань\n"),
        ("cp1253", "όνομα,πόλη\nΓιώργος,Αθήνα\n"),
        ("mac_roman", FRENCH),
        ("cp850", FRENCH),
        ("cp1252", FRENCH),
        ("cp1252", "name,note\nMüller,5 € – “très” bon\nO’Neill,naïve\n"),
        ("cp1252", "name,note\nAnna–Maria,wait…what\nBen,a™b“c”d\n"),
        ("cp1250", "jméno,město\nŁukasz,Łódź\n"),
    ],
)
def test_letters_without_a_mark_are_read(encoding: str, text: str, spool: Spool) -> None:
    table = read(text.encode(encoding), spool)
    lines = [tuple(line.split(",")) for line in text.splitlines()]
    assert [table.headers, *cells(table)] == lines
    assert "guessed" in table.notes[0]


@pytest.mark.parametrize("text", [b"a,b\n\x00c,d\ne,\x00f\n" * 9, b"a\n\x00b\n", b"\x00\x00\n\x00"])
def test_stray_zeros_are_no_utf16(text: bytes) -> None:
    letters = LetterEvidence()
    letters.look_at(text)
    letters.finish()
    assert choose_encoding(letters, None).codec == "utf-8"


def test_a_second_mark_is_no_letter(spool: Spool) -> None:
    assert read(b"\xef\xbb\xbf\xef\xbb\xbfname\nAna\n", spool).headers == ("name",)


def test_the_break_is_found_wherever_it_is(spool: Spool) -> None:
    many = "Zoë\n".encode() * 30_000
    rows = whole(read(b"name\n" + many + b"K\xf6ln\n" + many, spool, batch_rows=100_000))
    assert rows["undecodable"].sum() == 1
    few = "Zo\u00eb\n".encode("cp1252") * 30_000
    assert read(b"name\n" + b"Ana\n" * 2_000_000 + few, spool).notes[0].startswith("read as cp1252")
