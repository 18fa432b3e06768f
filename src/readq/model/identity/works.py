"""Group the records of an import and the papers of the library into works, and find works that look alike.

All records of an import are grouped at once, so their order does not matter. Records are joined by several kinds of
evidence, in this order: the names that sources use for them, identifiers, citation keys, titles.

Records with the same title are divided into groups, one for each work. The records of a group are joined only if there
are at most two groups and the division is certain. It is certain if `compare` returns SAME for any two records of one
group, and another result for any two records of different groups.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from readq.model.identity.comparison import Relation, Verdict, compare, contradict, strength
from readq.model.identity.evidence import Evidence, Identifier, Name
from readq.model.identity.generic_titles import is_generic

_MOST_BEARERS = 2
_MOST_LISTED = 4
_MOST_COMPARED = 40
"""The maximum number of records with one title that are all compared with each other.

If more records have the title, each of them is compared only with the first record of each work. It is also the maximum
number of works with one key, or one name, with which each record that has it is compared.
"""

_Shared = Name | str


class Work:
    """A work: one or more records that were found to describe the same paper.

    `papers` are the database ids of the stored papers in this work. `arrivals` are the indexes of the imported records
    in this work.
    """

    __slots__ = ("_into", "_parts", "arrivals", "papers")

    def __init__(self, evidence: Evidence, papers: Iterable[int] = (), arrivals: Iterable[int] = ()) -> None:
        self.papers = list(papers)
        self.arrivals = list(arrivals)
        self._parts = [evidence]
        self._into: Work | None = None

    @property
    def evidence(self) -> Evidence:
        """The combined facts of all records of this work."""
        if len(self._parts) > 1:
            united = self._parts[0]
            for part in self._parts[1:]:
                united = united.united(part)
            self._parts = [united]
        return self._parts[0]

    def found(self) -> "Work":
        """Return the work that now holds the records of this work.

        This is the work itself, unless another work absorbed it.
        """
        work = self
        while work._into is not None:
            if work._into._into is not None:
                work._into = work._into._into
            work = work._into
        return work

    def absorb(self, other: "Work") -> None:
        """Move the records of `other` to this work. After the call, `other.found()` returns this work."""
        self.papers += other.papers
        self.arrivals += other.arrivals
        self._parts += other._parts
        other._into = self

    def forget(self, identifier: object) -> None:
        """Remove an identifier from the evidence of this work, because it belongs to another work."""
        self._parts = [self.evidence._replace(identifiers=self.evidence.identifiers - {identifier})]


class Join(NamedTuple):
    """A join of imported records to one work, with the reasons."""

    arrivals: tuple[int, ...]
    """The indexes of the imported records."""
    by: str
    """The kind of evidence: `name`, `identifier`, `number`, `key` or `title`.

    `name` is the name that a source uses for the record, `key` is the citation key. `number` means that the caller gave
    the id of the paper.
    """
    why: tuple[str, ...]
    """The reasons, as short phrases."""


class LookAlike(NamedTuple):
    """Two works that may be the same. Only a person can decide."""

    one: Work
    other: Work
    why: tuple[str, ...]
    """The facts that both works share, as short phrases."""


class Sorting(NamedTuple):
    """The result of `group_into_works`."""

    works: tuple[Work, ...]
    """The work of each imported record, in the order of the records."""
    joins: tuple[Join, ...]
    """The joins that were made."""
    look_alikes: tuple[LookAlike, ...]
    """The pairs of works that may be the same."""


def group_into_works(
    stored: Mapping[int, Evidence],
    arriving: Sequence[Evidence],
    settled: Mapping[int, int] | None = None,
    apart: Collection[tuple[int, int]] = (),
) -> Sorting:
    """Group imported records, and the stored papers that they may belong to, into works.

    `stored` maps database ids of papers to their evidence. `arriving` is the evidence of the imported records. Two
    stored papers are joined only if an imported record links them by an identifier.

    `settled` maps indexes of imported records to the ids of papers that the caller has chosen for them. A record is
    joined to its chosen paper, unless their identifiers contradict each other.

    `apart` has the pairs of stored papers that a person keeps apart, the lower id first. They are never joined.
    """
    return _Sorter(stored, arriving, apart).sort(settled or {})


class _Sorter:
    def __init__(
        self, stored: Mapping[int, Evidence], arriving: Sequence[Evidence], apart: Collection[tuple[int, int]]
    ) -> None:
        self._by_number = {number: Work(evidence, papers=(number,)) for number, evidence in sorted(stored.items())}
        self._placed = [Work(evidence, arrivals=(place,)) for place, evidence in enumerate(arriving)]
        self._joins: list[Join] = []
        self._apart = apart
        self._owners = {one: work for work in self._by_number.values() for one in work.evidence.identifiers}

    def sort(self, settled: Mapping[int, int]) -> Sorting:
        self._join_sharing("name", lambda evidence: evidence.names)
        self._join_sharing("identifier", lambda evidence: evidence.identifiers)
        for place, number in settled.items():
            self._settle(self._placed[place].found(), self._by_number[number].found())
        self._join_sharing("key", lambda evidence: evidence.keys)
        look_alikes = self._join_by_titles()
        return Sorting(tuple(work.found() for work in self._placed), tuple(self._joins), look_alikes)

    def _settle(self, work: Work, meant: Work) -> None:
        is_other = contradict(work.evidence.identifiers, meant.evidence.identifiers) or self._are_apart(work, meant)
        if work is not meant and not is_other:
            self._join(meant, work, "number", ())

    def _are_apart(self, one: Work, other: Work) -> bool:
        """Return whether a person keeps two works apart."""
        return bool(self._apart) and any(
            (min(mine, theirs), max(mine, theirs)) in self._apart for mine in one.papers for theirs in other.papers
        )

    def _roots(self) -> list[Work]:
        return list(dict.fromkeys(work.found() for work in (*self._by_number.values(), *self._placed)))

    def _join_sharing(self, by: str, shared: Callable[[Evidence], Iterable[_Shared]]) -> None:
        """Join works that share a name, an identifier or a key, if `compare` finds that they are the same."""
        holders: dict[_Shared, list[Work]] = defaultdict(list)
        for work in self._roots():
            for one in shared(work.evidence):
                holders[one].append(work)
        contested = [one for one, works in holders.items() if len(works) > 1]
        for one in sorted(contested, key=lambda one: _strength(by, one)):
            self._join_holders(by, one, dict.fromkeys(each.found() for each in holders[one]))

    def _join_holders(self, by: str, shared: _Shared, holders: Iterable[Work]) -> None:
        """Join the works `holders`, which have `shared` in common, if they are the same.

        If `shared` is an identifier and the works are not all the same, only the first work keeps the identifier. If
        more than _MOST_COMPARED different works have a key or a name, it joins no others: it says little about them.
        """
        owner = self._owners.get(shared) if isinstance(shared, tuple) else None
        owner = owner and owner.found()
        waiting = sorted(holders, key=lambda work: (work is not owner, *_precedence(work)))
        for _ in range(_MOST_COMPARED):
            if not waiting:
                return
            waiting = self._absorb_same(waiting[0], waiting[1:], by)
            if by == "identifier":
                for work in waiting:
                    work.forget(shared)
                return

    def _absorb_same(self, first: Work, others: list[Work], by: str) -> list[Work]:
        """Join those of `others` that are the same as `first`. Return the rest.

        Each join adds facts to `first`, so the rest is then compared again. A later import finds all of these facts at
        once, and must come to the same result.
        """
        size = -1
        while size != len(others):
            size, rest = len(others), []
            for work in others:
                verdict = compare(first.evidence, work.evidence)
                if verdict.relation is Relation.SAME and not self._are_apart(first, work):
                    self._join(first, work, by, verdict.why)
                else:
                    rest.append(work)
            others = rest
        return others

    def _join(self, first: Work, other: Work, by: str, why: tuple[str, ...]) -> None:
        self._joins.append(Join(tuple(other.arrivals or first.arrivals), by, why))
        first.absorb(other)

    def _join_by_titles(self) -> tuple[LookAlike, ...]:
        bearers: dict[str, list[Work]] = defaultdict(list)
        for work in self._roots():
            for title in work.evidence.titles:
                bearers[title].append(work)
        arriving = {title for work in self._placed for title in work.found().evidence.titles}
        pairs: dict[tuple[Work, Work], tuple[str, ...]] = {}
        for title in sorted(arriving):
            works = sorted(dict.fromkeys(each.found() for each in bearers[title]), key=_precedence)
            if len(works) > 1 and any(work.arrivals for work in works):
                pairs.update(self._join_by_title(title, works))
        return tuple(
            LookAlike(one.found(), other.found(), why)
            for (one, other), why in pairs.items()
            if one.found() is not other.found()
        )

    def _join_by_title(self, title: str, works: Sequence[Work]) -> dict[tuple[Work, Work], tuple[str, ...]]:
        """Join works that share a title if they are certainly the same. Return pairs that look alike, with reasons."""
        groups = [] if is_generic(title) else _groups(works)
        if groups:
            for group in groups:
                for other, verdict in group.others:
                    self._join(group.first, other, "title", verdict.why)
        if len(works) > _MOST_LISTED:
            return {}
        found = {}
        for one, other in combinations(dict.fromkeys(work.found() for work in works), 2):
            if not one.arrivals and not other.arrivals:
                continue
            verdict = compare(one.evidence, other.evidence)
            if verdict.relation is not Relation.DIFFERENT:
                found[one, other] = verdict.why
        return found


class _Group(NamedTuple):
    first: Work
    others: list[tuple[Work, Verdict]]


def _groups(works: Sequence[Work]) -> list[_Group]:
    """Divide the works with one title into one or two groups. Works of a group are the same.

    Return [] if this is not certain.
    """
    groups: list[_Group] = []
    for work in works:
        verdicts = [(group, compare(group.first.evidence, work.evidence)) for group in groups]
        fitting = [(group, verdict) for group, verdict in verdicts if verdict.relation is Relation.SAME]
        if len(fitting) > 1 or (not fitting and len(groups) == _MOST_BEARERS):
            return []
        if fitting:
            fitting[0][0].others.append((work, fitting[0][1]))
        else:
            groups.append(_Group(work, []))
    return groups if _are_certain(groups, len(works)) else []


def _are_certain(groups: Sequence[_Group], size: int) -> bool:
    """Return whether every two works of one group are the same, and no two works of different groups are the same."""
    members = [[group.first, *(other for other, _ in group.others)] for group in groups]
    if any(sum(bool(work.papers) for work in works) > 1 for works in members):
        return False
    if size > _MOST_COMPARED:
        return True
    inside = (pair for works in members for pair in combinations(works, 2))
    across = (pair for some, others in combinations(members, 2) for pair in ((a, b) for a in some for b in others))
    return all(_is_same(*pair) for pair in inside) and not any(_is_same(*pair) for pair in across)


def _is_same(one: Work, other: Work) -> bool:
    return compare(one.evidence, other.evidence).relation is Relation.SAME


def _strength(by: str, shared: _Shared) -> tuple[object, ...]:
    return strength(shared) if by == "identifier" and isinstance(shared, tuple) else (0, shared)


def _precedence(work: Work) -> tuple[object, ...]:
    """Return a sort key that does not depend on the order of arrival: stored papers by id, then others by evidence."""
    if work.papers:
        return (0, min(work.papers))
    return (1, *(sorted(part) for part in work.evidence))


def shared_identifiers(items: Iterable[Evidence]) -> set[Identifier]:
    """Return the identifiers that several different papers in `items` have. Such an identifier identifies no paper.

    An example is the address of a web page that lists many papers. Papers with a common identifier count as different
    in these cases:

    - The identifier is a URL, and two of the papers have no common title.
    - The authors of two of the papers are known, and these two have neither a common title nor a common author.
    - The papers without known authors have at least three different titles.
    """
    bearers: dict[Identifier, list[Evidence]] = defaultdict(list)
    for item in items:
        for identifier in item.identifiers:
            bearers[identifier].append(item)
    return {one for one, bearing in bearers.items() if len(bearing) > 1 and _is_shared(one[0], bearing)}


def _is_shared(scheme: str, bearing: Sequence[Evidence]) -> bool:
    works = list(dict.fromkeys(bearing))
    for one, other in _some_pairs(works):
        are_others = bool(one.families and other.families) and one.families.isdisjoint(other.families)
        if one.titles.isdisjoint(other.titles) and (scheme == "url" or are_others):
            return True
    # Nobody knows the authors: two titles may be two spellings, three are three works.
    return len({min(work.titles) for work in works if not work.families and work.titles}) > 2


def _some_pairs(works: Sequence[Evidence]) -> Iterator[tuple[Evidence, Evidence]]:
    yield from combinations(works, 2) if len(works) <= _MOST_COMPARED else ((works[0], other) for other in works[1:])
