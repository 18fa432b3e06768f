"""Copy the user's properties and aliases from the file of a merged paper to the file of the other paper.

The other paper is the paper into which the merged paper was merged. The text of the note is not copied here.
"""

from collections.abc import Sequence
from typing import NamedTuple

from readq.formats.markdown.front_matter import Block
from readq.formats.markdown.note_file import NoteFile
from readq.merge.note_sides import NoteSide
from readq.services.notes import file_values
from readq.services.notes.comparison import MergedFile


class Additions(NamedTuple):
    """The user's own properties and aliases that only the file of the merged paper has."""

    blocks: Sequence[Block] = ()
    aliases: Sequence[str] = ()


def additions(merged: MergedFile, content: NoteFile) -> Additions | None:
    """Return what must be added to the file of the other paper before the file of the merged paper is deleted.

    `content` is the content of the file of the merged paper. Return None if this file must be kept.
    That is so in three cases:

    - the files have different values for one property
    - the title, status or tags in the file of the merged paper were edited since the last sync
    - the other paper has no file to which the additions could be written
    """
    if _is_edited(merged, content):
        return None
    own = merged.own.content if merged.own else NoteFile(None, "")
    blocks = tuple(block for block in content.others if block not in own.others)
    known = {*file_values.added_aliases(own, None), merged.into.paper.title, *merged.into.former_keys}
    aliases = tuple(alias for alias in file_values.added_aliases(content, merged.row) if alias not in known)
    if {block.name for block in blocks if block.name} & {block.name for block in own.others}:
        return None
    return None if (blocks or aliases) and merged.own is None else Additions(blocks, aliases)


def with_additions(content: NoteFile, added: Additions) -> NoteFile:
    """Return the content of a file with additional properties and aliases."""
    aliases = (*file_values.added_aliases(content, None), *added.aliases)
    return content._replace(
        others=(*content.others, *added.blocks),
        values={**content.values, "aliases": aliases} if aliases else content.values,
    )


def _is_edited(merged: MergedFile, content: NoteFile) -> bool:
    """Return whether the title, the status or the tags in the file were edited since the last sync."""
    common = file_values.common_side(merged.row)
    assert common is not None
    before = NoteSide(content.text, common.title, common.status, common.tags)
    file, refused = file_values.file_side(content, common, before)
    return bool(refused) or file._replace(text=content.text) != before
