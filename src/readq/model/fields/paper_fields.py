"""The fields that describe a paper. For each field: its name, its type, its limit, and how readq handles it.

The fields are defined only here. Every other list of fields is derived from `FIELDS`: the columns of the table `paper`,
the keys in a dump, the fields to merge or to edit. Every field is imported, synced, dumped, merged, and journalled for
undo. A new field needs a line here, a column in `readq.store.schema.orm_papers` with its migration, and changes to the
parsers and writers.
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
    """How readq handles one field of a paper."""

    kind: Kind = Kind.TEXT
    longest: int | None = None
    """The maximum length, in characters, of a value from a source. None if there is no limit."""
    in_record: bool = False
    """Whether the field is part of the bibliographic record.

    A merge of two libraries takes the whole record from one library, because a mixture would cite a paper that does not
    exist.
    """
    editable: bool = False
    """Whether a person can correct the field in an editor."""
    cited: bool = False
    """Whether citations need the field."""


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
    """The fields that describe a paper. A field that is not known is None or empty."""

    title: str = field(metadata=_rule(longest=100_000, in_record=True, editable=True, cited=True))
    authors: tuple[Author, ...] = field(
        default=(), metadata=_rule(Kind.AUTHORS, 1_000_000, in_record=True, editable=True, cited=True)
    )
    abstract: str | None = field(default=None, metadata=_rule(longest=1_000_000, editable=True))
    year: int | None = field(default=None, metadata=_rule(Kind.YEAR, in_record=True, editable=True, cited=True))
    published: str | None = field(default=None, metadata=_rule(Kind.DAY, in_record=True, editable=True, cited=True))
    venue: str | None = field(default=None, metadata=_rule(longest=1_000, in_record=True, editable=True, cited=True))
    primary_class: str | None = field(default=None, metadata=_rule(longest=50, cited=True))
    url: str | None = field(default=None, metadata=_rule(Kind.LINK, 2048, editable=True, cited=True))
    pdf_url: str | None = field(default=None, metadata=_rule(Kind.LINK, 2048))
    entry_type: str | None = field(default=None, metadata=_rule(longest=50, in_record=True, editable=True, cited=True))
    fields: tuple[tuple[str, str], ...] = field(default=(), metadata=_rule(Kind.RAW_FIELDS, in_record=True, cited=True))


FIELDS: Mapping[str, FieldRule] = MappingProxyType({one.name: one.metadata["rule"] for one in fields(PaperFields)})
"""Maps the name of each field to its FieldRule, in the order of `PaperFields`."""
