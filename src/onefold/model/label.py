"""Labels: the tags and lists that a row gives to its contact."""

from typing import Final

TAGS: Final = "tags"
LISTS: Final = "lists"
LABEL_COLUMNS: Final = {TAGS: "tag", LISTS: "list"}
"""What a column of a file can be mapped to, and the kind of label that its cells name."""
