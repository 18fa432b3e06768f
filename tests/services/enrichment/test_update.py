"""`readq.services.enrichment.update`: better metadata, no step, and never another paper."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Any

from readq.model.fetched_paper import FetchedPaper
from readq.model.metadata import combine, first_metadata
from readq.model.values import Author, Trust
from readq.services.enrichment.batch_lookup import Finding
from readq.services.enrichment.update import update
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import IngestOptions, ingest
from readq.store.connection.transactions import writing
from readq.store.enrichment import pending_papers
from readq.store.library import open_for_writing

ADA = (Author("Ada Lovelace"),)
DAY = "2026-11-23"
_OPTIONS = IngestOptions(5.0)


def said(title: str, trust: Trust = Trust.ARXIV, *names: tuple[str, str], **more: Any) -> FetchedPaper:  # noqa: ANN401
    return replace(FetchedPaper(title, trust=trust, authors=ADA, identifiers=names), **more)


def rows(library: str, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(library)) as connection:
        return connection.execute(statement).fetchall()


def test_metadata_without_a_step_and_a_key_that_follows(library: str, now: datetime) -> None:
    ingest(library, [Entry(FetchedPaper("Growth", trust=Trust.PAGE), None, DAY)], now)
    done = update(
        library,
        [Finding(1, said("Growth!", Trust.ARXIV, ("arxiv", "2611.00042")), by_title=True)],
        now,
        IngestOptions(5.0),
    )
    assert (done.updated, done.duplicates, done.rejected) == ((1,), (), ())
    assert rows(library, "SELECT title, authors, key FROM paper") == [("Growth!", "Ada Lovelace", "lovelace2026growth")]
    assert rows(library, "SELECT key FROM alias") == [("growth",)]
    assert rows(library, "SELECT count(*) FROM step") == [(0,)]
    assert (
        update(
            library, [Finding(1, said("Growth!", Trust.ARXIV, ("arxiv", "2611.00042")))], now, IngestOptions(5.0)
        ).updated
        == ()
    )


def test_a_paper_that_is_gone_is_not_made_anew(library: str, now: datetime) -> None:
    ingest(library, [Entry(FetchedPaper("Growth", trust=Trust.PAGE), None, DAY)], now)
    assert (
        update(
            library, [Finding(7, said("Decay", Trust.ARXIV, ("arxiv", "2611.00043")))], now, IngestOptions(5.0)
        ).updated
        == ()
    )
    assert rows(library, "SELECT title FROM paper") == [("Growth",)]


def test_a_paper_with_another_id_is_unchanged(library: str, now: datetime) -> None:
    ingest(library, [Entry(said("Growth", Trust.ARXIV, ("arxiv", "2611.00042")), None, DAY)], now)
    done = update(
        library, [Finding(1, said("Decay", Trust.REGISTRY, ("arxiv", "2611.00043")))], now, IngestOptions(5.0)
    )
    assert (done.updated, [part.where for part in done.rejected]) == ((), ["#1"])
    assert rows(library, "SELECT title FROM paper") == [("Growth",)]


def test_one_of_two_papers_with_a_title_can_be_meant(library: str, now: datetime) -> None:
    first = said("Growth", Trust.ARXIV, ("arxiv", "2611.00042"))
    second = said("Growth", Trust.ARXIV, ("arxiv", "2611.00043"))
    ingest(library, [Entry(first, None, DAY), Entry(second, None, DAY)], now)
    ingest(library, [Entry(FetchedPaper("Growth", trust=Trust.PAGE), None, DAY)], now)
    assert rows(library, "SELECT count(*) FROM paper") == [(3,)]
    third = said("Growth", Trust.ARXIV, ("arxiv", "2611.00044"))
    assert update(library, [Finding(3, third)], now, _OPTIONS).updated == (3,)
    assert rows(library, "SELECT value FROM identifier WHERE paper_id = 3") == [("2611.00044",)]


def test_two_titles_that_name_one_paper_are_twins(library: str, now: datetime) -> None:
    ingest(
        library, [Entry(FetchedPaper(title, trust=Trust.PAGE), None, DAY) for title in ("Growth", "The growth")], now
    )
    found = said("Growth", Trust.ARXIV, ("arxiv", "2611.00042"))
    done = update(
        library, [Finding(1, found, by_title=True), Finding(2, found, by_title=True)], now, IngestOptions(5.0)
    )
    assert done.updated == (1,)
    assert [(twin.number, twin.other, twin.name) for twin in done.duplicates] == [(2, 1, "2611.00042")]
    assert rows(library, "SELECT count(*) FROM paper") == [(2,)]


def test_completed_papers_are_not_pending(library: str, now: datetime) -> None:
    ingest(library, [Entry(FetchedPaper("arXiv:2611.00042", trust=Trust.PAGE), None, DAY)], now)
    with closing(open_for_writing(library)) as connection, writing(connection):
        pending_papers.add(connection, 1, "2611.00042", "2026-11-23T08:00:00Z", "offline")
        assert [one.error for one in pending_papers.list_pending(connection)] == ["offline"]
        assert pending_papers.list_pending(connection, [2]) == []
        pending_papers.record_failure(connection, 1, "2026-11-23T09:00:00Z", "offline still")
        assert pending_papers.list_pending(connection, [1])[0].tried == "2026-11-23T09:00:00Z"
    update(library, [Finding(1, said("Growth", Trust.ARXIV, ("arxiv", "2611.00042")))], now, _OPTIONS)
    assert rows(library, "SELECT * FROM pending") == []


def test_a_registrys_pages_do_not_cost_a_readers_own_fields() -> None:
    own = first_metadata(said("Growth", Trust.BIBTEX, fields=(("note", "read twice"), ("pages", "1--2"))))
    registry = first_metadata(said("Growth", Trust.REGISTRY, fields=(("pages", "1--9"), ("volume", "7"))))
    both = {"note": "read twice", "pages": "1--9", "volume": "7"}
    assert dict(combine(own, registry).fields) == both
    assert dict(combine(registry, own).fields) == both
    kept = replace(own, edited=frozenset(("fields",)))
    assert combine(kept, registry).fields == own.fields
    assert combine(own, own).fields is own.fields
