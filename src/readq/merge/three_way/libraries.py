"""Merge the papers, feeds and views of two libraries against a base, the state that both libraries had in common."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from readq.merge.key_conflicts import KeySets, Side, all_keys, preferred_key, with_unique_keys
from readq.merge.libraries import (
    MergedPaper,
    merge_feeds,
    merge_views,
    precedence,
    with_unique_identifiers,
)
from readq.merge.record_groups import RecordGroup
from readq.merge.records import join
from readq.merge.three_way.papers import merge_paper
from readq.merge.three_way.values import choose, merge_mapping
from readq.merge.three_way.works import find_works
from readq.model.records import FeedRecord, PaperRecord, ViewRecord

Records = Sequence[PaperRecord]

RecordsByKey = Mapping[str, Records]
"""Maps case-folded citation keys to records of the paper with this key."""


class LastRecords(NamedTuple):
    """The last records of papers that each side removed, under the keys that the papers have in the base."""

    ours: RecordsByKey = MappingProxyType({})
    theirs: RecordsByKey = MappingProxyType({})


NOTHING_REMOVED = LastRecords()
"""No side removed a paper, or nobody knows its last record."""


class MergedPapers(NamedTuple):
    """The papers of the merged library. `removed` are the indexes of the papers in `ours` that the merge removes."""

    papers: tuple[MergedPaper, ...]
    removed: tuple[int, ...]


def merge_papers(
    base: Records, ours: Records, theirs: Records, keys: KeySets, before_removal: LastRecords = NOTHING_REMOVED
) -> MergedPapers:
    """Merge the papers of two libraries against a base, the state that both libraries had in common.

    A paper that only one side changed is taken from that side, even if the change was to remove the paper, to join it
    with another paper or to split it. A paper that one side removed and the other side changed is kept. If both sides
    changed a paper, their records are merged field by field.

    A paper can be left out of `base`, `ours` and `theirs` if its records in these three are equal. `keys` are the keys
    of both libraries. `before_removal` has the last records of papers that one side removed and the other changed, each
    under the key that the paper has in `base`. With these records, the changes that a side made before it removed a
    paper are merged, too.
    """
    merged: list[tuple[PaperRecord, RecordGroup]] = []
    removed: list[int] = []
    for work in find_works(base, ours, theirs):
        past, mine, other = (
            [records[index] for index in indexes]
            for records, indexes in ((base, work.base), (ours, work.ours), (theirs, work.theirs))
        )
        if past and not (mine and other):
            result = _changed_until_removed(past, mine, other, keys, before_removal)
        else:
            sides = zip((work.removed_by_ours, work.removed_by_theirs), before_removal, keys, strict=True)
            gone = [[_last_record(base[index], last, own) for index in some] for some, last, own in sides]
            result = _merge_work(past, mine, other, gone, keys)
        assigned = _assign(result, work.ours, ours)
        merged += [
            (paper, RecordGroup(indexes, work.theirs if place == 0 else ()))
            for place, (paper, indexes) in enumerate(assigned)
        ]
        if not result:
            removed += work.ours
    in_order = sorted(merged, key=lambda pair: precedence(pair[0]))
    unique = with_unique_keys(with_unique_identifiers([paper for paper, _ in in_order]), keys)
    papers = tuple(
        MergedPaper(paper, group.ours, group.theirs, claimant.key)
        for paper, (claimant, group) in zip(unique, in_order, strict=True)
    )
    return MergedPapers(papers, tuple(sorted(removed)))


def _merge_work(
    base: list[PaperRecord],
    ours: list[PaperRecord],
    theirs: list[PaperRecord],
    removed: Sequence[Records],
    keys: KeySets,
) -> Records:
    """Return the merged records of one work, unless a side removed it: usually one, several if it was taken apart.

    `removed` has the last records of the papers that only our side removed, and of those that only the other side
    removed.
    """
    if _is_same(ours, base) or _is_same(ours, theirs):
        return theirs
    if _is_same(theirs, base):
        return ours
    sides = Side(ours, keys.ours), Side(theirs, keys.theirs)
    if not base:
        return [join([*ours, *theirs], preferred_key(*sides))]
    # One side joined a paper with another, which the other side removed: the joined paper keeps what it got from it.
    return [merge_paper(_one(base), _one([*ours, *removed[0]]), _one([*theirs, *removed[1]]), sides)]


def _changed_until_removed(
    base: list[PaperRecord],
    ours: list[PaperRecord],
    theirs: list[PaperRecord],
    keys: KeySets,
    before_removal: LastRecords,
) -> Records:
    """Return the merged records of a work that at least one side removed."""
    changed, own_keys, other_keys = (ours, keys.ours, keys.theirs) if ours else (theirs, keys.theirs, keys.ours)
    last = before_removal.theirs if ours else before_removal.ours
    if not changed or _is_same(changed, base):
        return ()
    result = []
    for paper in changed:
        # If the paper was taken apart, the part that has its key is the paper.
        own = base if len(changed) == 1 else [one for one in base if one.key.casefold() in all_keys([paper])]
        if own:
            last_one = _one([_last_record(one, last, other_keys) for one in own])
            sides = Side([paper], own_keys), Side([last_one], other_keys)
            paper = merge_paper(_one(own), paper, last_one, sides)
        result.append(paper)
    return result


def _last_record(base: PaperRecord, before_removal: RecordsByKey, keys: Container[str]) -> PaperRecord:
    """Return the record that a paper had before its removal. It can have several last records in one history."""
    last = base
    for version in before_removal.get(base.key.casefold(), ()):
        if len(find_works([base], [version], ())) > 1:
            # Another paper has taken the key.
            continue
        if version.key.casefold() != base.key.casefold():
            # Perhaps the paper was joined with another, whose values do not belong to this one.
            version = _what_is_left(base, version)
        last = merge_paper(base, last, version, (Side([last], keys), Side([version], keys)))
    return last


def _what_is_left(paper: PaperRecord, version: PaperRecord) -> PaperRecord:
    """Return a paper without the tags and the lines of its note that a later version of it has no more.

    Its status, its star and the day until which it is snoozed are those of the later version.
    """
    lines = (version.note or "").split("\n")
    note = "\n".join(line for line in (paper.note or "").split("\n") if line in lines) or None
    return replace(
        paper,
        tags=tuple(tag for tag in paper.tags if tag in version.tags),
        note=note,
        status=version.status,
        decided=version.decided,
        starred=version.starred,
        snoozed_until=version.snoozed_until,
    )


def _is_same(one: list[PaperRecord], other: list[PaperRecord]) -> bool:
    return len(one) == len(other) and set(one) == set(other)


def _one(records: list[PaperRecord]) -> PaperRecord:
    """Return the records of one work on one side as one record."""
    return join(records, preferred_key(Side(records, ()), Side((), ())))


def _assign(merged: Records, indexes: tuple[int, ...], ours: Records) -> list[tuple[PaperRecord, tuple[int, ...]]]:
    """Return each merged paper with the indexes of those papers of `ours` that become this paper.

    A paper of `ours` preferably becomes the merged paper that has its key as a key or former key. If there is only one
    merged paper, all become this one. A merged paper without indexes is new.
    """
    if len(merged) == 1:
        return [(merged[0], indexes)]
    left = list(indexes)
    assigned: list[tuple[PaperRecord, tuple[int, ...]]] = []
    for paper in sorted(merged, key=lambda one: (one.added, one.key)):
        own = all_keys([paper])
        found = next((index for index in left if own & all_keys([ours[index]])), left[0] if left else None)
        if found is not None:
            left.remove(found)
        assigned.append((paper, () if found is None else (found,)))
    if assigned and left:
        # Fewer papers than before: the rest is joined to the first.
        assigned[0] = (assigned[0][0], (*assigned[0][1], *left))
    return assigned


def merge_feed_lists(
    base: Iterable[FeedRecord], ours: Iterable[FeedRecord], theirs: Iterable[FeedRecord]
) -> tuple[FeedRecord, ...]:
    """Merge two lists of feeds against a base, and return the feeds sorted by name.

    Feeds with the same spec (the text that names the data to pull) are the same feed. If feeds with different specs
    have the same name, the feed that was added later gets a number in its name.
    """
    before, mine, other = ({feed.spec: feed for feed in feeds} for feeds in (base, ours, theirs))
    merged = merge_mapping(before, mine, other, lambda *feeds: min(feeds, key=lambda feed: (feed.added, feed.name)))
    return merge_feeds(tuple(merged.values()), ())


def merge_view_lists(
    base: Iterable[ViewRecord], ours: Iterable[ViewRecord], theirs: Iterable[ViewRecord]
) -> tuple[ViewRecord, ...]:
    """Merge two lists of saved views against a base, and return the views sorted by name.

    Views with the same name are the same view. A field that only one side changed is taken from that side. If both
    sides changed a field, `readq.merge.libraries.merge_views` decides. A view that one side removed and the other only
    moved is left out.
    """
    before, mine, other = ({view.name: view for view in views} for views in (base, ours, theirs))
    merged: list[ViewRecord] = []
    for name in sorted({*mine, *other}):
        past, own, their = before.get(name), mine.get(name), other.get(name)
        if own is not None and their is not None:
            merged.append(_merge_view(past, own, their))
        elif (only := own or their) and (past is None or only._replace(position=past.position) != past):
            merged.append(only)
    return tuple(merged)


def _merge_view(base: ViewRecord | None, ours: ViewRecord, theirs: ViewRecord) -> ViewRecord:
    (joined,) = merge_views((ours,), (theirs,))
    if base is None:
        return joined
    fields = zip(base, ours, theirs, joined, strict=True)
    return ViewRecord._make(choose(past, own, their, lambda *_, both=both: both) for past, own, their, both in fields)
