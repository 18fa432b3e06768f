"""Papers with missing metadata, and ambiguous titles."""

import sqlite3
from datetime import datetime

from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Author, Trust
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import ingest
from readq.store.enrichment.incomplete import AmbiguousPaper, IncompletePaper, ambiguous, incomplete

ADA = (Author("Ada Lovelace"),)


def _take(library: str, now: datetime, *papers: FetchedPaper) -> None:
    for paper in papers:
        ingest(library, [Entry(paper, None, "2026-11-23")], now)


def test_missing_metadata_is_found(library: str, now: datetime, connection: sqlite3.Connection) -> None:
    _take(
        library,
        now,
        FetchedPaper("Whole", trust=Trust.ARXIV, authors=ADA, identifiers=(("arxiv", "2611.00001"),)),
        FetchedPaper("From a page", trust=Trust.PAGE),
        FetchedPaper(
            "A post", trust=Trust.SYNDICATION, authors=ADA, year=2026, identifiers=(("url", "https://a.example/b"),)
        ),
        FetchedPaper("No date", trust=Trust.REGISTRY, authors=ADA, identifiers=(("doi", "10.1000/1"),)),
    )
    assert incomplete(connection, [1, 2, 3, 4]) == [
        IncompletePaper(2, True, True),
        IncompletePaper(3, False, True),
        IncompletePaper(4, False, False),
    ]
    assert [one.id for one in incomplete(connection, [1, 4])] == [4]
    assert incomplete(connection, []) == []


def test_ambiguous_titles_are_found(library: str, now: datetime, connection: sqlite3.Connection) -> None:
    _take(
        library,
        now,
        *(FetchedPaper("Editorial", trust=Trust.REGISTRY, identifiers=(("doi", f"10.1000/{n}"),)) for n in range(3)),
        FetchedPaper("Editorial", trust=Trust.PAGE),
        FetchedPaper("Alone", trust=Trust.PAGE),
    )
    assert ambiguous(connection, [4, 5]) == [AmbiguousPaper(4, (1, 2, 3))]
    assert ambiguous(connection, [1, 5]) == []
