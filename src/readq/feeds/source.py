"""The interface between a sync and a feed: a Source, the options of a pull, and the batches it yields."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol

from readq.feeds.parsed_feed import ParsedFeed
from readq.net.fetcher import Fetcher, Validators


class LatestDay(NamedTuple):
    """The papers of a feed's latest day at the last pull, to recognise them when they are served as another day's."""

    day: date
    arxiv_ids: frozenset[str]


class PullOptions(NamedTuple):
    """Which days to pull: from `since` to `today`, both included, for a source that can request days.

    `first` is True for a feed that was never pulled. `validators` are those of the last complete response. `at` is the
    instant of the pull, with a time zone: the reader's day may be ahead of the server's. `before` is the latest day
    before this pull.
    """

    since: date
    today: date
    first: bool = False
    validators: Validators = Validators()
    at: datetime | None = None
    before: LatestDay | None = None

    @property
    def utc_day(self) -> date:
        """The day in UTC, or the reader's day if `at` is None."""
        return self.at.astimezone(UTC).date() if self.at else self.today


class Batch(NamedTuple):
    """A part of a pull, to be stored at once.

    `through` is the last day up to which all papers are known, None for a source without days. `complete` is False for
    a truncated response: its papers are kept, its validators are not. `unchanged` means that the server said so (304).
    `remark` is a message for the reader, such as `no announcement on a weekend`. `stale` says whether the server
    repeated an earlier day's list; None leaves that to the sync, which compares digests.
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
    """A feed that can be pulled, made from a SPEC by a FeedKind."""

    @property
    def spec(self) -> str:
        """The normal SPEC."""

    @property
    def name(self) -> str:
        """The default name of the feed."""

    @property
    def service(self) -> str:
        """The service of its first request, see `net.fetcher.Request`."""

    def requests(self, options: PullOptions) -> int:
        """Return the approximate number of requests of a pull, for a progress bar."""

    def pull(self, fetcher: Fetcher, options: PullOptions) -> AsyncIterator[Batch]:
        """Fetch and parse the feed, the oldest day first. Raises FetchError, and ReadqError for anything but a feed."""
