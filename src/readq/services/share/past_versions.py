"""Find the versions of a dump that still had a paper, just before the paper was removed."""

import contextlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from readq.errors import ReadqError
from readq.services.dump import file_layout
from readq.services.dump.compared_dumps import DumpVersion, key_of
from readq.services.dump.merge_with_base import PastVersion
from readq.services.share.repository import Repository


class PastVersions:
    """The versions of the dump in the history of a repository, from the commit `base` on."""

    def __init__(self, repository: Repository, base: str) -> None:
        self._repository = repository
        self._base = base
        self._versions: dict[str, DumpVersion | None] = {}
        self._keys: dict[str, frozenset[str]] = {}
        """Maps ids of lists of papers to the case-folded citation keys of their papers."""

    def before_removal(self, tips: Sequence[str], keys: Collection[str]) -> list[PastVersion]:
        """Return the versions between the base and the commits `tips` just before papers were removed.

        `keys` are citation keys of papers in the base that were removed in `tips` or since. A paper can have several
        versions, if it was removed when several commits were merged. It has none if it was renamed before.
        """
        parents = self._repository.ancestry.between(self._base, tips)
        found: dict[str, set[str]] = defaultdict(set)
        for key in sorted(keys):
            for commit in self._newest_with(key, tips, parents):
                found[commit].add(key.casefold())
        versions = {commit: self._version(commit) for commit in sorted(found)}
        return [PastVersion(version, found[commit]) for commit, version in versions.items() if version is not None]

    def _newest_with(self, key: str, tips: Sequence[str], parents: Mapping[str, Sequence[str]]) -> list[str]:
        """Return the newest commits that have a paper with `key`, each a parent of a commit that has it no more."""
        newest: set[str] = set()
        seen: set[str] = set()
        ways = [tuple(tips)]
        while ways:
            way = [commit for commit in ways.pop() if commit in parents]
            # A merge lacks what one of its parents lacks: there it was removed. Else the merge itself removed it.
            if without := [commit for commit in way if not self._has(commit, key)]:
                ways += [tuple(parents[commit]) for commit in without if commit not in seen]
                seen.update(without)
            else:
                newest.update(way)
        return sorted(newest)

    def _has(self, commit: str, key: str) -> bool:
        version = self._version(commit)
        if version is None:
            return False
        path = file_layout.list_path(file_layout.note_path(key))
        path = path if path in version.lists else file_layout.PAPERS
        return path in version.lists and key.casefold() in self._keys_of(version, path)

    def _keys_of(self, version: DumpVersion, path: str) -> frozenset[str]:
        name = version.lists[path]
        if name not in self._keys:
            lines = version.read([path])[path].decode(errors="replace").split("\n")
            self._keys[name] = frozenset(key.casefold() for key in map(key_of, filter(str.strip, lines)) if key)
        return self._keys[name]

    def _version(self, commit: str) -> DumpVersion | None:
        """Return the dump in a commit, or None if it has none, such as a commit by hand."""
        if commit not in self._versions:
            self._versions[commit] = None
            with contextlib.suppress(ReadqError):
                self._versions[commit] = self._repository.version(commit, f"the commit {commit[:12]}")
        return self._versions[commit]
