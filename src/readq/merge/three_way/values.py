"""Merge single values, sets and mappings against a base."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
K = TypeVar("K")


def choose(base: T, ours: T, theirs: T, between: Callable[[T, T], T]) -> T:
    """Return the value that changed since `base`. If both sides changed it to different values, call `between`."""
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    return between(ours, theirs)


def unite(base: Iterable[Any], ours: Iterable[Any], theirs: Iterable[Any]) -> tuple[Any, ...]:
    """Return a set, sorted: what both sides have or either added to `base`, without what either took away."""
    before, mine, other = {*base}, {*ours}, {*theirs}
    return tuple(sorted((mine & other) | (mine - before) | (other - before)))


def merge_mapping(
    base: Mapping[K, T], ours: Mapping[K, T], theirs: Mapping[K, T], between: Callable[[T, T], T]
) -> dict[K, T]:
    """Merge mappings key by key. A key that one side removed and the other side changed is kept.

    `between` decides between two new values of one key.
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
    """Return for each element of `own` whether it stays: of what `other` removed from `base`, nothing stays.

    Equal elements count: if `base` has one twice and `other` once, the later one of `own` goes.
    """
    removed = Counter(base) - Counter(other)
    stays = [True] * len(own)
    for place in range(len(own) - 1, -1, -1):
        if removed[own[place]] > 0:
            removed[own[place]] -= 1
            stays[place] = False
    return stays
