"""Compute the progress of a background sync from the JSON lines of `readq sync`, and describe it as text.

All functions are pure.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from readq.text import counted, one_line

_SHORTEST_LEFT = 5.0
"""The shortest remaining time, in seconds, that is shown."""


class FeedState(NamedTuple):
    """The progress of fetching one feed."""

    done: int = 0
    """The number of requests that are done."""
    requests: int = 0
    """The expected number of requests."""
    new: int = 0
    """The number of new papers found so far."""
    ended: bool = False
    """Whether all requests are done or the feed has failed."""
    error: str | None = None
    """The reason why the feed was not pulled, or None if it was pulled. For a skipped feed, it is the last failure."""


class SyncState(NamedTuple):
    """The progress of the running sync, or the result of the last sync."""

    running: bool = False
    feeds: Mapping[str, FeedState] = {}
    """Maps the name of each feed to its progress."""
    error: str | None = None
    """The reason if the sync failed as a whole, otherwise None."""
    stopped: bool = False
    """Whether the user has stopped the sync. The papers found until then are kept."""

    @property
    def new(self) -> int:
        """Number of new papers found so far, in all feeds."""
        return sum(feed.new for feed in self.feeds.values())

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the feeds that were not pulled: they failed, are paused, or wait for a try after a failure."""
        return tuple(name for name, feed in self.feeds.items() if feed.error is not None)


def after_line(state: SyncState, line: Mapping[str, Any]) -> SyncState:
    """Return a copy of `state` updated with `line`, a progress line of `readq sync` as a parsed JSON object.

    If the line has an unknown form, return `state` unchanged.
    """
    name = line.get("feed")
    if not isinstance(name, str):
        return state
    feed = state.feeds.get(name, FeedState())
    if line.get("event") == "started":
        feed = FeedState(requests=_number(line, "requests"))
    elif line.get("event") == "progress":
        feed = feed._replace(done=_number(line, "done"), requests=_number(line, "requests"), new=_number(line, "new"))
    elif line.get("event") == "ended":
        error = line.get("error")
        feed = feed._replace(new=_number(line, "new"), ended=True, error=one_line(error) if error else None)
    return state._replace(feeds={**state.feeds, name: feed})


def after_exit(state: SyncState, status: int, last_error: str) -> SyncState:
    """Return a copy of `state` updated with the end of the sync process.

    `status` is the exit status of the process. `last_error` is the last line of its standard error, or "" if it printed
    none.
    """
    # Status 1 after progress lines: only some feeds failed, and their lines say why.
    reason = one_line(last_error).removeprefix("error: ") or f"it ended with status {status}"
    failed = status not in (0, 1) or (status == 1 and not state.feeds)
    return state._replace(running=False, error=reason if failed else None)


def _number(line: Mapping[str, Any], name: str) -> int:
    value = line.get(name)
    return value if isinstance(value, int) else 0


def running_text(state: SyncState, seconds: Mapping[str, float]) -> str:
    """Describe the progress of a running sync as text: `syncing hf-daily 3/8, about 20 s left · 12 new`.

    `seconds` maps the name of each feed to the number of seconds since its fetch began.
    """
    running = [(name, feed) for name, feed in state.feeds.items() if not feed.ended]
    if not running:
        return "syncing …"
    name, feed = running[0]
    steps = f" {feed.done}/{feed.requests}{_left_text(feed, seconds.get(name, 0.0))}" if feed.requests > 1 else ""
    more = f" and {len(running) - 1} more" if len(running) > 1 else ""
    new = f" · {state.new:,} new" if state.new else ""
    return f"syncing {name}{steps}{more}{new}"


def _left_text(feed: FeedState, seconds: float) -> str:
    """Return the time that the pull of a feed will still take: `, about 20 s left`. Return "" if it is not known.

    One request tells too little: the first one also connects. A few seconds are not worth a word.
    """
    left = seconds * (feed.requests - feed.done) / feed.done if feed.done > 1 else 0.0
    if left < _SHORTEST_LEFT:
        return ""
    return f", about {round(left, -1):.0f} s left" if left < 90 else f", about {round(left / 60)} min left"


def result_text(state: SyncState, feeds_key: str, pull_key: str) -> str:
    """Describe the result of a sync as text: `synced 3 feeds: 17 new; hf-daily not pulled (F shows why)`.

    `feeds_key` is the label of the key that opens the feeds screen, or "" if there is no such key. `pull_key` is the
    label of the key that pulls a feed in that screen, or "".
    """
    if state.error:
        return f"no sync: {state.error}"
    if state.stopped:
        return f"the sync was stopped; {state.new:,} new so far"
    if not state.feeds:
        return "no feed is pulled yet"
    synced = counted(len(state.feeds) - len(state.failed), "feed")
    text = f"synced {synced}: {state.new:,} new"
    if not state.failed:
        return text
    names = state.failed[0] if len(state.failed) == 1 else counted(len(state.failed), "feed")
    again = f"; {pull_key} there tries now" if pull_key else ""
    not_pulled = f"{names} not pulled" + (f" ({feeds_key} shows why{again})" if feeds_key else "")
    return not_pulled if len(state.failed) == len(state.feeds) and not state.new else f"{text}; {not_pulled}"


def feed_text(feed: FeedState) -> str:
    """Describe the progress of fetching one feed as text: `pulling: 3 of 8 requests, 12 new`."""
    new = f", {feed.new:,} new" if feed.new else ""
    return f"pulling: {feed.done} of {counted(feed.requests, 'request')}{new}" if feed.requests else f"pulling{new}"
