"""The fields that describe a paper, defined once: name, type, limits, and which parts of readq handle them.

Lists of these fields elsewhere (columns of `paper`, keys in a dump, fields of a merge or of a correction) are derived
from `FIELDS`. Every field is imported, synced, dumped, merged and journalled for undo. To add one: a line here, a
column in `readq.store.schema.orm_tables` with its migration, and the parsers and writers that know it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum, auto
from types import MappingProxyType
from typing import NamedTuple

from readq.model.values import Author


class Kind(Enum):
    """The type of a field's value."""

    TEXT = auto()
    DAY = auto()  # an ISO date
    YEAR = auto()  # from 1000 to 9999
    LINK = auto()  # an http or https address
    AUTHORS = auto()
    RAW_FIELDS = auto()  # of a BibTeX entry, as they stood


class FieldRule(NamedTuple):
    """How readq handles one field.

    `longest` is the limit, in characters, of what a source may say. `in_record`: two dumps merge the field together
    with all others of the bibliographic record, because half of each of two records would cite a third paper.
    `editable`: a person corrects it in an editor. `cited`: a citation needs it.
    """

    kind: Kind = Kind.TEXT
    longest: int | None = None
    in_record: bool = False
    editable: bool = False
    cited: bool = False


def _rule(
    kind: Kind = Kind.TEXT,
    longest: int | None = None,
    *,
    in_record: bool = False,
    editable: bool = False,
    cited: bool = False,
) -> Mapping[str, FieldRule]:
    return {"rule": FieldRule(kind, longest, in_record, editable, cited)}


@dataclass(frozen=True, slots=True)
class PaperFields:
    """Description of a paper. None or empty: not known."""

    title: str = field(metadata=_rule(longest=100_000, in_record=True, editable=True, cited=True))
    authors: tuple[Author, ...] = field(
        default=(), metadata=_rule(Kind.AUTHORS, 1_000_000, in_record=True, editable=True, cited=True)
    )
    abstract: str | None = field(default=None, metadata=_rule(longest=1_000_000))
    year: int | None = field(default=None, metadata=_rule(Kind.YEAR, in_record=True, editable=True, cited=True))
    published: str | None = field(default=None, metadata=_rule(Kind.DAY, in_record=True, editable=True, cited=True))
    venue: str | None = field(default=None, metadata=_rule(longest=1_000, in_record=True, editable=True, cited=True))
    primary_class: str | None = field(default=None, metadata=_rule(longest=50, cited=True))
    url: str | None = field(default=None, metadata=_rule(Kind.LINK, 2048, editable=True, cited=True))
    pdf_url: str | None = field(default=None, metadata=_rule(Kind.LINK, 2048))
    entry_type: str | None = field(default=None, metadata=_rule(longest=50, in_record=True, editable=True, cited=True))
    fields: tuple[tuple[str, str], ...] = field(default=(), metadata=_rule(Kind.RAW_FIELDS, in_record=True, cited=True))


FIELDS: Mapping[str, FieldRule] = MappingProxyType({one.name: one.metadata["rule"] for one in fields(PaperFields)})
"""The rule of each field by its name, in the order of `PaperFields`."""
