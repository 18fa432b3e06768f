"""Choose the citation key and the former keys of each paper of a merged library, so that no two papers share a key.

The choice depends only on the keys in the two libraries. So merging the result with either library again changes
nothing. If a key needs a new suffix, the new key is one that neither library has, not even as a former key.
"""

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import NamedTuple

from readq.model.citation_keys.suffixes import unique_key
from readq.model.records import PaperRecord


class Side(NamedTuple):
    """The records of one paper in one library.

    `all_keys` has all present and former keys of the library, case-folded.
    """

    records: Sequence[PaperRecord]
    all_keys: Container[str]


class KeySets(NamedTuple):
    """The present and former citation keys of two whole libraries, case-folded."""

    ours: Container[str]
    theirs: Container[str]


def all_keys(papers: Sequence[PaperRecord]) -> frozenset[str]:
    """Return the present and former citation keys of all papers of a library, case-folded."""
    return frozenset(key.casefold() for paper in papers for key in (paper.key, *paper.aliases))


def preferred_key(ours: Side, theirs: Side) -> str:
    """Return the preferred citation key of a paper, among its keys in two libraries.

    A frozen key changes only if a person changes it; any other key is provisional. The first of these rules that tells
    two keys apart decides:

    - A frozen key is preferred to a provisional key.
    - A key is not preferred if the other library has it as a former key, or as the key of another paper.
    - A provisional key from a more trusted source is preferred.
    - The key of the record that was added first is preferred.
    """
    ranked = [_rank(record, other) for side, other in ((ours, theirs), (theirs, ours)) for record in side.records]
    return min(ranked).key


class _Rank(NamedTuple):
    """Sort key of citation keys. The most preferred key comes first."""

    provisional: bool
    given_up: bool
    distrust: int
    added: str
    folded: str
    key: str


def _rank(paper: PaperRecord, other: Side) -> _Rank:
    key = paper.key.casefold()
    given_up = key in other.all_keys and key not in {record.key.casefold() for record in other.records}
    distrust = 0 if paper.key_frozen else -paper.trust
    return _Rank(not paper.key_frozen, given_up, distrust, paper.added, key, paper.key)


def with_unique_keys(papers: Sequence[PaperRecord], keys: KeySets) -> list[PaperRecord]:
    """Return `papers` in the same order, with keys changed so that no key names two papers. Case is ignored.

    If several papers have the same citation key, the first paper keeps it. Each of the other papers gets this key with
    a suffix. The new key differs from all present and former keys in `keys`. A former key that is the citation
    key of any paper is dropped. A former key of several papers is kept by the first of these papers only.
    """
    former = {alias.casefold() for paper in papers for alias in paper.aliases}
    owners: dict[str, int] = {}
    for index, paper in enumerate(papers):
        owners.setdefault(paper.key.casefold(), index)
    renamed: list[PaperRecord] = []
    for index, paper in enumerate(papers):
        key = paper.key
        if owners[key.casefold()] != index:
            key = unique_key(key, lambda one: one in owners or one in former or one in keys.ours or one in keys.theirs)
            owners[key.casefold()] = index
        renamed.append(replace(paper, key=key))
    return _with_unique_aliases(renamed)


def _with_unique_aliases(papers: Sequence[PaperRecord]) -> list[PaperRecord]:
    spellings: dict[str, str] = {}
    for alias in sorted({alias for paper in papers for alias in paper.aliases}):
        spellings.setdefault(alias.casefold(), alias)
    used = {paper.key.casefold() for paper in papers}
    result: list[PaperRecord] = []
    for paper in papers:
        own = {alias.casefold() for alias in paper.aliases} - used
        used |= own
        result.append(replace(paper, aliases=tuple(sorted(spellings[alias] for alias in own))))
    return result
