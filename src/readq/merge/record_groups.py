"""Find the records of two dumps that describe the same paper: first by identifier, then by title."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from readq.merge.paper_evidence import paper_evidence
from readq.model.fields import edit_marks
from readq.model.identifiers import title_key
from readq.model.identity.comparison import Relation, compare, contradict, strength
from readq.model.identity.evidence import Evidence, Identifier
from readq.model.records import PaperRecord


class RecordGroup(NamedTuple):
    """The records of one paper in two dumps.

    `ours` are indexes into the papers of the first dump. `theirs` are indexes into the papers of the second dump.
    """

    ours: tuple[int, ...]
    theirs: tuple[int, ...]


class _Unpaired(NamedTuple):
    """A paper that only one dump has. `paper` is its first record, with the identifiers of all its records."""

    indexes: tuple[int, ...]
    paper: PaperRecord


def group_records(ours: Sequence[PaperRecord], theirs: Sequence[PaperRecord]) -> list[RecordGroup]:
    """Group the records of both dumps by paper. Each record is in exactly one group.

    Records with a common identifier are in one group, unless their arXiv ids or DOIs prove that they are different
    works. Then papers that only one dump has are paired by title. A paper of the first dump and a paper of the second
    dump with the same title are one group in three cases, unless their metadata show that they are different works:

    - They share a citation key.
    - Their keys differ only by a suffix that was added to make keys unique.
    - No other paper has the title.

    Papers with different titles are paired only if a person corrected one of the titles, and if they share a citation
    key and were added at the same time.
    """
    groups = [_split(indexes, len(ours)) for indexes in _group_by_identifier([*ours, *theirs])]
    both = [group for group in groups if group.ours and group.theirs]
    only_ours = [_unpaired(group.ours, ours) for group in groups if not group.theirs]
    only_theirs = [_unpaired(group.theirs, theirs) for group in groups if not group.ours]
    return [*both, *_pair_by_title(only_ours, only_theirs)]


def _split(indexes: Sequence[int], number_of_ours: int) -> RecordGroup:
    return RecordGroup(
        tuple(index for index in indexes if index < number_of_ours),
        tuple(index - number_of_ours for index in indexes if index >= number_of_ours),
    )


def _unpaired(indexes: tuple[int, ...], papers: Sequence[PaperRecord]) -> _Unpaired:
    identifiers = {identifier for index in indexes for identifier in papers[index].identifiers}
    return _Unpaired(indexes, replace(papers[indexes[0]], identifiers=tuple(sorted(identifiers))))


def _group_by_identifier(records: Sequence[PaperRecord]) -> list[list[int]]:
    """Return groups of records that identifiers join, as sorted indexes. A record without identifiers is a group."""
    members = [[index] for index in range(len(records))]
    group_of = list(range(len(records)))
    identifiers_of: list[set[Identifier]] = [set(record.identifiers) for record in records]

    def unite(one: int, other: int) -> None:
        kept, emptied = sorted((group_of[one], group_of[other]))
        if kept == emptied:
            return
        for index in members[emptied]:
            group_of[index] = kept
        members[kept] += members[emptied]
        members[emptied] = []
        identifiers_of[kept] |= identifiers_of[emptied]

    owners: dict[Identifier, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        for identifier in record.identifiers:
            owners[identifier].append(index)
    shared = [identifier for identifier, indexes in owners.items() if len(indexes) > 1]
    for identifier in sorted(shared, key=strength):
        first, *others = owners[identifier]
        for other in others:
            if not contradict(identifiers_of[group_of[first]], identifiers_of[group_of[other]]):
                unite(first, other)
    return [sorted(indexes) for indexes in members if indexes]


def _pair_by_title(ours: list[_Unpaired], theirs: list[_Unpaired]) -> list[RecordGroup]:
    paired: list[RecordGroup] = []
    for criterion in (_title, _added_and_keys):
        pairs, ours, theirs = _pair(ours, theirs, criterion)
        paired += pairs
    return [
        *paired,
        *(RecordGroup(one.indexes, ()) for one in ours),
        *(RecordGroup((), one.indexes) for one in theirs),
    ]


def _title(unpaired: _Unpaired) -> Iterable[object]:
    yield title_key(unpaired.paper.title)


def _added_and_keys(unpaired: _Unpaired) -> Iterable[object]:
    """Yield a pair for each key of the paper: the time at which the paper was added, and the key.

    Time and key stay the same when the title of the paper is corrected.
    """
    return ((unpaired.paper.added, key) for key in _keys(unpaired.paper))


def _pair(
    ours: list[_Unpaired], theirs: list[_Unpaired], criterion: Callable[[_Unpaired], Iterable[object]]
) -> tuple[list[RecordGroup], list[_Unpaired], list[_Unpaired]]:
    """Pair papers of the two sides that have a value of `criterion` in common.

    Return the pairs, and the rest of each side.
    """
    by_value: dict[object, list[int]] = defaultdict(list)
    for index, unpaired in enumerate(theirs):
        for value in criterion(unpaired):
            by_value[value].append(index)
    # A dict, not a set: the order is kept.
    candidates: dict[tuple[int, int], None] = {}
    for index, unpaired in enumerate(ours):
        for value in criterion(unpaired):
            candidates.update(
                {
                    (index, other): None
                    for other in by_value.get(value, ())
                    if _may_be_one(unpaired, theirs[other], criterion)
                }
            )
    chosen = _choose_pairs(candidates, ours, theirs)
    paired_theirs = set(chosen.values())
    return (
        [RecordGroup(ours[one].indexes, theirs[other].indexes) for one, other in chosen.items()],
        [one for index, one in enumerate(ours) if index not in chosen],
        [one for index, one in enumerate(theirs) if index not in paired_theirs],
    )


def _evidence(unpaired: _Unpaired) -> Evidence:
    paper = unpaired.paper
    year = paper.year or (int(paper.published[:4]) if paper.published else None)
    return paper_evidence(paper, paper.identifiers, {title_key(paper.title)}, year, keys=_keys(paper))


def _may_be_one(one: _Unpaired, other: _Unpaired, criterion: Callable[[_Unpaired], Iterable[object]]) -> bool:
    if contradict(one.paper.identifiers, other.paper.identifiers):
        return False
    if criterion is _title and compare(_evidence(one), _evidence(other)).relation is Relation.DIFFERENT:
        return False
    return criterion is _title or "title" in edit_marks.names((*one.paper.edited, *other.paper.edited))


def _choose_pairs(
    candidates: Iterable[tuple[int, int]], ours: list[_Unpaired], theirs: list[_Unpaired]
) -> dict[int, int]:
    """Choose pairs so that each paper is in at most one. Return a dict from indexes in `ours` to indexes in `theirs`.

    First, papers that share a key are paired, then papers whose keys differ by the suffix of a key conflict, and then
    papers with no other candidate.
    """
    chosen: dict[int, int] = {}
    used: set[int] = set()
    # The order of pairs must not depend on the side. Each paper is written as text once: many may have one title.
    our_texts, their_texts = [repr(one.paper) for one in ours], [repr(one.paper) for one in theirs]

    def order(pair: tuple[int, int]) -> tuple[bool, list[str]]:
        one, other = pair
        is_other_key = ours[one].paper.key.casefold() != theirs[other].paper.key.casefold()
        return is_other_key, sorted((our_texts[one], their_texts[other]))

    remaining = sorted(candidates, key=order)
    for agree in (_share_a_key, _differ_by_suffix, None):
        our_counts, their_counts = Counter(one for one, _ in remaining), Counter(other for _, other in remaining)
        for one, other in remaining:
            fits = agree(ours[one].paper, theirs[other].paper) if agree else our_counts[one] == their_counts[other] == 1
            if fits and one not in chosen and other not in used:
                chosen[one] = other
                used.add(other)
        remaining = [(one, other) for one, other in remaining if one not in chosen and other not in used]
    return chosen


def _share_a_key(one: PaperRecord, other: PaperRecord) -> bool:
    return not _keys(one).isdisjoint(_keys(other))


def _differ_by_suffix(one: PaperRecord, other: PaperRecord) -> bool:
    short, long = sorted((one.key.casefold(), other.key.casefold()), key=len)
    suffix = long.removeprefix(short)
    return suffix != long and suffix.isalpha()


def _keys(paper: PaperRecord) -> set[str]:
    return {key.casefold() for key in (paper.key, *paper.aliases)}
