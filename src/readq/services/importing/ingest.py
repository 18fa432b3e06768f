"""Import papers into the library. Each paper is added, or joined to the stored paper that is the same work.

Each call is one write transaction. A person's import is one call, and is recorded as one step of the undo history. A
sync makes one call for each batch. Its changes are not recorded, because they are not an action of a person.
"""

import contextlib
import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from readq.days import instant
from readq.model.identity.works import Sorting, group_into_works
from readq.model.import_report import ImportReport, total
from readq.model.metadata import Metadata
from readq.model.values import Rejected
from readq.services.importing.arrivals import AcceptedEntry, NamedEntry, accept, name_entries
from readq.services.importing.changes import Changes, Entry, EntryEffect
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT
from readq.store.connection.sqlite_errors import REFUSED_VALUES, constraint_error
from readq.store.connection.transactions import savepoint
from readq.store.library import save_copy, write_obstacle, write_transaction
from readq.templates.key_template import SCHOLAR, KeyForm

if TYPE_CHECKING:
    from types import TracebackType

    from readq.services.importing.provenance import History
    from readq.services.watches import Watching


class Stored(NamedTuple):
    """The result of an import, as the `FollowUp` function gets it before the transaction ends.

    `numbers` maps the index of each stored entry to its paper id. `new` has the ids of new papers. `step` is the number
    of the step in the undo history, or None if the import makes no step.
    """

    numbers: Mapping[int, int]
    new: Collection[int]
    step: int | None


FollowUp = Callable[[sqlite3.Connection, Stored], None]
"""A function that makes further changes in an import, in the same transaction and as part of the same step."""


class IngestOptions(NamedTuple):
    """Options of `ingest`. `busy_timeout` is the time to wait for a locked library, in seconds.

    `step` is the name of the step in the undo history, such as `imported`. If it is None, no step is made, and undone
    steps can still be redone. `tags` are added to the paper of every entry. If `dry_run` is true, the report is made
    and nothing is stored. `watching` lets the watches (saved views with an action) act on the new papers. `follow_up`
    is called at the end of the transaction. `key_form` is the form of the citation keys of papers without a key of
    their own.
    """

    busy_timeout: float = DEFAULT_BUSY_TIMEOUT
    step: str | None = None
    tags: tuple[str, ...] = ()
    dry_run: bool = False
    follow_up: FollowUp | None = None
    watching: "Watching | None" = None
    key_form: KeyForm = SCHOLAR


_DEFAULTS = IngestOptions()


class Batch(NamedTuple):
    """Entries to import together.

    If `follow_up` is given, it makes further changes for these entries in the same transaction.
    """

    entries: Sequence[Entry]
    follow_up: FollowUp | None = None


def ingest(library: str, entries: Sequence[Entry], now: datetime, options: IngestOptions = _DEFAULTS) -> ImportReport:
    """Import `entries` into the library at the path `library`, and return a report.

    If an error is raised, nothing is imported. The user's decisions are kept, so a dropped paper stays dropped. If
    the field `number` of an entry is set, it is the id of the entry's paper. Such an entry is left out if no paper has
    this id, or if its identifiers contradict the identifiers of the paper. An entry that cannot be stored is left out,
    and the report names it. Raises LibraryError or a subclass if the library cannot be read or written.
    """
    return ingest_batches(library, [Batch(entries, options.follow_up)], now, options)


def ingest_batches(
    library: str, batches: Iterable[Batch], now: datetime, options: IngestOptions = _DEFAULTS
) -> ImportReport:
    """Import the entries of all batches in one transaction, as one step of the undo history. Return a report.

    Each entry is imported as by `ingest`. Only one batch is in memory at a time. `options.follow_up` is not called. If
    there are several batches, the field `papers` of the report is empty.
    """
    reports: list[ImportReport] = []
    with _Transaction(library, now, options) as transaction:
        for batch in batches:
            report = transaction.write(batch)
            reports.append(report if not reports else report._replace(papers=()))
            if len(reports) == 2:
                reports[0] = reports[0]._replace(papers=())
        transaction.finish()
    return total(reports)._replace(step=transaction.step)


def _unfitting(key: str) -> str:
    return f"{key} does not fit its paper any more, and stays, as it is frozen: readq rekey --frozen key:{key}"


class _DryRunEnd(Exception):  # noqa: N818 - leaves the transaction so that it is rolled back; nothing is wrong
    pass


class _Transaction:
    """The write transaction of an import. It begins with the first batch that differs from the previous import."""

    def __init__(self, library: str, now: datetime, options: IngestOptions) -> None:
        self._library = library
        self._now = now
        self._options = options
        self._stack = contextlib.ExitStack()
        self._writer: _Ingest | None = None
        self.step: int | None = None
        """The number of the step; None before the end, after a dry run, and if nothing was changed."""

    def __enter__(self) -> "_Transaction":
        self._stack.__enter__()
        self._stack.enter_context(contextlib.suppress(_DryRunEnd))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: "TracebackType | None"
    ) -> bool | None:
        return self._stack.__exit__(kind, error, traceback)

    def write(self, batch: Batch) -> ImportReport:
        """Import the entries of a batch."""
        entries = batch.entries
        named = name_entries(entries)
        repeated = {} if self._options.tags else self._repeated(named)
        if len(repeated) == len(entries) > 0 and batch.follow_up is None:
            # Nothing to write: the modules that write take longer to import than all comparisons.
            return ImportReport(unchanged=len(entries), papers=tuple(repeated[place] for place in range(len(entries))))
        accepted, rejected, messages = accept(named, repeated)
        writer = self._open()
        try:
            report = writer.write(accepted, repeated, batch.follow_up)
        except REFUSED_VALUES as error:
            guilty = writer.unstorable(accepted)
            if not guilty:
                raise
            why = constraint_error(error).message
            rejected += [Rejected(one.entry.paper.where, why) for one in guilty]
            accepted = [one for one in accepted if one not in guilty]
            report = writer.write(accepted, repeated, batch.follow_up)
        numbers = dict(zip((one.place for one in accepted), report.papers, strict=True)) | repeated
        return report._replace(
            unchanged=report.unchanged + len(repeated),
            rejected=tuple(rejected),
            messages=(*messages, *report.messages),
            papers=tuple(numbers.get(place) for place in range(len(entries))),
        )

    def _repeated(self, named: Sequence[NamedEntry]) -> dict[int, int]:
        if self._writer is not None:
            return _repeated_in(self._writer.connection, _of_files(named))
        return _repeated(self._library, named, self._options.busy_timeout)

    def _open(self) -> "_Ingest":
        if self._writer is None:
            busy_timeout = self._options.busy_timeout
            path = self._stack.enter_context(
                _target(self._library, dry_run=self._options.dry_run, busy_timeout=busy_timeout)
            )
            connection = self._stack.enter_context(write_transaction(path, busy_timeout))
            self._writer = _Ingest(connection, self._now, self._options)
        return self._writer

    def finish(self) -> None:
        """Complete the step. End a dry run."""
        if self._writer is not None:
            step = self._writer.finish()
            if self._options.dry_run:
                raise _DryRunEnd
            self.step = step


def _repeated(library: str, named: Sequence[NamedEntry], busy_timeout: float) -> dict[int, int]:
    """Return a dict that maps the indexes of the unchanged entries to their paper ids.

    An entry is unchanged if it is the same as when its file was last imported. Unchanged entries are skipped, so that
    an import does not bring back what the user has changed since.
    """
    asked = _of_files(named)
    if not asked or not os.path.lexists(library):
        return {}
    from readq.store.library import open_for_reading

    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        return _repeated_in(connection, asked)


def _of_files(named: Sequence[NamedEntry]) -> list[NamedEntry]:
    return [one for one in named if one.name and not (one.entry.feed or one.entry.number)]


def _repeated_in(connection: sqlite3.Connection, asked: Sequence[NamedEntry]) -> dict[int, int]:
    from readq.store.papers import provenance

    found = provenance.by_name(connection, [one.name for one in asked if one.name])
    return {
        one.place: source.paper_id
        for one in asked
        if one.name and (source := found.get(one.name)) and source.digest == one.digest
    }


@contextlib.contextmanager
def _target(library: str, *, dry_run: bool, busy_timeout: float) -> Iterator[str]:
    """Yield the path of the library to write to. For a dry run, it may be the path of a temporary copy.

    A dry run must not create or upgrade the library, and must work even if the library cannot be written to.
    """
    exists = os.path.lexists(library)
    if not dry_run or (exists and write_obstacle(library, busy_timeout) is None):
        yield library
        return
    with tempfile.TemporaryDirectory(prefix="readq-") as folder:
        target = os.path.join(folder, "library.db")
        if exists:
            save_copy(library, target, busy_timeout)
        yield target


class _Ingest:
    """Writes the entries of one import, inside its transaction."""

    def __init__(self, connection: sqlite3.Connection, now: datetime, options: IngestOptions) -> None:
        self.connection = self._connection = connection
        self._step: int | None = None
        self._now = now
        self._options = options

    def write(
        self, accepted: Sequence[AcceptedEntry], repeated: Mapping[int, int], follow_up: FollowUp | None
    ) -> ImportReport:
        """Write the accepted entries, or none of them if an error is raised.

        In the report, `papers` has the paper id of each entry. Raises one of REFUSED_VALUES if one of the entries
        cannot be stored.
        """
        with self._savepoint(keep=True):
            return self._write(accepted, repeated, follow_up)

    def unstorable(self, accepted: Sequence[AcceptedEntry]) -> Sequence[AcceptedEntry]:
        """Return the entries that the library cannot store, found by halving. Stores nothing.

        `accept` has checked the limits of all columns, so an entry is returned only if `accept` lacks a rule.
        """
        try:
            with self._savepoint(keep=False):
                self._write(accepted, {}, None)
        except REFUSED_VALUES:
            half = len(accepted) // 2
            return [*self.unstorable(accepted[:half]), *self.unstorable(accepted[half:])] if half else accepted
        return ()

    @contextlib.contextmanager
    def _savepoint(self, *, keep: bool) -> Iterator[None]:
        step, is_kept = self._step, False
        try:
            with savepoint(self._connection, keep=keep):
                yield
            is_kept = keep
        finally:
            if not is_kept:
                # The row of a step that was begun is rolled back, too.
                self._step = step

    def _write(
        self, accepted: Sequence[AcceptedEntry], repeated: Mapping[int, int], follow_up: FollowUp | None
    ) -> ImportReport:
        from readq.services.importing import provenance, stored_papers
        from readq.store.journal import steps
        from readq.store.papers import lookup
        from readq.store.papers.insert import feed_ids

        connection, at = self._connection, instant(self._now)
        feeds = feed_ids(connection, sorted({one.entry.feed for one in accepted if one.entry.feed}), at)
        history = provenance.History(connection, accepted)
        accepted = history.accepted
        sorting, metadata, merged = self._find_works(accepted, history)
        keepers = {min(work.papers) for work in sorting.works if work.papers}
        claimed = [key for one in accepted for key in (one.entry.paper.key, *one.entry.paper.former_keys) if key]
        stored = stored_papers.load(connection, {number: metadata[number] for number in keepers}, claimed)
        changes = Changes(stored, feeds, lookup.next_paper_number(connection), self._options.key_form)
        effects, numbers = self._apply(changes, accepted, sorting, history)
        unfitting = changes.unfitting_keys()
        renamed = changes.assign_keys(partial(lookup.keys_with_prefixes, connection))
        if self._step is None and self._options.step is not None:
            self._step = steps.begin(connection, at, self._options.step)
        step = self._step
        stored_papers.write(connection, list(changes.papers.values()), step, self._now)
        by_place = {one.place: number for one, number in zip(accepted, numbers, strict=True) if number}
        history.write(changes, by_place, sorting, step)
        if self._options.watching is not None:
            self._options.watching.catch(connection, [one.number for one in changes.papers.values() if one.is_new], at)
        self._follow_up(follow_up, changes, by_place, repeated)
        return ImportReport(
            effects[EntryEffect.NEW],
            effects[EntryEffect.UPDATED],
            effects[EntryEffect.UNCHANGED],
            messages=(*merged, *map(_unfitting, unfitting)),
            refreshed=effects[EntryEffect.REFRESHED],
            papers=tuple(numbers),
            joined=history.joined(changes, by_place, sorting),
            renamed=tuple(renamed),
            kept=tuple(changes.kept),
            look_alikes=provenance.note_look_alikes(connection, sorting, numbers),
        )

    def _find_works(
        self, accepted: Sequence[AcceptedEntry], history: "History"
    ) -> tuple[Sorting, dict[int, Metadata], list[str]]:
        """Group the entries into works. Return the works, the metadata of stored papers, and a message for each merge.

        Papers of the library that turn out to be one work are merged before anything is added to them. In an import by
        a person, each merge is a step of its own before the import: undoing the import keeps the papers merged, and the
        merge can be undone separately.
        """
        from readq.services.importing import identification, stored_papers
        from readq.store.papers import look_alikes

        settled = {place: one.entry.number for place, one in enumerate(accepted) if one.entry.number}
        arriving = [history.evidence(one) for one in accepted]
        found = identification.candidates(self._connection, arriving, settled.values())
        metadata = stored_papers.metadata_of(self._connection, found)
        stored = identification.stored_evidence(self._connection, metadata)
        known = {place: number for place, number in settled.items() if number in stored}
        known |= identification.exported_papers([one.entry.paper for one in accepted], arriving, metadata, stored)
        apart = look_alikes.kept_apart(self._connection, stored)
        sorting = group_into_works(stored, arriving, known, apart)
        messages = [message for work in dict.fromkeys(sorting.works) for message in self._merge(work.papers)]
        return sorting, stored_papers.metadata_of(self._connection, found) if messages else metadata, messages

    def _merge(self, papers: Sequence[int]) -> Iterator[str]:
        keeper, *others = sorted(papers) or [0]
        for other in others:
            from readq.services.papers.merge import merge_linked

            merge_linked(self._connection, keeper, other, self._now, journalled=self._options.step is not None)
            yield f"merged #{other} into #{keeper}: a source says that they are one paper"

    def _apply(
        self, changes: Changes, accepted: Sequence[AcceptedEntry], sorting: Sorting, history: "History"
    ) -> tuple[Counter[EntryEffect], list[int | None]]:
        """Apply the entries to the papers of their works. Return the counts of effects and the paper ids."""
        effects: Counter[EntryEffect] = Counter()
        numbers: list[int | None] = []
        for one, work in zip(accepted, sorting.works, strict=True):
            if one.entry.number and one.entry.number not in work.papers:
                numbers.append(None)
                continue
            entry = history.with_new_tags(history.dated(one, work, sorting), one, work)
            effect, number = changes.apply(entry, one.metadata, work, history.compare(one, work))
            effects[effect] += 1
            numbers.append(number)
        for number in dict.fromkeys(number for number in numbers if number):
            changes.add_tags(changes.papers[number], self._options.tags)
        return effects, numbers

    def _follow_up(
        self,
        follow_up: FollowUp | None,
        changes: Changes,
        by_place: Mapping[int, int],
        repeated: Mapping[int, int],
    ) -> None:
        if follow_up:
            from readq.store.papers import decisions

            present = set(decisions.existing(self._connection, list(repeated.values())))
            known = {place: number for place, number in repeated.items() if number in present}
            new = {one.number for one in changes.papers.values() if one.is_new}
            follow_up(self._connection, Stored({**known, **by_place}, new, self._step))

    def finish(self) -> int | None:
        """Complete the step. Return its number, or None if there is no step or nothing was changed."""
        from readq.store.journal import steps

        return None if self._step is None else steps.finish(self._connection, self._step)
