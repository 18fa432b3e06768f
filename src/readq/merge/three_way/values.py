"""Merge single values, sets and mappings of two sides against a base, the value that both sides had in common."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
K = TypeVar("K")


def choose(base: T, ours: T, theirs: T, between: Callable[[T, T], T]) -> T:
    """Return the value of the side that differs from `base`. Return `base` if neither side differs.

    If both sides differ from `base` and from each other, return `between(ours, theirs)`.
    """
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    return between(ours, theirs)


def unite(base: Iterable[Any], ours: Iterable[Any], theirs: Iterable[Any]) -> tuple[Any, ...]:
    """Merge two sets against the set `base`, and return the result as a sorted tuple.

    The result has the elements of `base` that neither side removed, and the elements that either side added.
    """
    before, mine, other = {*base}, {*ours}, {*theirs}
    return tuple(sorted((mine & other) | (mine - before) | (other - before)))


def merge_mapping(
    base: Mapping[K, T], ours: Mapping[K, T], theirs: Mapping[K, T], between: Callable[[T, T], T]
) -> dict[K, T]:
    """Merge two mappings against the mapping `base`, key by key.

    A key that one side removed and the other side changed is kept. If both sides changed the value of a key, the
    function `between` gets both values, first that of `ours`, and returns the merged value.
    """
    merged: dict[K, T] = {}
    for key in {**ours, **theirs}:
        value = choose(base.get(key), ours.get(key), theirs.get(key), lambda one, other: _present(one, other, between))
        if value is not None:
            merged[key] = value
    return merged


def _present(one: T | None, other: T | None, between: Callable[[T, T], T]) -> T | None:
    if one is None or other is None:
        return other if one is None else one
    return between(one, other)


def without_removed(base: list[T], own: list[T], other: list[T]) -> list[bool]:
    """Return, for each element of `own`, whether to keep it. Elements of `base` that `other` removed are not kept.

    If `base` has several equal elements and `other` removed n of them, the last n of them in `own` are not kept.
    """
    removed = Counter(base) - Counter(other)
    stays = [True] * len(own)
    for place in range(len(own) - 1, -1, -1):
        if removed[own[place]] > 0:
            removed[own[place]] -= 1
            stays[place] = False
    return stays
