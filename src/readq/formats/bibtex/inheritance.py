"""Fill in the fields that an entry of a .bib file inherits from other entries.

An entry inherits by `crossref` from a book or proceedings, and by `xdata` from a data container. The rules are those of
biblatex (manual, appendix B). For example, the title of the proceedings becomes the booktitle of a paper in them.
"""

from collections.abc import Iterable

from readq.formats.bibtex.entry_parser import BrokenBlock, RawEntry

_RENAMED = {"title": "booktitle", "subtitle": "booksubtitle", "author": "bookauthor"}
# Fields that describe the parent alone.
_NOT_INHERITED = frozenset(
    "crossref xref xdata key ids abstract keywords keyword file pdf url doi eprint eprinttype archiveprefix "  # noqa: SIM905
    "eprintclass primaryclass note annote annotation comment review pages label shorttitle sorttitle options "
    "booktitle".split()
)
_REFERENCES = ("crossref", "xdata")


def inherit(blocks: list[RawEntry | BrokenBlock]) -> Iterable[RawEntry | BrokenBlock]:
    """Fill in the inherited fields of entries, and yield all blocks except data containers (`@xdata`).

    An entry inherits from its direct parents only. References to unknown entries are ignored.
    """
    entries = {block.key.casefold(): block for block in reversed(blocks) if isinstance(block, RawEntry) and block.key}
    for block in blocks:
        if isinstance(block, BrokenBlock):
            yield block
        elif block.entry_type != "xdata":
            yield _completed(block, entries) if any(name in block.fields for name in _REFERENCES) else block


def _completed(entry: RawEntry, entries: dict[str, RawEntry]) -> RawEntry:
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
