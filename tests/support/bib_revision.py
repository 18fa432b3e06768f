"""Revise a .bib file that is held in memory."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from readq.formats.bib_file.block_list import BlockList
from readq.formats.bib_file.blocks import scan
from readq.formats.bib_file.content import Content
from readq.formats.bib_file.revision import FewEntries, Revision, Wishes
from readq.formats.bib_file.revision import replace as replace_entries
from readq.formats.bib_file.revision import revise as revise_content
from readq.model.bib_entries import Fresh, Written


class Revised(NamedTuple):
    """The new bytes of a file, the entries in it that readq wrote, and the lists of a Revision."""

    data: bytes
    written: Mapping[str, Written]
    unchanged: int
    doubled: Mapping[str, str]
    added: Sequence[str]
    renewed: Sequence[str]
    removed: Sequence[str]
    edited: Sequence[str]
    deleted: Sequence[str]
    commented: Sequence[str]
    foreign: Sequence[str]
    held: Sequence[str]


def revise(
    data: bytes, fresh: Sequence[Fresh], last: Mapping[str, Written], doubles: Mapping[int, str], wishes: Wishes
) -> Revised:
    """Return the revision of the file `data`. `fresh` is ordered by key."""
    content, entries = Content.of(data), FewEntries(fresh, last)
    revision = revise_content(content, BlockList(scan(content)), entries, doubles, wishes)
    return _revised(data, revision, entries)


def replace(data: bytes, fresh: Sequence[Fresh], last: Mapping[str, Written], wishes: Wishes) -> Revised | None:
    """Return the revision of the file `data`, in which only the entries `fresh` change."""
    entries = FewEntries(fresh, last)
    revision = replace_entries(Content.of(data), fresh, entries, wishes)
    return None if revision is None else _revised(data, revision, entries)


def _revised(data: bytes, revision: Revision, entries: FewEntries) -> Revised:
    new = b"".join(revision.parts())
    assert revision.is_change == (new != data)
    lists = {name: list(getattr(revision, name)) for name in Revised._fields[4:]}
    return Revised(new, entries.written, revision.unchanged, revision.doubled, **lists)
