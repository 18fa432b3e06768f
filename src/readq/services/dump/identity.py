"""Which records of two dumps are one paper: by identifier, else by title, as an import decides it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import NamedTuple

from readq.model.dumped import DumpedPaper
from readq.model.identity import title_key
from readq.services.dump.joining import join

Identifier = tuple[str, str]

_EXCLUSIVE = ("arxiv", "doi")
"""Schemes under which one work has one value: two values are two works. A work may well have several addresses."""


class Group(NamedTuple):
    """The records of one paper, by their places in either dump, and what they come to."""

    here: tuple[int, ...]
    there: tuple[int, ...]
    paper: DumpedPaper


def groups(here: Sequence[DumpedPaper], there: Sequence[DumpedPaper]) -> list[Group]:
    """The papers of both dumps, the records of each united.

    An arXiv id or DOI that two records share makes them one. Any other identifier does so too where no arXiv id or DOI
    speaks against it, and a title where besides one record on each side fits, or they share a key: what is two papers
    in one library is not united for its title.
    """
    united = _by_identifier([*here, *there])
    found = [_group(here, there, places) for places in united]
    return _paired_by_title(found)


def _group(here: Sequence[DumpedPaper], there: Sequence[DumpedPaper], places: Sequence[int]) -> Group:
    records = [here[place] if place < len(here) else there[place - len(here)] for place in places]
    return Group(
        tuple(place for place in places if place < len(here)),
        tuple(place - len(here) for place in places if place >= len(here)),
        _joined(records),
    )


def _joined(records: Sequence[DumpedPaper]) -> DumpedPaper:
    # In an order of their own, so that neither side comes first; a record that holds the others' texts leads.
    return reduce(join, sorted(records, key=_size)) if len(records) > 1 else records[0]


def _size(paper: DumpedPaper) -> tuple[int, int, str]:
    return -len(paper.note or ""), -sum(len(card.answers) for card in paper.cards), repr(paper)


def _by_identifier(records: Sequence[DumpedPaper]) -> list[list[int]]:
    """The places of records that identifiers make one."""
    members = [[place] for place in range(len(records))]
    of_record = list(range(len(records)))
    known: list[set[Identifier]] = [set(record.identifiers) for record in records]

    def unite(one: int, other: int) -> None:
        kept, gone = sorted((of_record[one], of_record[other]))
        if kept == gone:
            return
        for place in members[gone]:
            of_record[place] = kept
        members[kept] += members[gone]
        members[gone] = []
        known[kept] |= known[gone]

    holders: dict[Identifier, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        for identifier in record.identifiers:
            holders[identifier].append(place)
    shared = sorted(identifier for identifier, places in holders.items() if len(places) > 1)
    for identifier in sorted(shared, key=lambda one: one[0] not in _EXCLUSIVE):
        first, *others = holders[identifier]
        for other in others:
            if identifier[0] in _EXCLUSIVE or not contradict(known[of_record[first]], known[of_record[other]]):
                unite(first, other)
    return [sorted(places) for places in members if places]


def contradict(one: Iterable[Identifier], other: Iterable[Identifier]) -> bool:
    """Whether an arXiv id or a DOI says that two papers are not one."""
    mine, others = list(one), list(other)
    for scheme in _EXCLUSIVE:
        here = {value for kind, value in mine if kind == scheme}
        there = {value for kind, value in others if kind == scheme}
        if here and there and here.isdisjoint(there):
            return True
    return False


def _paired_by_title(found: Sequence[Group]) -> list[Group]:
    """The groups, those of one side only paired with their like on the other."""
    both = [group for group in found if group.here and group.there]
    here = [group for group in found if not group.there]
    there = [group for group in found if not group.here]
    paired: list[Group] = []
    for criterion in (_title, _added_under_key):
        made, here, there = _pair(here, there, criterion)
        paired += made
    return [*both, *paired, *here, *there]


def _title(group: Group) -> Iterable[object]:
    yield title_key(group.paper.title)


def _added_under_key(group: Group) -> Iterable[object]:
    """Says that a paper whose title a person has corrected is still the one that came in then under that key."""
    return ((group.paper.added, key) for key in _keys(group.paper))


def _pair(
    here: list[Group], there: list[Group], criterion: Callable[[Group], Iterable[object]]
) -> tuple[list[Group], list[Group], list[Group]]:
    """Pairs of groups that agree on `criterion`, and what is left of both sides."""
    fitting: dict[object, list[int]] = defaultdict(list)
    for place, group in enumerate(there):
        for value in criterion(group):
            fitting[value].append(place)
    candidates: dict[tuple[int, int], None] = {}
    for place, group in enumerate(here):
        for value in criterion(group):
            candidates.update(
                {
                    (place, other): None
                    for other in fitting.get(value, ())
                    if _may_be_one(group, there[other], criterion)
                }
            )
    chosen = _one_to_one(candidates, here, there)
    made = [_together(here[one], there[other]) for one, other in chosen.items()]
    taken = set(chosen.values())
    return (
        made,
        [group for place, group in enumerate(here) if place not in chosen],
        [group for place, group in enumerate(there) if place not in taken],
    )


def _may_be_one(one: Group, other: Group, criterion: Callable[[Group], Iterable[object]]) -> bool:
    if contradict(one.paper.identifiers, other.paper.identifiers):
        return False
    return criterion is _title or "title" in {*one.paper.edited, *other.paper.edited}


def _one_to_one(candidates: Iterable[tuple[int, int]], here: list[Group], there: list[Group]) -> dict[int, int]:
    """Those that share a key, then those of which one got a suffix when keys clashed, then what fits nothing else."""
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    left = sorted(candidates, key=lambda pair: _closeness(here[pair[0]].paper, there[pair[1]].paper))
    for is_close in (_share_a_key, _differ_by_suffix, None):
        fits_here, fits_there = Counter(one for one, _ in left), Counter(other for _, other in left)
        for one, other in left:
            fits = (
                is_close(here[one].paper, there[other].paper) if is_close else fits_here[one] == fits_there[other] == 1
            )
            if fits and one not in chosen and other not in taken:
                chosen[one] = other
                taken.add(other)
        left = [(one, other) for one, other in left if one not in chosen and other not in taken]
    return chosen


def _closeness(one: DumpedPaper, other: DumpedPaper) -> tuple[object, ...]:
    return one.key.casefold() != other.key.casefold(), sorted((repr(one), repr(other)))


def _share_a_key(one: DumpedPaper, other: DumpedPaper) -> bool:
    return not _keys(one).isdisjoint(_keys(other))


def _differ_by_suffix(one: DumpedPaper, other: DumpedPaper) -> bool:
    short, long = sorted((one.key.casefold(), other.key.casefold()), key=len)
    suffix = long.removeprefix(short)
    return suffix != long and suffix.isalpha()


def _keys(paper: DumpedPaper) -> set[str]:
    return {key.casefold() for key in (paper.key, *paper.aliases)}


def _together(one: Group, other: Group) -> Group:
    return Group(one.here + other.here, one.there + other.there, _joined((one.paper, other.paper)))
