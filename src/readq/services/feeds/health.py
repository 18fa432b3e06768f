"""Report the health of feeds: last success, last failure, next try, and whether the server repeats old papers."""

import sqlite3
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from readq.days import day_start, local_day, parse_instant
from readq.services.feeds.pull_plan import is_stale
from readq.store.feeds.pulls import PaperCounts, Pull, PulledFeed, paper_counts, pulled_feeds

HealthStatus = Literal["ok", "stale", "failed", "new"]


class FeedHealth(NamedTuple):
    """The health of one feed, as `feed list` and the UI show it."""

    name: str
    spec: str
    """The text that names the feed, such as `arxiv:cs.LG` or a URL."""
    last_success: str | None
    """The time of the last successful pull, as UTC text, or None."""
    newest: str | None
    """The ISO day of the newest paper, or None."""
    status: HealthStatus
    """The state in one word (see the function `status`)."""
    error: str | None
    """The reason why the last pull failed, or None."""
    next: str | None
    """The time of the next pull after a failure, as UTC text, or None."""
    papers: int
    """The number of papers that appeared in the feed."""
    new_today: int
    """The number of papers from the feed that were added today."""
    failed_since: str | None
    """The time since which all pulls have failed, as UTC text, or None."""
    words: str
    """The state in words, such as `same batch as yesterday`."""


_JSON_FIELDS = ("name", "spec", "last_success", "newest", "status", "error", "next", "papers")


def health(connection: sqlite3.Connection, now: datetime) -> list[FeedHealth]:
    """Return the health of all feeds, in the order in which they were added."""
    counts = paper_counts(connection, day_start(local_day(now), now))
    return [_health(feed, counts.get(feed.id, PaperCounts()), now) for feed in pulled_feeds(connection)]


def as_json(one: FeedHealth) -> dict[str, Any]:
    """Return the health of one feed as the JSON object that `feed list --json` prints."""
    values: Mapping[str, Any] = one._asdict()
    return {name: values[name] for name in (*_JSON_FIELDS, "new_today", "failed_since")}


def _health(feed: PulledFeed, counts: PaperCounts, now: datetime) -> FeedHealth:
    pull = feed.pull
    return FeedHealth(
        feed.name,
        feed.spec,
        pull.succeeded,
        pull.newest,
        status(pull, now),
        pull.error,
        None if pull.paused else pull.next_try,
        counts.papers,
        counts.new,
        pull.failed_since,
        describe(pull, now),
    )


def status(pull: Pull, now: datetime) -> HealthStatus:
    """Return the status of a feed: `failed`, `new`, `stale` or `ok`.

    `new` means that the feed was not pulled yet. `stale` means that the last response repeated the papers of an earlier
    day.
    """
    if pull.failed_since:
        return "failed"
    if pull.succeeded is None:
        return "new"
    return "stale" if is_stale(pull, now) else "ok"


def describe(pull: Pull, now: datetime) -> str:
    """Return the state of a feed in words, such as `failed since Mon: connection refused, next try 14:30`."""
    if pull.failed_since:
        return _describe_failure(pull, now)
    if pull.succeeded is None:
        return "not pulled yet"
    if is_stale(pull, now):
        return f"same batch as {_last_day(str(pull.batch_since), now)}"
    last = parse_instant(pull.succeeded)
    pulled_today = local_day(last.astimezone(now.tzinfo)) == local_day(now)
    when = "" if pulled_today else f", pulled {moment(pull.succeeded, now)}"
    if pull.batch_since is None:
        # The last response was empty.
        return f"{'nothing today' if pulled_today else 'nothing that day'}{when}"
    return f"ok{when}"


def _describe_failure(pull: Pull, now: datetime) -> str:
    error = pull.error or "unknown error"
    if pull.paused:
        return f"paused: {error}; Enter in the list of feeds, or readq sync NAME, tries again"
    again = f", next try {moment(pull.next_try, now)}" if pull.next_try else ""
    return f"failed since {moment(str(pull.failed_since), now)}: {error}{again}"


def _last_day(day: str, now: datetime) -> str:
    then = date.fromisoformat(day)
    return "yesterday" if then == local_day(now) - timedelta(days=1) else f"on {_day(then, now)}"


def moment(text: str, now: datetime) -> str:
    """Return the time `text` (UTC text) as a short text in the time zone of `now`.

    - a time of today: `14:30`
    - less than seven days before or after today: `Mon`
    - any other day of the present year: `12 Nov`
    - any day of another year: `12 Nov 2025`

    If the time is after today, the time of day is added: `Mon 14:30`.
    """
    then = parse_instant(text).astimezone(now.tzinfo)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    day = _day(then.date(), now)
    return f"{day} {then:%H:%M}" if then > now else day


def _day(day: date, now: datetime) -> str:
    distance = abs((day - now.date()).days)
    if distance < 7:
        return _WEEKDAYS[day.weekday()]
    return f"{day.day} {_MONTHS[day.month - 1]}" + ("" if day.year == now.year else f" {day.year}")


# strftime is not used: it would use the language of the locale.
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
