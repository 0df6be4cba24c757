import polars as pl

from onefold.sources.mapping import map_headers
from onefold.sources.result_columns import bears_result_columns, headers_without_guards, without_guards

FIELDS = ["contact_id", "email", "reason", "error"]


def test_columns_of_a_results_file_are_ignored_silently() -> None:
    headers = ["Email", "Import Status", "Reason", "Contact ID", "Errors"]
    mapping = map_headers(headers, FIELDS)
    assert mapping.fields == {"Email": "email", "Contact ID": "contact_id"}
    assert mapping.notes == ()
    assert bears_result_columns(headers)


def test_so_is_the_last_column_of_an_error_file() -> None:
    assert map_headers(["Email", "Error"], ["email"]).fields == {"Email": "email"}


def test_other_peoples_columns_of_the_same_name_are_not() -> None:
    assert not bears_result_columns(["Reason", "Errors", "Email"])
    assert map_headers(["Reason", "Email"], FIELDS).fields == {"Reason": "reason", "Email": "email"}
    assert map_headers(["Email", "Error"], ["email", "Error"]).fields == {"Email": "email", "Error": "Error"}


def test_an_operator_may_still_map_one() -> None:
    mapping = map_headers(["Email", "Import Status", "Reason"], FIELDS, {"Reason": "reason"})
    assert mapping.fields == {"Email": "email", "Reason": "reason"}


def test_guards_come_off_cells_and_headers() -> None:
    batch = pl.DataFrame({"row": [0, 1], "cell:0": ["'=SUM(A1)", "O'Brien"], "malformed": ["'=x", None]})
    assert without_guards(batch).rows() == [(0, "=SUM(A1)", "'=x"), (1, "O'Brien", None)]
    assert headers_without_guards(["'=a", "b"]) == ("=a", "b")
