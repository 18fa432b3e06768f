"""What a feed is to a sync: a source, what a pull wants of it, and the batches that it brings."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol

from readq.feeds.parsed_feed import ParsedFeed
from readq.net.fetcher import Fetcher, Validators


class Served(NamedTuple):
    """What a feed's latest day held when it was last pulled: to know it again when it is served as another day's."""

    day: date
    arxiv_ids: frozenset[str]


class Wanted(NamedTuple):
    """What a pull is to bring: the days from `since` to `today`, both included, as far as the source knows days.

    `first` says that the feed was never pulled before. `validators` are those of the last whole answer. `at` is the
    instant of the pull (with a zone): servers have days of their own, and the reader's day may be ahead of theirs.
    """

    since: date
    today: date
    first: bool = False
    validators: Validators = Validators()
    at: datetime | None = None
    before: Served | None = None

    @property
    def utc_day(self) -> date:
        """The day it is in UTC; the reader's own where the instant is not known."""
        return self.at.astimezone(UTC).date() if self.at else self.today


class Batch(NamedTuple):
    """Part of what a pull brings, to be stored as soon as it comes.

    `through` is the day up to which everything is known now, None where the source does not know days. `complete` is
    False for an answer that was cut off: its good part is kept, its validators are not. `unchanged`: the server said so
    (304), nothing was sent. `remark` is for the reader: `no announcement on a weekend`. `stale` says whether this is an
    earlier day's list served once more; None: the source cannot tell, and who remembers what it served has to.
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
    """Where papers turn up: one kind of feed, made from what the reader typed (SPEC)."""

    @property
    def spec(self) -> str:
        """The SPEC in normal form."""

    @property
    def name(self) -> str:
        """The feed's name unless the reader gives another."""

    @property
    def service(self) -> str:
        """Whom it asks first; see Request."""

    def requests(self, wanted: Wanted) -> int:
        """About how many requests a pull takes, for a progress bar."""

    def pull(self, fetcher: Fetcher, wanted: Wanted) -> AsyncIterator[Batch]:
        """Fetch and parse, batch by batch, the oldest day first. Raises FetchError, and ReadqError for no feed."""
