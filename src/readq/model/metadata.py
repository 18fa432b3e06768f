"""Whose word counts: what the library holds of a paper, and what another source knows better. Nothing is stored here.

Each field has a rank: that of the source it came from, and within one source that of the version on arXiv which it
described. Of two values the one of the higher rank stays, whichever came first; of equal rank, the one that came first,
for nothing tells which is right. What a person set stays.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from readq.model.identifiers import title_key, year_of_arxiv_id
from readq.model.values import Author, FetchedPaper

Rank = int
"""A thousand times `readq.model.values.Trust`, and how often the paper had been revised."""

_MOST_REVISIONS = 999
_NO_RANKS: Mapping[str, Rank] = MappingProxyType({})


class Metadata(NamedTuple):
    """What the library holds of a paper that sources may improve.

    `title_key` is what `readq.model.identifiers.title_key` makes of the title, kept because it is slow to compute.
    `trust` is that of the best source so far; `trusts` has the ranks of fields that are not `trust` times a thousand.
    `version` is the newest on arXiv that a source named, and `revised` the day on which it was first seen, null for the
    first. `edited` names the fields that a person set.
    """

    title: str
    title_key: str
    trust: int
    abstract: str | None = None
    authors: tuple[Author, ...] = ()
    published: str | None = None
    year: int | None = None
    venue: str | None = None
    primary_class: str | None = None
    url: str | None = None
    pdf_url: str | None = None
    entry_type: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    version: int | None = None
    revised: str | None = None
    edited: frozenset[str] = frozenset()
    trusts: Mapping[str, Rank] = _NO_RANKS


FIELDS = tuple(
    name for name in Metadata._fields if name not in ("title_key", "trust", "trusts", "version", "revised", "edited")
)
"""Those that a source may improve and a person may set."""

_PLACES = tuple((name, Metadata._fields.index(name)) for name in FIELDS)


def first_metadata(fetched: FetchedPaper, day: str | None = None) -> Metadata:
    """What a source says of a paper that it showed on `day`."""
    revisions = min((fetched.version or 1) - 1, _MOST_REVISIONS)
    said = Metadata(
        fetched.title,
        title_key(fetched.title),
        fetched.trust,
        fetched.abstract,
        fetched.authors,
        fetched.published,
        known_year(fetched),
        fetched.venue,
        fetched.primary_class,
        fetched.url,
        fetched.pdf_url,
        fetched.entry_type,
        fetched.fields,
        fetched.version,
        day if revisions else None,
    )
    if not revisions:
        return said
    rank = fetched.trust * 1000 + revisions
    return said._replace(trusts={name: rank for name, place in _PLACES if said[place]})


def combined(one: Metadata, other: Metadata) -> Metadata:
    """What two records of one work say together; of values that nothing ranks, and nobody or both edited, `one`'s."""
    trust = max(one.trust, other.trust)
    values: dict[str, Any] = {}
    ranks: dict[str, Rank] = {}
    for name, place in _PLACES:
        mine, theirs = one[place], other[place]
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
    return one._replace(
        **values, trust=trust, trusts=ranks, version=version, revised=revised, edited=one.edited | other.edited
    )


def ranked(one: Metadata, other: Metadata) -> tuple[str, ...]:
    """The fields of which two records of one work say which is better."""
    return tuple(name for name in FIELDS if _rank(one, name) != _rank(other, name))


def _united(one: Metadata, other: Metadata) -> tuple[tuple[str, str], ...]:
    """The BibTeX fields of both: a registry's pages must not cost a reader's `note`. Of one field the higher rank's."""
    mine, theirs = dict(one.fields), dict(other.fields)
    both = mine | theirs if _rank(other, "fields") > _rank(one, "fields") else theirs | mine
    return one.fields if both == mine else tuple(both.items())


def _rank(metadata: Metadata, name: str) -> Rank:
    return metadata.trusts.get(name, metadata.trust * 1000)


def _newest(one: Metadata, other: Metadata) -> tuple[int | None, str | None]:
    """The later version; of one version the earlier day, for then it was there."""
    if (one.version or 0) != (other.version or 0):
        newer = one if (one.version or 0) > (other.version or 0) else other
        return newer.version, newer.revised
    return one.version, min(filter(None, (one.revised, other.revised)), default=None)


def known_year(fetched: FetchedPaper) -> int | None:
    """The year a source gives, else that of its day of publication, else that in the arXiv id; never of an appearance.

    An arXiv id tells when the first version was submitted.
    """
    if fetched.year:
        return fetched.year
    if fetched.published:
        return int(fetched.published[:4])
    return next((year_of_arxiv_id(value) for scheme, value in fetched.identifiers if scheme == "arxiv"), None)
