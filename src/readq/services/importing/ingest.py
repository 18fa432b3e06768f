"""Papers into the library: each is one that was known, or a new one. One short write transaction a call.

An import calls it once, as a step that can be undone. A sync calls it batch by batch, and no step comes of that: what a
source says of a paper is nothing that a person did.
"""

import contextlib
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from readq.days import instant
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import is_safe_link
from readq.model.matching import Work, Works
from readq.model.values import Rejected, Status
from readq.services.importing.merging import Arrival, Merging, Outcome, identity_of
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT

if TYPE_CHECKING:
    import sqlite3

    from readq.model.metadata import Metadata
    from readq.store.papers.bulk_insert import UnitOfWork


class Entry(NamedTuple):
    """A paper to take in, with the feed that showed it (if any), the day of that, and the status of a new paper.

    `number` is that of the paper of the library which it is, where that has been settled already.
    """

    paper: FetchedPaper
    feed: str | None
    day: str
    status: Status = Status.INBOX
    number: int | None = None


Further = Callable[["UnitOfWork", Mapping[int, int], Collection[int], int | None], None]
"""What else belongs to a step: told the numbers of papers by the places of entries, the new ones, and the step."""


class Taken(NamedTuple):
    """What became of entries; `found` is the sum of the next four and of `rejected`.

    `updated` had a further sighting or better metadata. Of `refreshed` only the counts of a sighting that was known
    have changed: votes rise every hour, and whoever pulls a feed again has learnt nothing new; a sync reports them as
    unchanged. `papers` are the numbers that the entries got or had, in the order given; None was rejected.
    """

    found: int = 0
    new: int = 0
    updated: int = 0
    refreshed: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    papers: tuple[int | None, ...] = ()
    step: int | None = None
    messages: tuple[str, ...] = ()


def take_in(
    library: str,
    entries: Sequence[Entry],
    now: datetime,
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT,
    *,
    step: str | None = None,
    tags: Sequence[str] = (),
    dry_run: bool = False,
    further: Further | None = None,
) -> Taken:
    """Merge `entries` into the library at the path `library`; all of what is accepted, or none of it on an error.

    `step` is what the journal calls it (`imported`); None: no step comes of it, none is lost to redo. `tags` go on
    every paper that was found. With `dry_run` the report is made and nothing is kept. What a reader decided stays as it
    is, whatever comes in: a dropped paper is seen again, not new again. `further` is done in the same transaction. An
    entry for a paper that is gone, or that by its identifiers is another one, is left out.

    Looks at what is foreign before the lock is taken, and writes nothing of papers that nothing changes. Raises the
    kinds of LibraryError.
    """
    from readq.store.papers.bulk_insert import unit_of_work

    accepted, refused = _validated(entries)
    taken = Taken()
    with (
        _place(library, dry_run) as path,
        contextlib.suppress(_DryRunEnd),
        unit_of_work(path, busy_timeout) as unit,
    ):
        taken = _merged(unit, accepted, instant(now), step, tags, further)
        if dry_run:
            raise _DryRunEnd
    numbers = dict(zip(sorted(one.place for one in accepted), taken.papers, strict=True))
    return taken._replace(
        found=len(entries), rejected=tuple(refused), papers=tuple(numbers.get(place) for place in range(len(entries)))
    )


class _DryRunEnd(Exception):  # noqa: N818 - it leaves the transaction; nothing is wrong
    pass


class _Accepted(NamedTuple):
    """An entry that the library can hold, its place among all that were given, and the metadata that it brings."""

    place: int
    entry: Entry
    said: "Metadata"


def _validated(entries: Sequence[Entry]) -> tuple[list[_Accepted], list[Rejected]]:
    """What the library can hold, the newest day first, and what it cannot: lists begin with the lowest number."""
    from readq.model.metadata import first_metadata
    from readq.services.importing.storing import complaint

    accepted: list[_Accepted] = []
    refused: list[Rejected] = []
    for place, entry in enumerate(entries):
        paper = _presentable(entry.paper)
        said = first_metadata(paper, entry.day)
        why = complaint(said)
        if why is None:
            accepted.append(_Accepted(place, entry._replace(paper=paper), said))
        else:
            refused.append(Rejected(paper.where, why))
    return sorted(accepted, key=lambda one: one.entry.day, reverse=True), refused


def _presentable(paper: FetchedPaper) -> FetchedPaper:
    r"""The paper with accents that a source wrote in LaTeX (`Erd\H{o}s`) as letters, so that a search finds them.

    An address that may not be opened (a file, a script) is not worth losing its paper for: it is left out.
    """
    url, pdf_url = _link(paper.url), _link(paper.pdf_url)
    if (url, pdf_url) != (paper.url, paper.pdf_url):
        paper = replace(paper, url=url, pdf_url=pdf_url)
    # Of thousands, nearly all have none: one look at each paper's text.
    if "\\" not in "".join([paper.title, paper.abstract or "", *[author.name for author in paper.authors]]):
        return paper
    from readq.latex.accents import compose

    return replace(
        paper,
        title=compose(paper.title),
        abstract=compose(paper.abstract) if paper.abstract else None,
        authors=tuple(author._replace(name=compose(author.name)) for author in paper.authors),
    )


def _link(url: str | None) -> str | None:
    return url if url and is_safe_link(url) else None


@contextlib.contextmanager
def _place(library: str, dry_run: bool) -> Iterator[str]:
    """Where to write: a dry run without a library must not leave one behind."""
    if not dry_run or os.path.lexists(library):
        yield library
        return
    with tempfile.TemporaryDirectory(prefix="readq-") as folder:
        yield os.path.join(folder, "library.db")


def _merged(
    unit: "UnitOfWork",
    accepted: Sequence[_Accepted],
    at: str,
    what: str | None,
    tags: Sequence[str],
    further: Further | None,
) -> Taken:
    """All but what was rejected; `papers` has a place for each entry that was accepted, in the order given."""
    from readq.services.importing import storing
    from readq.store.journal import steps as journal
    from readq.store.papers import lookup as known
    from readq.store.papers.bulk_insert import feed_id

    connection = unit.connection
    feeds = {name: feed_id(unit, name, at) for name in sorted({one.entry.feed or "" for one in accepted} - {""})}
    works, messages = _sorted_into_works(connection, accepted, at, what)
    present = known.identities_of(connection, {min(work.papers) for work in works if work.papers})
    claimed = [one.entry.paper.key for one in accepted if one.entry.paper.key]
    merging = Merging(storing.load_known(unit, present, claimed), known.next_paper_number(connection))
    outcomes: Counter[Outcome] = Counter()
    status: dict[int, Status] = {}
    numbers: dict[int, int] = {}
    for (place, entry, said), work in zip(accepted, works, strict=True):
        if entry.number and entry.number not in work.papers:
            continue
        outcome, number = merging.take(Arrival(entry.paper, said, feeds.get(entry.feed or ""), entry.day), work)
        outcomes[outcome] += 1
        numbers[place] = number
        status.setdefault(number, entry.status)
    for number in status:
        merging.tag(number, tags)
    messages += merging.settle_keys(partial(known.keys, connection))
    step = None if what is None else journal.begin(connection, at, what)
    new = [work for work in merging.works.values() if not work.known]
    # Known papers first: a new one may get the key that one of them has given up.
    storing.update_known(unit, list(merging.works.values()), step, at)
    storing.insert_new(unit, new, step, status, at)
    if further:
        further(unit, numbers, {work.number for work in new}, step)
    return Taken(
        sum(outcomes.values()),
        outcomes[Outcome.NEW],
        outcomes[Outcome.UPDATED],
        outcomes[Outcome.REFRESHED],
        outcomes[Outcome.UNCHANGED],
        papers=tuple(numbers.get(place) for place in sorted(one.place for one in accepted)),
        step=None if step is None else journal.finish(connection, step),
        messages=tuple(messages),
    )


def _sorted_into_works(
    connection: "sqlite3.Connection", accepted: Sequence[_Accepted], at: str, what: str | None
) -> tuple[list[Work], list[str]]:
    """The work that each entry is, and a line for each two papers of the library that one of them made one.

    These become one before anything is added to them. In an import that is a step of its own before it: who takes the
    import back keeps them together, and may take that back too.
    """
    from readq.store.papers import decisions as actions
    from readq.store.papers import lookup as known

    arriving = [identity_of(one.entry.paper, one.said) for one in accepted]
    settled = {one.entry.number for one in accepted if one.entry.number}
    expected = known.identities_of(connection, actions.existing(connection, list(settled))) if settled else {}
    stored = known.identities(
        connection,
        (one for identity in (*arriving, *expected.values()) for one in identity.identifiers),
        (title for identity in (*arriving, *expected.values()) for title in identity.titles),
    )
    sorting = Works(stored)
    placed = [sorting.place(identity) for identity in arriving]
    for one, work in zip(accepted, placed, strict=True):
        if one.entry.number in expected:
            sorting.settle(work, one.entry.number)
    works = [work.found() for work in placed]
    messages: list[str] = []
    for work in dict.fromkeys(works):
        keeper, *others = sorted(work.papers) or [0]
        for other in others:
            from readq.services.papers.merge import merge_linked

            merge_linked(connection, keeper, other, at, journalled=what is not None)
            messages.append(f"#{other} is the paper #{keeper}, as a source says: they are one now")
    return works, messages
