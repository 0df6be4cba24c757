"""A mapping that was made by hand is remembered by the header line, and used again (MAI-04 ours)."""

from collections.abc import Collection

from onefold.way.request import ImportRequest


def said_of_columns(
    request: ImportRequest, headers: Collection[str], fields: Collection[str]
) -> dict[str, str | None]:
    """What is said by hand of columns: by header a field, or None to leave it out.

    What is remembered counts where nothing is said now, and where its field is still there.
    """
    said_now = {field for field in request.mapping.values() if field is not None}
    free = set(fields) - said_now
    remembered = {
        header: field
        for header, field in request.as_before.items()
        if header in headers and (field is None or field in free)
    }
    return {**remembered, **request.mapping}
