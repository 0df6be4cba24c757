"""What somebody asks for when they import a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from onefold.model.error import UsageError
from onefold.model.nfc import in_nfc
from onefold.model.outcome import Purpose
from onefold.sources.file_options import HeaderRow


@dataclass(frozen=True)
class ImportRequest:
    """The options of `onefold import`, by the names of CONTRACT.

    `consent` says a state of every row, by channel. `mapping` is what the operator says of headers (a field,
    or None to leave the column out); the other headers map themselves. Where `remembered_mapping` is wanted
    and there is one, `as_before` has what was said of them in the import `mapped_as_in`.
    """

    purpose: Purpose = Purpose.ADD_AND_UPDATE
    identifier: str | None = None
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    remembered_mapping: bool = True
    as_before: Mapping[str, str | None] = field(default_factory=dict, compare=False)
    mapped_as_in: int | None = field(default=None, compare=False)
    new_fields: bool = False
    do_not_overwrite: bool = False
    do_not_overwrite_columns: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    import_tag: bool = True
    into_list: str | None = None
    region: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: HeaderRow = None
    sheet: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    notify: tuple[str, ...] = ()
    consent: Mapping[str, str] = field(default_factory=dict)
    consent_date: str | None = None
    consent_wording: str | None = None


class ImportOptions(TypedDict, total=False):
    """The same as keyword arguments; `skip` are headers to leave out."""

    purpose: str
    identifier: str | None
    mapping: Mapping[str, str | None] | None
    skip: Iterable[str]
    remembered_mapping: bool
    new_fields: bool
    do_not_overwrite: bool
    do_not_overwrite_columns: Iterable[str]
    tags: Iterable[str]
    import_tag: bool
    into_list: str | None
    region: str | None
    encoding: str | None
    delimiter: str | None
    header_row: HeaderRow
    sheet: str | None
    date_order: str | None
    decimal: str | None
    notify: Iterable[str]
    consent: Mapping[str, str] | None
    consent_date: str | None
    consent_wording: str | None


def request_of(options: ImportOptions) -> ImportRequest:
    """The request that these options make. Raises `UsageError` (`bad_value`) for an unknown purpose."""
    purpose = options.get("purpose", Purpose.ADD_AND_UPDATE)
    if purpose not in set(Purpose):
        raise UsageError(
            f"{purpose!r} is no purpose", code="bad_value", hint=f"choose one of {', '.join(Purpose)}"
        )
    mapping = {_as_read(header): _name_of(field) for header, field in (options.get("mapping") or {}).items()}
    skipped: dict[str, str | None] = dict.fromkeys(map(_as_read, options.get("skip", ())))
    return ImportRequest(
        purpose=Purpose(purpose),
        identifier=options.get("identifier"),
        mapping={**mapping, **skipped},
        remembered_mapping=options.get("remembered_mapping", True),
        new_fields=options.get("new_fields", False),
        do_not_overwrite=options.get("do_not_overwrite", False),
        do_not_overwrite_columns=tuple(map(_as_read, options.get("do_not_overwrite_columns", ()))),
        tags=tuple(map(in_nfc, options.get("tags", ()))),
        import_tag=options.get("import_tag", True),
        into_list=_name_of(options.get("into_list")),
        region=options.get("region"),
        encoding=options.get("encoding"),
        delimiter=options.get("delimiter"),
        header_row=options.get("header_row"),
        sheet=options.get("sheet"),
        date_order=options.get("date_order"),
        decimal=options.get("decimal"),
        notify=tuple(options.get("notify", ())),
        consent=dict(options.get("consent") or {}),
        consent_date=options.get("consent_date"),
        consent_wording=options.get("consent_wording"),
    )


def _name_of(said: str | None) -> str | None:
    return None if said is None else in_nfc(said)


def _as_read(header: str) -> str:
    """A header as files are read: with single spaces, in NFC."""
    return in_nfc(" ".join(header.split()))
