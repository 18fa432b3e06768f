"""Find the versions of a dump that still had a paper, just before the paper was removed."""

import contextlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import product

from readq.errors import ReadqError
from readq.services.dump import file_layout
from readq.services.dump.three_way.compared_dumps import DumpVersion, is_same_paper, names_of
from readq.services.dump.three_way.last_records import PastVersion
from readq.services.share.repository import Repository


class PastVersions:
    """The versions of the dump in the history of a repository, from the commit `base` on."""

    def __init__(self, repository: Repository, base: str) -> None:
        self._repository = repository
        self._base = base
        self._versions: dict[str, DumpVersion | None] = {}
        self._papers: dict[str, dict[str, tuple[str, str]]] = {}
        """Maps ids of lists of papers to the keys and lines of their papers, by case-folded present and former key."""
        self._changed: dict[str, list[str]] = {}
        """Maps commits to the paths of the lists of papers that differ from those in the base, sorted."""

    def before_removal(self, tips: Sequence[str], keys: Collection[str]) -> list[PastVersion]:
        """Return the newest versions of the dump that still have the removed papers `keys`.

        `keys` are the citation keys that the papers have in the base. The history from the base to the commits `tips`
        is searched. A paper may also have been removed after it. In a returned version, a paper may have another key,
        or be joined with another paper. If a merge of several commits removed a paper, the versions of all these
        commits are returned.
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
        former = self._find(base, (_list_of(key), file_layout.PAPERS), key)
        names = names_of(former[1]) if former else [key]
        if commit not in self._changed:
            self._changed[commit] = sorted(path for path, name in version.lists.items() if base.lists.get(path) != name)
        # A paper with another key than in the base is in a list that has changed.
        paths = dict.fromkeys((_list_of(key), file_layout.PAPERS, *map(_list_of, names), *self._changed[commit]))
        for name, path in product(names, paths):
            found = self._find(version, (path,), name)
            if found is not None and (former is None or self._is_same(base, former[1], found[1])):
                return found[0]
        return None

    def _is_same(self, base: DumpVersion, former: str, later: str) -> bool:
        """Return whether two lines are about one paper. Another paper may have taken its key."""
        lines = (self._find(base, (_list_of(name), file_layout.PAPERS), name) for name in names_of(later))
        return is_same_paper(former, later, tuple(sorted({line for _, line in filter(None, lines)} - {former})))

    def _find(self, version: DumpVersion, paths: Sequence[str], key: str) -> tuple[str, str] | None:
        """Return the present key and the line of the paper with `key`, as present or former key, in some lists."""
        found = (self._papers_of(version, path).get(key.casefold()) for path in paths if path in version.lists)
        return next(filter(None, found), None)

    def _papers_of(self, version: DumpVersion, path: str) -> dict[str, tuple[str, str]]:
        name = version.lists[path]
        if name not in self._papers:
            lines = filter(str.strip, version.read([path])[path].decode(errors="replace").split("\n"))
            papers = [(line, *names) for line in lines if (names := names_of(line))]
            former = {alias.casefold(): (key, line) for line, key, *aliases in papers for alias in aliases}
            self._papers[name] = {**former, **{key.casefold(): (key, line) for line, key, *_ in papers}}
        return self._papers[name]

    def _version(self, commit: str) -> DumpVersion | None:
        """Return the dump in a commit, or None if it has none, such as a commit by hand."""
        if commit not in self._versions:
            self._versions[commit] = None
            with contextlib.suppress(ReadqError):
                self._versions[commit] = self._repository.version(commit, f"the commit {commit[:12]}")
        return self._versions[commit]


def _list_of(key: str) -> str:
    return file_layout.list_path(file_layout.note_path(key))
