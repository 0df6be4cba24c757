"""Phones and emails in columns, and one at a time by the libraries that define what they are."""

import time
from collections.abc import Callable, Iterable

import phonenumbers
import polars as pl
from email_validator import EmailNotValidError, validate_email

from bench.measure import Figures
from bench.people import HOME
from onefold.normalise.email import email_columns
from onefold.normalise.phone import PhoneRules, phone_columns


def phones(file: str) -> Figures:
    """Reading the phones of such a file as `bench.phones` writes."""
    cells = pl.read_csv(file, infer_schema=False)
    rules = PhoneRules("possible", HOME)
    columns = _seconds(lambda: phone_columns(cells["Phone"], cells["Region"], rules))
    one_at_a_time = cells.filter(pl.col("Phone").is_not_null()).rows()
    return {"columns": columns, "one at a time": _seconds(lambda: _each(_phone, one_at_a_time))}


def emails(file: str) -> Figures:
    """Reading the emails of a file of people."""
    cells = pl.read_csv(file, infer_schema=False)["Email"]
    columns = _seconds(lambda: email_columns(cells))
    one_at_a_time = [(email,) for email in cells.drop_nulls()]
    return {"columns": columns, "one at a time": _seconds(lambda: _each(_email, one_at_a_time))}


def _phone(spelled: str, region: str) -> None:
    try:
        number = phonenumbers.parse(spelled, region)
    except phonenumbers.NumberParseException:
        return
    if phonenumbers.is_valid_number(number):
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(spelled: str) -> None:
    try:
        validate_email(spelled, check_deliverability=False)
    except EmailNotValidError:
        return


def _each(read: Callable[..., None], cells: Iterable[tuple[str, ...]]) -> None:
    for cell in cells:
        read(*cell)


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
