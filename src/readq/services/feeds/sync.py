"""Pulling the feeds: all at once, each in its own failure, every part stored as soon as it has come.

Fetching and parsing happen in one event loop with no transaction open; one thread does all the writing. What a sync
stores is no step: a source's word is nothing that a person did.
"""

import asyncio
import contextlib
import os
import sqlite3
import traceback
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import NamedTuple, Protocol

from readq.days import local_day
from readq.errors import LibraryError, ReadqError, UsageError
from readq.feeds.source import Batch, LatestDay, Source
from readq.model.identifiers import title_key
from readq.net.fetcher import Fetcher
from readq.services.feeds import pull_plan as pulling
from readq.services.feeds.feed_pull import Counting, FeedPull, all_ended, entries_of
from readq.services.feeds.interruption import Interruption
from readq.services.feeds.sync_reports import FeedEnded, FeedStarted, Listener, SyncReport, together
from readq.services.importing.ingest import Entry, take_in
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.sync_lock import sync_lock
from readq.store.connection.transactions import writing
from readq.store.feeds.pulls import PulledFeed, first_days, latest_batch, pulled_feeds, save_pull
from readq.store.library import open_for_changing, open_for_reading
from readq.store.papers.lookup import holders

_AT_ONCE = 8
"""Pulls under way at a time: each may hold an answer of 16 MiB."""

_AT_A_TIME = 500
"""Papers to a transaction: nobody else can write while it lasts."""

_MOST_WAITING = 1000
"""Papers of a feed that may wait for the writing thread before its source has to wait as well."""


class SyncNetwork(Protocol):
    """What stands between a sync and the servers."""

    def source(self, spec: str, moved_to: str | None = None) -> Source:
        """The source that SPEC names, asked at `moved_to` when a permanent redirect led there. Raises UsageError."""

    def fetcher(self) -> contextlib.AbstractAsyncContextManager[Fetcher]:
        """The client, for the length of a sync."""

    def next_try(self, now: datetime, failures: int, wait: float | None) -> datetime:
        """When to ask again after so many failures in a row; `wait` is in seconds, when the server said so."""


FollowUp = Callable[[Fetcher, datetime], Awaitable[tuple[str, ...]]]
"""Called with the open client and the time of the sync once all feeds have been pulled. Returns messages."""


class SyncOptions(NamedTuple):
    """Which feeds to pull (none named: all), from which day at the latest, and whether to keep what comes.

    `follow_up` runs after a sync of all feeds that is no dry run.
    """

    names: tuple[str, ...] = ()
    since: date | None = None
    dry_run: bool = False
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT
    follow_up: FollowUp | None = None


def sync(
    library: str,
    network: SyncNetwork,
    options: SyncOptions,
    clock: Callable[[], datetime],
    listen: Listener = lambda _event: None,
    interruption: Interruption | None = None,
) -> SyncReport:
    """Pull feeds into the library at the path `library`, and say what came of each.

    A feed that fails is named in the report and stops nothing. `listen` is called in this thread. Raises UsageError for
    a day to come, SyncRunningError while another process syncs, ReadqError for a name that no feed has, and the kinds
    of LibraryError: what was stored before stays stored.
    """
    today = local_day(clock())
    if options.since is not None and options.since > today:
        raise UsageError(f"--since {options.since} is in the future", f"today is {today}")
    with contextlib.closing(open_for_reading(library, options.busy_timeout)) as connection:
        feeds = chosen(pulled_feeds(connection), options.names)
    if not (feeds or os.path.lexists(library)):
        return together({})
    with sync_lock(library):
        return _Run(library, network, options, clock, listen).pull(feeds, interruption or Interruption())


def chosen(feeds: Sequence[PulledFeed], names: Sequence[str]) -> list[PulledFeed]:
    """The feeds of some names, all when none is named. Raises ReadqError for a name that no feed has."""
    by_name = {feed.name: feed for feed in feeds}
    for name in names:
        if name not in by_name:
            raise ReadqError(f"no feed {name!r}", "see readq feed list")
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
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._turns: dict[str, asyncio.Lock] = {}
        self._broken = False
        self._messages: tuple[str, ...] = ()

    def pull(self, feeds: Sequence[PulledFeed], interruption: Interruption) -> SyncReport:
        """Pull `feeds`, until all have ended or an interruption comes."""
        pulls = [FeedPull(feed) for feed in feeds]
        with self._writer:
            asyncio.run(self._all(pulls, interruption))
        return together(all_ended(pulls), interruption.requested, self._messages)

    async def _all(self, pulls: Sequence[FeedPull], interruption: Interruption) -> None:
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
                            group.create_task(self._one(one, fetcher))
                    await self._follow_up(fetcher)
        except asyncio.CancelledError:
            if not interruption.requested:
                raise
        except BaseExceptionGroup as failures:
            # The library has failed, not a feed: there is no sense in going on.
            raise _first(failures) from None

    async def _follow_up(self, fetcher: Fetcher) -> None:
        """Run the follow-up, unless only some feeds were asked for. Its failure fails no feed."""
        follow_up = self._options.follow_up
        if follow_up is None or self._options.names or self._options.dry_run:
            return
        try:
            self._messages = await follow_up(fetcher, self._now)
        except LibraryError:
            raise
        except Exception as error:
            self._messages = (f"queued papers were not completed: {pulling.in_words(error)}",)

    async def _one(self, one: FeedPull, fetcher: Fetcher) -> None:
        """Pull one feed, whatever may happen to it; only a failing library gets out."""
        try:
            if not self._options.names and pulling.reason_to_wait(one.pull, self._now):
                one.end_unasked()
            else:
                await self._asked(one, fetcher)
        except LibraryError:
            raise
        except Exception as error:
            # One bad feed must not stop the others, whatever is bad about it.
            one.end_badly(error, self._clock(), self._network.next_try)
            _let_go(error)
            await self._keep(one)
        if one.report is not None:
            self._listen(FeedEnded(one.feed.name, one.report))

    async def _asked(self, one: FeedPull, fetcher: Fetcher) -> None:
        source = self._network.source(one.feed.spec, one.pull.moved_to)
        wanted = pulling.wanted(one.pull, self._now, self._options.since)._replace(before=self._served(one))
        home = one.feed.spec if one.pull.moved_to else None
        # A service is asked by one feed at a time: those that wait for it leave the places to others.
        async with self._turns.setdefault(source.service, asyncio.Lock()), self._slots:
            one.expected = source.requests(wanted)
            self._listen(FeedStarted(one.feed.name, one.expected))

            def answered() -> None:
                one.answered()
                self._listen(one.progress)

            try:
                async for batch in source.pull(Counting(fetcher, answered, home), wanted):
                    await self._came(one, batch)
            finally:
                # Whatever ends the pull, what has come is stored.
                await self._stored(one)
        one.end_well(self._clock())
        await self._keep(one)

    async def _came(self, one: FeedPull, batch: Batch) -> None:
        """Have a batch stored: at once when the writing thread is free for it, else together with those that follow."""
        one.waiting.append(batch)
        if self._options.dry_run:
            return
        if one.papers_waiting >= _MOST_WAITING:
            await self._written(one)
        self._write_waiting(one)

    async def _stored(self, one: FeedPull) -> None:
        """Wait until all that has come is stored."""
        self._write_waiting(one)
        while one.write is not None:
            await self._written(one)
            # What follows a write is done by the loop, which must have its turn.
            await asyncio.sleep(0)

    def _write_waiting(self, one: FeedPull) -> None:
        if one.write is not None or not one.waiting:
            return
        batches, one.waiting = one.waiting, []
        one.write = asyncio.get_running_loop().run_in_executor(self._writer, self._store, one, batches)
        one.write.add_done_callback(lambda write: self._wrote(one, write))

    def _wrote(self, one: FeedPull, write: "asyncio.Future[None]") -> None:
        if write.cancelled() or write.exception() is not None:
            # It stays, for whoever waits for it.
            return
        one.write = None
        self._listen(one.progress)
        self._write_waiting(one)

    async def _written(self, one: FeedPull) -> None:
        """Wait for what is being written of a feed; when interrupted, until it is written all the same."""
        if (write := one.write) is None:
            return
        try:
            await asyncio.shield(write)
        except asyncio.CancelledError:
            await asyncio.wait([write])
            raise

    def _store(self, one: FeedPull, batches: Sequence[Batch]) -> None:
        """In the writing thread: one short transaction for the papers, one for how far the feed is."""
        if self._broken:
            return
        for batch in batches:
            one.came(batch)
        entries = self._entries(one, batches)
        one.brought = one.brought._replace(newest=pulling.latest(one.brought.newest, *(entry.day for entry in entries)))
        dry_run, added = self._options.dry_run, one.added_at(self._clock())
        try:
            for start in range(0, len(entries), _AT_A_TIME):
                some = entries if dry_run else entries[start : start + _AT_A_TIME]
                one.stored(take_in(self._library, some, added, self._options.busy_timeout, dry_run=dry_run))
                if dry_run:
                    break
            progressed = pulling.progressed(one.pull, one.brought)
            if progressed != one.pull and not dry_run:
                one.pull = progressed
                self._put(one)
        except LibraryError:
            # The others need not find out one by one, each after its own busy timeout.
            self._broken = True
            raise

    def _entries(self, one: FeedPull, batches: Sequence[Batch]) -> list[Entry]:
        undated = [paper for batch in batches for paper in batch.parsed.papers if not pulling.day_shown(paper)]
        revisions = [paper for batch in batches for paper in batch.parsed.revisions]
        seen: dict[str, str] = {}
        here: Collection[tuple[str, str]] = ()
        if undated or revisions:
            with contextlib.closing(open_for_reading(self._library, self._options.busy_timeout)) as connection:
                seen = first_days(connection, one.feed.id, [title_key(paper.title) for paper in undated])
                here = holders(connection, (name for paper in revisions for name in paper.identifiers))
        entries = [entry for batch in batches for entry in entries_of(batch, one.feed.name, self._now, seen)]
        # A new version is noted on a paper that is here; of others it is no news. It is no sighting either.
        known = [paper for paper in revisions if any(name in here for name in paper.identifiers)]
        return entries + [Entry(paper, None, pulling.day_shown(paper) or str(local_day(self._now))) for paper in known]

    def _served(self, one: FeedPull) -> LatestDay | None:
        with contextlib.closing(open_for_reading(self._library, self._options.busy_timeout)) as connection:
            shown = latest_batch(connection, one.feed.id)
        return LatestDay(date.fromisoformat(shown[0]), shown[1]) if shown else None

    async def _keep(self, one: FeedPull) -> None:
        if not self._options.dry_run:
            one.write = asyncio.get_running_loop().run_in_executor(self._writer, self._put, one)
            await self._written(one)

    def _put(self, one: FeedPull) -> None:
        connection = open_for_changing(self._library, self._options.busy_timeout)
        with contextlib.closing(connection):
            try:
                with writing(connection):
                    save_pull(connection, one.feed.id, one.pull)
            except sqlite3.Error as error:
                raise library_error(error, self._library) from error


def _let_go(error: BaseException | None) -> None:
    """Free what the frames that an error went through still hold: an answer of 16 MiB, until some later collection."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
