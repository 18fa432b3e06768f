"""The interface between a sync and a feed: a Source, the options of a pull, and the batches it yields."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol

from readq.feeds.parsed_feed import ParsedFeed
from readq.net.fetcher import Fetcher, Validators


class LatestDay(NamedTuple):
    """The latest day of a feed that an earlier pull stored, and the arXiv ids of its papers.

    A source compares them with its response, because a server may repeat one day's papers under the next day.
    """

    day: date
    arxiv_ids: frozenset[str]


class PullOptions(NamedTuple):
    """The options of a pull. A source that can request single days pulls those from `since` to `today`, both included.

    `today` is the reader's local day. `first` is True for a feed that was never pulled. `validators` are those of the
    last complete response. `at` is the time of the pull, with a time zone: the reader's day may be ahead of the
    server's. `before` is the latest day that was stored before this pull.
    """

    since: date
    today: date
    first: bool = False
    validators: Validators = Validators()
    at: datetime | None = None
    before: LatestDay | None = None

    @property
    def utc_day(self) -> date:
        """The day of the pull in UTC, or `today` if `at` is None."""
        return self.at.astimezone(UTC).date() if self.at else self.today


class Batch(NamedTuple):
    """A part of the result of a pull, which the sync stores in one transaction.

    `through` is the last day up to which the source has all papers of the feed, None if that is unknown. `unchanged` is
    True if the server answered 304 (not modified). `complete` is False for a truncated response: the sync stores its
    papers but not its validators. `moved_to` is the new address after permanent redirects. `remark` is a message for
    the reader, such as `no announcement on a weekend`. `stale` is whether the server repeated the list of an earlier
    day; if it is None, the sync finds out by comparing digests.
    """

    parsed: ParsedFeed
    through: date | None = None
    validators: Validators = Validators()
    unchanged: bool = False
    complete: bool = True
    moved_to: str | None = None
    remark: str | None = None
    stale: bool | None = None


class Source(Protocol):
    """A feed that a sync can pull: `pull` requests it from its server and yields its papers in batches.

    A FeedKind makes a Source from a SPEC, the text that names a feed, such as `arxiv:cs.LG`.
    """

    @property
    def spec(self) -> str:
        """The SPEC of the feed in normal form, which is the same for all spellings: `arxiv:cs.LG`."""

    @property
    def name(self) -> str:
        """The default name of the feed in the library: `hf-daily`."""

    @property
    def service(self) -> str:
        """The name of the web service whose rate limit applies to the first request, see `net.fetcher.Request`."""

    def requests(self, options: PullOptions) -> int:
        """Return the approximate number of requests that a pull with these options will send, for a progress bar."""

    def pull(self, fetcher: Fetcher, options: PullOptions) -> AsyncIterator[Batch]:
        """Fetch and parse the feed, and yield its papers in batches, the oldest day first.

        Raises FetchError for a failed request, and ReadqError for a response that is not a feed.
        """
