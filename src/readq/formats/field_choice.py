"""Define the choice of the fields that an export writes. Fields have the names of BibTeX."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from readq.formats.entry_style import EntryStyle
from readq.text import pattern

ORDER = tuple(
    "author editor title subtitle key booktitle journal journaltitle series edition volume number chapter pages "  # noqa: SIM905
    "publisher school institution organization address location howpublished type date year month eprint archiveprefix "
    "eprinttype primaryclass eprintclass doi isbn issn url urldate note".split()
)
"""The usual fields of BibTeX and biblatex, in the order in which they are written.

Other fields follow, sorted by name.
"""

OPTIONAL = frozenset(
    "abstract keywords keyword file pdf annote annotation annotations comment comments review notes rating ranking "  # noqa: SIM905
    "readstatus read printed priority groups owner timestamp creationdate modificationdate date-added date-modified "
    "localfile local-url qualityassured mendeley-tags mendeley-groups citeulike-article-id posted-at username crossref "
    "xref xdata related relatedtype relatedstring relatedoptions entryset ids execute options __markedentry search "
    "abstractnote attachment attachments time-added time-read".split()
)
"""The fields that are written only if the user's choice of fields names them. BIBLATEX_ONLY has exceptions.

They are for the user or for another program, or are about other entries.
"""

BIBLATEX_ONLY = frozenset(
    "keywords ids options related relatedtype relatedstring relatedoptions entryset crossref xref".split()  # noqa: SIM905
)
"""The fields of OPTIONAL that an export for biblatex writes by default, because biblatex uses them."""

REFERENCES = frozenset(("related", "entryset", "crossref", "xref"))
"""The fields that contain citation keys of other entries. Biber warns if the file lacks one of these entries."""

_SAME = {
    "journaltitle": "journal",
    "date": "year",
    "month": "year",
    "location": "address",
    "eprinttype": "eprint",
    "archiveprefix": "eprint",
    "eprintclass": "eprint",
    "primaryclass": "eprint",
    "authors": "author",
    "tags": "keywords",
    "keyword": "keywords",
    "annotation": "annote",
}
_NAME = pattern(r"\+?[A-Za-z][\w:.+-]*")


class FieldChoice(NamedTuple):
    """The choice of the fields to write. The names of fields are those of BibTeX, in lower case."""

    only: frozenset[str] | None = None
    """The fields to write. If it is None, the default fields and the fields in `added` are written."""
    added: frozenset[str] = frozenset()
    """The fields to write in addition to the default fields. Used only if `only` is None."""
    omitted: frozenset[str] = frozenset()
    """The fields to leave out, even if they are in `only` or `added`."""
    is_exported: Callable[[str], bool] | None = None
    """A function that returns whether the file has an entry with a given case-folded citation key.

    A field of REFERENCES is left out if the file lacks one of the entries that the field names. If `is_exported` is
    None, no field is left out for this reason.
    """
    style: EntryStyle = EntryStyle()
    """The style in which the fields are written."""

    def has(self, name: str, *, by_default: bool = True) -> bool:
        """Return whether the field `name` is written. `by_default` tells whether it is one of the default fields."""
        same = _SAME.get(name, name)
        if same in self.omitted:
            return False
        if self.only is not None:
            return same in self.only
        return by_default or same in self.added

    def asks_for(self, name: str) -> bool:
        """Return whether the user chose the field `name` explicitly, by its name."""
        return self.has(name, by_default=False)


USUAL = FieldChoice()
"""The default choice, which has the default fields of each format."""

ALL = FieldChoice(added=frozenset(_SAME.get(name, name) for name in OPTIONAL))
"""The choice of every field that a paper has."""


KNOWN = frozenset((*ORDER, *OPTIONAL, *_SAME, "day"))
"""The names of fields that are valid in a choice even if no entry of the library has such a field."""


def choice(fields: Iterable[str], omitted: Iterable[str]) -> FieldChoice:
    """Return the choice of the fields with the names `fields`, but without the fields with the names `omitted`.

    A name with a leading `+` adds a field to the default fields. If there is a name without `+`, only the named fields
    are chosen. Raises ValueError if a name cannot be the name of a field. The message is this name.
    """
    names = [name.strip().lower() for name in fields]
    left_out = [name.strip().lower() for name in omitted]
    for name in (*names, *left_out):
        if not _NAME.fullmatch(name):
            raise ValueError(name)
    only = {_SAME.get(name, name) for name in names if name[0] != "+"}
    added = {_SAME.get(name, name) for name in (name[1:] for name in names if name[0] == "+")}
    return FieldChoice(
        frozenset(only | added) if only else None,
        frozenset(added),
        frozenset(_SAME.get(name, name) for name in left_out),
    )
