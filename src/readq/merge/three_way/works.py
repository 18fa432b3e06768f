"""Find the records of each work in two libraries and their base, the state that both libraries had in common."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readq.merge.key_conflicts import all_keys
from readq.merge.record_groups import group_records
from readq.model.identifiers import title_key
from readq.model.records import PaperRecord

_Records = Sequence[PaperRecord]


class Work(NamedTuple):
    """The records of one work, as indexes into the papers of the base and of both libraries."""

    base: tuple[int, ...]
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    removed_by_ours: tuple[int, ...]
    """The indexes in `base` of records that the other side still has, perhaps joined with another."""
    removed_by_theirs: tuple[int, ...]
    """The same for the other side."""


def find_works(base: _Records, ours: _Records, theirs: _Records) -> list[Work]:
    """Return the works, each with all its records.

    Every two of the three sets of records are compared. Records that one of these comparisons puts into one group
    belong to one work. A record of the base and the record of a side that it was joined with belong to one work, too.
    """
    sides = (base, ours, theirs)
    starts = (0, len(base), len(base) + len(ours))
    root = list(range(sum(map(len, sides))))

    def find(number: int) -> int:
        while root[number] != number:
            root[number] = number = root[root[number]]
        return number

    def unite(first: int, second: int) -> None:
        low, high = sorted((find(first), find(second)))
        root[high] = low

    # The indexes of the records in the base that each side has.
    present: dict[int, set[int]] = {1: set(), 2: set()}
    for one, other in ((0, 1), (0, 2), (1, 2)):
        for group in group_records(sides[one], sides[other]):
            first, *more = [starts[one] + index for index in group.ours] + [starts[other] + i for i in group.theirs]
            for number in more:
                unite(first, number)
            if one == 0 and group.theirs:
                present[other].update(group.ours)
    for side in (1, 2):
        for past, index in list(_joined(base, sides[side], present[side])):
            unite(past, starts[side] + index)
            present[side].add(past)
    only_ours, only_theirs = present[1] - present[2], present[2] - present[1]
    members: dict[int, tuple[list[int], list[int], list[int]]] = defaultdict(lambda: ([], [], []))
    for side, start in enumerate(starts):
        for index in range(len(sides[side])):
            members[find(start + index)][side].append(index)
    return [
        Work(
            tuple(past),
            tuple(mine),
            tuple(other),
            tuple(index for index in past if index in only_theirs),
            tuple(index for index in past if index in only_ours),
        )
        for past, mine, other in members.values()
    ]


def _joined(base: _Records, side: _Records, present: set[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of indexes: of a record in the base, and of the record in `side` that it was joined with.

    Records of the base that are `present` in the side are left out. A record that was joined with another leaves its
    key and its title to the other, even if the two have nothing else in common.
    """
    bearers: dict[str, list[int]] = defaultdict(list)
    for index, record in enumerate(side):
        for key in all_keys([record]):
            bearers[key].append(index)
    for past, record in enumerate(base):
        if past in present or record.key.casefold() not in bearers:
            continue
        title = title_key(record.title)
        found = [
            index
            for index in bearers[record.key.casefold()]
            if title in (title_key(side[index].title), *side[index].other_titles)
        ]
        if len(found) == 1:
            yield past, found[0]
