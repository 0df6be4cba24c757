import hashlib
import json
import os
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest

from onefold.model.error import OnefoldError, UsageError
from onefold.sources import input as input_module
from onefold.sources import raw_file
from onefold.sources.records import GOES_ON, NEVER_CLOSED
from onefold.sources.spool import Spool
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sources.reading import cells, read, whole


def refusal(spool: Spool, file: bytes | Path, **options: object) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read(file, spool, **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return caught.value


# --- what is no table at all -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "code", "says"),
    [
        (b"", "empty_file", "standard input is empty"),
        (b"\n\r\n\n", "empty_file", "nothing in standard input but blank lines"),
        (b",,,\n,,\n", "empty_file", "nothing in standard input but blank lines"),
        (b"\xef\xbb\xbf", "empty_file", "nothing in standard input but blank lines"),
        (b"email,name\n", "no_rows", "has a header but no rows"),
        (b"email,name\n\n\n", "no_rows", "has a header but no rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "not_a_table", "an old Excel workbook"),
        (b"SQLite format 3\x00rest", "not_a_table", "an SQLite database"),
        (b"\x89PNG\r\n\x1a\nrest", "not_a_table", "a picture"),
        (bytes(range(256)) * 20, "not_a_table", "standard input is not text"),
        (b"\x00\x01\x02\x03" * 500, "not_a_table", "standard input is not text"),
        (b'"email,name\nana@example.com,Ana\n', "bad_header", "line 1 of standard input, its header"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(file: bytes, code: str, says: str, spool: Spool) -> None:
    error = refusal(spool, file)
    assert error.code == code
    assert error.exit_status == 2
    assert says in str(error)


def test_paths_that_are_no_file_are_refused(spool: Spool, tmp_path: Path) -> None:
    assert refusal(spool, tmp_path / "nobody.csv").code == "file_not_found"
    assert refusal(spool, tmp_path).code == "not_a_file"
    assert refusal(spool, tmp_path / ("x" * 5000)).code == "file_unreadable"


def test_a_file_that_may_not_be_read(spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", denied)  # root, as which tests may run, is never denied
    assert refusal(spool, tmp_path / "closed.csv").code == "file_denied"


def test_a_file_that_grows_while_it_is_read(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "growing.csv"
    path.write_bytes(b"email\nana@example.com\n")
    monkeypatch.setattr(raw_file, "_looked_over", _then_append(path, raw_file._looked_over))
    assert refusal(spool, path).code == "file_changed"


def _then_append(path: Path, look: object) -> object:
    def looked_over(*arguments: object) -> object:
        raw = look(*arguments)  # type: ignore[operator]
        with path.open("ab") as file:
            file.write(b"ben@example.com\n")
        return raw

    return looked_over


def test_a_disk_that_fills_while_standard_input_is_kept(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_file, "_new_copy", lambda _: Path("/dev/full"))
    with pytest.raises(OnefoldError) as caught:
        read(b"email\nana@example.com\n" * 10_000, spool)
    assert (caught.value.code, caught.value.exit_status) == ("disk_full", 1)


# --- options ------------------------------------------------------------------------------------------------


def test_an_encoding_that_nobody_knows(spool: Spool) -> None:
    error = refusal(spool, b"a\n1\n", encoding="cp1522")
    assert (error.code, error.hint) == ("unknown_encoding", "did you mean cp1252?")
    assert refusal(spool, b"a\n1\n", encoding="base64").code == "unknown_encoding"


def test_an_encoding_that_is_asked_for_is_used(spool: Spool) -> None:
    assert cells(read("имя\nИван\n".encode("cp1251"), spool, encoding="cp1251")) == [("Иван",)]


def test_a_delimiter_that_cannot_be_one(spool: Spool) -> None:
    assert refusal(spool, b"a\n1\n", delimiter="::").code == "bad_delimiter"
    assert refusal(spool, b"a\n1\n", delimiter='"').code == "bad_delimiter"


@pytest.mark.parametrize(
    ("asked", "used"), [("|", "|"), ("tab", "\t"), (r"\t", "\t"), ("~", "~"), (";", ";")]
)
def test_a_delimiter_that_is_asked_for_is_used(asked: str, used: str, spool: Spool) -> None:
    table = read(f"a,b{used}c\n1,2{used}3\n".encode(), spool, delimiter=asked)
    assert table.headers == ("a,b", "c")
    assert cells(table) == [("1,2", "3")]


def test_no_header(spool: Spool) -> None:
    table = read(b"ana@example.com,Ana\nben@example.com\n", spool, header_row="none")
    assert table.headers == ("column 1", "column 2")
    assert cells(table) == [("ana@example.com", "Ana"), ("ben@example.com", None)]
    assert whole(table)["line"].to_list() == [1, 2]


def test_a_header_line_beyond_the_end(spool: Spool) -> None:
    assert refusal(spool, b"a\n1\n", header_row=9).code == "bad_header_row"
    assert refusal(spool, b"a\n1\n", header_row=0).code == "bad_header_row"


# --- delimiters seen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("name;amount\nAna;1,5\nBen;2,5\n", "semicolon"),
        ("Last, First;Email\nSilva, Ana;ana@example.com\n", "semicolon"),
        ("name|note\nAna|a, b; c\n", "bar"),
        ("name\tnote\nAna\ta, b\n", "tab"),
        ("email\nana@example.com\n", "comma"),
        ("email\nana@example.com,\nben@example.com,\n", "comma"),
        ("note\none | two\n", "comma"),
        ('"a;b",c\n"1;2",3\n', "comma"),
        ("sep=;\na;b\n1;2\n", "semicolon"),
        ("sep=|\r\na|b\r\n1|2\r\n", "bar"),
    ],
)
def test_the_delimiter_is_seen(text: str, delimiter: str, spool: Spool) -> None:
    assert read(text.encode(), spool).notes[0].endswith(f"delimiter {delimiter}")


def test_a_line_that_names_the_delimiter_is_no_row(spool: Spool) -> None:
    table = read(b"sep=;\na;b\n1;2\n", spool)
    assert table.headers == ("a", "b")
    assert whole(table)["line"].to_list() == [3]


# --- encodings guessed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Hélène;Besançon;5 €;“très”"),
        ("cp1252", "José;¿Qué tal?;Peña"),
        ("cp1250", "Łukasz Żółty;Michał;Łódź"),
        ("cp1251", "Иван Петров;Москва"),
        ("cp932", "山田太郎;東京"),
        ("gb18030", "王小明;北京"),
        ("utf-16-le", "Ana;Zoë"),
        ("utf-16-be", "Ana;Zoë"),
        ("utf-32", "Ana;Zoë"),
        ("utf-8-sig", "Ana;Zoë"),
    ],
)
def test_the_encoding_is_guessed_where_letters_tell(encoding: str, text: str, spool: Spool) -> None:
    lines = "\n".join(f"{row};{text}" for row in range(20))
    table = read(f"{';'.join('abcde'[: text.count(';') + 2])}\n{lines}\n".encode(encoding), spool)
    assert cells(table)[7] == ("7", *text.split(";"))
    assert not whole(table)["undecodable"].any()


def test_a_letter_far_down_the_file_is_seen(spool: Spool) -> None:
    far = b"name,n\n" + b"".join(b"Ana,%d\n" % number for number in range(700_000)) + b"Zo\xeb,1\n"
    table = read(far, spool, batch_rows=1_000_000)
    assert cells(table)[-1] == ("Zoë", "1")


def test_damaged_utf8_spoils_its_own_rows_only(spool: Spool) -> None:
    file = "name,city\nZoë,Köln\nJürgen,".encode() + b"K\xf6ln,x\n" + "Ana,Málaga\n".encode()
    table = read(file, spool)
    rows = whole(table)
    assert rows["undecodable"].to_list() == [False, True, False]
    assert rows["cell:1"].to_list() == ["Köln", "K\ufffdln", "Málaga"]
    assert "bytes that are no text" in rows["malformed"][1]
    assert "the row has 3 cells" in rows["malformed"][1]
    assert rows["malformed"][0] is None


def test_bytes_that_a_code_page_does_not_have(spool: Spool) -> None:
    rows = whole(read(b"name\nZo\xeb\nA\x81b\n", spool, encoding="cp1252"))
    assert rows["undecodable"].to_list() == [False, True]


def test_utf16_that_ends_in_half_a_letter(spool: Spool) -> None:
    rows = whole(read(b"\xff\xfe" + "a,b\nAna,1\nBen,2".encode("utf-16-le")[:-1], spool))
    assert rows["undecodable"].to_list() == [False, True]


# --- quotes -------------------------------------------------------------------------------------------------


def test_a_quote_that_is_never_closed_costs_its_own_line_only(spool: Spool) -> None:
    rows = whole(read(b'a,b\n1,"x\n2,y\n3,"z"\n', spool))
    assert rows["cell:0"].to_list() == ["1", "2", "3"]
    assert rows["malformed"].to_list() == [GOES_ON, None, None]
    rows = whole(read(b'a,b\n1,"x\n2,y\n', spool))
    assert rows["malformed"].to_list() == [NEVER_CLOSED, None]
    assert rows["line"].to_list() == [2, 3]


def test_a_cell_that_goes_on_after_its_quotes(spool: Spool) -> None:
    rows = whole(read(b'a,b\n1,"Ana "Bee" Silva"\n2,"ok"\n', spool))
    assert rows["malformed"].to_list() == [GOES_ON, None]


def test_quotes_that_are_no_quotes(spool: Spool) -> None:
    assert cells(read(b'a,b\n5" pipe,\'x\'\n37\'8"N,"" \n', spool)) == [('5" pipe', "'x'"), ("37'8\"N", " ")]


def test_spaces_around_quotes(spool: Spool) -> None:
    assert cells(read(b'a, "b"\n1, "x, y"\n2, "z" \n', spool)) == [("1", "x, y"), ("2", "z ")]


def test_line_breaks_in_cells_count_as_lines(spool: Spool) -> None:
    clean = b'a,b\n1,"x\ny"\n2,z\n'
    assert whole(read(clean, spool))["line"].to_list() == [2, 4]
    assert whole(read(clean + b"3\n", spool))["line"].to_list() == [2, 4, 5]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_and_none_at_the_end(end: str, spool: Spool) -> None:
    rows = whole(read(end.join(["a,b", "1,2", "", "3,4"]).encode(), spool))
    assert rows.select("line", "cell:0", "cell:1").rows() == [(2, "1", "2"), (4, "3", "4")]


# --- sizes --------------------------------------------------------------------------------------------------


def test_a_large_cell_is_kept_whole(spool: Spool) -> None:
    large = "x" * 300_000 + '""\n' + "y" * 300_000
    assert cells(read(f'a,b\n1,"{large}"\n'.encode(), spool)) == [("1", large.replace('""', '"'))]


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"a,b\n1," + b"x" * 10_000_001 + b"\n", "line 2 has a cell of more than 10,000,000 characters"),
        (
            b'a,b\n1,"' + (b"x" * 999 + b"\n") * 11_000,
            "line 2 has a cell of more than 10,000,000 characters: look for",
        ),
        (b",".join(b"h%d" % n for n in range(1_000_000)) + b"\n1\n", "line 1 has more than 2,000 columns"),
        (b"a,b\n1,2\n" + b"," * 1_000_000 + b"\n", "line 3 has more than 2,000 columns"),
        (b"a,b\n" + b"x" * 45_000_000, "line 2 has a line of more than 40,000,000 characters"),
    ],
    ids=["cell", "open quote", "header", "row", "line"],
)
def test_what_is_larger_than_any_table_of_people_is_refused(file: bytes, says: str, spool: Spool) -> None:
    error = refusal(spool, file)
    assert error.code == "too_large"
    assert says in str(error)


def test_two_thousand_columns_are_read(spool: Spool) -> None:
    table = read(b",".join(b"h%d" % n for n in range(2_000)) + b"\n" + b"," * 1_999 + b"\n", spool)
    assert len(table.headers) == 2_000
    assert table.rows == 1


def test_batches_have_the_rows_asked_for_and_their_numbers_go_on(spool: Spool) -> None:
    table = read(b"n\n" + b"".join(b"%d\n" % n for n in range(10)), spool, batch_rows=4)
    assert (table.rows, table.batches) == (10, 3)
    assert [table.batch(n)["row"].to_list() for n in range(3)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert table.batch(1)["cell:0"].to_list() == ["4", "5", "6", "7"]


def test_batches_of_wide_rows_are_closed_early(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(input_module, "BATCH_BYTES", 1)
    table = read(b"a,b\n" + b"1\n" * 25_000, spool)
    assert table.batches == 3
    assert whole(table)["row"].to_list() == list(range(25_000))


def test_how_blocks_fall_changes_nothing(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dirty = 'a;b\r\nZoë;"x\r\ny ""z"""\r\n\r\n;\r\n3\r\n"4";"ʤ"\r\n5;6;7\r\n8;"9\r\n10;11\r\n'.encode()
    clean = 'a;b\nZoë;"x\ny ""z"""\n;\n"4";"ʤ"\n'.encode() * 3
    for number, file in enumerate((dirty, clean)):
        expected = whole(read(file, Spool(tmp_path / f"whole-{number}")))
        for size in (1, 2, 3, 7):
            monkeypatch.setattr("onefold.sources.raw_file.BLOCK_BYTES", size)
            monkeypatch.setattr("onefold.sources.decoding.BLOCK_BYTES", size)
            monkeypatch.setattr("onefold.sources.csv._BEGINNING_CHARACTERS", 10)
            piecewise = read(file, Spool(tmp_path / f"pieces-{number}-{size}"))
            assert whole(piecewise).equals(expected)
            monkeypatch.undo()


# --- headers and what is told of a file ---------------------------------------------------------------------


def test_headers_are_unique(spool: Spool) -> None:
    table = read(b"Email,Email,Email (2),,  a   b \n1,2,3,4,5\n", spool)
    assert table.headers == ("Email", "Email (2)", "Email (2) (2)", "column 4", "a b")


def test_a_file_is_known_by_its_bytes(spool: Spool, tmp_path: Path) -> None:
    file = b"\xef\xbb\xbfemail\nana@example.com\n"
    path = tmp_path / "people.csv"
    path.write_bytes(file)
    table = read(path, spool)
    assert (table.name, table.bytes) == ("people.csv", 25)
    assert table.sha256 == hashlib.sha256(file).hexdigest()
    assert read(BytesIO(file), spool).sha256 == table.sha256


def test_a_pipe_is_read_like_a_file(spool: Spool, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = Thread(target=path.write_bytes, args=[b"a\n1\n"])
    writer.start()
    assert cells(read(path, spool)) == [("1",)]
    writer.join()


@needs_shared_data
def test_naughty_strings_come_through_as_cells_and_as_headers(spool: Spool) -> None:
    strings = json.loads((SHARED_DATA / "hostile" / "blns" / "blns.json").read_text(encoding="utf-8"))
    for quoted in (True, False):
        lines = [
            f'{number},"{text.replace(chr(34), chr(34) * 2)}"' if quoted else f"{number},{text}"
            for number, text in enumerate(strings)
            if quoted or not set(text) & set('",;\t|\r\n')
        ]
        table = read(("n,text\n" + "\n".join(lines) + "\n").encode(), spool)
        expected = [strings[int(line.split(",")[0])].replace("\0", "") for line in lines]
        assert [text for _, text in cells(table)] == expected
        assert not whole(table)["undecodable"].any()
    for text in strings:
        header = text.replace('"', '""')
        table = read(f'n,"{header}"\n1,2\n'.encode(), spool)
        assert table.headers[1] == (" ".join(text.replace("\0", "").split()) or "column 2").replace(
            "n (2)", "n"
        )
