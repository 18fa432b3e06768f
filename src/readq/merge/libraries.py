"""Merge two libraries, given as the records of their dumps. Swapping the libraries does not change the result."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from readq.merge.key_conflicts import KeySets, Side, all_keys, preferred_key, with_unique_keys
from readq.merge.record_groups import group_records
from readq.merge.records import join
from readq.model.identifiers import title_key
from readq.model.records import FeedRecord, LibraryRecord, PaperRecord, ViewRecord


class MergedPaper(NamedTuple):
    """A paper of the merged library, joined from one or more papers of the two libraries."""

    paper: PaperRecord
    ours: tuple[int, ...]
    """The indexes of the joined papers in the first library."""
    theirs: tuple[int, ...]
    """The indexes of the joined papers in the second library."""
    preferred_key: str
    """The citation key that the paper should have. If another paper has this key, the key of `paper` is a new one."""


class MergedLibrary(NamedTuple):
    """The result of merging two libraries."""

    papers: tuple[MergedPaper, ...]
    """The papers. Papers with frozen keys come first, then papers with other keys.

    Within each group, papers are in the order in which they were added. A frozen key is a citation key that changes
    only if a person changes it.
    """
    feeds: tuple[FeedRecord, ...]
    """The feeds, sorted by name."""
    views: tuple[ViewRecord, ...]
    """The saved views, sorted by name."""


def merge(ours: LibraryRecord, theirs: LibraryRecord) -> MergedLibrary:
    """Merge two libraries. In the result, no two papers share a citation key or an identifier.

    All records of one paper are joined. A feed has a spec, the text that names the data to pull. If both libraries have
    a feed with the same spec, one feed is kept, with the name from the library that added it first. If both libraries
    have a view with the same name, the view with the longer query is kept.
    """
    return MergedLibrary(
        merge_papers(ours.papers, theirs.papers, KeySets(all_keys(ours.papers), all_keys(theirs.papers))),
        merge_feeds(ours.feeds, theirs.feeds),
        merge_views(ours.views, theirs.views),
    )


def merge_papers(ours: Sequence[PaperRecord], theirs: Sequence[PaperRecord], keys: KeySets) -> tuple[MergedPaper, ...]:
    """Join the records of each paper in two libraries, and return the merged papers in the order of `precedence`.

    If several merged papers have the same key or identifier, the first of them keeps it. `ours` and `theirs` can be
    parts of the two libraries, if no paper outside the parts shares a key, an identifier or a title with a paper in the
    parts. `keys` are always the keys of the whole libraries.
    """
    groups = group_records(ours, theirs)
    joined = [
        _join_sides(
            Side([ours[index] for index in group.ours], keys.ours),
            Side([theirs[index] for index in group.theirs], keys.theirs),
        )
        for group in groups
    ]
    in_order = sorted(zip(joined, groups, strict=True), key=lambda pair: precedence(pair[0]))
    papers = with_unique_keys(with_unique_identifiers([paper for paper, _ in in_order]), keys)
    return tuple(
        MergedPaper(paper, group.ours, group.theirs, claimant.key)
        for paper, (claimant, group) in zip(papers, in_order, strict=True)
    )


def _join_sides(ours: Side, theirs: Side) -> PaperRecord:
    records = [*ours.records, *theirs.records]
    if len(records) == 1:
        return records[0]
    return join(records, preferred_key(ours, theirs))


def one_record_each(papers: tuple[PaperRecord, ...]) -> tuple[PaperRecord, ...]:
    """Join the records of one library that have an identifier in common, unless their identifiers contradict."""
    identifiers = [identifier for paper in papers for identifier in paper.identifiers]
    if len({*identifiers}) == len(identifiers):
        return papers
    groups = ([papers[index] for index in group.ours] for group in group_records(papers, ()))
    return tuple(_join_sides(Side(records, ()), Side((), ())) for records in groups)


def precedence(paper: PaperRecord) -> tuple[object, ...]:
    """Return a sort key for papers: papers with frozen keys come first, then the papers that were added first.

    A frozen key is a citation key that changes only if a person changes it. If several papers have the same key or
    identifier, the paper that comes first in this order keeps it.
    """
    # Of the identifiers only arXiv's count: no other paper can take them, so merging the result again keeps the order.
    arxiv = [value for scheme, value in paper.identifiers if scheme == "arxiv"]
    return not paper.key_frozen, paper.added, arxiv, title_key(paper.title), paper.title, paper.key


def with_unique_identifiers(papers: Sequence[PaperRecord]) -> list[PaperRecord]:
    """Remove repeated identifiers from papers, and return the papers in the same order.

    If several papers have the same identifier, only the first of them keeps it.
    """
    used: set[tuple[str, str]] = set()
    result: list[PaperRecord] = []
    for paper in papers:
        own = tuple(identifier for identifier in paper.identifiers if identifier not in used)
        used.update(own)
        result.append(replace(paper, identifiers=own))
    return result


def merge_feeds(ours: Sequence[FeedRecord], theirs: Sequence[FeedRecord]) -> tuple[FeedRecord, ...]:
    """Merge two lists of feeds, and return the feeds sorted by name. No two feeds of the result have the same spec.

    A spec is the text that names the data to pull. If feeds in both lists have the same spec, the feed that was added
    first is kept, with its name. If feeds with different specs have the same name, the feed that was added later gets a
    number in its name, such as `name-2`.
    """
    by_name: dict[str, FeedRecord] = {}
    specs: set[str] = set()
    clashing: list[FeedRecord] = []
    for feed in sorted({*ours, *theirs}, key=lambda feed: (feed.added, feed.name, feed.spec)):
        if feed.spec in specs:
            continue
        if feed.name in by_name:
            clashing.append(feed)
        else:
            by_name[feed.name] = feed
            specs.add(feed.spec)
    for feed in clashing:
        if feed.spec not in specs:
            number = next(
                number
                for number in range(2, len(clashing) + len(by_name) + 3)
                if f"{feed.name}-{number}" not in by_name
            )
            by_name[f"{feed.name}-{number}"] = feed._replace(name=f"{feed.name}-{number}")
            specs.add(feed.spec)
    return tuple(by_name[name] for name in sorted(by_name))


def merge_views(ours: Sequence[ViewRecord], theirs: Sequence[ViewRecord]) -> tuple[ViewRecord, ...]:
    """Merge two lists of saved views, and return the views sorted by name.

    If both lists have a view with the same name, the view with the longer query is kept. It gets the lower of the two
    positions.
    """
    by_name: dict[str, ViewRecord] = {}
    for view in (*ours, *theirs):
        old = by_name.get(view.name, view)
        chosen = max(old, view, key=lambda one: (len(one.query), one.query, one.sort, one.watch or ""))
        by_name[view.name] = chosen._replace(position=min(old.position, view.position))
    return tuple(by_name[name] for name in sorted(by_name))
