"""The options that `onefold import` and `onefold watch` have in common."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import typer

from onefold.interfaces.cli.import_words import read_consent, read_header_row, read_mapping
from onefold.model.outcome import Purpose

DateOrderName = Literal["dmy", "mdy", "ymd"]
DecimalName = Literal["point", "comma"]
PURPOSES: Final = "|".join(Purpose)
Identifier = Annotated[
    str | None,
    typer.Option(
        metavar="KIND",
        help="The one identifier that recognises: email, phone, crm_id, contact_id or the book's own. "
        "[default: all, by strength]",
        show_default=False,
    ),
]
Region = Annotated[
    str | None, typer.Option(metavar="GB", help="Where numbers without a country code are at home.")
]

PurposeOption = Annotated[Purpose, typer.Option(metavar=PURPOSES, help="Whom to add, and whom to update.")]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar='"HEADER=FIELD"', help="Map a column to a field; as often as needed."),
]
Skip = Annotated[
    list[str] | None, typer.Option(metavar='"HEADER"', help="Leave a column out; as often as needed.")
]
NoRememberedMapping = Annotated[
    bool,
    typer.Option(
        "--no-remembered-mapping",
        help="Map the columns anew, not as in the last import with this header line.",
    ),
]
NewFields = Annotated[
    bool, typer.Option("--new-fields", help="Make custom fields of the columns that map to nothing.")
]
DoNotOverwrite = Annotated[
    bool, typer.Option("--do-not-overwrite", help="Keep values that are there; fill only empty ones.")
]
DoNotOverwriteColumns = Annotated[
    list[str] | None,
    typer.Option(metavar='"HEADER"', help="The same for one column; as often as needed."),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(metavar="TAG", help="A tag for every contact of the file; as often as needed."),
]
NoImportTag = Annotated[
    bool, typer.Option("--no-import-tag", help="Do without the tag that every import makes.")
]
IntoList = Annotated[
    str | None, typer.Option("--list", metavar="NAME", help="Put every contact of the file on this list.")
]
PolicyName = Annotated[
    str | None,
    typer.Option(metavar="NAME-or-FILE", help="The policy for this import. [default: the book's]"),
]
EncodingName = Annotated[
    str | None, typer.Option(metavar="NAME", help="The file's encoding, where it is not found out.")
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        metavar="CHARACTER",
        help="What stands between cells: one character, or comma, semicolon, tab, bar.",
    ),
]
Sheet = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="The sheet of a workbook. [default: the first with rows]", show_default=False
    ),
]
HeaderRow = Annotated[
    str | None,
    typer.Option(metavar="N|none", help="The line that the headers stand in, from 1; or none."),
]
DateOrderOption = Annotated[
    DateOrderName | None,
    typer.Option(metavar="dmy|mdy|ymd", help="How dates are written that could be read in two ways."),
]
DecimalOption = Annotated[
    DecimalName | None,
    typer.Option(metavar="point|comma", help="The decimal mark of numbers that could have either."),
]
Notify = Annotated[
    list[str] | None,
    typer.Option(metavar="ADDRESS", help="Lay out a notice to this address when done; as often as needed."),
]

Consent = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CHANNEL=STATE",
        help="Say it of every row: email=unsubscribed, sms=subscribed; once for each channel.",
    ),
]
ConsentDate = Annotated[
    str | None, typer.Option(metavar="DATE", help="When that was said. [default: now]", show_default=False)
]
ConsentWording = Annotated[
    str | None, typer.Option(metavar="TEXT", help="The words that were agreed to; subscribed needs them.")
]

AS_SAID: Final = (
    "identifier",
    "new_fields",
    "do_not_overwrite",
    "policy",
    "region",
    "encoding",
    "delimiter",
    "sheet",
    "date_order",
    "decimal",
    "consent_date",
    "consent_wording",
)


def as_the_book_takes_them(said: Mapping[str, Any]) -> dict[str, Any]:
    """These options, by the names of the command's parameters, as keyword arguments of `Book.plan`."""
    return {
        "purpose": said["purpose"],
        "mapping": read_mapping(said["map_"] or ()),
        "skip": tuple(said["skip"] or ()),
        "remembered_mapping": not said["no_remembered_mapping"],
        "do_not_overwrite_columns": tuple(said["do_not_overwrite_column"] or ()),
        "tags": tuple(said["tag"] or ()),
        "import_tag": not said["no_import_tag"],
        "into_list": said["list_"],
        "header_row": read_header_row(said["header_row"]),
        "notify": tuple(said["notify"] or ()),
        "consent": read_consent(said["consent"] or ()),
        **{name: said[name] for name in AS_SAID},
    }
