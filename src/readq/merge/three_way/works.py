"""Find the records of each work in two libraries and their base, the state that both libraries had in common."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from readq.merge.key_conflicts import all_keys
from readq.merge.record_groups import group_records
from readq.model.fields import edit_marks
from readq.model.identifiers import title_key
from readq.model.identity.comparison import contradict
from readq.model.identity.evidence import Identifier
from readq.model.records import PaperRecord

_Records = Sequence[PaperRecord]

_IN_BASE = "base"
"""The scheme of the identifiers that mark a record with its index in the base."""


class Work(NamedTuple):
    """The records of one work, as indexes into the papers of the base and of both libraries."""

    base: tuple[int, ...]
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    removed_by_ours: tuple[int, ...]
    """The indexes in `base` of records that `ours` removed and `theirs` still has.

    `theirs` may have joined such a record with another record.
    """
    removed_by_theirs: tuple[int, ...]
    """The indexes in `base` of records that `theirs` removed and `ours` still has.

    `ours` may have joined such a record with another record.
    """


class _Groups:
    """Disjoint sets of the numbers below `number`. At first, each number is a set of its own."""

    def __init__(self, number: int) -> None:
        self._root = list(range(number))

    def find(self, number: int) -> int:
        """Return the lowest number of the set."""
        root = self._root
        while root[number] != number:
            root[number] = number = root[root[number]]
        return number

    def unite(self, numbers: Iterable[int]) -> None:
        """Make one set of the sets of all these numbers."""
        lowest, *others = sorted(map(self.find, numbers))
        for number in others:
            self._root[number] = lowest


def find_works(base: _Records, ours: _Records, theirs: _Records) -> list[Work]:
    """Return the works, each with all its records.

    Every two of the three sets of records are compared. Records that one of these comparisons puts into one group
    belong to one work. If a side joined a record of the base with another record, both belong to one work, too.

    For a record of the base that a side still has, two rules apply:

    - The identifiers that the record has on this side count, not those in the base. So a new paper can take an
      identifier that the old paper gave up.
    - The record is not paired by title with another record of this side.
    """
    sides = (base, ours, theirs)
    starts = (0, len(base), len(base) + len(ours))
    groups = _Groups(sum(map(len, sides)))
    later = {side: _later_records(base, sides[side]) for side in (1, 2)}
    pairs = {side: [*_find_in_side(base, sides[side], later[side])] for side in (1, 2)}
    # The indexes of the records in the base that each side has.
    present = {side: {past for past, _ in pairs[side]} for side in (1, 2)}
    for side in (1, 2):
        for past, index in pairs[side]:
            groups.unite((past, starts[side] + index))
    mine, other = _without_given_up(base, ours, theirs, later[1], later[2])
    for first, second in _same_in_sides(_marked(mine, pairs[1]), _marked(other, pairs[2]), pairs):
        groups.unite((starts[1] + first, starts[2] + second))
    only_ours, only_theirs = present[1] - present[2], present[2] - present[1]
    members: dict[int, tuple[list[int], list[int], list[int]]] = defaultdict(lambda: ([], [], []))
    for side, start in enumerate(starts):
        for index in range(len(sides[side])):
            members[groups.find(start + index)][side].append(index)
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


def _find_in_side(base: _Records, side: _Records, later: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of indexes: of a record in the base, and of a record in `side` that belongs to the same work.

    `later` maps indexes in the base to indexes of the records that they have become.
    """
    yield from later.items()
    marked = _marked(side, later.items())
    past_records = [
        replace(record, identifiers=marked[later[past]].identifiers) if past in later else record
        for past, record in enumerate(base)
    ]
    present = set(later)
    for group in group_records(past_records, marked):
        if group.theirs:
            present.update(group.ours)
        yield from ((past, index) for past in group.ours for index in group.theirs)
    yield from _joined(base, side, present)


def _same_in_sides(
    ours: _Records, theirs: _Records, pairs: Mapping[int, Iterable[tuple[int, int]]]
) -> Iterator[tuple[int, int]]:
    """Yield pairs of indexes: of a record in `ours`, and of a record in `theirs` that belongs to the same work.

    Two records of the base are not one work because they have the same title. `pairs` has, for each side, indexes in
    the base and in the side.
    """
    old_ours, old_theirs = ({index for _, index in pairs[side]} for side in (1, 2))
    for group in group_records(ours, theirs):
        for first, second in product(group.ours, group.theirs):
            is_identified = not {*ours[first].identifiers}.isdisjoint(theirs[second].identifiers)
            if is_identified or first not in old_ours or second not in old_theirs:
                yield first, second


def _marked(side: _Records, pairs: Iterable[tuple[int, int]]) -> list[PaperRecord]:
    """Return the records of a side, each with an identifier more for each record of the base that it belongs to.

    Records with a common mark are one paper, so that none of them is paired with another paper by title. `pairs` has
    indexes in the base, and indexes in `side`.
    """
    marked = list(side)
    for past, index in {*pairs}:
        record = marked[index]
        marked[index] = replace(record, identifiers=tuple(sorted((*record.identifiers, (_IN_BASE, str(past))))))
    return marked


def _later_records(base: _Records, side: _Records) -> dict[int, int]:
    """Map indexes of records in the base to the indexes of the records in `side` that they have become.

    Such a record has the key of the former record, as present or former key. It was added at the same time, or at the
    time of another record of the base that it was joined with. It has the title of the former record, as present or
    former title, unless a person corrected the title. A record may also have taken the key of the former record. So it
    is left out if its title is corrected and its identifiers are those of another record of the base. If it was not
    added at the same time as the former record, it is also left out in two cases: another record of the side with an
    identifier of the former record was, or its identifiers contradict those of the former record. A join keeps the
    identifiers of both.
    """
    bearers = {key: index for index, record in enumerate(side) for key in all_keys([record])}
    added = {record.key.casefold(): record.added for record in base}
    owners = {identifier: past for past, record in enumerate(base) for identifier in record.identifiers}
    holders = {identifier: record for record in side for identifier in record.identifiers}
    found: dict[int, int] = {}
    for past, record in enumerate(base):
        index = bearers.get(record.key.casefold())
        if index is None:
            continue
        later = side[index]
        identified = [holder.added for one in record.identifiers if (holder := holders.get(one)) and holder != later]
        if later.added != record.added and record.added in identified:
            continue
        is_corrected = later.added == record.added and "title" in edit_marks.names(later.edited)
        if is_corrected and contradict(record.identifiers, later.identifiers):
            is_corrected = all(owners.get(identifier, past) == past for identifier in later.identifiers)
        if is_corrected or (
            later.added in map(added.get, all_keys([later]))
            and _has_title(later, record.title)
            and (later.added == record.added or not contradict(record.identifiers, later.identifiers))
        ):
            found[past] = index
    return found


def _has_title(record: PaperRecord, title: str) -> bool:
    """Return whether a record has a title, as present or former title."""
    return title_key(title) in (title_key(record.title), *record.other_titles)


def _without_given_up(
    base: _Records, ours: _Records, theirs: _Records, in_ours: Mapping[int, int], in_theirs: Mapping[int, int]
) -> tuple[list[PaperRecord], list[PaperRecord]]:
    """Return the records of both sides without those identifiers of the base that the other side took off a paper.

    `in_ours` and `in_theirs` map indexes in the base to indexes of the records that they have become.
    """
    mine, other = list(ours), list(theirs)
    for past in in_ours.keys() & in_theirs.keys():
        first, second = in_ours[past], in_theirs[past]
        before, own, their = (set(one.identifiers) for one in (base[past], ours[first], theirs[second]))
        mine[first] = _without(mine[first], before - their)
        other[second] = _without(other[second], before - own)
    return mine, other


def _without(record: PaperRecord, identifiers: Set[Identifier]) -> PaperRecord:
    if identifiers.isdisjoint(record.identifiers):
        return record
    return replace(record, identifiers=tuple(one for one in record.identifiers if one not in identifiers))


def _joined(base: _Records, side: _Records, present: set[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of indexes: of a record in the base, and of the record in `side` that it was joined with.

    Records of the base that are `present` in the side are left out. A record that was joined with another leaves its
    keys, its title and its identifiers to the other, even if the two have nothing else in common. Another paper may
    have taken the key and the title. But then it has other identifiers, and it has not all former keys.
    """
    bearers: dict[str, list[int]] = defaultdict(list)
    for index, record in enumerate(side):
        for key in all_keys([record]):
            bearers[key].append(index)
    for past, record in enumerate(base):
        if past in present:
            continue
        former = {key.casefold() for key in record.aliases}
        found = {
            index
            for key in all_keys([record])
            for index in bearers.get(key, ())
            if _has_title(side[index], record.title)
            and (
                not contradict(record.identifiers, side[index].identifiers)
                or (former and former <= all_keys([side[index]]))
            )
        }
        if len(found) == 1:
            yield past, found.pop()
