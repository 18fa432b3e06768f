"""What a sync says: while it runs, of each feed when that ends, and of all together."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from readq.model.values import Rejected

FeedStatus = Literal["ok", "unchanged", "stale", "failed"]
"""`unchanged`: nothing new; `stale`: the batch of an earlier day was served once more."""


class FeedReport(NamedTuple):
    """What pulling one feed came to, in entries; `found` is the sum of the next three and of `rejected`.

    `error` is there when the status is `failed`. `remark` is for the reader, such as why nothing came. `next_try` is an
    instant, `failed_since` another.
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
    """What a sync came to: each feed by name, and the sums. `interrupted`: it was ended before its time."""

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
        """Whether a feed failed, or an entry could not be taken."""
        return bool(self.rejected) or any(feed.status == "failed" for feed in self.feeds.values())


class FeedStarted(NamedTuple):
    """A feed is being pulled; about so many requests will be made."""

    feed: str
    requests: int


class FeedProgress(NamedTuple):
    """So many requests of a feed have been answered, and so many new papers stored."""

    feed: str
    done: int
    requests: int
    new: int


class FeedEnded(NamedTuple):
    """A feed is done."""

    feed: str
    report: FeedReport


Event = FeedStarted | FeedProgress | FeedEnded
Listener = Callable[[Event], None]


def together(feeds: Mapping[str, FeedReport], interrupted: bool = False, messages: Iterable[str] = ()) -> SyncReport:
    """The report of a sync out of those of its feeds."""
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
    """The JSON that `sync --json` prints."""
    return {**_counts(report), "feeds": {name: feed_as_json(feed) for name, feed in report.feeds.items()}}


def feed_as_json(feed: FeedReport) -> dict[str, Any]:
    """The part of that JSON that is about one feed."""
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
    """One line of the progress that programs read."""
    if isinstance(event, FeedStarted):
        return {"event": "started", **event._asdict()}
    if isinstance(event, FeedProgress):
        return {"event": "progress", **event._asdict()}
    return {"event": "ended", "feed": event.feed, **feed_as_json(event.report)}
