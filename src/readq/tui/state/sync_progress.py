"""How a sync in the background goes, put together from the lines that it prints: pure functions of values."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from readq.text import counted, one_line


class FeedState(NamedTuple):
    """One feed of a sync. `error` says why it failed; `ended` that nothing more comes."""

    done: int = 0
    requests: int = 0
    new: int = 0
    ended: bool = False
    error: str | None = None


class SyncState(NamedTuple):
    """A sync that runs, or how the last one went."""

    running: bool = False
    feeds: Mapping[str, FeedState] = {}
    error: str | None = None
    """Why the sync as a whole could not be done."""

    @property
    def new(self) -> int:
        """Papers that came so far."""
        return sum(feed.new for feed in self.feeds.values())

    @property
    def failed(self) -> tuple[str, ...]:
        """The feeds that failed."""
        return tuple(name for name, feed in self.feeds.items() if feed.error is not None)


def after(state: SyncState, line: Mapping[str, Any]) -> SyncState:
    """The state after one line of the progress; what cannot be understood changes nothing."""
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


def ended(state: SyncState, status: int, complaint: str) -> SyncState:
    """The state once the program is gone with an exit status; `complaint` is what it said on standard error last."""
    # Status 1 without a complaint of its own: some feeds failed, and each has said so.
    whole = one_line(complaint).removeprefix("error: ") or f"it ended with status {status}"
    failed_whole = status not in (0, 1) or (status == 1 and not state.feeds)
    return state._replace(running=False, error=whole if failed_whole else None)


def _number(line: Mapping[str, Any], name: str) -> int:
    value = line.get(name)
    return value if isinstance(value, int) else 0


def while_running(state: SyncState) -> str:
    """A sync under way in a few words: `syncing hf-daily 3/8 · 12 new`."""
    going = [(name, feed) for name, feed in state.feeds.items() if not feed.ended]
    if not going:
        return "syncing …"
    name, feed = going[0]
    steps = f" {feed.done}/{feed.requests}" if feed.requests > 1 else ""
    more = f" and {len(going) - 1} more" if len(going) > 1 else ""
    new = f" · {state.new:,} new" if state.new else ""
    return f"syncing {name}{steps}{more}{new}"


def in_the_end(state: SyncState, feeds_key: str) -> str:
    """How a sync went, in a line: `synced 3 feeds: 17 new; hf-daily failed (F shows why)`."""
    if state.error:
        return f"no sync: {state.error}"
    if not state.feeds:
        return "no feed was due"
    synced = counted(len(state.feeds) - len(state.failed), "feed")
    text = f"synced {synced}: {state.new:,} new"
    if not state.failed:
        return text
    who = state.failed[0] if len(state.failed) == 1 else counted(len(state.failed), "feed")
    failed = f"{who} failed" + (f" ({feeds_key} shows why)" if feeds_key else "")
    return failed if len(state.failed) == len(state.feeds) and not state.new else f"{text}; {failed}"


def of_feed(feed: FeedState) -> str:
    """How pulling one feed goes: `3 of 8 requests, 12 new`."""
    new = f", {feed.new:,} new" if feed.new else ""
    return f"pulling: {feed.done} of {counted(feed.requests, 'request')}{new}" if feed.requests else f"pulling{new}"
