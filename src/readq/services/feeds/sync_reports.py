"""Define the events of a sync, and its reports: one for each feed, and one for the whole sync."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from readq.model.import_report import Joined
from readq.model.values import LeftOut, Rejected, WatchResult

FeedStatus = Literal["ok", "unchanged", "stale", "failed"]
"""The result of a pull in one word.

- `ok`: a paper was added or updated
- `unchanged`: no paper was added or updated
- `stale`: the server repeated the papers of an earlier day
- `failed`: the pull failed, was skipped or was interrupted
"""


class FeedReport(NamedTuple):
    """The result of pulling one feed."""

    new: int = 0
    """The number of entries that were added as new papers."""
    updated: int = 0
    """The number of entries that updated a paper."""
    unchanged: int = 0
    """The number of entries that changed nothing."""
    rejected: tuple[Rejected, ...] = ()
    """The entries that could not be read or stored."""
    status: FeedStatus = "ok"
    error: str | None = None
    """The reason if the status is `failed`, else None."""
    remark: str | None = None
    """A message for the user, such as the reason why there are no papers, or None."""
    failed_since: str | None = None
    """The time since which all pulls of the feed have failed, as UTC text, or None."""
    next_try: str | None = None
    """The time of the next pull after a failure, as UTC text, or None."""
    joined: tuple[Joined, ...] = ()
    """The entries that became part of a paper of the library and that the user should check.

    An example is an entry that has only the title in common with the paper.
    """
    look_alikes: tuple[tuple[int, int], ...] = ()
    """Pairs of ids of papers that may be the same work, without pairs that were reported earlier."""
    left_out: tuple[LeftOut, ...] = ()
    """The entries that were not imported although they have no error, such as repeated entries."""

    @property
    def found(self) -> int:
        """The number of entries in the responses, including rejected entries."""
        return self.new + self.updated + self.unchanged + len(self.rejected)


class SyncReport(NamedTuple):
    """The result of a sync."""

    feeds: Mapping[str, FeedReport]
    """Maps the name of each feed to its report."""
    interrupted: bool = False
    """Whether the sync ended early."""
    messages: tuple[str, ...] = ()
    """Lines of text from the imports, from the watches, and from `SyncOptions.follow_up`.

    A watch is a saved view that acts on new papers.
    """
    watches: tuple[WatchResult, ...] = ()
    """The results of the watches that caught a paper, and of the watches that have an error."""

    @property
    def found(self) -> int:
        """The number of entries of all feeds, including rejected entries."""
        return sum(feed.found for feed in self.feeds.values())

    @property
    def new(self) -> int:
        """The number of new papers from all feeds."""
        return sum(feed.new for feed in self.feeds.values())

    @property
    def updated(self) -> int:
        """The number of entries of all feeds that updated a paper. A paper that two feeds update is counted twice."""
        return sum(feed.updated for feed in self.feeds.values())

    @property
    def unchanged(self) -> int:
        """The number of entries that changed nothing, from all feeds."""
        return sum(feed.unchanged for feed in self.feeds.values())

    @property
    def rejected(self) -> list[Rejected]:
        """The rejected entries of all feeds. The field `where` of each begins with the name of its feed."""
        return [
            Rejected(f"{name}: {part.where}" if part.where else name, part.why)
            for name, feed in self.feeds.items()
            for part in feed.rejected
        ]

    @property
    def joined(self) -> tuple[Joined, ...]:
        """The entries of all feeds that became part of a paper of the library and that the user should check.

        Each of them has only the title in common with its paper. The text for each entry begins with the name of its
        feed.
        """
        return tuple(
            one._replace(entry=f"{name}: {one.entry}") for name, feed in self.feeds.items() for one in feed.joined
        )

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The entries of all feeds that were left out although they have no error, each with the reason.

        The text for each entry begins with the name of its feed.
        """
        return tuple(
            LeftOut(f"{name}: {one.where}", one.why) for name, feed in self.feeds.items() for one in feed.left_out
        )

    @property
    def look_alikes(self) -> tuple[tuple[int, int], ...]:
        """The pairs of papers that may be the same work, as pairs of ids.

        Pairs that were reported earlier are left out.
        """
        return tuple(pair for feed in self.feeds.values() for pair in feed.look_alikes)

    @property
    def failed(self) -> bool:
        """Whether any feed failed or any entry was rejected."""
        return bool(self.rejected) or any(feed.status == "failed" for feed in self.feeds.values())


class FeedStarted(NamedTuple):
    """An event: the pull of a feed has started. `requests` is the approximate number of requests that it will send."""

    feed: str
    requests: int


class FeedProgress(NamedTuple):
    """An event: a request is finished, or papers are stored. `new` is the number of new papers stored so far.

    `done` is the number of finished requests, `requests` the expected number of requests.
    """

    feed: str
    done: int
    requests: int
    new: int


class FeedEnded(NamedTuple):
    """An event: the pull of a feed has ended."""

    feed: str
    report: FeedReport


Event = FeedStarted | FeedProgress | FeedEnded
Listener = Callable[[Event], None]


def as_json(report: SyncReport) -> dict[str, Any]:
    """Return the report as the JSON object that `sync --json` prints."""
    return {
        **_counts(report),
        "watches": [one._asdict() for one in report.watches],
        "feeds": {name: feed_as_json(feed) for name, feed in report.feeds.items()},
    }


def feed_as_json(feed: FeedReport) -> dict[str, Any]:
    """Return the report of one feed as the JSON object for this feed in the output of `sync --json`."""
    return {**_counts(feed), "status": feed.status, "error": feed.error, "remark": feed.remark, "next": feed.next_try}


def _counts(report: SyncReport | FeedReport) -> dict[str, Any]:
    return {
        "found": report.found,
        "new": report.new,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": [part._asdict() for part in report.rejected],
        "joined": [{"from": one.entry, "into": one.into, "why": one.why} for one in report.joined],
        "renamed": [],
        "look_alikes": len(report.look_alikes),
        "left_out": [part._asdict() for part in report.left_out],
    }


def event_as_json(event: Event) -> dict[str, Any]:
    """Return an event as the JSON object that `sync --progress json` prints."""
    if isinstance(event, FeedStarted):
        return {"event": "started", **event._asdict()}
    if isinstance(event, FeedProgress):
        return {"event": "progress", **event._asdict()}
    return {"event": "ended", "feed": event.feed, **feed_as_json(event.report)}
