"""Merge a dump into a library by comparing both with a base.

The base is an older dump, from which both the library and the dump developed. If the base has a paper or a value that
one side lacks, this side has removed it. Then the result lacks it, too, unless the other side has changed it.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import NamedTuple

from readq.errors import NothingReadableError, ReadqError
from readq.merge.key_conflicts import KeySets, all_keys
from readq.merge.three_way.libraries import (
    NOTHING_REMOVED,
    LastRecords,
    merge_feed_lists,
    merge_papers,
    merge_view_lists,
)
from readq.model.import_report import ImportReport
from readq.model.records import FeedRecord, PaperRecord
from readq.model.values import Rejected
from readq.services.dump.masked_feeds import with_own_secrets
from readq.services.dump.merge_batches import Counts, Update, key_messages, order_of_new
from readq.services.dump.merge_folder import private_feeds, store
from readq.services.dump.read_folder import refuse_later_format
from readq.services.dump.three_way.changed_papers import ChangedPapers
from readq.services.dump.three_way.compared_dumps import (
    DumpVersion,
    PaperLines,
    differing_papers,
    folder_version,
)
from readq.services.dump.three_way.dump_parts import Dumped, checked_part
from readq.services.dump.three_way.last_records import Histories, find_last_records
from readq.services.dump.three_way.remains import Remains, find_remains, with_notes_of
from readq.services.dump.write_folder import dump
from readq.store.check import forget_lost_ratings
from readq.store.connection.transactions import data_version, writing
from readq.store.journal import steps
from readq.store.library import open_for_writing
from readq.store.papers import key_lookup, notes, snapshots
from readq.store.papers.lookup import identifier_owners, next_paper_number
from readq.store.records import read

_TRIES = 20
"""The maximum number of attempts to merge. An attempt fails if another process changes the library meanwhile."""


class Storing(NamedTuple):
    """The options for storing a merge."""

    now: datetime
    """The time of the merge."""
    journalled: bool = True
    """Whether the merge is a step of the undo history. If not, undo cannot reverse it."""
    finish: Callable[[sqlite3.Connection, ChangedPapers], None] | None = None
    """A function to call before the transaction of the merge ends, or None.

    Its arguments are the connection and the changes of the merge.
    """


class BaseChanges:
    """The result of a merge with a base. It has the same attributes as `merge_batches.Batches`.

    `removed` has the ids of the papers to remove. `touched` has the ids of two kinds of papers that the library and the
    other dump both have: papers that both sides added since the base, and papers of which the merge changes what a
    person decided or wrote.
    """

    def __init__(self) -> None:
        self.counts = Counts()
        self.messages: list[str] = []
        self.feeds: set[str] = set()
        self.updates: list[list[Update]] = []
        self.removed: list[int] = []
        self.touched: list[int] = []
        self._new: list[PaperRecord] = []

    def new_papers(self) -> Iterator[list[PaperRecord]]:
        """Yield one list with the new papers, sorted by the key `merge_batches.order_of_new`.

        Yield nothing if there are no new papers.
        """
        if self._new:
            yield sorted(self._new, key=order_of_new)

    def merge(
        self,
        connection: sqlite3.Connection,
        base: Dumped,
        theirs: Dumped,
        ids: Sequence[int],
        before_removal: LastRecords,
    ) -> None:
        """Merge the papers of the dump `theirs` with the papers `ids` of the library. Store the changes in this object.

        `base` has the papers of the common ancestor. `before_removal` has the last records of papers that one side
        removed and the other changed, each under the case-folded key of the paper in `base`. The library is only read.
        """
        found = read.papers(connection, ids)
        numbers = sorted(found)
        ours = [found[number] for number in numbers]
        keys = KeySets(key_lookup.StoredKeys(connection), all_keys((*theirs.papers, *base.papers)))
        merged = merge_papers(base.papers, ours, theirs.papers, keys, before_removal)
        updates: list[Update] = []
        new = updated = unchanged = 0
        past = all_keys(base.papers)
        for one in merged.papers:
            if one.ours and one.theirs:
                mine = [ours[index] for index in one.ours]
                if past.isdisjoint(all_keys(mine)) or any(_own_values(one.paper) != _own_values(each) for each in mine):
                    self.touched += [numbers[index] for index in one.ours]
            if len(one.ours) == 1 and ours[one.ours[0]] == one.paper:
                unchanged += len(one.theirs)
                continue
            self.messages += key_messages(one, ours)
            self.feeds.update(seen.feed for seen in one.paper.sightings)
            if one.ours:
                keeper, *others = sorted(numbers[index] for index in one.ours)
                updates.append(Update(keeper, found[keeper], one.paper, tuple(others)))
                updated += 1
            else:
                self._new.append(one.paper)
                new += 1
        kept = notes.papers_with_draft(connection, [numbers[index] for index in merged.removed])
        self.removed = [numbers[index] for index in merged.removed if numbers[index] not in kept]
        self.messages += [
            f"{found[number].key} was removed elsewhere, and stays here for its unsaved note" for number in sorted(kept)
        ]
        self.updates = [updates] if updates else []
        self.counts = Counts(new, updated + len(self.removed), unchanged)


def _own_values(paper: PaperRecord) -> tuple[object, ...]:
    """Return what persons decided on a paper, or wrote on it."""
    decided = (paper.status, paper.decided, paper.starred, paper.snoozed_until, paper.tags)
    return *decided, paper.note, paper.cards, paper.edited


def import_with_base(library: str, folder: str, base: str, busy_timeout: float, now: datetime) -> ImportReport:
    """Merge the dump in `folder` into the library at the path `library`. Return a report.

    The changes are one step of the undo history. If the dump shows that two papers of the library are the same, these
    two are merged first, as a separate step. The folder `base` has an older dump, which is the common ancestor of the
    library and the dump in `folder`. `busy_timeout` is the time to wait for a locked library, in seconds. Raises
    NothingReadableError if one of the dumps cannot be read completely. Raises LibraryError or a subclass if the library
    cannot be read or written.
    """
    try:
        for one in (folder, base):
            refuse_later_format(one)
        versions = folder_version(base), folder_version(folder)
    except OSError as error:
        raise NothingReadableError(f"{error.filename} cannot be read: {error.strerror}", "name a dump") from error
    except ReadqError as error:
        raise NothingReadableError(error.message, error.hint) from error

    with tempfile.TemporaryDirectory(prefix="readq-") as temporary:

        def own(connection: sqlite3.Connection) -> DumpVersion:
            dump(connection, temporary)
            return folder_version(temporary)

        with closing(open_for_writing(library, busy_timeout)) as connection:
            return merge_versions(connection, versions, own, Storing(now))


def merge_versions(
    connection: sqlite3.Connection,
    versions: tuple[DumpVersion, DumpVersion],
    own: Callable[[sqlite3.Connection], DumpVersion],
    storing: Storing,
    histories: Histories | None = None,
) -> ImportReport:
    """Merge the second dump of `versions` into the library. Return a report.

    The first dump of `versions` is the common ancestor of the library and the second dump. `own` takes the connection,
    and returns the dump of the library. `histories` has the versions of both sides since the ancestor, or is None if
    they are not known. If another process changes the library during the merge, the merge begins again. Raises
    ReadqError if this happens 20 times, or if a dump cannot be read completely.
    """
    for _ in range(_TRIES):
        seen = data_version(connection)
        (*lines, ours), keys, (base, theirs), remains = _compared(connection, versions, own(connection))
        before_removal = (
            NOTHING_REMOVED if histories is None else find_last_records(lines[0], ours, lines[1], keys, histories)
        )
        with writing(connection):
            if data_version(connection) != seen:
                continue
            ids = sorted(key_lookup.ids_by_key(connection, [ours[key].key for key in keys if key in ours]).values())
            first_new = next_paper_number(connection)
            report = _merge(connection, base, theirs, ids, before_removal, storing)
            report = report._replace(rejected=(*report.rejected, *remains.rejected))
            if storing.finish is not None:
                papers = read.papers(connection, [*ids, *range(first_new, next_paper_number(connection))])
                lists = read.feeds(connection), read.views(connection)
                storing.finish(connection, ChangedPapers(ours, keys, tuple(papers.values()), *lists, remains.notes))
            return report
    raise ReadqError("other processes keep changing the library", "try again when they are done")


class _Compared(NamedTuple):
    """The papers that differ between a base, another dump and the dump of the library."""

    lines: list[dict[str, PaperLines]]
    """The lines of the papers in these three (see `Differing`)."""
    keys: set[str]
    """The case-folded citation keys of the papers that differ."""
    parts: list[Dumped]
    """The papers of the base and of the other dump."""
    remains: Remains
    """The ratings and notes in the other dump that belong to none of its papers."""


def _compared(connection: sqlite3.Connection, versions: tuple[DumpVersion, DumpVersion], own: DumpVersion) -> _Compared:
    """Compare the two dumps `versions` and the dump `own` of the library."""
    base, theirs = versions
    also: set[str] = set()
    while True:
        lines, keys, ratings, lists = differing_papers((base, theirs, own), also)
        remains = find_remains(base, theirs, (lines[0], lines[1]), (ratings[0], ratings[1]), lists)
        lines[1].update(remains.papers)
        parts = [
            checked_part(base, lines[0], keys),
            checked_part(with_notes_of(base, theirs), lines[1], keys),
        ]
        # In a dump that a person has merged, a second line can have an identifier of a paper that does not differ.
        identifiers = {one for paper in parts[1].papers for one in paper.identifiers}
        owners = {*identifier_owners(connection, identifiers).values()}
        more = {key for key, _ in key_lookup.citation_keys(connection, owners).values() if key.casefold() not in keys}
        if not more:
            return _Compared(lines, keys, parts, remains)
        also |= more


def _merge(
    connection: sqlite3.Connection,
    base: Dumped,
    theirs: Dumped,
    ids: Sequence[int],
    before_removal: LastRecords,
    storing: Storing,
) -> ImportReport:
    changes = BaseChanges()
    changes.merge(connection, base, theirs, ids, before_removal)
    present = read.feeds(connection), read.views(connection)
    past, _ = with_own_secrets(base.feeds, present[0])
    feeds, lacking = with_own_secrets(theirs.feeds, present[0])
    lists = (
        merge_feed_lists(past, present[0], feeds),
        merge_view_lists(base.views, present[1], theirs.views),
    )
    known = {feed.spec for feed in base.feeds}
    rejected = [one for one, feed in _lacking_feeds(lacking, theirs.feeds) if feed.spec not in known]
    step = store(connection, changes, present, lists, storing.now)
    if not storing.journalled:
        # The step of an import remains: its undo keeps what was changed later.
        snapshots.keep_created(connection, changes.touched)
        if step is not None:
            steps.discard(connection, step)
            forget_lost_ratings(connection)
            step = None
    messages = (*changes.messages, *private_feeds(present[0], lists[0]))
    return ImportReport(*changes.counts, tuple(rejected), messages=messages)._replace(step=step)


def _lacking_feeds(lacking: Sequence[Rejected], feeds: Sequence[FeedRecord]) -> Iterator[tuple[Rejected, FeedRecord]]:
    by_name = {f"feed {feed.name}": feed for feed in feeds}
    return ((one, by_name[one.where]) for one in lacking)
