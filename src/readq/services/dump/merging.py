"""Two dumps merged into one library, the same whichever is asked first. Nothing is stored here."""

from collections.abc import Sequence
from typing import NamedTuple

from readq.bibtex.keys import unique_key
from readq.model.dumped import DumpedFeed, DumpedLibrary, DumpedPaper, DumpedView
from readq.model.identity import title_key
from readq.services.dump.identity import Group, groups


class MergedPaper(NamedTuple):
    """A paper of the merged library, with the places of its records here and there.

    `wanted` is the key that it had or would have, were it not another paper's.
    """

    paper: DumpedPaper
    here: tuple[int, ...]
    there: tuple[int, ...]
    wanted: str


class MergedLibrary(NamedTuple):
    """What two dumps come to."""

    papers: tuple[MergedPaper, ...]
    feeds: tuple[DumpedFeed, ...]
    views: tuple[DumpedView, ...]


def merge(here: DumpedLibrary, there: DumpedLibrary) -> MergedLibrary:
    """Both libraries as one: papers united, each with a key and identifiers of its own, feeds and views by name."""
    return MergedLibrary(
        _settled(groups(here.papers, there.papers)),
        merged_feeds(here.feeds, there.feeds),
        merged_views(here.views, there.views),
    )


def _settled(found: Sequence[Group]) -> tuple[MergedPaper, ...]:
    """The papers, each with what another may not have too. The older one has the first choice, a frozen key before."""
    in_turn = sorted(found, key=lambda group: _turn(group.paper))
    papers = _with_own_identifiers([group.paper for group in in_turn])
    present = _own_keys(papers)
    owned = _with_own_aliases([paper._replace(key=key) for paper, key in zip(papers, present, strict=True)])
    return tuple(
        MergedPaper(paper, group.here, group.there, group.paper.key)
        for paper, group in zip(owned, in_turn, strict=True)
    )


def _turn(paper: DumpedPaper) -> tuple[object, ...]:
    works = [identifier for identifier in paper.identifiers if identifier[0] in ("arxiv", "doi")]
    return not paper.key_frozen, paper.added, works, title_key(paper.title), paper.title, paper.key


def _with_own_identifiers(papers: Sequence[DumpedPaper]) -> list[DumpedPaper]:
    taken: set[tuple[str, str]] = set()
    owned: list[DumpedPaper] = []
    for paper in papers:
        own = tuple(identifier for identifier in paper.identifiers if identifier not in taken)
        taken.update(own)
        owned.append(paper._replace(identifiers=own))
    return owned


def _own_keys(papers: Sequence[DumpedPaper]) -> list[str]:
    """A key for each: its own for the first that has it, for others the same with a suffix."""
    holder: dict[str, int] = {}
    for place, paper in enumerate(papers):
        holder.setdefault(paper.key.casefold(), place)
    former: dict[str, set[int]] = {}
    for place, paper in enumerate(papers):
        for alias in paper.aliases:
            former.setdefault(alias.casefold(), set()).add(place)
    chosen: list[str] = []
    for place, paper in enumerate(papers):
        key = paper.key
        if holder[key.casefold()] != place:
            # One that it once had itself is as good as any, also where another paper had it too.
            key = unique_key(key, holder.keys() | {name for name, places in former.items() if place not in places})
            holder[key.casefold()] = place
        chosen.append(key)
    return chosen


def _with_own_aliases(papers: Sequence[DumpedPaper]) -> list[DumpedPaper]:
    taken = {paper.key.casefold() for paper in papers}
    owned: list[DumpedPaper] = []
    for paper in papers:
        own = tuple(alias for alias in paper.aliases if alias.casefold() not in taken)
        taken.update(alias.casefold() for alias in own)
        owned.append(paper._replace(aliases=own))
    return owned


def merged_feeds(here: Sequence[DumpedFeed], there: Sequence[DumpedFeed]) -> tuple[DumpedFeed, ...]:
    """All sources, each once under its older name; another source under a taken name gets a number behind it."""
    by_name: dict[str, DumpedFeed] = {}
    specs: set[str] = set()
    left: list[DumpedFeed] = []
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


def merged_views(here: Sequence[DumpedView], there: Sequence[DumpedView]) -> tuple[DumpedView, ...]:
    """All saved queries by name; of two with one name, the longer query, so that both sides choose alike."""
    by_name: dict[str, DumpedView] = {}
    for view in (*here, *there):
        old = by_name.get(view.name, view)
        chosen = max(old, view, key=lambda one: (len(one.query), one.query, one.sort))
        by_name[view.name] = chosen._replace(position=min(old.position, view.position))
    return tuple(by_name[name] for name in sorted(by_name))
