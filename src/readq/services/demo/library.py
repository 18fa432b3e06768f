"""Fill the temporary library of `readq demo`, and show some commands as text if there is no terminal for the UI."""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from readq.config import Config
from readq.days import local_day
from readq.model.values import Rating, Status
from readq.sample.load import TourStop, feed_bytes, tour
from readq.services import views
from readq.services.citing.export import export
from readq.services.citing.export_formats import DEFAULT
from readq.services.demo import feeds
from readq.services.history.undo import undo
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.papers import notes, triage
from readq.services.review import cards, ratings
from readq.spool import Spool
from readq.store.library import open_for_writing
from readq.store.papers import queries
from readq.store.references import find

CLOCK = "2026-11-23T09:00:00+00:00"
"""The time that the demo takes as the present, unless READQ_NOW is set.

It is the Monday after the week in which the papers of the demo appeared.
"""


def fill(folder: str, now: datetime) -> str:
    """Make a library in `folder` from the sample feed, with decisions, notes and reviews of the weeks before `now`.

    Return the path of the library.
    """
    library = os.path.join(folder, "library.db")
    papers = json.loads(feed_bytes())
    last = max(_day(each) for each in papers)
    _import(folder, library, [each for each in papers if _day(each) < last], now - timedelta(days=3))
    _import(folder, library, [each for each in papers if _day(each) == last], now - timedelta(hours=1))
    feeds.fill(library, now)
    connection = open_for_writing(library)
    try:
        for stop in tour():
            _apply(connection, stop, now)
    finally:
        connection.close()
    return library


def _day(entry: Mapping[str, Any]) -> str:
    return str(entry["paper"]["submittedOnDailyAt"])


def _import(folder: str, library: str, papers: Sequence[Mapping[str, Any]], at: datetime) -> None:
    path = os.path.join(folder, "sample-feed.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(papers, file)
    import_paths(library, [path], ImportOptions(), at)


def _apply(connection: sqlite3.Connection, stop: TourStop, now: datetime) -> None:
    paper_id = find(connection, stop.arxiv)
    if paper_id is None:
        raise LookupError(f"the sample feed lacks {stop.arxiv}")
    for rating in stop.ratings:
        days_ago = local_day(now) - datetime.fromisoformat(rating.day).date()
        ratings.rate_papers(connection, [paper_id], rating.rating, now - days_ago, Config())
    if stop.note:
        notes.save(connection, paper_id, stop.note, now)
    if stop.tags:
        triage.tag(connection, [paper_id], stop.tags, [], now)
    if stop.star:
        triage.star(connection, [paper_id], True, now)
    triage.mark(connection, [paper_id], stop.status, now)


def headless_tour(library: str, now: datetime) -> Iterator[str]:
    """Decide on new papers, review papers and export papers in the demo's library.

    Yield a line of text for each action, and then the text of the exported .bib file.
    """
    connection = open_for_writing(library)
    try:
        yield from _triage(connection, now)
        yield from _review(connection, now)
        cited = queries.list_ids(connection, views.list_selection("status:queued,reading,done", now))
        with Spool() as spool:
            exported = export(connection, cited, spool, DEFAULT, now)
            yield f"$ readq export status:queued,reading,done     # {exported.entries} entries, their keys now frozen"
            yield ""
            yield "".join(spool.texts()).rstrip("\n")
    finally:
        connection.close()


def _triage(connection: sqlite3.Connection, now: datetime) -> Iterator[str]:
    inbox = queries.list_ids(connection, views.selection("inbox", "", now))
    papers = queries.count(connection, views.list_selection("", now))
    yield f"$ readq import sample-feed.json     # {papers} papers to go through"
    first, second, third, *_ = inbox
    for verb, paper_id, status in (("queued", first, Status.QUEUED), ("dropped", second, Status.DROPPED)):
        triage.mark(connection, [paper_id], status, now)
        yield f"$ readq mark {status} {_key(connection, paper_id)}     # {verb}: {_title(connection, paper_id)}"
    undone = undo(connection, now)
    yield f"$ readq undo     # undone: {undone.what if undone else ''}, so it is in the inbox again"
    triage.tag(connection, [third], ["to-discuss"], [], now)
    yield f"$ readq tag {_key(connection, third)} -a to-discuss"
    notes.append(connection, first, "Kept for the method section.", now)
    yield f'$ readq note {_key(connection, first)} --append "Kept for the method section."'


def _review(connection: sqlite3.Connection, now: datetime) -> Iterator[str]:
    due = cards.due(connection, now)
    yield f"$ readq due     # {len(due)} papers to remember"
    for card, rating in zip(due, (Rating.GOOD, Rating.AGAIN, Rating.EASY), strict=False):
        rated = ratings.rate(connection, card.card, rating, now, Config())
        name = rating.name.lower()
        yield f"$ readq rate {name} {_key(connection, card.paper_id)}     # next on {rated.due}"


def _key(connection: sqlite3.Connection, paper_id: int) -> str:
    (row,) = queries.queue_rows(connection, [paper_id])
    return row.key


def _title(connection: sqlite3.Connection, paper_id: int) -> str:
    (row,) = queries.queue_rows(connection, [paper_id])
    return row.title
