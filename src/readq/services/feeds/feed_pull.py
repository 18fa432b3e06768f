"""Count the results of pulling one feed, and make its report."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from readq.days import local_day
from readq.errors import ReadqError
from readq.feeds.source import Batch
from readq.model.import_report import ImportReport
from readq.model.values import Rejected
from readq.net.fetcher import Fetcher, FetchError, Request, Response
from readq.services.feeds import pull_plan
from readq.services.feeds.pull_plan import PullResult
from readq.services.feeds.sync_reports import FeedProgress, FeedReport, FeedStatus
from readq.services.importing.changes import Entry
from readq.store.feeds.pulls import Pull, PulledFeed

NextTry = Callable[[datetime, int, float | None], datetime]
"""A function that returns the time of the next try after a failed pull.

Its arguments are the present time, the number of failures in a row, and the wait in seconds that the server requested,
or None.
"""


class CountingFetcher:
    """A fetcher that calls `on_response` after each request, successful or not.

    If permanent redirects have moved the feed, `user_url` is the URL that the user entered for the feed. It becomes the
    `user_url` of each request, and permits the request to contact this URL's host even in a private network. The new
    URL of the feed was chosen by a server, and gives no such permission.
    """

    def __init__(self, fetcher: Fetcher, on_response: Callable[[], None], user_url: str | None = None) -> None:
        self._fetcher = fetcher
        self._on_response = on_response
        self._user_url = user_url

    async def fetch(self, request: Request) -> Response:
        """Send a request with the wrapped fetcher, and return the response.

        Raises the errors of the wrapped fetcher.
        """
        try:
            return await self._fetcher.fetch(request._replace(user_url=self._user_url) if self._user_url else request)
        finally:
            self._on_response()


class FeedPull:
    """The state of one feed during a sync. This class sends no requests and does not write to the library.

    - `pull`: the state of the feed, as the library stores it
    - `result`: the sum of all batches of papers received so far
    - `waiting`: the batches that are not stored yet
    - `write`: the running write to the library, or None
    - `report`: the report on the pull, or None until the pull is finished
    - `expected`: the number of requests that the pull will send
    - `messages`: lines of text from the imports of the batches
    """

    def __init__(self, feed: PulledFeed) -> None:
        self.feed = feed
        self.pull: Pull = feed.pull
        self.result = PullResult()
        self.waiting: list[Batch] = []
        self.write: asyncio.Future[None] | None = None
        self.report: FeedReport | None = None
        self.expected = 0
        self.messages: tuple[str, ...] = ()
        self._responses = 0
        self._counts = FeedReport()
        self._added: datetime | None = None

    @property
    def papers_waiting(self) -> int:
        """The number of papers in the batches that are not stored yet."""
        return sum(len(batch.parsed.papers) for batch in self.waiting)

    def count_response(self) -> None:
        """Count a finished request.

        If `expected` is less than the number of finished requests, set it to this number.
        """
        self._responses += 1
        self.expected = max(self.expected, self._responses)

    @property
    def progress(self) -> FeedProgress:
        """An event with the number of finished requests and the number of new papers stored so far."""
        return FeedProgress(self.feed.name, self._responses, self.expected, self._counts.new)

    def count_batch(self, batch: Batch) -> None:
        """Add a batch to the attribute `result`. Add its rejected and its left-out entries to the report.

        A rejected entry has an error. A left-out entry is valid, but is not imported, for example because it is
        repeated.
        """
        self.result = self.result.with_batch(batch)
        left_out = batch.parsed.left_out
        self._count(unchanged=len(left_out), rejected=batch.parsed.rejected)
        self._counts = self._counts._replace(left_out=(*self._counts.left_out, *left_out))

    def added_at(self, now: datetime) -> datetime:
        """Return the time that is stored as the time of adding for the next papers of the pull.

        The result is `now`, but at least one second after the previous result if the pull has already stored new
        papers. So the papers of a later day are sorted after the papers of an earlier day.
        """
        later = self._added + timedelta(seconds=1) if self._added and self._counts.new else now
        self._added = max(now, later)
        return self._added

    def count_stored(self, stored: ImportReport) -> None:
        """Add the results of an import to the report of this pull, and its messages to the attribute `messages`.

        `stored` is the report of the import. An entry that changed only votes, comments or the rank of a paper in the
        feed is counted as unchanged.
        """
        self.messages += stored.messages
        self._count(stored.new, stored.updated, stored.refreshed + stored.unchanged, stored.rejected)
        self._counts = self._counts._replace(
            joined=(*self._counts.joined, *stored.joined), look_alikes=(*self._counts.look_alikes, *stored.look_alikes)
        )

    def _count(self, new: int = 0, updated: int = 0, unchanged: int = 0, rejected: Iterable[Rejected] = ()) -> None:
        counts = self._counts
        self._counts = counts._replace(
            new=counts.new + new,
            updated=counts.updated + updated,
            unchanged=counts.unchanged + unchanged,
            rejected=(*counts.rejected, *rejected),
        )

    def succeed(self, now: datetime) -> None:
        """Finish the pull with success. Update the attribute `pull`, the state of the feed. Set the attribute `report`.

        Raises ReadqError if the response was truncated, or if no entry could be read.
        """
        if not self.result.complete:
            raise ReadqError(pull_plan.INCOMPLETE, "the complete part is stored")
        if self._counts.rejected and not self.result.papers:
            first = self._counts.rejected[0]
            raise ReadqError(f"nothing in it could be read: {first.where}: {first.why}")
        self.pull = pull_plan.succeeded(self.pull, self.result, now)
        self.report = self._report(self._success_status(now))

    def _success_status(self, now: datetime) -> FeedStatus:
        if pull_plan.is_stale(self.pull, now):
            return "stale"
        return "ok" if self._counts.new or self._counts.updated else "unchanged"

    def fail(self, error: Exception, now: datetime, next_try: NextTry) -> None:
        """Finish the pull with a failure. Update the attribute `pull`, the state of the feed.

        Set the attribute `report`. `next_try` computes the time of the next try, which becomes part of the state.
        """
        gone = isinstance(error, FetchError) and error.gone
        retry_after = error.retry_after if isinstance(error, FetchError) else None
        when = next_try(now, self.pull.failures + 1, retry_after)
        self.pull = pull_plan.failed(self.pull, pull_plan.error_text(error), now, when, gone=gone)
        self.report = self._report("failed")

    def may_have_moved_back(self, error: ReadqError) -> bool:
        """Return whether the feed may be at its former URL again. `error` ended the pull from the new URL.

        Return False if no permanent redirect has moved the feed, or if this pull has already received a batch. Also
        return False if `error` is probably temporary, for example because the server is overloaded.
        """
        if self.pull.moved_to is None or self.result.batches:
            return False
        if not isinstance(error, FetchError):
            return True
        return error.retry_after is None and (error.status is None or error.status < 500) and error.status != 429

    def skip(self) -> None:
        """Set the report of a feed that this sync does not pull, because it is paused or its next try is not due yet.

        The report contains the last failure of the feed.
        """
        self.report = self._report("failed")

    def interrupt(self) -> None:
        """Set the report to "interrupted" if the sync ended before the pull was finished. Otherwise, change nothing."""
        if self.report is None:
            self.report = self._report("failed")._replace(error="interrupted", failed_since=None, next_try=None)

    def _report(self, status: FeedStatus) -> FeedReport:
        has_failed = status == "failed"
        return self._counts._replace(
            status=status,
            error=self.pull.error if has_failed else None,
            remark=None if has_failed else self.result.remark,
            failed_since=self.pull.failed_since,
            next_try=None if self.pull.paused else self.pull.next_try,
        )


def batch_entries(batch: Batch, feed: str, now: datetime) -> list[Entry]:
    """Return the papers of a batch as entries to import, each with the day on which it appeared in the feed.

    The day is the day that the feed states, else the day of publication, else the day of `now`. If the feed states no
    day, the import replaces it by the day on which the feed first listed the paper.
    """
    today = local_day(now).isoformat()
    return [Entry(paper, feed, pull_plan.appearance_day(paper, today) or today) for paper in batch.parsed.papers]


def finished_reports(pulls: Sequence[FeedPull]) -> dict[str, FeedReport]:
    """Return a dict that maps the name of each feed to its report. Unfinished feeds are reported as interrupted."""
    for one in pulls:
        one.interrupt()
    return {one.feed.name: one.report for one in pulls if one.report is not None}
