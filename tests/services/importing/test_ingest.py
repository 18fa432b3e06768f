"""`ingest` without a step, as a sync calls it: outcomes of entries, and that decisions of the reader stay."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from readq.model.fetched_paper import FetchedPaper
from readq.model.import_report import ImportReport
from readq.model.values import Appearance, Author, Status, Trust
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import IngestOptions, ingest
from readq.services.papers import corrections

Run = Callable[..., Any]
Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]

TODAY, YESTERDAY = "2026-11-23", "2026-11-22"


def seen(number: int, day: str = TODAY, feed: str | None = "hf-daily", **changes: Any) -> Entry:  # noqa: ANN401
    """Return paper `number` as a feed shows it."""
    values: dict[str, Any] = {
        "title": f"Paper {number}",
        "trust": Trust.HUGGINGFACE,
        "authors": (Author("Ada Lovelace"),),
        "published": "2026-11-20",
        "identifiers": (("arxiv", f"2611.{number:05}"),),
        "appearance": Appearance(day, number, 10),
        **changes,
    }
    return Entry(FetchedPaper(**values), feed, day)


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    """Return the numbers of new, updated, refreshed, unchanged and rejected entries."""
    found = (report.new, report.updated, report.refreshed, report.unchanged, len(report.rejected))
    assert report.found == sum(found)
    return found


def test_counts_and_numbers(library: str, now: datetime) -> None:
    first = ingest(library, [seen(1), seen(2, YESTERDAY), seen(3, title="")], now)
    assert counts(first) == (2, 0, 0, 0, 1)
    assert (first.papers, first.step) == ((1, 2, None), None)
    again = [seen(3), seen(2, YESTERDAY), seen(1, YESTERDAY), seen(1, appearance=Appearance(TODAY, 1, 99))]
    second = ingest(library, again, now)
    assert counts(second) == (1, 1, 1, 1, 0)
    assert second.papers == (3, 2, 1, 1)
    assert counts(ingest(library, [], now)) == (0, 0, 0, 0, 0)


def test_known_papers_leave_the_library_unchanged(library: str, now: datetime, dump: Dump) -> None:
    ingest(library, [seen(1), seen(2)], now)
    before = dump(library)
    assert counts(ingest(library, [seen(1), seen(2)], now)) == (0, 0, 0, 2, 0)
    assert dump(library) == before


def test_an_ingest_is_no_step_and_keeps_redo_possible(run_cli: Run, library: str, now: datetime) -> None:
    ingest(library, [seen(1)], now)
    assert run_cli("undo", "--list", "--json").json == []
    run_cli("star", 1)
    run_cli("undo")
    ingest(library, [seen(1, YESTERDAY, venue="A venue"), seen(2)], now)
    assert run_cli("redo").status == 0
    assert run_cli("show", 1, "--json").json["starred"]


@pytest.mark.parametrize("status", ["dropped", "done", "reading"])
def test_a_decision_stays(run_cli: Run, library: str, now: datetime, status: str) -> None:
    ingest(library, [seen(1)], now)
    run_cli("mark", status, 1)
    before = run_cli("show", 1, "--json").json
    report = ingest(library, [seen(1, YESTERDAY), seen(1, "2026-11-24", "arxiv-cs.LG", trust=Trust.ARXIV)], now)
    assert counts(report)[0] == 0
    after = run_cli("show", 1, "--json").json
    assert len(after.pop("sightings")) == 3
    before.pop("sightings")
    assert after == before
    assert run_cli("list", "status:inbox", "--count").out == "0\n"


def test_later_counts_replace_earlier_of_the_same_feed_and_day(run_cli: Run, library: str, now: datetime) -> None:
    ingest(library, [seen(1)], now)
    later = Appearance(TODAY, 4, 7, 2, "carol")
    report = ingest(library, [seen(1, appearance=later), seen(1, feed="hf-trending")], now)
    assert counts(report) == (0, 1, 1, 0, 0)
    by_feed = {one["feed"]: one for one in run_cli("show", 1, "--json").json["sightings"]}
    assert by_feed["hf-daily"] == {
        "feed": "hf-daily",
        "seen": TODAY,
        "rank": 4,
        "upvotes": 7,
        "comments": 2,
        "submitted_by": "carol",
    }
    assert by_feed["hf-trending"]["upvotes"] == 10


def test_a_dry_run_changes_nothing(library: str, now: datetime, dump: Dump) -> None:
    ingest(library, [seen(1)], now)
    before = dump(library)
    assert counts(ingest(library, [seen(1), seen(2)], now, IngestOptions(dry_run=True))) == (1, 0, 0, 1, 0)
    assert dump(library) == before


def test_the_status_of_a_new_paper(run_cli: Run, library: str, now: datetime) -> None:
    ingest(library, [seen(1)._replace(status=Status.QUEUED)], now, IngestOptions(step="added"))
    assert run_cli("show", 1, "--json").json["status"] == "queued"
    assert [step["what"] for step in run_cli("undo", "--list", "--json").json] == ["added"]


# Two papers of the library that are one work


PAGE = ("url", "https://example.org/t")
PREPRINT, PUBLISHED = ("arxiv", "2611.00001"), ("doi", "10.1000/1")


@pytest.fixture
def two(library: str, now: datetime) -> str:
    """A preprint and its publication under another title: #1 and #2."""
    preprint = seen(1, title="A draft", identifiers=(PREPRINT,))
    published = seen(1, feed="journal", title="The paper", trust=Trust.REGISTRY, identifiers=(PUBLISHED,), venue="Acta")
    assert ingest(library, [preprint, published], now).papers == (1, 2)
    return library


LINK = seen(1, YESTERDAY, title="A draft", trust=Trust.ARXIV, identifiers=(PREPRINT, PUBLISHED), abstract="In short.")


@pytest.mark.parametrize("step", [None, "imported"])
def test_an_entry_with_the_ids_of_a_preprint_and_its_publication_merges_them(
    run_cli: Run, two: str, now: datetime, step: str | None
) -> None:
    run_cli("mark", "dropped", 2)
    run_cli("tag", 2, "-a", "x")
    run_cli("note", 1, "--append", "one")
    run_cli("note", 2, "--append", "two")
    report = ingest(two, [LINK], now, IngestOptions(step=step))
    assert (counts(report), report.papers) == ((0, 1, 0, 0, 0), (1,))
    assert report.messages == ("merged #2 into #1: a source says that they are one paper",)
    paper = run_cli("show", 2, "--json").json
    assert (paper["id"], paper["title"], paper["venue"], paper["abstract"]) == (1, "The paper", "Acta", "In short.")
    assert (paper["arxiv_id"], paper["doi"]) == ("2611.00001", "10.1000/1")
    assert (paper["status"], paper["tags"], paper["note"]) == ("dropped", ["x"], "one\n\ntwo")
    assert len(paper["sightings"]) == 3
    assert run_cli("check").status == 0
    # It is recognised by each of its titles.
    again = [LINK, seen(1, title="The paper", identifiers=()), seen(1, title="A draft", identifiers=())]
    assert counts(ingest(two, again, now))[0] == 0


def test_a_merge_by_an_import_is_a_step_before_it(run_cli: Run, two: str, now: datetime, dump: Dump) -> None:
    before = run_cli("list", "--json", "status:inbox").json
    ingest(two, [LINK], now, IngestOptions(step="imported"))
    assert [step["what"] for step in run_cli("undo", "--list", "--json").json] == ["imported", "merged"]
    merged = run_cli("list", "--json").json
    assert run_cli("undo").status == 0
    (paper,) = run_cli("list", "--json").json
    assert (paper["doi"], paper["abstract"], len(paper["sightings"])) == ("10.1000/1", None, 2)
    assert run_cli("undo").status == 0
    assert run_cli("list", "--json", "status:inbox").json == before
    for _ in range(2):
        assert run_cli("redo").status == 0
    assert run_cli("list", "--json").json == merged


def test_the_abstract_of_the_second_best_source_stays_in_a_merge(run_cli: Run, library: str, now: datetime) -> None:
    entries = [
        seen(1, title="T", trust=Trust.PAGE, identifiers=(PAGE,), abstract="cut"),
        seen(1, title="U", trust=Trust.REGISTRY, identifiers=(PUBLISHED,), venue="Acta"),
        seen(1, title="T", trust=Trust.SYNDICATION, identifiers=(PUBLISHED, PAGE), abstract="in full"),
    ]
    for entry in entries:
        ingest(library, [entry], now)
    (paper,) = run_cli("list", "--json").json
    assert (paper["title"], paper["abstract"], paper["venue"]) == ("U", "in full", "Acta")


def test_a_title_of_two_papers_is_a_third_one_and_recognised_again(run_cli: Run, library: str, now: datetime) -> None:
    same = [seen(n, title="Editorial", identifiers=(("doi", f"10.1000/{n}"),)) for n in (1, 2)]
    alone = seen(3, title="Editorial", identifiers=())
    ingest(library, same, now)
    for _ in range(3):
        assert ingest(library, [alone], now).papers == (3,)
    assert ingest(library, [seen(4, title="Editorial")], now).papers == (4,)


def test_a_paper_with_a_corrected_title_is_recognised(
    run_cli: Run, library: str, now: datetime, connection: sqlite3.Connection
) -> None:
    page = seen(1, title="A tpyo", trust=Trust.PAGE, identifiers=())
    ingest(library, [page], now)
    entry = corrections.entry_to_edit(connection, 1)
    corrections.correct(connection, 1, entry, entry.replace("tpyo", "typo"), now)
    assert counts(ingest(library, [page], now)) == (0, 0, 0, 1, 0)
    assert run_cli("show", 1, "--json").json["title"] == "A typo"


# Revisions


def test_a_new_version_is_stored_and_changes_no_decision(run_cli: Run, library: str, now: datetime) -> None:
    ingest(library, [seen(1, YESTERDAY, version=1)], now)
    run_cli("mark", "done", 1)
    assert "version" not in run_cli("show", 1).out
    revised = seen(1, title="Paper 1, again", version=2)
    assert counts(ingest(library, [revised], now)) == (0, 1, 0, 0, 0)
    assert counts(ingest(library, [revised, seen(1, YESTERDAY, version=1)], now)) == (0, 0, 0, 2, 0)
    paper = run_cli("show", 1, "--json").json
    assert (paper["version"], paper["revised"], paper["status"], paper["id"]) == (2, TODAY, "done", 1)
    assert paper["title"] == "Paper 1, again"
    assert f"version v2, seen {TODAY}\n" in run_cli("show", 1).out
    assert run_cli("list", "status:inbox", "--count").out == "0\n"
