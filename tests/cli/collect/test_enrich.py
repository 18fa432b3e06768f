"""`readq enrich`, and the papers that a sync completes, with fake servers on 127.0.0.1."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from arxiv_search import Record
from loopback import Reply
from papers_web import NOT_FOUND, PapersWeb, json_reply

from readq.config import Config
from readq.services.enrichment.enrich import Enriched, complete_queued
from readq.services.importing.ingest import IngestOptions
from readq.services.network import Servers

Run = Callable[..., Any]

TITLE = "Growth of Sparse Recurrent Networks in Changing Environments"
GROWTH = Record("2611.00042", TITLE, ("Ada Lovelace", "Emmy Noether"), "We look.", "2026-11-02")


@pytest.fixture
def page(run_cli: Run, tmp_path: Path) -> Callable[..., None]:
    """Return a function that imports a saved page with titles alone."""

    def save(*titles: str) -> None:
        path = tmp_path / "page.bib"
        path.write_text("\n".join(f"@misc{{p{place}, title={{{title}}}}}" for place, title in enumerate(titles)))
        assert run_cli("import", path, "--status", "queued").status == 0

    return save


def only(run_cli: Run, reference: str) -> dict[str, Any]:
    result = run_cli("show", reference, "--json")
    assert result.status == 0, result.err
    paper: dict[str, Any] = result.json
    return paper


def test_a_paper_is_completed_by_its_title(run_cli: Run, web: PapersWeb, page: Callable[..., None]) -> None:
    web.has(GROWTH, Record("2611.00043", f"{TITLE} 2"), Record("2611.00044", f"{TITLE}: Supplementary Material"))
    page(TITLE)
    result = run_cli("enrich", "--json")
    assert (result.status, result.json["updated"]) == (0, 1), result.err
    paper = only(run_cli, "1")
    assert (paper["arxiv_id"], paper["published"]) == ("2611.00042", "2026-11-02")
    assert paper["authors"] == ["Ada Lovelace", "Emmy Noether"]
    # Enriching is not a step.
    assert [step["what"] for step in run_cli("undo", "--list", "--json").json] == ["imported"]


def test_only_papers_of_the_query_are_completed(run_cli: Run, web: PapersWeb, page: Callable[..., None]) -> None:
    web.has(GROWTH, Record("2611.00050", "Decay of Everything"))
    page(TITLE, "Decay of Everything")
    assert run_cli("enrich", "title:decay", "--json").json["updated"] == 1
    assert only(run_cli, "1")["arxiv_id"] is None
    assert only(run_cli, "2")["arxiv_id"] == "2611.00050"


def test_an_ambiguous_title_is_left_alone_until_as_names_the_paper(
    run_cli: Run, web: PapersWeb, page: Callable[..., None]
) -> None:
    web.has(GROWTH, Record("2611.00099", TITLE, ("Alan Turing",), "Otherwise."))
    page(TITLE)
    result = run_cli("enrich", "--json")
    assert (result.status, result.json["updated"]) == (0, 0)
    (ambiguous,) = result.json["ambiguous"]
    assert (ambiguous["id"], {one["reference"] for one in ambiguous["candidates"]}) == (1, {"2611.00042", "2611.00099"})
    assert "readq enrich 1 --as" in result.err
    assert only(run_cli, "1")["arxiv_id"] is None
    assert run_cli("enrich", "1", "--as", "2611.00099").status == 0
    assert (only(run_cli, "1")["arxiv_id"], only(run_cli, "1")["authors"]) == ("2611.00099", ["Alan Turing"])


def test_a_title_of_two_papers_in_the_library_is_left_alone(
    run_cli: Run, web: PapersWeb, page: Callable[..., None]
) -> None:
    web.has(GROWTH, Record("2611.00099", TITLE, ("Alan Turing",), "Otherwise."))
    run_cli("add", "2611.00042", "2611.00099")
    page(TITLE)
    asked = len(web.arxiv.asked)
    (one,) = run_cli("enrich", "--json").json["ambiguous"]
    assert (one["id"], [each["reference"] for each in one["candidates"]]) == (3, ["2611.00042", "2611.00099"])
    assert len(web.arxiv.asked) == asked
    result = run_cli("enrich", "3", "--as", "2611.00099")
    assert result.err == "error: 2611.00099 is #2 already (readq merge 2 3)\n"


def test_as_completes_a_paper_that_its_title_does_not_identify(
    run_cli: Run, web: PapersWeb, page: Callable[..., None]
) -> None:
    web.has(GROWTH)
    page("Something that I wrote down in a hurry", "Another")
    assert run_cli("enrich", "1", "--as", "https://arxiv.org/abs/2611.00042").status == 0
    assert only(run_cli, "1")["arxiv_id"] == "2611.00042"
    again = run_cli("enrich", "2", "--as", "2611.00042")
    assert (again.status, again.err) == (1, "error: 2611.00042 is #1 already (readq merge 1 2)\n")
    web.has(Record("2611.00077", "Else"))
    other = run_cli("enrich", "1", "--as", "2611.00077")
    assert other.status == 1
    assert "another paper" in other.err
    assert only(run_cli, "1")["arxiv_id"] == "2611.00042"
    assert run_cli("list", "--count").out == "2\n"
    assert run_cli("enrich", "1", "--as", "2612.99999").status == 1
    assert run_cli("enrich", "1", "--as", "rubbish").status == 2
    assert run_cli("enrich", "--as", "2611.00042").status == 2
    assert run_cli("enrich", "77", "--as", "2611.00042").status == 1


def test_a_paper_that_is_in_the_library_under_its_id_is_reported(
    run_cli: Run, web: PapersWeb, page: Callable[..., None]
) -> None:
    web.has(GROWTH)
    page(TITLE.replace("Environments", "Environment"))
    run_cli("add", "2611.00042")
    result = run_cli("enrich", "--json")
    # A similar title without other evidence: the reader decides.
    assert [one["id"] for one in result.json["ambiguous"]] == [1]
    assert only(run_cli, "1")["arxiv_id"] is None


def test_a_preprint_gets_its_published_version(run_cli: Run, web: PapersWeb) -> None:
    web.has(GROWTH)
    run_cli("add", "2611.00042")
    web.graph["ARXIV:2611.00042"] = {
        "paperId": "a" * 40,
        "title": TITLE,
        "externalIds": {"ArXiv": "2611.00042", "DOI": "10.1000/growth"},
        "authors": None,
    }
    web.registers(
        "10.1000/growth",
        title=[TITLE],
        author=[{"given": "Ada", "family": "Lovelace"}, {"given": "Emmy", "family": "Noether"}],
        issued={"date-parts": [[2027, 1]]},
        page="1-9",
        **{"container-title": ["Journal of Growth"]},
    )
    asked = len(web.server.log)
    assert run_cli("enrich", "--json").json["updated"] == 1
    assert len(web.server.log) - asked == 2
    paper = only(run_cli, "2611.00042")
    assert (paper["doi"], paper["venue"], paper["year"]) == ("10.1000/growth", "Journal of Growth", 2027)
    assert paper["key"] == "lovelace2027growth"
    assert only(run_cli, "lovelace2026growth")["id"] == paper["id"]
    assert "pages = {1--9}" in run_cli("export").out
    assert run_cli("enrich", "--json").json["found"] == 0


def test_a_doi_of_another_work_is_not_accepted(run_cli: Run, web: PapersWeb) -> None:
    web.has(GROWTH)
    run_cli("add", "2611.00042")
    ids = {"ArXiv": "2611.00042", "DOI": "10.1000/other"}
    web.graph["ARXIV:2611.00042"] = {"title": TITLE, "externalIds": ids}
    web.registers("10.1000/other", title=["On Tapes and Halting"], author=[{"given": "Alan", "family": "Turing"}])
    run_cli("enrich")
    paper = only(run_cli, "2611.00042")
    assert (paper["doi"], paper["title"]) == (None, TITLE)


def test_edited_fields_are_not_overwritten(
    run_cli: Run, web: PapersWeb, page: Callable[..., None], connection: sqlite3.Connection
) -> None:
    from readq.clock import now
    from readq.services.papers.corrections import correct, entry_to_edit

    web.has(GROWTH)
    page(TITLE)
    before = entry_to_edit(connection, 1)
    correct(connection, 1, before, before.replace("title =", "author = {Grace Hopper},\n  title ="), now())
    assert only(run_cli, "1")["authors"] == ["Grace Hopper"]
    assert run_cli("enrich", "1", "--as", "2611.00042").status == 0
    paper = only(run_cli, "1")
    assert (paper["authors"], paper["arxiv_id"]) == (["Grace Hopper"], "2611.00042")


def test_a_service_that_fails_is_named(run_cli: Run, web: PapersWeb, page: Callable[..., None]) -> None:
    page(TITLE)
    web.route("/api/query", Reply(b"Rate exceeded.", 429, content_type="text/plain"))
    result = run_cli("enrich", "--json")
    assert result.status == 1
    assert result.err.startswith("error: titles at arXiv: ")
    assert len(result.json["rejected"]) == 1
    assert result.json["found"] == sum(result.json[name] for name in ("new", "updated", "unchanged")) + 1


def test_without_papers_to_complete_no_server_is_asked(run_cli: Run, web: PapersWeb) -> None:
    result = run_cli("enrich")
    assert (result.status, result.out, web.server.log) == (0, "0 papers completed\n", [])


def test_a_title_not_found_at_arxiv_is_searched_elsewhere(
    run_cli: Run, web: PapersWeb, page: Callable[..., None]
) -> None:
    page(TITLE)
    web.search = [{"title": TITLE, "externalIds": {"DOI": "10.1000/growth"}, "authors": [{"name": "Ada Lovelace"}]}]
    assert run_cli("enrich", "--json").json["updated"] == 1
    assert only(run_cli, "1")["doi"] == "10.1000/growth"
    web.search = []
    page("Nobody Ever Wrote This One Down Anywhere")
    result = run_cli("enrich", "--json")
    assert [one["id"] for one in result.json["unknown"]] == [2]


def update(library: str, now: datetime) -> Enriched:
    servers = Servers(library, Config(), lambda: now)

    async def run() -> Enriched:
        async with servers.fetcher() as fetcher:
            return await complete_queued(library, fetcher, servers.endpoints, now, IngestOptions(5.0))

    return asyncio.run(run())


def test_a_possible_work_without_an_id_cannot_be_chosen(
    run_cli: Run, web: PapersWeb, page: Callable[..., None]
) -> None:
    web.route("/graph/v1/paper/search", NOT_FOUND)
    web.route("/works", json_reply({"results": [{"title": f"{TITLE}: A Long Report", "doi": None}]}))
    page(TITLE)
    result = run_cli("enrich")
    assert (result.status, result.out) == (0, "0 papers completed, 1 left alone\n")
    assert f"#1 {TITLE}: not found" in result.err


def test_a_sync_completes_queued_papers(
    run_cli: Run, web: PapersWeb, page: Callable[..., None], library: str, now: datetime
) -> None:
    page(TITLE, "Nobody Ever Wrote This One Down Anywhere")
    web.route("/api/query", Reply(b"", 403))
    run_cli("add", "2611.00050")
    web.has(GROWTH, Record("2611.00050", "Decay"))
    web.route("/api/query", lambda seen: web.arxiv(seen))
    assert len(update(library, now).updated) == 2
    assert only(run_cli, "2611.00050")["title"] == "Decay"
    assert only(run_cli, "1")["arxiv_id"] == "2611.00042"
    # A title that was not found is looked up again after a week.
    asked = len(web.server.log)
    assert update(library, now + timedelta(days=1)) == Enriched()
    assert len(web.server.log) == asked
    web.has(Record("2611.00051", "Nobody Ever Wrote This One Down Anywhere"))
    assert update(library, now + timedelta(days=8)).updated == (2,)
    with closing(sqlite3.connect(library)) as connection:
        assert connection.execute("SELECT count(*) FROM pending").fetchone() == (0,)


def test_a_failed_lookup_is_retried_at_the_next_sync(run_cli: Run, web: PapersWeb, library: str, now: datetime) -> None:
    web.route("/api/query", Reply(b"", 403))
    run_cli("add", "2611.00042")
    later = now + timedelta(hours=1)
    assert update(library, later).updated == ()
    with closing(sqlite3.connect(library)) as connection:
        ((tried, error),) = connection.execute("SELECT tried, error FROM pending").fetchall()
    assert (tried, bool(error)) == ("2026-11-23T09:00:00Z", True)


def test_two_papers_linked_by_an_id_are_merged(run_cli: Run, web: PapersWeb, library: str) -> None:
    web.registers("10.1000/growth", title=[TITLE], author=[{"given": "Ada", "family": "Lovelace"}])
    web.route("/api/query", Reply(b"", 403))
    run_cli("add", "10.1000/growth")
    run_cli("add", "2611.00042")
    assert run_cli("list", "--count").out == "2\n"
    web.has(GROWTH._replace(doi="10.1000/growth"))
    web.route("/api/query", lambda seen: web.arxiv(seen))
    run_cli("enrich")
    assert run_cli("list", "--count").out == "1\n"
    assert only(run_cli, "2611.00042")["doi"] == "10.1000/growth"
