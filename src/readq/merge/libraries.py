"""Two dumps merged into one library, the same whichever is asked first. Nothing is stored here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from readq.merge.key_conflicts import Side, names, wanted_key, with_own_keys
from readq.merge.record_groups import groups
from readq.merge.records import join
from readq.model.identifiers import title_key
from readq.model.records import FeedRecord, LibraryRecord, PaperRecord, ViewRecord


class MergedPaper(NamedTuple):
    """A paper of the merged library, with the places of its records here and there.

    `wanted` is the key that it had or would have, were it not another paper's.
    """

    paper: PaperRecord
    here: tuple[int, ...]
    there: tuple[int, ...]
    wanted: str


class MergedLibrary(NamedTuple):
    """What two dumps come to."""

    papers: tuple[MergedPaper, ...]
    feeds: tuple[FeedRecord, ...]
    views: tuple[ViewRecord, ...]


def merge(here: LibraryRecord, there: LibraryRecord) -> MergedLibrary:
    """Both libraries as one: papers united, each with a key and identifiers of its own, feeds and views by name."""
    return MergedLibrary(
        _merged_papers(here.papers, there.papers),
        merged_feeds(here.feeds, there.feeds),
        merged_views(here.views, there.views),
    )


def _merged_papers(here: Sequence[PaperRecord], there: Sequence[PaperRecord]) -> tuple[MergedPaper, ...]:
    """The papers, each with what another may not have too. The older one has the first choice, a frozen key before."""
    names_here, names_there = names(here), names(there)
    found = groups(here, there)
    joined = [
        _joined(
            Side([here[place] for place in one.here], names_here),
            Side([there[place] for place in one.there], names_there),
        )
        for one in found
    ]
    in_turn = sorted(zip(joined, found, strict=True), key=lambda pair: _turn(pair[0]))
    owned = with_own_keys(_with_own_identifiers([paper for paper, _ in in_turn]))
    return tuple(
        MergedPaper(paper, one.here, one.there, wanted.key) for paper, (wanted, one) in zip(owned, in_turn, strict=True)
    )


def _joined(here: Side, there: Side) -> PaperRecord:
    records = [*here.records, *there.records]
    if len(records) == 1:
        return records[0]
    return join(records, wanted_key(here, there))


def _turn(paper: PaperRecord) -> tuple[object, ...]:
    # By identifiers that no other paper can take from it: the turn is the same when the merged library merges again.
    arxiv = [value for scheme, value in paper.identifiers if scheme == "arxiv"]
    return not paper.key_frozen, paper.added, arxiv, title_key(paper.title), paper.title, paper.key


def _with_own_identifiers(papers: Sequence[PaperRecord]) -> list[PaperRecord]:
    taken: set[tuple[str, str]] = set()
    owned: list[PaperRecord] = []
    for paper in papers:
        own = tuple(identifier for identifier in paper.identifiers if identifier not in taken)
        taken.update(own)
        owned.append(replace(paper, identifiers=own))
    return owned


def merged_feeds(here: Sequence[FeedRecord], there: Sequence[FeedRecord]) -> tuple[FeedRecord, ...]:
    """All sources, each once under its older name; another source under a taken name gets a number behind it."""
    by_name: dict[str, FeedRecord] = {}
    specs: set[str] = set()
    left: list[FeedRecord] = []
    for feed in sorted({*here, *there}, key=lambda feed: (feed.added, feed.name, feed.spec)):
        if feed.spec in specs:
            continue
        if feed.name in by_name:
            left.append(feed)
        else:
            by_name[feed.name] = feed
            specs.add(feed.spec)
    for feed in left:
        if feed.spec not in specs:
            number = next(
                number for number in range(2, len(left) + len(by_name) + 3) if f"{feed.name}-{number}" not in by_name
            )
            by_name[f"{feed.name}-{number}"] = feed._replace(name=f"{feed.name}-{number}")
            specs.add(feed.spec)
    return tuple(by_name[name] for name in sorted(by_name))


def merged_views(here: Sequence[ViewRecord], there: Sequence[ViewRecord]) -> tuple[ViewRecord, ...]:
    """All saved queries by name; of two with one name, the longer query, so that both sides choose alike."""
    by_name: dict[str, ViewRecord] = {}
    for view in (*here, *there):
        old = by_name.get(view.name, view)
        chosen = max(old, view, key=lambda one: (len(one.query), one.query, one.sort))
        by_name[view.name] = chosen._replace(position=min(old.position, view.position))
    return tuple(by_name[name] for name in sorted(by_name))
