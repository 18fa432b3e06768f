"""Which citation key each paper of a merged library has, and which former ones lead to it: to each key one paper.

A merged library must take in either side again and stay as it is, and a dump does not say what a key was given up for.
So that is read from what the libraries call the same papers, and a suffix makes a key that neither has or had.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from readq.formats.bibtex.citation_keys import unique_key
from readq.model.records import PaperRecord


class Side(NamedTuple):
    """What one library has of a paper, and all keys that it has or had for any paper, case-folded."""

    records: Sequence[PaperRecord]
    names: frozenset[str]


def names(papers: Sequence[PaperRecord]) -> frozenset[str]:
    """All keys of a library, present and former, case-folded."""
    return frozenset(key.casefold() for paper in papers for key in (paper.key, *paper.aliases))


def wanted_key(here: Side, there: Side) -> str:
    """The key that a paper should have of those under which two libraries have it.

    A frozen key beats a provisional one. Then one that the other library has given up or given to another paper, as it
    knows the key but not for this paper, gives way. Where that is so of both keys or of neither, the better source's
    is taken, then the older paper's.
    """
    ranked = [_rank(record, other) for side, other in ((here, there), (there, here)) for record in side.records]
    return min(ranked).key


class _Rank(NamedTuple):
    """How well a key stands, the best first."""

    provisional: bool
    given_up: bool
    distrust: int
    added: str
    folded: str
    key: str


def _rank(paper: PaperRecord, other: Side) -> _Rank:
    key = paper.key.casefold()
    given_up = key in other.names and key not in {record.key.casefold() for record in other.records}
    distrust = 0 if paper.key_frozen else -paper.trust
    return _Rank(not paper.key_frozen, given_up, distrust, paper.added, key, paper.key)


def with_own_keys(papers: Sequence[PaperRecord]) -> list[PaperRecord]:
    """The papers under keys of their own: the one it wants for the first that wants it, for others with a suffix."""
    former = {alias.casefold() for paper in papers for alias in paper.aliases}
    holder: dict[str, int] = {}
    for place, paper in enumerate(papers):
        holder.setdefault(paper.key.casefold(), place)
    owned: list[PaperRecord] = []
    for place, paper in enumerate(papers):
        key = paper.key
        if holder[key.casefold()] != place:
            key = unique_key(key, holder.keys() | former)
            holder[key.casefold()] = place
        owned.append(replace(paper, key=key))
    return _with_own_aliases(owned)


def _with_own_aliases(papers: Sequence[PaperRecord]) -> list[PaperRecord]:
    spelled: dict[str, str] = {}
    for alias in sorted({alias for paper in papers for alias in paper.aliases}):
        spelled.setdefault(alias.casefold(), alias)
    taken = {paper.key.casefold() for paper in papers}
    owned: list[PaperRecord] = []
    for paper in papers:
        own = {alias.casefold() for alias in paper.aliases} - taken
        taken |= own
        owned.append(replace(paper, aliases=tuple(sorted(spelled[alias] for alias in own))))
    return owned
