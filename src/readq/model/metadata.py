"""Combine the metadata that several sources state for one paper, field by field. Stores nothing.

Each value has a rank. The rank depends first on the trust in the source of the value, then on the arXiv version that
the source described. The value with the higher rank wins, whichever came first. Of two values with the same rank, the
present value is kept. A value that a person set is always kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from readq.model.fetched_paper import FetchedPaper
from readq.model.fields.paper_fields import FIELDS, PaperFields
from readq.model.identifiers import title_key, year_of_arxiv_id
from readq.model.typed_record import Fields, corrected_fields, filled_fields, is_typed, sort_key, united_fields

Rank = int
"""The rank of a value: 1,000 times the `readq.model.values.Trust` in its source, plus the number of revisions.

The number of revisions is the arXiv version that the source described, minus 1. It is 0 if there is no version.
"""

_MOST_REVISIONS = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata(PaperFields):
    """The metadata of a paper in the library."""

    title_key: str
    """The title normalised for comparison. It is stored because it is slow to compute."""
    trust: int
    """The trust in the most reliable source so far."""
    trusts: Mapping[str, Rank] = field(default_factory=dict)
    """Maps names of fields to the ranks of their values. Other fields have the rank `1000 * trust`."""
    version: int | None = None
    """The newest arXiv version that a source reported."""
    revised: str | None = None
    """The ISO day on which the version in `version` was first seen, or None for version 1."""
    edited: frozenset[str] = frozenset()
    """The names of the fields that a person set."""


def first_metadata(fetched: FetchedPaper, day: str | None = None) -> Metadata:
    """Make the metadata of a new paper from `fetched`, the description of the paper by its first source.

    `day` is the ISO day on which the source described the paper, or None if it is not known.
    """
    revisions = min((fetched.version or 1) - 1, _MOST_REVISIONS)
    values: dict[str, Any] = {name: getattr(fetched, name) for name in FIELDS}
    values["year"] = known_year(fetched)
    rank = fetched.trust * 1000 + revisions
    return Metadata(
        **values,
        title_key=title_key(fetched.title),
        trust=fetched.trust,
        trusts={name: rank for name, value in values.items() if value} if revisions else {},
        version=fetched.version,
        revised=day if revisions else None,
    )


def combine(one: Metadata, other: Metadata) -> Metadata:
    """Combine two descriptions of one work into one, field by field. The value with the higher rank wins.

    The rank of a value states how far its source is trusted, and which arXiv version the source described (see `Rank`).
    If both values have the same rank, the value of `one` wins. A value that a person set wins over any other value. If
    a person set both, the value of `one` wins.
    """
    trust = max(one.trust, other.trust)
    values: dict[str, Any] = {}
    ranks: dict[str, Rank] = {}
    for name in FIELDS:
        mine, theirs = getattr(one, name), getattr(other, name)
        rank, their_rank = _rank(one, name), _rank(other, name)
        if theirs and name not in one.edited and (not mine or their_rank > rank or name in other.edited):
            if theirs != mine:
                values[name] = mine = theirs
            rank = their_rank
        if mine and rank != trust * 1000:
            ranks[name] = rank
    if "title" in values:
        values["title_key"] = other.title_key
    _take_type_whole(one, other, values, ranks, trust)
    version, revised = _newest(one, other)
    return replace(
        one, **values, trust=trust, trusts=ranks, version=version, revised=revised, edited=one.edited | other.edited
    )


def filled(present: Metadata, other: Metadata) -> Metadata:
    """Return `present` with the fields of the BibTeX entry that only `other` has (see `filled_fields`).

    Both describe one publication, from sources of equal trust. Nothing is added if the two have different entry types,
    or if a person edited the field `fields` of `present`.
    """
    if "fields" in present.edited or present.entry_type != other.entry_type:
        return present
    fields = filled_fields(present.fields, other.fields)
    return replace(present, fields=fields) if fields != present.fields else present


def differently_ranked(one: Metadata, other: Metadata) -> tuple[str, ...]:
    """Return the names of the fields that have different ranks in two descriptions of one work.

    The rank of a value states how far its source is trusted, and which arXiv version the source described (see `Rank`).
    """
    return tuple(name for name in FIELDS if _rank(one, name) != _rank(other, name))


def _take_type_whole(
    one: Metadata, other: Metadata, values: dict[str, Any], ranks: dict[str, Rank], trust: int
) -> None:
    """Set the entry type, its fields and the venue in `values` and `ranks` to those of the better record."""
    edited = one.edited | other.edited
    if not is_typed(one) and not is_typed(other):
        if one.fields and other.fields and "fields" not in edited:
            is_other = _rank(other, "fields") > _rank(one, "fields")
            values["fields"] = _in_order_of(one, united_fields(*_ordered(one.fields, other.fields, is_other)))
        return
    is_other = not is_typed(one) or (is_typed(other) and _sort_key(other) > _sort_key(one))
    better, worse = (other, one) if is_other else (one, other)
    taken: dict[str, tuple[Any, Rank]] = {}
    if "entry_type" not in edited:
        taken["entry_type"] = better.entry_type, _rank(better, "entry_type")
    if "venue" not in edited:
        taken["venue"] = better.venue, _rank(better, "venue")
    if "fields" not in edited:
        taken["fields"] = _in_order_of(one, united_fields(better.fields, worse.fields)), _rank(better, "fields")
    for name, (value, rank) in taken.items():
        values.pop(name, None)
        ranks.pop(name, None)
        if value != getattr(one, name):
            values[name] = value
        if value and rank != trust * 1000:
            ranks[name] = rank


def _sort_key(record: Metadata) -> tuple[bool, int, int]:
    return sort_key(record, _rank(record, "entry_type"))


def _ordered(one: Fields, other: Fields, is_other: bool) -> tuple[Fields, Fields]:
    return (other, one) if is_other else (one, other)


def _in_order_of(one: Metadata, fields: Fields) -> Fields:
    """Return the fields of `one` if they differ from `fields` only in order, else `fields`."""
    return one.fields if dict(one.fields) == dict(fields) else fields


def _rank(metadata: Metadata, name: str) -> Rank:
    return metadata.trusts.get(name, metadata.trust * 1000)


def _newest(one: Metadata, other: Metadata) -> tuple[int | None, str | None]:
    """Return the newer version and its day. If the versions are equal, return the earlier day."""
    if (one.version or 0) != (other.version or 0):
        newer = one if (one.version or 0) > (other.version or 0) else other
        return newer.version, newer.revised
    return one.version, min(filter(None, (one.revised, other.revised)), default=None)


def known_year(fetched: FetchedPaper) -> int | None:
    """Return the year of a paper, or None if it is not known.

    This is the year that the source states, else the year of the publication date, else the year in the arXiv id. The
    day on which a feed listed the paper is not used.
    """
    if fetched.year:
        return fetched.year
    if fetched.published:
        return int(fetched.published[:4])
    return next((year_of_arxiv_id(value) for scheme, value in fetched.identifiers if scheme == "arxiv"), None)


def corrected(present: Metadata, old: Metadata | None, new: Metadata) -> Metadata:
    """Return the metadata of a paper after one source has changed its description of the paper from `old` to `new`.

    `present` is the metadata of the paper before the change. Values that come from other sources or from a person stay.
    Pass None as `old` if the paper has no other source. Then every value in `present` counts as a value of this source,
    unless a person set it.
    """
    values: dict[str, Any] = {}
    for name in FIELDS:
        mine = getattr(present, name)
        is_own = _rank(present, name) == _rank(new, name) and (old is None or getattr(old, name) == mine)
        if is_own and name not in present.edited and name != "fields":
            values[name] = getattr(new, name)
    if "fields" not in present.edited:
        values["fields"] = corrected_fields(present.fields, dict((old or present).fields), new.fields)
    title = str(values.get("title", present.title))
    key = new.title_key if title == new.title else present.title_key
    return combine(replace(present, **values, title_key=key), new)
