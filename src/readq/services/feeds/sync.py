"""Pull feeds concurrently, and store each batch when it is parsed. If one feed fails, the other feeds are still pulled.

Fetching and parsing run in one event loop, with no transaction open. One thread writes. The changes of a sync are not
recorded in the undo history, because no person made them. So undo cannot reverse a sync.
"""

import asyncio
import contextlib
import os
import sqlite3
import traceback
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import NamedTuple, Protocol

from readq.days import local_day
from readq.errors import LibraryError, ReadqError, UsageError
from readq.feeds.source import Batch, LatestDay, Source
from readq.nearest_name import suggestion
from readq.net.fetcher import Fetcher
from readq.services.feeds import pull_plan
from readq.services.feeds.feed_pull import CountingFetcher, FeedPull, batch_entries, finished_reports
from readq.services.feeds.interruption import Interruption
from readq.services.feeds.renamed_entries import with_former_names
from readq.services.feeds.sync_reports import FeedEnded, FeedStarted, Listener, SyncReport
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import IngestOptions, ingest
from readq.services.watches import Watching
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.sync_lock import sync_lock
from readq.store.connection.transactions import writing
from readq.store.feeds.pulls import PulledFeed, latest_batch, newest_day, pulled_feeds, save_pull
from readq.store.library import open_for_changing, open_for_reading
from readq.store.papers.lookup import identifier_owners
from readq.templates.key_template import SCHOLAR, KeyForm
from readq.text import quoted

_MAX_PULLS = 6
"""The maximum number of concurrent pulls. Each pull may hold a response of 16 MiB in memory."""

_PAPERS_PER_WRITE = 500
"""The maximum number of papers that are stored in one transaction, because a transaction blocks other writers."""

_MAX_WAITING = 1000
"""A pull pauses while at least this number of its papers are received and not stored yet."""


class SyncNetwork(Protocol):
    """The functions through which a sync uses the network. `services.network.Servers` implements them."""

    def source(self, spec: str, moved_to: str | None = None) -> Source:
        """Return the source of the feed that `spec` names, such as `arxiv:cs.LG`.

        `moved_to` is the URL to which permanent redirects have moved the feed, or None. Raises UsageError if `spec` is
        invalid.
        """

    def fetcher(self) -> contextlib.AbstractAsyncContextManager[Fetcher]:
        """Return an async context manager that opens a fetcher and closes it."""

    def next_try(self, now: datetime, failures: int, wait: float | None) -> datetime:
        """Return the time of the next try, as `net.backoff.next_try` does.

        `failures` is the number of failures in a row. `wait` is the waiting time in seconds that the server asked for,
        or None.
        """


FollowUp = Callable[[Fetcher, datetime], Awaitable[tuple[str, ...]]]
"""A function that a sync calls after all feeds have been pulled.

Its arguments are the open fetcher and the time of the sync. It returns lines of text for the user.
"""


class SyncOptions(NamedTuple):
    """The options of a sync."""

    names: tuple[str, ...] = ()
    """The names of the feeds to pull. If it is empty, all feeds are pulled."""
    since: date | None = None
    """The first day to request, or None to request the days after the last complete day."""
    dry_run: bool = False
    """If it is true, nothing is stored."""
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT
    """The time to wait for a locked library, in seconds."""
    follow_up: FollowUp | None = None
    """The function to call at the end of a sync of all feeds. It is not called in a dry run."""
    key_form: KeyForm = SCHOLAR
    """The form of the citation keys of new papers."""


def sync(
    library: str,
    network: SyncNetwork,
    options: SyncOptions,
    clock: Callable[[], datetime],
    listen: Listener = lambda _event: None,
    interruption: Interruption | None = None,
) -> SyncReport:
    """Pull feeds into the library at the path `library`. Return a report, which also names the feeds that failed.

    If one feed fails, the other feeds are still pulled. `listen` is called with each event, in the thread of the
    caller. `interruption` can end the sync early. Raises UsageError if `options.since` is in the future. Raises
    SyncRunningError if another process is syncing the library. Raises ReadqError for an unknown feed. Raises
    LibraryError or a subclass if the library cannot be read or written. Batches stored before an error are kept.
    """
    today = local_day(clock())
    if options.since is not None and options.since > today:
        raise UsageError(f"--since {options.since} is in the future", f"today is {today}")
    with contextlib.closing(open_for_reading(library, options.busy_timeout)) as connection:
        feeds = select_feeds(pulled_feeds(connection), options.names)
    if not (feeds or os.path.lexists(library)):
        return SyncReport({})
    # A dry run writes nothing, not even a lock.
    with contextlib.nullcontext() if options.dry_run else sync_lock(library):
        return _Run(library, network, options, clock, listen).pull(feeds, interruption or Interruption())


def select_feeds(feeds: Sequence[PulledFeed], names: Sequence[str]) -> list[PulledFeed]:
    """Return the feeds among `feeds` with the given names, or all of them if `names` is empty.

    Raises ReadqError for an unknown name.
    """
    by_name = {feed.name: feed for feed in feeds}
    for name in names:
        if name not in by_name:
            raise ReadqError(f"no feed {quoted(name)}", suggestion(name, by_name, "see readq feed list"))
    return [by_name[name] for name in dict.fromkeys(names)] if names else list(feeds)


class _Run:
    """One sync."""

    def __init__(
        self, library: str, network: SyncNetwork, options: SyncOptions, clock: Callable[[], datetime], listen: Listener
    ) -> None:
        self._library = library
        self._network = network
        self._options = options
        self._clock = clock
        self._listen = listen
        self._now = clock()
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sync-writer")
        self._slots = asyncio.Semaphore(_MAX_PULLS)
        self._service_locks: dict[str, asyncio.Lock] = {}
        self._has_failed = False
        self._messages: tuple[str, ...] = ()
        self._watching = Watching(self._now)

    def pull(self, feeds: Sequence[PulledFeed], interruption: Interruption) -> SyncReport:
        """Pull `feeds` until all are finished or the sync is interrupted."""
        pulls = [FeedPull(feed) for feed in feeds]
        with self._writer:
            asyncio.run(self._pull_all(pulls, interruption))
        return SyncReport(
            finished_reports(pulls),
            interruption.requested,
            (*(line for one in pulls for line in one.messages), *self._watching.messages(), *self._messages),
            self._watching.results(),
        )

    async def _pull_all(self, pulls: Sequence[FeedPull], interruption: Interruption) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if task is None:
            raise RuntimeError("a sync runs in a task")
        try:
            with interruption.calling(lambda: loop.call_soon_threadsafe(task.cancel)):
                if interruption.requested:
                    return
                async with self._network.fetcher() as fetcher:
                    async with asyncio.TaskGroup() as group:
                        for one in pulls:
                            group.create_task(self._pull_one(one, fetcher))
                    await self._follow_up(fetcher)
        except asyncio.CancelledError:
            if not interruption.requested:
                raise
        except BaseExceptionGroup as failures:
            # Only errors of the library get here, and those end the sync.
            raise _first_error(failures) from None

    async def _follow_up(self, fetcher: Fetcher) -> None:
        """Run the follow-up, unless only some feeds are pulled. If it fails, no feed counts as failed."""
        follow_up = self._options.follow_up
        if follow_up is None or self._options.names or self._options.dry_run:
            return
        try:
            self._messages = await follow_up(fetcher, self._now)
        except LibraryError:
            raise
        except Exception as error:
            self._messages = (f"queued papers were not completed: {pull_plan.error_text(error)}",)

    async def _pull_one(self, one: FeedPull, fetcher: Fetcher) -> None:
        """Pull one feed and report it. Raises LibraryError and its subclasses.

        After other errors the feed has failed.
        """
        try:
            if not self._options.names and pull_plan.reason_not_to_pull(one.pull, self._now):
                one.skip()
            else:
                await self._fetch(one, fetcher)
        except LibraryError:
            raise
        except Exception as error:
            # Whatever is wrong with one feed must not stop the others.
            one.fail(error, self._clock(), self._network.next_try)
            _clear_frames(error)
            await self._save_state(one)
        if one.report is not None:
            self._listen(FeedEnded(one.feed.name, one.report))

    async def _fetch(self, one: FeedPull, fetcher: Fetcher) -> None:
        try:
            await self._receive(one, fetcher)
        except ReadqError as error:
            if isinstance(error, LibraryError) or not one.may_have_moved_back(error):
                raise
            moved = one.pull
            one.pull = moved._replace(moved_to=None, etag=None, last_modified=None)
            try:
                await self._receive(one, fetcher)
            except LibraryError:
                raise
            except Exception:
                one.pull = moved
                raise error from None
        one.succeed(self._clock())
        await self._save_state(one)

    async def _receive(self, one: FeedPull, fetcher: Fetcher) -> None:
        """Request the papers of a feed from its present URL, and store them."""
        source = self._network.source(one.feed.spec, one.pull.moved_to)
        options = pull_plan.pull_options(one.pull, self._now, self._options.since)
        options = options._replace(before=self._latest_day(one))
        user_url = one.feed.spec if one.pull.moved_to else None
        # Feeds of one service are pulled in turn; the ones that wait do not take a slot.
        async with self._service_locks.setdefault(source.service, asyncio.Lock()), self._slots:
            is_first = not one.expected
            one.expected += source.expected_requests(options)
            if is_first:
                self._listen(FeedStarted(one.feed.name, one.expected))

            def on_response() -> None:
                one.count_response()
                self._listen(one.progress)

            try:
                async for batch in source.pull(CountingFetcher(fetcher, on_response, user_url), options):
                    await self._add_batch(one, batch)
            finally:
                # Batches are stored even if the pull fails.
                await self._store_all(one)

    async def _add_batch(self, one: FeedPull, batch: Batch) -> None:
        """Store a batch of a feed. While another batch of the feed is being written, put off the write."""
        one.waiting.append(batch)
        if self._options.dry_run:
            return
        if one.papers_waiting >= _MAX_WAITING:
            await self._finish_write(one)
        self._start_write(one)

    async def _store_all(self, one: FeedPull) -> None:
        """Wait until all batches are stored."""
        self._start_write(one)
        while one.write is not None:
            await self._finish_write(one)
            # The callback of a write runs in the event loop and may start the next write.
            await asyncio.sleep(0)

    def _start_write(self, one: FeedPull) -> None:
        if one.write is not None or not one.waiting:
            return
        batches, one.waiting = one.waiting, []
        one.write = asyncio.get_running_loop().run_in_executor(self._writer, self._store, one, batches)
        one.write.add_done_callback(lambda write: self._on_written(one, write))

    def _on_written(self, one: FeedPull, write: "asyncio.Future[None]") -> None:
        if write.cancelled() or write.exception() is not None:
            # `_finish_write` raises the exception.
            return
        one.write = None
        self._listen(one.progress)
        self._start_write(one)

    async def _finish_write(self, one: FeedPull) -> None:
        """Wait for the present write of a feed, even if the sync is cancelled."""
        if (write := one.write) is None:
            return
        try:
            await asyncio.shield(write)
        except asyncio.CancelledError:
            await asyncio.wait([write])
            raise

    def _store(self, one: FeedPull, batches: Sequence[Batch]) -> None:
        """Store batches, in the writing thread, in short transactions. A last one stores the state of the feed."""
        if self._has_failed:
            return
        for batch in batches:
            one.count_batch(batch)
        entries = self._entries(one, batches)
        dry_run, added = self._options.dry_run, one.added_at(self._clock())
        options = IngestOptions(
            self._options.busy_timeout, dry_run=dry_run, watching=self._watching, key_form=self._options.key_form
        )
        try:
            for start in range(0, len(entries), _PAPERS_PER_WRITE):
                part = entries if dry_run else entries[start : start + _PAPERS_PER_WRITE]
                one.count_stored(ingest(self._library, part, added, options))
                if dry_run:
                    break
            if not dry_run:
                self._store_progress(one)
        except LibraryError:
            # The other feeds stop writing now, not each after its own busy timeout.
            self._has_failed = True
            raise

    def _store_progress(self, one: FeedPull) -> None:
        with contextlib.closing(open_for_reading(self._library, self._options.busy_timeout)) as connection:
            one.result = one.result._replace(newest=newest_day(connection, one.feed.id))
        progressed = pull_plan.progressed(one.pull, one.result)
        if progressed != one.pull:
            one.pull = progressed
            self._write_state(one)

    def _entries(self, one: FeedPull, batches: Sequence[Batch]) -> list[Entry]:
        entries = [entry for batch in batches for entry in batch_entries(batch, one.feed.name, self._now)]
        if any(entry.paper.name for entry in entries):
            with contextlib.closing(open_for_reading(self._library, self._options.busy_timeout)) as connection:
                entries = [*with_former_names(connection, one.feed.name, entries)]
        revisions = [paper for batch in batches for paper in batch.parsed.revisions]
        if not revisions:
            return entries
        with contextlib.closing(open_for_reading(self._library, self._options.busy_timeout)) as connection:
            present = identifier_owners(connection, (name for paper in revisions for name in paper.identifiers))
        # Revisions update papers of the library only, and are no sightings.
        updates = [paper for paper in revisions if any(name in present for name in paper.identifiers)]
        today = local_day(self._now).isoformat()
        return entries + [Entry(paper, None, pull_plan.appearance_day(paper, today) or today) for paper in updates]

    def _latest_day(self, one: FeedPull) -> LatestDay | None:
        with contextlib.closing(open_for_reading(self._library, self._options.busy_timeout)) as connection:
            latest = latest_batch(connection, one.feed.id)
        return LatestDay(date.fromisoformat(latest[0]), latest[1]) if latest else None

    async def _save_state(self, one: FeedPull) -> None:
        if not self._options.dry_run:
            one.write = asyncio.get_running_loop().run_in_executor(self._writer, self._write_state, one)
            await self._finish_write(one)

    def _write_state(self, one: FeedPull) -> None:
        connection = open_for_changing(self._library, self._options.busy_timeout)
        with contextlib.closing(connection):
            try:
                with writing(connection):
                    save_pull(connection, one.feed.id, one.pull)
            except sqlite3.Error as error:
                raise library_error(error, self._library) from error


def _clear_frames(error: BaseException | None) -> None:
    """Clear the frames in an error's traceback. They may hold a response of 16 MiB until the garbage is collected."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _first_error(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    first = failures.exceptions[0]
    return _first_error(first) if isinstance(first, BaseExceptionGroup) else first
