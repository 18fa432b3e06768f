"""What sources ask of the network and what comes back: values and a protocol. `Client` is what answers."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol

from readq.errors import ReadqError
from readq.feeds.base import ParsedFeed


class Validators(NamedTuple):
    """What a server gave to ask later whether anything has changed (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


class Request(NamedTuple):
    """One request. `service` is who is asked, for politeness: at most one request to a service is under way at a time.

    `json`, when not None, is sent as the body of a POST. `home` is the address that the reader gave: a private host is
    only talked to when the reader named it. `headers` go to the host of `url` only, never to where it redirects: keys.
    """

    url: str
    service: str
    accept: str = "*/*"
    validators: Validators = Validators()
    json: object = None
    home: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Answer(NamedTuple):
    """A good answer: 2xx, or 304 with an empty body. `moved_to` is set when only permanent redirects led there.

    `url` is where it came from in the end, without credentials. `validators` of a 304 are those that were asked with,
    unless it brought new ones. A server may answer 304 although it was asked without validators.
    """

    url: str
    status: int
    body: bytes
    content_type: str = ""
    validators: Validators = Validators()
    moved_to: str | None = None


class FetchError(ReadqError):
    """A request that brought nothing usable. `retry_after` is in seconds from now, when the server said so.

    `status` and `body` (at most 64 KiB of it) are those of an answer that was refused for its status; `gone`: 410.
    """

    def __init__(
        self,
        message: str,
        hint: str | None = None,
        *,
        status: int | None = None,
        body: bytes = b"",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.body = body
        self.retry_after = retry_after

    @property
    def gone(self) -> bool:
        """The server says that there will never be anything again."""
        return self.status == 410


class Fetcher(Protocol):
    """The network, as sources see it."""

    async def fetch(self, request: Request) -> Answer:
        """Ask, wait for the service's turn first, and follow redirects. Raises FetchError."""


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
