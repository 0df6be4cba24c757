"""Many rows out of SQLite at once, a JSON array for each column.

Row by row, Python makes an object of every cell before Polars sees it; arrays are made by SQLite and read by
Polars, which takes half of the time.
"""

import json
import sqlite3
from typing import Final

import polars as pl
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from onefold.stores.database import Schema

TOO_BIG: Final = sqlite3.SQLITE_TOOBIG


def select_columns(connection: Connection, statement: str, schema: Schema, given: pl.Series) -> pl.DataFrame:
    """The rows of a statement over `{given}` ids (Int64) as a frame of that schema, in the order of the ids.

    Where an array would be longer than SQLite allows, the ids are taken in halves.
    """
    arrays = ", ".join(f"json_group_array({name})" for name in schema)
    rows = f"SELECT * FROM ({statement.format(given='json_each(:given) AS given')})"
    names = f"WITH part ({', '.join(schema)}) AS ({rows})"
    question = text(f"{names} SELECT {arrays} FROM part")
    try:
        found = connection.execute(question, {"given": json.dumps(given.to_list())}).one()
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != TOO_BIG or len(given) < 2:
            raise
        half = len(given) // 2
        parts = (given.head(half), given.slice(half))
        return pl.concat([select_columns(connection, statement, schema, part) for part in parts])
    return pl.DataFrame(
        [_column(name, kind, array) for (name, kind), array in zip(schema.items(), found, strict=True)]
    )


def _column(name: str, kind: pl.DataType | type[pl.DataType], array: str) -> pl.Series:
    # SQLite has no type of its own for yes and no.
    read = pl.Int64 if kind == pl.Boolean else kind
    cells = pl.Series(name, [array]).str.json_decode(pl.List(read))
    return cells.list.explode(keep_nulls=True, empty_as_null=False).cast(kind)
