"""The events of a sync, and the reports of each feed and of the whole sync."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from readq.model.values import Rejected

FeedStatus = Literal["ok", "unchanged", "stale", "failed"]
"""`unchanged`: no new papers; `stale`: the server repeated an earlier day's papers."""


class FeedReport(NamedTuple):
    """The result of pulling one feed, in entries. `found` is the sum of the next three and of `rejected`.

    `error` is set if the status is `failed`. `remark` is a message for the reader, such as why there are no papers.
    `failed_since` and `next_try` are instants.
    """

    found: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    status: FeedStatus = "ok"
    error: str | None = None
    remark: str | None = None
    failed_since: str | None = None
    next_try: str | None = None


class SyncReport(NamedTuple):
    """The result of a sync: the report of each feed by name, and their sums."""

    feeds: Mapping[str, FeedReport]
    found: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    interrupted: bool = False
    messages: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a feed failed or an entry was rejected."""
        return bool(self.rejected) or any(feed.status == "failed" for feed in self.feeds.values())


class FeedStarted(NamedTuple):
    """The pull of a feed starts, with an approximate number of requests."""

    feed: str
    requests: int


class FeedProgress(NamedTuple):
    """The numbers of finished requests and of stored new papers of a feed."""

    feed: str
    done: int
    requests: int
    new: int


class FeedEnded(NamedTuple):
    """The pull of a feed has ended."""

    feed: str
    report: FeedReport


Event = FeedStarted | FeedProgress | FeedEnded
Listener = Callable[[Event], None]


def combined(feeds: Mapping[str, FeedReport], interrupted: bool = False, messages: Iterable[str] = ()) -> SyncReport:
    """Return the report of a sync from the reports of its feeds."""
    reports = feeds.values()
    return SyncReport(
        feeds,
        sum(feed.found for feed in reports),
        sum(feed.new for feed in reports),
        sum(feed.updated for feed in reports),
        sum(feed.unchanged for feed in reports),
        tuple(
            Rejected(f"{name}: {part.where}" if part.where else name, part.why)
            for name, feed in feeds.items()
            for part in feed.rejected
        ),
        interrupted,
        tuple(messages),
    )


def as_json(report: SyncReport) -> dict[str, Any]:
    """Return the JSON that `sync --json` prints."""
    return {**_counts(report), "feeds": {name: feed_as_json(feed) for name, feed in report.feeds.items()}}


def feed_as_json(feed: FeedReport) -> dict[str, Any]:
    """Return the part of that JSON for one feed."""
    return {**_counts(feed), "status": feed.status, "error": feed.error, "remark": feed.remark, "next": feed.next_try}


def _counts(report: SyncReport | FeedReport) -> dict[str, Any]:
    return {
        "found": report.found,
        "new": report.new,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": [part._asdict() for part in report.rejected],
    }


def event_as_json(event: Event) -> dict[str, Any]:
    """Return the JSON of an event, as `sync --progress json` prints it."""
    if isinstance(event, FeedStarted):
        return {"event": "started", **event._asdict()}
    if isinstance(event, FeedProgress):
        return {"event": "progress", **event._asdict()}
    return {"event": "ended", "feed": event.feed, **feed_as_json(event.report)}
