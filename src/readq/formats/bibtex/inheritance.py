"""Fill in the fields that an entry of a .bib file inherits from other entries.

An entry inherits by `crossref` from a book or proceedings, and by `xdata` from a data container. The rules are those of
biblatex (manual, appendix B). For example, the title of the proceedings becomes the booktitle of a paper in them.
"""

from collections.abc import Iterable, Mapping

from readq.formats.bibtex.entry_parser import BrokenBlock, RawEntry
from readq.model.values import LeftOut
from readq.text import one_line

_RENAMED = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
_OF_VOLUMES = {"title": "maintitle", "subtitle": "mainsubtitle", "titleaddon": "maintitleaddon"}
_RENAMED_BY_TYPE = {
    "mvbook": _OF_VOLUMES,
    "mvcollection": _OF_VOLUMES,
    "mvproceedings": _OF_VOLUMES,
    "mvreference": _OF_VOLUMES,
    "periodical": {"title": "journaltitle", "subtitle": "journalsubtitle"},
}
"""Maps entry types of parents to the new names of inherited fields. `_RENAMED` is for all other types."""
_OTHER_NAMES = {
    "journaltitle": ("journal",),
    "journal": ("journaltitle",),
    "address": ("location",),
    "location": ("address",),
    "school": ("institution",),
    "institution": ("school",),
    "date": ("year",),
    **dict.fromkeys(("year", "month", "day"), ("date",)),
}
"""Maps fields to other fields with the same meaning. An entry with such another field does not inherit the field."""
_PARTS_OF_BOOKS = frozenset(("inbook", "bookinbook", "suppbook"))
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
"""The entry types that describe no work, each with the reason for messages to the user."""


def entries_by_key(blocks: Iterable[RawEntry | BrokenBlock]) -> dict[str, RawEntry]:
    """Return a dict that maps case-folded keys to entries. Of two entries with the same key, it has the first."""
    entries: dict[str, RawEntry] = {}
    for block in blocks:
        if isinstance(block, RawEntry) and block.key:
            entries.setdefault(block.key.casefold(), block)
    return entries


def references(block: RawEntry | BrokenBlock) -> set[str]:
    """Return the citation keys in an entry's fields `crossref` and `xdata`, case-folded.

    They are the keys of the entry's parents, the entries from which it inherits fields.
    """
    if isinstance(block, BrokenBlock):
        return set()
    keys = [*block.fields.get("xdata", "").split(","), block.fields.get("crossref", "")]
    return {key.strip().casefold() for key in keys if key.strip()}


def inherit(
    blocks: Iterable[RawEntry | BrokenBlock], entries: Mapping[str, RawEntry]
) -> Iterable[RawEntry | BrokenBlock | LeftOut]:
    """Fill in the inherited fields of entries, and yield all blocks. An entry that describes no work becomes a LeftOut.

    `entries` maps case-folded keys to the entries of the file. An entry also inherits what its parents inherit from
    their parents. If entries refer to each other in a circle, each still inherits from its direct parents, and loses
    its field `crossref`, because biber stops at such a circle. References to unknown entries are ignored. The key
    in `crossref` gets the capitals of the parent's key, because biber (unlike BibTeX) distinguishes capitals in keys.
    """
    completed: dict[str, RawEntry] = {}
    circular = _in_circles(entries) if entries else frozenset()
    for block in blocks:
        if isinstance(block, BrokenBlock):
            yield block
        elif block.entry_type in _NO_WORKS:
            yield LeftOut(one_line(block.where), _NO_WORKS[block.entry_type])
        elif any(name in block.fields for name in REFERENCES):
            _complete_parents(block, entries, completed)
            entry = _completed(block, completed)
            if block.key.casefold() in circular:
                entry.fields.pop("crossref", None)
            elif parent := entries.get(_parent(entry)):
                entry.fields["crossref"] = parent.key
            yield entry
        else:
            yield block


def _parent(entry: RawEntry) -> str:
    return entry.fields.get("crossref", "").strip().casefold()


def _in_circles(entries: Mapping[str, RawEntry]) -> frozenset[str]:
    """Return the keys of the entries whose field `crossref` leads back to themselves, perhaps over other entries."""
    found: set[str] = set()
    first_seen_from: dict[str, str] = {}
    for start in entries:
        key = start
        while key in entries and key not in first_seen_from:
            first_seen_from[key] = start
            key = _parent(entries[key])
        if first_seen_from.get(key) == start:
            while key not in found:
                found.add(key)
                key = _parent(entries[key])
    return frozenset(found)


def _complete_parents(entry: RawEntry, entries: Mapping[str, RawEntry], completed: dict[str, RawEntry]) -> None:
    """Add the parents of an entry to `completed`, with the fields that they inherit. Chains may be of any length."""
    waiting = sorted(references(entry))
    visited: set[str] = set()
    while waiting:
        key = waiting[-1]
        if key in completed or key not in entries:
            waiting.pop()
            continue
        parents = [one for one in sorted(references(entries[key])) if one in entries and one not in completed]
        if key not in visited and parents:
            visited.add(key)
            waiting += [one for one in parents if one not in visited]
            continue
        waiting.pop()
        # In a circle, a parent is not complete yet.
        completed[key] = _completed(entries[key], {one: entries[one] for one in parents} | completed)


def _completed(entry: RawEntry, entries: Mapping[str, RawEntry]) -> RawEntry:
    fields = dict(entry.fields)
    for key in fields.get("xdata", "").split(","):
        if container := entries.get(key.strip().casefold()):
            for name, value in container.fields.items():
                fields.setdefault(name, value)
    parent = entries.get(_parent(entry))
    if parent and parent.key.casefold() != entry.key.casefold():
        names = _RENAMED_BY_TYPE.get(parent.entry_type, _RENAMED)
        own = frozenset(fields)
        for name, value in parent.fields.items():
            inherited = names.get(name, name)
            if name not in _NOT_INHERITED and own.isdisjoint(_OTHER_NAMES.get(inherited, ())):
                fields.setdefault(inherited, value)
        if entry.entry_type in _PARTS_OF_BOOKS and "author" in parent.fields:
            fields.setdefault("bookauthor", parent.fields["author"])
        if "title" not in parent.fields and "booktitle" in parent.fields:
            fields.setdefault("booktitle", parent.fields["booktitle"])
    return entry._replace(fields=fields)
