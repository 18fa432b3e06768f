"""Entries of a .bib file that others edit too: as readq last wrote them, and as it would write them now."""

from typing import NamedTuple


class Written(NamedTuple):
    """An entry that readq wrote: the id of its paper, and the digest of its bytes.

    `published` is true if the entry shows a published version of a preprint.
    """

    paper_id: int
    sha256: str
    published: bool = False


class Fresh(NamedTuple):
    """An entry as readq would write it now."""

    paper_id: int
    """The id of the paper."""
    key: str
    """The citation key of the entry."""
    text: str
    """The text of the entry. "" means that the text has not changed since readq last wrote it."""
    published: bool = False
    """Whether the entry shows a published version of a preprint."""
