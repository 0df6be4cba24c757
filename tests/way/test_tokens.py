"""Tokens are signed, expire and work once; the secret lies outside the book."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from onefold.book import Book
from onefold.model.error import UsageError
from onefold.stores import Store
from onefold.way.secret import book_secret
from onefold.way.tokens import LONGEST, Token, TokenKind, TokenSigner, use_up
from tests.way.at_the_desk import ANA, NOW, refusal

SECRET = b"0123456789abcdef0123456789abcdef"
SIGNER = TokenSigner(SECRET, "b7k2")
TOKEN = Token(TokenKind.CONFIRM_EMAIL, "t1", 12, NOW + timedelta(days=7), ANA, {"form": "news", "version": 2})


def test_what_was_signed_is_read_back() -> None:
    text = SIGNER.sign(TOKEN)
    assert SIGNER.read(text, NOW) == TOKEN
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_the_token_of_a_text_leaves_room_for_a_word() -> None:
    token = Token(TokenKind.CLICK_TO_TEXT, "AbCdEfGhIjKl", 1_000_000_000, NOW + timedelta(days=30))
    assert len(SIGNER.sign(token)) < 140


@pytest.mark.parametrize("position", [0, 10, -1])
def test_a_changed_token_is_forged(position: int) -> None:
    text = SIGNER.sign(TOKEN)
    changed = list(text)
    changed[position] = "A" if text[position] not in "ABCD" else "z"
    with refusal("token_forged"):
        SIGNER.read("".join(changed), NOW)


@pytest.mark.parametrize("text", ["", ".", "a.b", "ü" * 40, "\ud800", "\0", "x" * (LONGEST + 1)])
def test_what_is_no_token_at_all_is_forged(text: str) -> None:
    with refusal("token_forged"):
        SIGNER.read(text, NOW)


@pytest.mark.parametrize("other", [TokenSigner(SECRET, "c3m4"), TokenSigner(b"x" * 32, "b7k2")])
def test_another_books_token_and_another_secrets_are_forged(other: TokenSigner) -> None:
    with refusal("token_forged"):
        SIGNER.read(other.sign(TOKEN), NOW)


def test_a_token_is_good_until_the_moment_it_expires() -> None:
    text = SIGNER.sign(TOKEN)
    SIGNER.read(text, NOW + timedelta(days=7, seconds=-1))
    with refusal("token_expired"):
        SIGNER.read(text, NOW + timedelta(days=7))


def test_a_token_works_once_and_not_where_what_it_does_fails(book: Book) -> None:
    store: Store = book._store
    with pytest.raises(ZeroDivisionError), store.writer() as writer:
        use_up(writer, TOKEN, NOW)
        raise ZeroDivisionError
    with store.writer() as writer:
        use_up(writer, TOKEN, NOW)
    with refusal("token_used"), store.writer() as writer:
        use_up(writer, TOKEN, NOW)


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    files = tmp_path / "people.db.files"
    secret = book_secret(files, {})
    assert len(secret) == 64
    assert book_secret(files, {}) == secret
    assert [path.name for path in files.iterdir()] == ["secret"]
    assert os.stat(files / "secret").st_mode & 0o777 == 0o600  # noqa: PTH116


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    assert book_secret(tmp_path / "files", {"ONEFOLD_SECRET": SECRET.decode()}) == SECRET
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_could_be_guessed_is_refused(tmp_path: Path) -> None:
    with refusal("bad_secret"):
        book_secret(tmp_path, {"ONEFOLD_SECRET": "hunter2"})
    (tmp_path / "secret").write_text("")
    with refusal("bad_secret"):
        book_secret(tmp_path, {})


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    with pytest.raises(UsageError, match="cannot be kept in"):
        book_secret(tmp_path / "files", {})


def test_no_backup_holds_the_secret(book: Book, tmp_path: Path) -> None:
    secret = book_secret(book._store.files, {})
    book.backup(tmp_path / "copy.db")
    assert secret not in (tmp_path / "copy.db").read_bytes()
