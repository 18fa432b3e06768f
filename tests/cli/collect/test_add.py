"""`readq add`, with the real HTTP client and fake servers on 127.0.0.1."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from arxiv_search import Record
from loopback import Reply
from papers_web import NOT_FOUND, PapersWeb, json_reply
from pdf_writer import pdf

Run = Callable[..., Any]

GROWTH = Record("2611.00042", "Growth of Sparse Networks", ("Ada Lovelace", "Emmy Noether"), "We look.", "2026-11-02")


def only(run_cli: Run, reference: str) -> dict[str, Any]:
    result = run_cli("show", reference, "--json")
    assert result.status == 0, result.err
    paper: dict[str, Any] = result.json
    return paper


def counts(result: Any) -> tuple[int, int, int, int]:  # noqa: ANN401 - a Result
    found, new, updated, unchanged = (result.json[name] for name in ("found", "new", "updated", "unchanged"))
    return found, new, updated, unchanged


@pytest.mark.parametrize(
    "spelling",
    [
        "2611.00042",
        "arXiv:2611.00042v3",
        "https://arxiv.org/pdf/2611.00042v1",
        "https://huggingface.co/papers/2611.00042",
    ],
)
def test_an_arxiv_paper_in_any_spelling(run_cli: Run, web: PapersWeb, spelling: str) -> None:
    web.has(GROWTH)
    result = run_cli("add", spelling, "--json")
    assert (result.status, result.err) == (0, "")
    assert counts(result) == (1, 1, 0, 0)
    paper = only(run_cli, "2611.00042")
    assert (paper["title"], paper["status"], paper["year"]) == ("Growth of Sparse Networks", "queued", 2026)
    assert paper["authors"] == ["Ada Lovelace", "Emmy Noether"]
    assert paper["key"] == "lovelace2026growth"
    assert result.json["papers"] == [
        {
            "id": 1,
            "key": "lovelace2026growth",
            "title": paper["title"],
            "status": "queued",
            "was": None,
            "pending": False,
        }
    ]


def test_several_papers_cost_one_request_and_are_one_step(run_cli: Run, web: PapersWeb) -> None:
    web.has(GROWTH, Record("2611.00043", "Decay"))
    assert counts(run_cli("add", "2611.00042", "2611.00043", "arXiv:2611.00042", "--json")) == (2, 2, 0, 0)
    assert len(web.arxiv.asked) == 1
    assert run_cli("undo", "--list", "--json").json[0]["what"] == "added"
    assert run_cli("undo").status == 0
    assert run_cli("list", "--count").out == "0\n"
    assert run_cli("redo").status == 0
    assert run_cli("list", "--count", "status:queued").out == "2\n"


def test_references_come_from_standard_input_too(run_cli: Run, web: PapersWeb) -> None:
    web.has(GROWTH)
    assert counts(run_cli("add", "-", "--json", stdin="2611.00042\tinbox\t2026\tGrowth\n\n")) == (1, 1, 0, 0)


def test_a_doi_at_crossref_adds_the_published_record(run_cli: Run, web: PapersWeb) -> None:
    web.registers(
        "10.1000/growth",
        title=["Growth &amp; <i>decay</i>"],
        author=[{"given": "Ada", "family": "Lovelace"}, {"name": "The Consortium of Growth"}],
        issued={"date-parts": [[2025, 3, 4]]},
        page="1-9",
        volume="7",
        **{"container-title": ["Journal of Growth"]},
    )
    assert run_cli("add", "https://doi.org/10.1000/GROWTH").status == 0
    paper = only(run_cli, "10.1000/growth")
    assert (paper["title"], paper["venue"], paper["doi"]) == ("Growth & decay", "Journal of Growth", "10.1000/growth")
    entry = run_cli("export").out
    assert "@article{lovelace2025growth" in entry
    assert "pages = {1--9}" in entry
    assert "journal = {Journal of Growth}" in entry
    assert "and {The Consortium of Growth}}" in entry


def test_a_doi_of_another_agency(run_cli: Run, web: PapersWeb) -> None:
    attributes = {"doi": "10.5281/zenodo.1", "titles": [{"title": "Rings"}], "creators": [{"name": "Noether, Emmy"}]}
    web.route("/works/10.5281/zenodo.1", NOT_FOUND)
    web.route("/doiRA/10.5281/zenodo.1", json_reply([{"DOI": "10.5281/zenodo.1", "RA": "DataCite"}]))
    web.route("/dois/10.5281/zenodo.1", json_reply({"data": {"attributes": attributes}}))
    web.route("/doiRA/10.1430/8105", json_reply([{"DOI": "10.1430/8105", "RA": "mEDRA"}]))
    web.route(
        "/10.1430/8105", json_reply({"DOI": "10.1430/8105", "title": "Crescita", "issued": {"date-parts": [[2003]]}})
    )
    assert counts(run_cli("add", "10.5281/zenodo.1", "doi:10.1430/8105", "--json")) == (2, 2, 0, 0)
    assert only(run_cli, "10.5281/zenodo.1")["authors"] == ["Emmy Noether"]
    assert only(run_cli, "10.1430/8105")["title"] == "Crescita"
    assert not any(target.startswith("/dois/10.1430") for target in web.server.targets())


def test_a_paper_that_does_not_exist_is_not_queued(run_cli: Run, web: PapersWeb) -> None:
    web.has(GROWTH)
    web.route("/10.1000/none", Reply(b"<html><title>DOI Not Found</title></html>", 404, content_type="text/html"))
    result = run_cli("add", "2611.00042", "2611.99999", "10.1000/none", "--json")
    assert result.status == 1
    assert counts(result) == (3, 1, 0, 0)
    assert result.err.splitlines() == [
        "error: 2611.99999: arXiv has no paper 2611.99999",
        "error: 10.1000/none: no service knows 10.1000/none",
    ]
    assert run_cli("list", "--count").out == "1\n"


CITED = """<html><head><meta name="citation_title" content="Growth">
<meta name="citation_author" content="Lovelace, Ada"><meta name="citation_publication_date" content="2024/05/06">
{}</head></html>"""


def test_addresses_of_openreview_acl_and_other_pages(run_cli: Run, web: PapersWeb) -> None:
    web.route("/forum?id=AbC123xyz", CITED.format(""))
    web.route(
        "/2024.acl-long.1/", CITED.format('<meta name="citation_doi" content="10.1000/acl">').replace("Growth", "ACL")
    )
    web.registers("10.1000/acl", title=["ACL, registered"], author=[{"given": "Ada", "family": "Lovelace"}])
    web.route("/blog/decay", CITED.format("").replace("Growth", "Decay"))
    url = f"{web.server.url}/blog/decay"
    references = ("https://openreview.net/forum?id=AbC123xyz", "https://aclanthology.org/2024.acl-long.1/", url)
    result = run_cli("add", *references, "--json")
    assert (result.status, counts(result)) == (0, (3, 3, 0, 0)), result.err
    assert only(run_cli, references[0])["title"] == "Growth"
    assert only(run_cli, "10.1000/acl") == only(run_cli, references[1])
    assert only(run_cli, references[1])["title"] == "ACL, registered"
    assert only(run_cli, url)["published"] == "2024-05-06"


def test_a_page_without_metadata_is_refused(run_cli: Run, web: PapersWeb) -> None:
    web.route("/shop", "<html><body>Buy!</body></html>")
    result = run_cli("add", f"{web.server.url}/shop")
    assert result.status == 1
    assert "no service knows" in result.err


def test_offline_the_paper_is_queued_under_its_id(run_cli: Run, web: PapersWeb, library: str) -> None:
    web.route("/api/query", Reply(b"Rate exceeded.", 429, content_type="text/plain"))
    web.route("/works/10.1000/growth", Reply(b"", 403))
    result = run_cli("add", "2611.00042", "10.1000/growth")
    assert result.status == 0
    assert "the next sync fetches its metadata" in result.err
    assert only(run_cli, "2611.00042")["title"] == "arXiv:2611.00042"
    assert only(run_cli, "10.1000/growth")["status"] == "queued"
    with closing(sqlite3.connect(library)) as connection:
        rows = connection.execute("SELECT reference, error IS NOT NULL FROM pending ORDER BY paper_id").fetchall()
    assert rows == [("2611.00042", 1), ("10.1000/growth", 1)]
    web.has(GROWTH)
    web.route("/api/query", lambda seen: web.arxiv(seen))
    web.registers("10.1000/growth", title=["Published"], author=[{"given": "Emmy", "family": "Noether"}])
    # Once the servers answer, enrich completes it, as a sync does.
    assert run_cli("enrich").status in (0, 1)
    assert only(run_cli, "2611.00042")["key"] == "lovelace2026growth"
    assert only(run_cli, "10.1000/growth")["title"] == "Published"
    with closing(sqlite3.connect(library)) as connection:
        assert connection.execute("SELECT count(*) FROM pending").fetchone() == (0,)


def test_a_known_paper_is_not_added_twice(run_cli: Run, web: PapersWeb, six_papers: str) -> None:
    run_cli("mark", "dropped", "2")
    result = run_cli("add", "2611.00001", "2611.00002", "--json")
    assert (result.status, counts(result)) == (0, (2, 0, 1, 1))
    assert web.server.log == []
    assert [(paper["was"], paper["status"]) for paper in result.json["papers"]] == [
        ("inbox", "queued"),
        ("dropped", "dropped"),
    ]
    assert "unchanged, was dropped already: #2 " in run_cli("add", "2611.00002").out
    key = only(run_cli, "3")["key"]
    assert counts(run_cli("add", key, "--json")) == (1, 0, 1, 0)
    assert counts(run_cli("add", "4", "2611.00005", "--json")) == (2, 0, 2, 0)
    run_cli("undo")
    assert only(run_cli, "4")["status"] == "inbox"
    assert run_cli("list", "--count").out == "5\n"


def test_adding_the_id_of_a_paper_from_a_page_completes_it(run_cli: Run, web: PapersWeb, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@misc{mine, title={Growth of Sparse Networks}, note={read twice}}")
    run_cli("import", tmp_path / "refs.bib")
    web.has(GROWTH)
    result = run_cli("add", "2611.00042", "--json")
    assert counts(result) == (1, 0, 0, 1)
    (joined,) = result.json["joined"]
    assert joined == {"from": "2611.00042", "into": "mine", "why": "same title, no author known of one"}
    assert (result.json["renamed"], result.json["look_alikes"]) == ([], 0)
    paper = only(run_cli, "mine")
    assert (paper["id"], paper["arxiv_id"], paper["status"]) == (1, "2611.00042", "done")
    assert "note = {read twice}" in run_cli("export").out


def test_a_title_lists_candidates_without_a_terminal(run_cli: Run, web: PapersWeb) -> None:
    web.has(GROWTH, Record("2611.00050", "Growth of Sparse Networks, Part II"))
    web.search = [{"title": "Growth of sparse networks", "externalIds": {"DOI": "10.1000/growth"}, "year": 2025}]
    result = run_cli("add", "growth", "of", "sparse", "networks", "--json")
    assert result.status == 1
    assert counts(result) == (1, 0, 0, 0)
    assert {one["reference"] for one in result.json["candidates"]} == {"2611.00042", "2611.00050", "10.1000/growth"}
    assert result.json["candidates"][0]["score"] == 100
    plain = run_cli("add", "Growth of Sparse Networks")
    assert plain.status == 1
    assert "2611.00042\tGrowth of Sparse Networks\n" in plain.out
    assert run_cli("list", "--count").out == "0\n"
    nothing = run_cli("add", "no such thing at all")
    assert (nothing.status, nothing.out) == (1, "")
    assert "no paper with this title was found" in nothing.err


def test_a_title_when_no_service_answers(run_cli: Run, web: PapersWeb) -> None:
    for path in ("/api/query", "/graph/v1/paper/search", "/works"):
        web.route(path, NOT_FOUND)
    result = run_cli("add", "growth", "of", "networks")
    assert (result.status, result.out) == (1, "")
    first, second, third, last = result.err.splitlines()
    assert first.startswith("skipped: arXiv: ")
    assert second.startswith("skipped: Semantic Scholar: ")
    assert third.startswith("skipped: OpenAlex: ")
    assert last.startswith("error: growth of networks: no service could be asked")


def test_a_title_when_one_service_answers_with_a_web_page(run_cli: Run, web: PapersWeb) -> None:
    web.route("/api/query", Reply(b"<html><body>Down for maintenance</body></html>"))
    web.search = [{"title": "Growth of sparse networks", "externalIds": {"DOI": "10.1000/growth"}}]
    result = run_cli("add", "growth", "of", "sparse", "networks")
    assert result.out == "10.1000/growth\tGrowth of sparse networks\n"
    assert result.err.startswith("skipped: arXiv: ")


def test_words_that_name_no_paper(run_cli: Run, web: PapersWeb) -> None:
    web.has(GROWTH)
    result = run_cli("add", "2611.00042", "whatever")
    assert result.status == 1
    assert "error: whatever: neither an id nor a URL nor a PDF" in result.err
    assert run_cli("list", "--count").out == "1\n"
    assert run_cli("add", "1706.0376").status == 1
    assert run_cli("add").status == 2
    assert run_cli("add", "  ").status == 2


def test_a_pdf_is_identified_and_not_moved(run_cli: Run, web: PapersWeb, tmp_path: Path) -> None:
    web.has(GROWTH)
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf("Growth of Sparse Networks\narXiv:2611.00042v1 [cs.LG] 2 Nov 2026"))
    before = path.read_bytes()
    result = run_cli("add", path, "--json")
    assert (result.status, counts(result)) == (0, (1, 1, 0, 0)), result.err
    assert only(run_cli, "2611.00042")["status"] == "queued"
    assert run_cli("list", "has:pdf", "--count").out == "1\n"
    assert path.read_bytes() == before
    run_cli("undo")
    run_cli("redo")
    assert run_cli("list", "has:pdf", "--count").out == "1\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"plain text", "not a PDF"),
        (b"%PDF-1.4\n" + b"\x00garbage" * 100, "cannot be read"),
        (pdf("A poem without a name"), "no arXiv id or DOI in its first pages"),
        (pdf(), "no arXiv id or DOI in its first pages"),
    ],
)
def test_a_pdf_that_cannot_be_identified(
    run_cli: Run, web: PapersWeb, tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    result = run_cli("add", path)
    assert result.status == 1
    assert len(result.err.splitlines()) == 1
    assert why in result.err
    assert run_cli("add", tmp_path / "nowhere.pdf").status == 1
