"""Which papers are one work: by the identifiers that sources give, and by titles where no identifier speaks against it.

Two papers are one when they share an arXiv id; when they have not one each, when they share a DOI; when they have not
one each, when they share an address or an id at another service, or a title. So one work has one arXiv id, may have
several DOIs (a preprint's, a journal's) once its arXiv id says so, and any number of addresses.

A title that different works bear decides nothing: a paper that is known by it alone stays alone.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

Identifier = tuple[str, str]

_EXCLUSIVE = ("arxiv", "doi")
"""Schemes under which different values are different works, the strongest first."""

_BY_STRENGTH = {scheme: rank for rank, scheme in enumerate((*_EXCLUSIVE, "openreview", "acl", "s2", "url"))}


class Identity(NamedTuple):
    """What a paper is known by: identifiers in normal form, and the keys of all titles that it was seen under."""

    identifiers: frozenset[Identifier]
    titles: frozenset[str]


def contradict(some: Collection[Identifier], others: Collection[Identifier]) -> bool:
    """Whether identifiers say that two papers are different works; the strongest scheme that both have decides."""
    for scheme in _EXCLUSIVE:
        here = {value for kind, value in some if kind == scheme}
        there = {value for kind, value in others if kind == scheme}
        if here and there:
            return here.isdisjoint(there)
    return False


def strength(identifier: Identifier) -> tuple[int, str]:
    """Where an identifier stands among others, the one that says most first."""
    return _BY_STRENGTH.get(identifier[0], len(_BY_STRENGTH)), identifier[1]


def same(one: Identity, other: Identity) -> bool:
    """Whether two papers are one work, for all that they say themselves."""
    shares = not one.identifiers.isdisjoint(other.identifiers) or not one.titles.isdisjoint(other.titles)
    return shares and not contradict(one.identifiers, other.identifiers)


class Work:
    """All that turned out to be one: numbers of stored papers, and what they and arrivals are known by."""

    __slots__ = ("_into", "identifiers", "papers", "titles")

    def __init__(self, identity: Identity, papers: Iterable[int] = ()) -> None:
        self.papers = list(papers)
        self.identifiers = set(identity.identifiers)
        self.titles = set(identity.titles)
        self._into: Work | None = None

    def found(self) -> "Work":
        """Return the work that this one was merged into, or itself."""
        work = self
        while work._into is not None:
            if work._into._into is not None:
                work._into = work._into._into
            work = work._into
        return work

    def absorb(self, other: "Work") -> None:
        """Make `other` a part of this work."""
        self.papers += other.papers
        self.identifiers |= other.identifiers
        self.titles |= other.titles
        other._into = self


class Works:
    """Papers sorted into works, one after the other. The order does not matter as long as each title is one work's."""

    def __init__(self, stored: Mapping[int, Identity]) -> None:
        """Begin with the papers of a library by number; what was kept apart there stays apart until one links it."""
        self._by_identifier: dict[Identifier, Work] = {}
        self._by_title: dict[str, list[Work]] = {}
        self._by_number = {number: Work(identity, [number]) for number, identity in stored.items()}
        for work in self._by_number.values():
            self._index(work)

    def place(self, arriving: Identity) -> Work:
        """Return the work of a paper, perhaps a new one. Later papers may merge it into another: see `found()`.

        What links several works makes one of them. An identifier of a work that cannot be this one stays there.
        """
        work = Work(arriving)
        self._join_by_identifier(work, arriving.identifiers)
        self._join_by_title(work)
        self._index(work)
        return work

    def settle(self, placed: Work, number: int) -> None:
        """Take somebody's word that a placed paper is the stored one of this number; identifiers may say otherwise."""
        work, meant = placed.found(), self._by_number[number].found()
        if work is not meant and not contradict(work.identifiers, meant.identifiers):
            work.absorb(meant)

    def _join_by_identifier(self, work: Work, identifiers: Collection[Identifier]) -> None:
        for identifier in sorted(identifiers, key=strength):
            holder = self._holder(identifier)
            if holder is None or holder is work:
                continue
            if contradict(work.identifiers, holder.identifiers):
                work.identifiers.discard(identifier)
            else:
                work.absorb(holder)

    def _join_by_title(self, work: Work) -> None:
        undecided = list(work.titles)
        while undecided:
            holders = self._holders(undecided.pop(), work)
            if not holders:
                continue
            if any(contradict(one.identifiers, other.identifiers) for one, other in combinations([work, *holders], 2)):
                # Known by this title alone, it is the paper that is so too, and was left alone like it.
                holders = [] if work.identifiers else [one for one in holders if not one.identifiers]
            for holder in holders:
                undecided += holder.titles - work.titles
                work.absorb(holder)

    def _holder(self, identifier: Identifier) -> Work | None:
        holder = self._by_identifier.get(identifier)
        return holder.found() if holder else None

    def _holders(self, title: str, but: Work) -> list[Work]:
        bearers = self._by_title.get(title)
        return list(dict.fromkeys(one for each in bearers if (one := each.found()) is not but)) if bearers else []

    def _index(self, work: Work) -> None:
        for identifier in work.identifiers:
            self._by_identifier[identifier] = work
        for title in work.titles:
            self._by_title[title] = [*self._holders(title, work), work]
