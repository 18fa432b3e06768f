"""Compute the ranks of merged values.

The rank of a value states how far its source is trusted, and which version of the paper the source described (see
`readq.model.metadata.Rank`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from readq.model.records import PaperRecord

Version = tuple[int | None, str | None]
"""The newest known arXiv version of a paper, and the ISO day on which this version was first seen."""


def ranks_of(values: Mapping[str, Any], records: Iterable[PaperRecord], trust: int) -> tuple[tuple[str, int], ...]:
    """Return the ranks of `values` as pairs (field, rank), sorted by field.

    `values` maps fields to values; each value comes from one of `records`. If several records have the same value, the
    highest of their ranks is returned. `trust` is the trust in the most reliable source of the paper. A rank that
    equals the default, `1000 * trust`, is left out.
    """
    ranks: dict[str, int] = {}
    for paper in records:
        own = dict(paper.trusts)
        for name, value in values.items():
            if value and getattr(paper, name) == value:
                ranks[name] = max(ranks.get(name, 0), own.get(name, paper.trust * 1000))
    return tuple(sorted((name, rank) for name, rank in ranks.items() if rank != trust * 1000))


def newest_version(one: Version, other: Version) -> Version:
    """Return the newer of two versions. If both are the same version, return this version with the earlier day."""
    if (one[0] or 0) != (other[0] or 0):
        return max(one, other, key=lambda version: version[0] or 0)
    return one[0] or other[0], min(filter(None, (one[1], other[1])), default=None)
