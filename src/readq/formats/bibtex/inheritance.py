"""Fill in the fields that an entry of a .bib file inherits from other entries.

An entry inherits by `crossref` from a book or proceedings, and by `xdata` from a data container. The rules are those of
biblatex (manual, appendix B). For example, the title of the proceedings becomes the booktitle of a paper in them.
"""

from collections.abc import Iterable, Mapping

from readq.formats.bibtex.entry_parser import BrokenBlock, RawEntry
from readq.model.values import LeftOut
from readq.text import one_line

_RENAMED = {"title": "booktitle", "subtitle": "booksubtitle", "author": "bookauthor"}
# Fields that describe the parent alone.
_NOT_INHERITED = frozenset(
    "crossref xref xdata key ids abstract keywords keyword file pdf url doi eprint eprinttype archiveprefix "  # noqa: SIM905
    "eprintclass primaryclass note annote annotation comment review pages label shorttitle sorttitle options "
    "booktitle".split()
)
REFERENCES = ("crossref", "xdata")
"""The fields by which an entry names its parents. The parents are the entries from which it inherits fields."""


_NO_WORKS = {
    "xdata": "@xdata holds fields of other entries",
    "set": "@set groups other entries",
    "control": "@control holds settings of a style",
    "ieeetranbstctl": "@IEEEtranBSTCTL holds settings of a style",
    "bibnote": "@bibnote is a footnote",
}
"""The entry types that describe no work, each with the reason for messages to the reader."""


def entries_by_key(blocks: Iterable[RawEntry | BrokenBlock]) -> dict[str, RawEntry]:
    """Return the entries by case-folded key. If two entries have the same key, the first is returned."""
    entries: dict[str, RawEntry] = {}
    for block in blocks:
        if isinstance(block, RawEntry) and block.key:
            entries.setdefault(block.key.casefold(), block)
    return entries


def references(block: RawEntry | BrokenBlock) -> set[str]:
    """Return the case-folded keys of an entry's parents, which it names in its fields `crossref` and `xdata`.

    The parents are the entries from which it inherits fields.
    """
    if isinstance(block, BrokenBlock):
        return set()
    keys = [*block.fields.get("xdata", "").split(","), block.fields.get("crossref", "")]
    return {key.strip().casefold() for key in keys if key.strip()}


def inherit(
    blocks: Iterable[RawEntry | BrokenBlock], entries: Mapping[str, RawEntry]
) -> Iterable[RawEntry | BrokenBlock | LeftOut]:
    """Fill in the inherited fields of entries, and yield all blocks. An entry that describes no work becomes a LeftOut.

    `entries` has the entries of the file, by case-folded key. An entry inherits from its direct parents only.
    References to unknown entries are ignored.
    """
    for block in blocks:
        if isinstance(block, BrokenBlock):
            yield block
        elif block.entry_type in _NO_WORKS:
            yield LeftOut(one_line(block.where), _NO_WORKS[block.entry_type])
        else:
            yield _completed(block, entries) if any(name in block.fields for name in REFERENCES) else block


def _completed(entry: RawEntry, entries: Mapping[str, RawEntry]) -> RawEntry:
    fields = dict(entry.fields)
    for key in fields.get("xdata", "").split(","):
        if container := entries.get(key.strip().casefold()):
            for name, value in container.fields.items():
                fields.setdefault(name, value)
    parent = entries.get(fields.get("crossref", "").strip().casefold())
    if parent and parent.key.casefold() != entry.key.casefold():
        for name, value in parent.fields.items():
            if name not in _NOT_INHERITED:
                fields.setdefault(_RENAMED.get(name, name), value)
        if "title" not in parent.fields and "booktitle" in parent.fields:
            fields.setdefault("booktitle", parent.fields["booktitle"])
    return entry._replace(fields=fields)
