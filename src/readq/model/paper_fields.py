"""The fields that describe a paper: name, type, limit, and how readq handles them.

They are defined only here. Other lists of fields (columns of the table `paper`, keys in a dump, fields to merge or to
edit) are derived from `FIELDS`. Every field is imported, synced, dumped, merged and journalled for undo. To add one,
add a line here, a column in `readq.store.schema.orm_tables` with its migration, and the parsers and writers.
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

    `longest` is the maximum length of a value from a source, in characters. A field with `in_record` belongs to the
    bibliographic record: merging two dumps takes all these fields from one side, because a mixture would cite a paper
    that does not exist. An `editable` field can be corrected in an editor. A `cited` field is needed for citations.
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
    """The fields that describe a paper. A field that is None or empty is not known."""

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
"""The FieldRule of each field by name, in the order of `PaperFields`."""
