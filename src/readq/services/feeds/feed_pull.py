"""Pulling one feed: what came is tallied batch by batch, and at the end stands how it went."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from readq.days import local_day
from readq.errors import ReadqError
from readq.feeds.source import Batch
from readq.model.identifiers import title_key
from readq.model.values import Rejected
from readq.net.fetcher import Fetcher, FetchError, Request, Response
from readq.services.feeds import pull_plan as pulling
from readq.services.feeds.pull_plan import Brought
from readq.services.feeds.sync_reports import FeedProgress, FeedReport, FeedStatus
from readq.services.importing.ingest import Entry, Taken
from readq.store.feeds.pulls import Pull, PulledFeed

NextTry = Callable[[datetime, int, float | None], datetime]
"""When to ask again at a time after so many failures in a row; the last is the seconds that a server named."""


class Counting:
    """A fetcher that says when a request has been answered, well or not.

    `home` is the address that the reader gave, where a redirect has taken the feed elsewhere since: that the server
    chose the new one gives it no right to lead to private hosts.
    """

    def __init__(self, fetcher: Fetcher, answered: Callable[[], None], home: str | None = None) -> None:
        self._fetcher = fetcher
        self._answered = answered
        self._home = home

    async def fetch(self, request: Request) -> Response:
        """As the fetcher beneath."""
        try:
            return await self._fetcher.fetch(request._replace(user_url=self._home) if self._home else request)
        finally:
            self._answered()


class FeedPull:
    """One feed while it is pulled. Nothing here fetches or stores.

    `waiting` are batches that are yet to be stored, `write` is the writing under way or done last.
    """

    def __init__(self, feed: PulledFeed) -> None:
        self.feed = feed
        self.pull: Pull = feed.pull
        self.brought = Brought()
        self.waiting: list[Batch] = []
        self.write: asyncio.Future[None] | None = None
        self.report: FeedReport | None = None
        self.expected = 0
        self._answered = 0
        self._new = self._updated = self._unchanged = 0
        self._rejected: list[Rejected] = []
        self._added: datetime | None = None

    @property
    def papers_waiting(self) -> int:
        """How many papers have come and are not being stored yet."""
        return sum(len(batch.parsed.papers) for batch in self.waiting)

    def answered(self) -> None:
        """One request more has been answered."""
        self._answered += 1
        self.expected = max(self.expected, self._answered)

    @property
    def progress(self) -> FeedProgress:
        """How far it is."""
        return FeedProgress(self.feed.name, self._answered, self.expected, self._new)

    def came(self, batch: Batch) -> None:
        """Count a batch as served."""
        self.brought = self.brought.and_(batch)
        self._rejected += batch.parsed.rejected

    def added_at(self, now: datetime) -> datetime:
        """When what is stored next counts as added: a second after what came before.

        Lists begin with what was added last, and the days come oldest first, several within a second.
        """
        later = self._added + timedelta(seconds=1) if self._added and self._new else now
        self._added = max(now, later)
        return self._added

    def stored(self, taken: Taken) -> None:
        """Count what became of entries."""
        self._new += taken.new
        self._updated += taken.updated
        self._unchanged += taken.refreshed + taken.unchanged
        self._rejected += taken.rejected

    def end_well(self, now: datetime) -> None:
        """The source had no more. Raises ReadqError when nothing of it could be read, or it was cut off."""
        if not self.brought.complete:
            raise ReadqError(pulling.INCOMPLETE, "what was whole is stored")
        if self._rejected and not self.brought.papers:
            first = self._rejected[0]
            raise ReadqError(f"nothing in it could be read: {first.where}: {first.why}")
        self.pull = pulling.succeeded(self.pull, self.brought, now)
        self.report = self._report(self._status_when_well(now))

    def _status_when_well(self, now: datetime) -> FeedStatus:
        if pulling.is_stale(self.pull, now):
            return "stale"
        return "ok" if self._new or self._updated else "unchanged"

    def end_badly(self, error: Exception, now: datetime, next_try: NextTry) -> None:
        """Note a failure and when to try again."""
        gone = isinstance(error, FetchError) and error.gone
        retry_after = error.retry_after if isinstance(error, FetchError) else None
        when = next_try(now, self.pull.failures + 1, retry_after)
        self.pull = pulling.failed(self.pull, pulling.in_words(error), now, when, gone=gone)
        self.report = self._report("failed")

    def end_unasked(self) -> None:
        """It failed before and is not to be asked yet."""
        self.report = self._report("failed")

    def end_early(self) -> None:
        """The sync was ended while this feed was pulled, or before."""
        if self.report is None:
            self.report = self._report("failed")._replace(error="interrupted", failed_since=None, next_try=None)

    def _report(self, status: FeedStatus) -> FeedReport:
        found = self._new + self._updated + self._unchanged + len(self._rejected)
        has_failed = status == "failed"
        return FeedReport(
            found,
            self._new,
            self._updated,
            self._unchanged,
            tuple(self._rejected),
            status,
            self.pull.error if has_failed else None,
            None if has_failed else self.brought.remark,
            self.pull.failed_since,
            None if self.pull.paused else self.pull.next_try,
        )


def entries_of(batch: Batch, feed: str, now: datetime, seen: Mapping[str, str]) -> list[Entry]:
    """The papers of a batch, each with the day it was shown on: the feed's word, else the day it was published.

    A paper without any day is of the day on which it was `seen` before, by its title key, else of today.
    """
    today = local_day(now).isoformat()
    return [
        Entry(paper, feed, pulling.day_shown(paper) or seen.get(title_key(paper.title), today))
        for paper in batch.parsed.papers
    ]


def all_ended(pulls: Sequence[FeedPull]) -> dict[str, FeedReport]:
    """The reports by the feeds' names; whoever has none was interrupted."""
    for one in pulls:
        one.end_early()
    return {one.feed.name: one.report for one in pulls if one.report is not None}
