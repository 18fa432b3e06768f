"""Find out how commits are related."""

from collections.abc import Sequence

from readq.services.share.git import Git, failure
from readq.services.share.objects import Objects

_NEAR = 20
"""The number of ancestors of a commit that are read to find out how two commits are related, before git is asked."""


class Ancestry:
    """The relations of the commits in a repository. A commit counts as its own ancestor."""

    def __init__(self, git: Git, objects: Objects) -> None:
        self._git = git
        self._objects = objects

    def merge_base(self, parents: Sequence[str], other: str) -> str | None:
        """Return the hash of the newest common ancestor of the commit `other` and any of the commits `parents`.

        Return None if they have no common ancestor, or if `parents` is empty.
        """
        if not parents:
            return None
        if len(parents) == 1 and (near := self._near_base(parents[0], other)) is not None:
            return near
        ended = self._git.run("merge-base", other, *parents)
        if ended.status > 1:
            raise failure(("merge-base",), ended)
        return ended.out.decode().strip() or None

    def between(self, base: str, tips: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the commits from `base` to `tips`: descendants of `base` that are ancestors of one of `tips`.

        The result maps the hash of each commit to the hashes of its parents. It maps `base` to no parents.
        """
        printed = self._git.text("rev-list", "--parents", "--ancestry-path", *tips, f"^{base}")
        lines = (line.split() for line in printed.splitlines())
        return {base: (), **{commit: tuple(parents) for commit, *parents in lines}}

    def is_ancestor(self, one: str, other: str) -> bool:
        """Return whether the commit `one` is an ancestor of the commit `other`."""
        # Of two commits, an ancestor of the other is their only newest common one.
        return self.merge_base([other], one) == one

    def without_past(self, commits: Sequence[str]) -> list[str]:
        """Return `commits` without the commits that are ancestors of another commit in `commits`. The order is kept."""
        unique = [*dict.fromkeys(commits)]
        return [one for one in unique if not any(other != one and self.is_ancestor(one, other) for other in unique)]

    def _near_base(self, one: str, other: str) -> str | None:
        """If one of the two commits is a near ancestor of the other, return the ancestor. Otherwise return None."""
        if one in self._near_past(other):
            return one
        return other if other in self._near_past(one) else None

    def _near_past(self, commit: str) -> set[str]:
        """Return a commit with its nearest ancestors: at least _NEAR, if it has so many."""
        past = {commit}
        newest = [commit]
        while newest and len(past) < _NEAR:
            read = filter(None, map(self._objects.commit, newest))
            newest = [*dict.fromkeys(name for one in read for name in one.parents if name not in past)]
            past.update(newest)
        return past
