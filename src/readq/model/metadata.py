"""Metadata of a paper: combine the descriptions of several sources, field by field, by trust. Stores nothing.

Each field has a rank: the trust of its source, and within one source the version on arXiv that it described. Of two
values the one with the higher rank wins, in either order. Of equal rank the first one stays, because nothing tells
which is right. Fields that a person set always stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import title_key, year_of_arxiv_id
from readq.model.paper_fields import FIELDS, PaperFields

Rank = int
"""A thousand times `readq.model.values.Trust`, plus the number of revisions."""

_MOST_REVISIONS = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata(PaperFields):
    """Metadata of a paper in the library, which sources may improve.

    `title_key` is `readq.model.identifiers.title_key` of the title, kept because it is slow to compute. `trust` is that
    of the best source so far; `trusts` has the ranks of fields that differ from `trust` times a thousand. `version` is
    the newest on arXiv that a source named, and `revised` the day on which it was first seen, None for version 1.
    `edited` names the fields that a person set.
    """

    title_key: str
    trust: int
    trusts: Mapping[str, Rank] = field(default_factory=dict)
    version: int | None = None
    revised: str | None = None
    edited: frozenset[str] = frozenset()


def first_metadata(fetched: FetchedPaper, day: str | None = None) -> Metadata:
    """Return the metadata of a paper that only one source has described, seen there on `day`."""
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
    """Combine two descriptions of one work. Of equal rank, edited by nobody or on both sides, `one`'s value stays."""
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
    if one.fields and other.fields and "fields" not in one.edited | other.edited:
        values["fields"] = _united(one, other)
    version, revised = _newest(one, other)
    return replace(
        one, **values, trust=trust, trusts=ranks, version=version, revised=revised, edited=one.edited | other.edited
    )


def differently_ranked(one: Metadata, other: Metadata) -> tuple[str, ...]:
    """Return the fields for which two descriptions of one work have different ranks."""
    return tuple(name for name in FIELDS if _rank(one, name) != _rank(other, name))


def _united(one: Metadata, other: Metadata) -> tuple[tuple[str, str], ...]:
    """Return the BibTeX fields of both, so that a registry's `pages` do not cost a reader's `note`.

    Of a field in both, the value of the higher rank.
    """
    mine, theirs = dict(one.fields), dict(other.fields)
    both = mine | theirs if _rank(other, "fields") > _rank(one, "fields") else theirs | mine
    return one.fields if both == mine else tuple(both.items())


def _rank(metadata: Metadata, name: str) -> Rank:
    return metadata.trusts.get(name, metadata.trust * 1000)


def _newest(one: Metadata, other: Metadata) -> tuple[int | None, str | None]:
    """Return the later version with its day; of equal versions the earlier day, when it was there already."""
    if (one.version or 0) != (other.version or 0):
        newer = one if (one.version or 0) > (other.version or 0) else other
        return newer.version, newer.revised
    return one.version, min(filter(None, (one.revised, other.revised)), default=None)


def known_year(fetched: FetchedPaper) -> int | None:
    """Return the year that a source gives, else that of its day of publication, else that of the arXiv id, else None.

    An arXiv id contains the month in which the first version was submitted. The day of an appearance tells nothing.
    """
    if fetched.year:
        return fetched.year
    if fetched.published:
        return int(fetched.published[:4])
    return next((year_of_arxiv_id(value) for scheme, value in fetched.identifiers if scheme == "arxiv"), None)
