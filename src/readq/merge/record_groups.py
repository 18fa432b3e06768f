"""Which records of two dumps are one paper: by identifier, else by title, as an import decides it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from readq.model import edit_marks
from readq.model.identifiers import title_key
from readq.model.matching import Identifier, contradict, strength
from readq.model.records import PaperRecord


class Records(NamedTuple):
    """The records of one paper, by their places in either dump."""

    here: tuple[int, ...]
    there: tuple[int, ...]


class _Alone(NamedTuple):
    """A paper of one dump only, by what may tell that the other has it too."""

    places: tuple[int, ...]
    paper: PaperRecord


def groups(here: Sequence[PaperRecord], there: Sequence[PaperRecord]) -> list[Records]:
    """The papers of both dumps: which records are one.

    An identifier that two records share makes them one where no stronger one speaks against it, and so does a title
    where besides one record on each side fits, or they share a key: what is two papers in one library is not united
    for its title.
    """
    found = [_split(places, len(here)) for places in _by_identifier([*here, *there])]
    both = [records for records in found if records.here and records.there]
    only_here = [_alone(records.here, here) for records in found if not records.there]
    only_there = [_alone(records.there, there) for records in found if not records.here]
    return [*both, *_paired_by_title(only_here, only_there)]


def _split(places: Sequence[int], in_here: int) -> Records:
    return Records(
        tuple(place for place in places if place < in_here),
        tuple(place - in_here for place in places if place >= in_here),
    )


def _alone(places: tuple[int, ...], papers: Sequence[PaperRecord]) -> _Alone:
    identifiers = {identifier for place in places for identifier in papers[place].identifiers}
    return _Alone(places, replace(papers[places[0]], identifiers=tuple(sorted(identifiers))))


def _by_identifier(records: Sequence[PaperRecord]) -> list[list[int]]:
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
    shared = [identifier for identifier, places in holders.items() if len(places) > 1]
    for identifier in sorted(shared, key=strength):
        first, *others = holders[identifier]
        for other in others:
            if not contradict(known[of_record[first]], known[of_record[other]]):
                unite(first, other)
    return [sorted(places) for places in members if places]


def _paired_by_title(here: list[_Alone], there: list[_Alone]) -> list[Records]:
    paired: list[Records] = []
    for criterion in (_title, _added_under_key):
        made, here, there = _pair(here, there, criterion)
        paired += made
    return [*paired, *(Records(one.places, ()) for one in here), *(Records((), one.places) for one in there)]


def _title(alone: _Alone) -> Iterable[object]:
    yield title_key(alone.paper.title)


def _added_under_key(alone: _Alone) -> Iterable[object]:
    """Says that a paper whose title a person has corrected is still the one that came in then under that key."""
    return ((alone.paper.added, key) for key in _keys(alone.paper))


def _pair(
    here: list[_Alone], there: list[_Alone], criterion: Callable[[_Alone], Iterable[object]]
) -> tuple[list[Records], list[_Alone], list[_Alone]]:
    """Pairs that agree on `criterion`, and what is left of both sides."""
    fitting: dict[object, list[int]] = defaultdict(list)
    for place, alone in enumerate(there):
        for value in criterion(alone):
            fitting[value].append(place)
    candidates: dict[tuple[int, int], None] = {}
    for place, alone in enumerate(here):
        for value in criterion(alone):
            candidates.update(
                {
                    (place, other): None
                    for other in fitting.get(value, ())
                    if _may_be_one(alone, there[other], criterion)
                }
            )
    chosen = _one_to_one(candidates, here, there)
    made = [Records(here[one].places, there[other].places) for one, other in chosen.items()]
    taken = set(chosen.values())
    return (
        made,
        [one for place, one in enumerate(here) if place not in chosen],
        [one for place, one in enumerate(there) if place not in taken],
    )


def _may_be_one(one: _Alone, other: _Alone, criterion: Callable[[_Alone], Iterable[object]]) -> bool:
    if contradict(one.paper.identifiers, other.paper.identifiers):
        return False
    return criterion is _title or "title" in edit_marks.names((*one.paper.edited, *other.paper.edited))


def _one_to_one(candidates: Iterable[tuple[int, int]], here: list[_Alone], there: list[_Alone]) -> dict[int, int]:
    """Those that share a key, then those of which one got a suffix when keys clashed, then what fits nothing else."""
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    # In an order that is the same from both sides; of many papers with one title each is written out once.
    texts_here, texts_there = [repr(one.paper) for one in here], [repr(one.paper) for one in there]

    def closeness(pair: tuple[int, int]) -> tuple[bool, list[str]]:
        one, other = pair
        is_other_key = here[one].paper.key.casefold() != there[other].paper.key.casefold()
        return is_other_key, sorted((texts_here[one], texts_there[other]))

    left = sorted(candidates, key=closeness)
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


def _share_a_key(one: PaperRecord, other: PaperRecord) -> bool:
    return not _keys(one).isdisjoint(_keys(other))


def _differ_by_suffix(one: PaperRecord, other: PaperRecord) -> bool:
    short, long = sorted((one.key.casefold(), other.key.casefold()), key=len)
    suffix = long.removeprefix(short)
    return suffix != long and suffix.isalpha()


def _keys(paper: PaperRecord) -> set[str]:
    return {key.casefold() for key in (paper.key, *paper.aliases)}
