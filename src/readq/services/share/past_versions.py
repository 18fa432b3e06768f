"""Find the versions of a dump that still had a paper, just before the paper was removed."""

import contextlib
import json
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
        self._keys: dict[str, dict[str, str]] = {}
        """Maps ids of lists of papers to the keys of their papers, by case-folded present and former key."""

    def before_removal(self, tips: Sequence[str], keys: Collection[str]) -> list[PastVersion]:
        """Return the newest versions that still have the papers `keys`, in the history from the base to `tips`.

        `tips` are commits. `keys` are the citation keys that the papers have in the base. The papers were removed in
        this history or after it. In a returned version, a paper may have another key, or be joined with another paper.
        If a merge of several commits removed a paper, the versions of all these commits are returned.
        """
        parents = self._repository.ancestry.between(self._base, tips)
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for key in sorted(keys):
            for commit in self._newest_with(key, tips, parents):
                found[commit][key] = self._key_in(commit, key) or key
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
            if without := [commit for commit in way if self._key_in(commit, key) is None]:
                ways += [tuple(parents[commit]) for commit in without if commit not in seen]
                seen.update(without)
            else:
                newest.update(way)
        return sorted(newest)

    def _key_in(self, commit: str, key: str) -> str | None:
        """Return the key that the paper with `key` in the base has in a commit, or None if the commit lacks it."""
        version, base = self._version(commit), self._version(self._base)
        if version is None or base is None:
            return None
        own = file_layout.list_path(file_layout.note_path(key))
        # A paper with another key than in the base is in a list that has changed.
        changed = sorted(path for path, name in version.lists.items() if base.lists.get(path) != name and path != own)
        for path in [one for one in (own, file_layout.PAPERS, *changed) if one in version.lists]:
            if found := self._keys_of(version, path).get(key.casefold()):
                return found
        return None

    def _keys_of(self, version: DumpVersion, path: str) -> dict[str, str]:
        name = version.lists[path]
        if name not in self._keys:
            lines = version.read([path])[path].decode(errors="replace").split("\n")
            names = [names for names in map(_names_of, filter(str.strip, lines)) if names]
            former = {alias.casefold(): key for key, *aliases in names for alias in aliases}
            self._keys[name] = {**former, **{key.casefold(): key for key, *_ in names}}
        return self._keys[name]

    def _version(self, commit: str) -> DumpVersion | None:
        """Return the dump in a commit, or None if it has none, such as a commit by hand."""
        if commit not in self._versions:
            self._versions[commit] = None
            with contextlib.suppress(ReadqError):
                self._versions[commit] = self._repository.version(commit, f"the commit {commit[:12]}")
        return self._versions[commit]


def _names_of(line: str) -> list[str]:
    """Return the key and the former keys of the paper in a line of a list of papers, or nothing if it is no paper."""
    key = key_of(line)
    if key is None:
        return []
    if '"aliases": []' in line:
        return [key]
    try:
        aliases = json.loads(line).get("aliases")
    except (ValueError, RecursionError):
        return [key]
    return [key, *(one for one in aliases if isinstance(one, str))] if isinstance(aliases, list) else [key]
