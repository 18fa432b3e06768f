"""Add invented feeds to the demo's library. One feed is up to date, one serves an old batch of papers, and one fails.

No request is sent.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from readq.days import instant, local_day
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import ingest
from readq.store.connection.transactions import writing
from readq.store.feeds.feeds_and_views import set_feed
from readq.store.feeds.pulls import Pull, find_by_name, save_pull
from readq.store.journal import steps
from readq.store.library import open_for_writing

_DAILY, _CATEGORY, _GROUP = "hf-daily", "arxiv-cs.CL", "reading-group"
_SPECS = {_DAILY: "hf:daily", _CATEGORY: "arxiv:cs.CL", _GROUP: "https://reading-group.example.org/feed.xml"}

_SEEN_IN = {
    _CATEGORY: ("2502.01081", "2411.03590", "2410.02749", "2502.05078", "2412.10319", "2407.03157", "2407.18219"),
    _GROUP: ("2407.18219", "2401.12947", "2211.01910"),
}
"""Maps the name of an invented feed to the arXiv ids of the sample papers that are recorded as seen in it."""


def fill(library: str, now: datetime) -> None:
    """Add the invented feeds to the demo's library at the path `library`, and record which sample papers they list."""
    ingest(library, list(_sightings(now)), now)
    connection = open_for_writing(library)
    try:
        with writing(connection):
            step = steps.begin(connection, instant(now), f"added {len(_SPECS)} feeds")
            for name, pull in _pulls(now).items():
                set_feed(connection, step, name, _SPECS[name], instant(now))
                _save_pull(connection, name, pull)
            steps.finish(connection, step)
    finally:
        connection.close()


def _save_pull(connection: sqlite3.Connection, name: str, pull: Pull) -> None:
    feed = find_by_name(connection, name)
    if feed is None:
        raise LookupError(f"the demo lacks the feed {name}")
    save_pull(connection, feed.id, pull)


def _sightings(now: datetime) -> Iterator[Entry]:
    """Yield the sightings of sample papers in feeds without votes."""
    import json

    from readq.feeds.huggingface.json_api import parse_daily
    from readq.model.values import Appearance
    from readq.sample.load import feed_bytes

    papers = {
        value: paper
        for paper in parse_daily(json.loads(feed_bytes()), day=None).papers
        for scheme, value in paper.identifiers
        if scheme == "arxiv"
    }
    for feed, ids in _SEEN_IN.items():
        for paper in (papers[arxiv_id] for arxiv_id in ids):
            day = paper.appearance.day if paper.appearance else None
            yield Entry(replace(paper, appearance=Appearance(day=day)), feed, day or str(local_day(now)))


def _pulls(now: datetime) -> dict[str, Pull]:
    """Return the state of each feed after its last pull."""
    today, friday = str(local_day(now)), str(local_day(now) - timedelta(days=3))
    pulled, morning = instant(now - timedelta(minutes=40)), instant(now - timedelta(hours=2))
    return {
        _DAILY: Pull(pulled, pulled, through=friday, newest=friday, batch="invented", batch_since=today),
        _CATEGORY: Pull(pulled, pulled, through=friday, newest=friday, batch="invented", batch_since=friday),
        _GROUP: Pull(
            tried=morning,
            succeeded=instant(now - timedelta(days=4)),
            failed_since=instant(now - timedelta(days=2, hours=2)),
            failures=7,
            error="reading-group.example.org answered 503 Service Unavailable",
            next_try=instant(now + timedelta(hours=6)),
            newest=str(local_day(now) - timedelta(days=6)),
        ),
    }
