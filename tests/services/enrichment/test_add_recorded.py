"""`add` with recorded responses of Crossref, DataCite, arXiv, OpenAlex and Semantic Scholar."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import Loopback, Reply, Seen
from papers_web import ENDPOINTS, NOT_FOUND

Run = Callable[..., Any]

FEEDS = Path(__file__).resolve().parents[3] / ".." / "shared" / "feeds"
METADATA = FEEDS / "5_metadata"
ARXIV = FEEDS / "2_arxiv_api"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not METADATA.is_dir(), reason=f"no recorded metadata at {METADATA}"),
]


@pytest.fixture
def web(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    for name in ENDPOINTS:
        monkeypatch.setenv(f"READQ_{name}_URL", loopback.url)
    return loopback


def test_papers_of_crossref(run_cli: Run, web: Loopback) -> None:
    added = 0
    for path in sorted((METADATA / "crossref_habanero_extracted").glob("test_works_with_*_id*.json")):
        if path.name.endswith(".meta.json"):
            continue
        doi = json.loads(path.read_bytes())["message"].get("DOI")
        if doi:
            web.routes[f"/works/{doi.lower()}"] = path.read_bytes()
            assert run_cli("add", f"https://doi.org/{doi}").status == 0
            shown = run_cli("show", doi, "--json").json
            assert (shown["doi"], shown["status"]) == (doi.lower(), "queued")
            assert shown["authors"] or not json.loads(path.read_bytes())["message"].get("author")
            added += 1
    assert added >= 5
    assert run_cli("export").out.count("@article") + run_cli("export").out.count("@inproceedings") >= 4


def test_papers_of_datacite(run_cli: Run, web: Loopback) -> None:
    listed = json.loads(base64.b64decode((METADATA / "datacite_rdatacite_extracted" / "dc_dois.00.txt").read_bytes()))
    for item in listed["data"]:
        doi = item["id"]
        web.routes[f"/works/{doi}"] = NOT_FOUND
        web.routes[f"/doiRA/{doi}"] = json.dumps([{"DOI": doi, "RA": "DataCite"}])
        web.routes[f"/dois/{doi}"] = json.dumps({"data": item})
        result = run_cli("add", doi, "--json")
        assert (result.status, result.json["new"]) == (0, 1), result.err
        assert run_cli("show", doi, "--json").json["title"] in item["attributes"]["titles"][0]["title"]
    assert run_cli("list", "--count").out == f"{len(listed['data'])}\n"


@pytest.mark.parametrize(
    ("file", "name", "title"),
    [
        ("pubs/export_arxiv_org_api_query_id_list_1312_2021.200.xml", "1312.2021", None),
        ("pubs/export_arxiv_org_api_query_id_list_math_9501234.200.xml", "math/9501234", None),
        ("arxiv.py_bodies/id_1707.08567_s0_m100_6a1afebfc6a3.200.xml", "1707.08567", None),
        ("arxiv.py_bodies/id_quant-ph_0201082v1_s0_m100_86989fe779ef.200.xml", "quant-ph/0201082", None),
        ("arxiv.py_bodies/id_2104.12255v1_s0_m100_6ae69987ffe1.200.xml", "2104.12255", "0"),
    ],
)
def test_papers_of_arxiv(run_cli: Run, web: Loopback, file: str, name: str, title: str | None) -> None:
    web.routes["/api/query"] = (ARXIV / file).read_bytes()
    result = run_cli("add", name, "--json")
    assert (result.status, result.json["new"]) == (0, 1), result.err
    paper = run_cli("show", name, "--json").json
    assert (paper["arxiv_id"], paper["status"]) == (name, "queued")
    assert paper["authors"]
    assert title is None or paper["title"] == title


@pytest.mark.parametrize("file", ["theoj/not_found.xml", "xiv/arxiv_empty.xml"])
def test_papers_that_arxiv_does_not_have(run_cli: Run, web: Loopback, file: str) -> None:
    web.routes["/api/query"] = (ARXIV / file).read_bytes()
    result = run_cli("add", "1401.00019")
    assert result.status == 1
    assert len(result.err.splitlines()) == 1
    assert run_cli("list", "--count").out == "0\n"


def test_an_id_that_arxiv_refuses(run_cli: Run, web: Loopback) -> None:
    body = (ARXIV / "pubs/export_arxiv_org_api_query_id_list_INVALIDID.400.xml").read_bytes()
    web.routes["/api/query"] = Reply(body, 400, content_type="application/atom+xml")
    result = run_cli("add", "1401.00019")
    assert len(result.err.splitlines()) == 1


def test_candidates_of_semantic_scholar_and_openalex(run_cli: Run, web: Loopback) -> None:
    folder = METADATA / "multi_paperqa_extracted"
    openalex = (folder / "test_title_search[paper_attributes2].03.json").read_bytes()
    graph = (folder / "test_title_search[paper_attributes2].02.json").read_bytes()
    web.routes["/api/query"] = (ARXIV / "xiv/arxiv_empty.xml").read_bytes()

    def works(seen: Seen) -> Reply:
        assert seen.query["filter"] == "title.search:Augmenting large language models with chemistry tools"
        return Reply(openalex, content_type="application/json")

    web.routes["/works"] = works
    web.routes["/graph/v1/paper/search"] = graph
    result = run_cli("add", "Augmenting large language models with chemistry tools", "--json")
    assert result.status == 1
    first = result.json["candidates"][0]
    assert (first["title"], first["score"]) == ("Augmenting large language models with chemistry tools", 100)
    assert first["reference"] in ("2304.05376", "10.1038/s42256-024-00832-8")
