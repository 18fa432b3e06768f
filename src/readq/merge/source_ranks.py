"""Compute the ranks of merged values. A rank says how far a value's source is trusted, and its version of the paper."""

from collections.abc import Iterable, Mapping
from typing import Any

from readq.model.records import PaperRecord

Version = tuple[int | None, str | None]
"""The newest arXiv version of a paper, and the ISO day on which it was first seen."""


def ranks_of(values: Mapping[str, Any], records: Iterable[PaperRecord], trust: int) -> tuple[tuple[str, int], ...]:
    """Return the ranks of `values` as pairs (field, rank), sorted by field.

    `values` maps fields to values; each value is from one of `records`. If several records have a value, it gets the
    highest of its ranks. `trust` is the trust in the most reliable source. A rank that equals the default for this
    trust is left out.
    """
    ranks: dict[str, int] = {}
    for paper in records:
        own = dict(paper.trusts)
        for name, value in values.items():
            if value and getattr(paper, name) == value:
                ranks[name] = max(ranks.get(name, 0), own.get(name, paper.trust * 1000))
    return tuple(sorted((name, rank) for name, rank in ranks.items() if rank != trust * 1000))


def newest_version(one: Version, other: Version) -> Version:
    """Return the newer of two versions. If both are the same version, return the one that was seen first."""
    if (one[0] or 0) != (other[0] or 0):
        return max(one, other, key=lambda version: version[0] or 0)
    return one[0] or other[0], min(filter(None, (one[1], other[1])), default=None)
