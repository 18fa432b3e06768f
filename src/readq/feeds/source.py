"""The interface between a sync and a feed: the Source, the options of a pull, and the batches that a pull yields."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol

from readq.feeds.parsed_feed import ParsedFeed
from readq.net.fetcher import Fetcher, Validators


class LatestDay(NamedTuple):
    """The latest day that an earlier pull of the feed stored, and the arXiv ids of the papers of that day.

    A source compares these ids with a response, because a server may repeat the papers of one day under the next day.
    """

    day: date
    arxiv_ids: frozenset[str]


class PullOptions(NamedTuple):
    """The options of a pull. A pull requests the new papers of a feed."""

    since: date
    """The first day to pull. A source that can request single days pulls the days from `since` to `today`."""
    today: date
    """The user's local day."""
    first: bool = False
    """Whether no pull of the feed has been complete yet, and the user has not chosen `since`."""
    has_succeeded: bool = False
    """Whether an earlier pull succeeded."""
    validators: Validators = Validators()
    """The headers ETag and Last-Modified of the last complete response."""
    at: datetime | None = None
    """The time of the pull, with a time zone, or None. A source computes the server's day from it."""
    before: LatestDay | None = None
    """The latest day that was stored before this pull, with its papers, or None."""

    @property
    def utc_day(self) -> date:
        """The day of the pull in UTC. It is `today` if `at` is None."""
        return self.at.astimezone(UTC).date() if self.at else self.today


class Batch(NamedTuple):
    """A part of the result of a pull."""

    parsed: ParsedFeed
    """The papers of this part."""
    through: date | None = None
    """The last day up to which all papers of the feed have been received, or None if this day is not known."""
    validators: Validators = Validators()
    """The headers ETag and Last-Modified of the response. They are not stored if the response was truncated."""
    unchanged: bool = False
    """Whether the server answered 304 (not modified)."""
    complete: bool = True
    """False if the response was truncated."""
    moved_to: str | None = None
    """The new URL of the feed after permanent redirects, or None."""
    remark: str | None = None
    """A message for the user, such as `no announcement on a weekend`, or None."""
    stale: bool | None = None
    """Whether the server repeated the list of an earlier day.

    None if the source cannot tell. The sync then compares hashes of the lists to find out.
    """


class Source(Protocol):
    """A feed that a sync can pull: it requests papers from a server and yields them in batches.

    A FeedKind makes a Source from a SPEC, the text that names a feed, such as `arxiv:cs.LG`.
    """

    @property
    def spec(self) -> str:
        """The SPEC of the feed in normal form, such as `arxiv:cs.LG`.

        All SPECs of one feed have the same normal form.
        """

    @property
    def name(self) -> str:
        """The default name of the feed in the library, such as `hf-daily`."""

    @property
    def service(self) -> str:
        """The name of the web service whose rate limit applies to the first request (see `net.fetcher.Request`)."""

    def expected_requests(self, options: PullOptions) -> int:
        """Return the expected number of requests of a pull with these options, for a progress bar."""

    def pull(self, fetcher: Fetcher, options: PullOptions) -> AsyncIterator[Batch]:
        """Request and parse the feed, and yield its papers in batches, the oldest day first.

        Raises FetchError if a request fails. Raises ReadqError if a response is not a feed.
        """
