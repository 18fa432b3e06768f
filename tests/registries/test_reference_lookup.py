"""`readq.registries.reference_lookup`: the registries that are requested, and failures."""

import contextlib
import json
from collections.abc import Mapping

from readq.model.values import Trust
from readq.net.endpoints import Endpoints
from readq.net.fetcher import FetchError, Request, Response
from readq.registries import crossref, openalex, semanticscholar
from readq.registries.reference_lookup import LookedUp, look_up

ENDPOINTS = Endpoints()


class Fake:
    """A network with some addresses; any other gives 404. `asked` records the requests."""

    def __init__(self, answers: Mapping[str, object]) -> None:
        self.asked: list[Request] = []
        self._answers = answers

    async def fetch(self, request: Request) -> Response:
        self.asked.append(request)
        found = self._answers.get(request.url)
        if isinstance(found, FetchError):
            raise found
        if found is None:
            raise FetchError(f"{request.url}: 404", status=404, body=b"Resource not found.")
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        return Response(request.url, 200, body)

    @property
    def urls(self) -> list[str]:
        return [request.url for request in self.asked]


def work(title: str, doi: str) -> dict[str, object]:
    return {"message": {"DOI": doi, "title": [title]}}


async def test_crossref_is_requested_first_and_alone_if_it_knows() -> None:
    fake = Fake({"https://api.crossref.org/works/10.1000/a(1)": work("Growth", "10.1000/a(1)")})
    found = await look_up(fake, ENDPOINTS, ["10.1000/A(1)"])
    assert found["10.1000/A(1)"].paper is not None
    assert fake.urls == ["https://api.crossref.org/works/10.1000/a(1)"]


async def test_a_failing_agency_look_up_does_not_lose_the_paper() -> None:
    attributes = {"doi": "10.5281/z", "titles": [{"title": "Rings"}]}
    fake = Fake(
        {
            "https://doi.org/doiRA/10.5281/z": FetchError("doi.org: 500", status=500),
            "https://api.datacite.org/dois/10.5281/z": {"data": {"attributes": attributes}},
        }
    )
    found = (await look_up(fake, ENDPOINTS, ["10.5281/z"]))["10.5281/z"]
    assert found.paper is not None
    assert found.paper.title == "Rings"


async def test_a_failure_is_final_only_when_asking_again_would_not_help() -> None:
    busy = FetchError("api.crossref.org: 429", status=429)
    fake = Fake({"https://api.crossref.org/works/10.1000/busy": busy})
    found = await look_up(fake, ENDPOINTS, ["10.1000/busy", "10.1000/none"])
    assert found == {
        "10.1000/busy": LookedUp(None, "api.crossref.org: 429"),
        "10.1000/none": LookedUp(None, "no service knows 10.1000/none", final=True),
    }


async def test_a_doi_whose_agency_sends_no_record_is_not_unknown() -> None:
    fake = Fake({"https://doi.org/doiRA/10.1000/x": [{"DOI": "10.1000/x", "RA": "ISTIC"}]})
    found = (await look_up(fake, ENDPOINTS, ["10.1000/x"]))["10.1000/x"]
    assert found == LookedUp(None, "istic registered the DOI 10.1000/x, but sent no record of the work", final=True)


async def test_unreadable_answers_are_no_papers() -> None:
    fake = Fake(
        {
            "https://api.crossref.org/works/10.1000/x": b"<html>",
            "https://doi.org/10.1000/x": b"<html><title>DOI Not Found</title></html>",
        }
    )
    assert (await look_up(fake, ENDPOINTS, ["10.1000/x"]))["10.1000/x"].final


async def test_a_page_with_a_doi_leads_to_the_registry_and_stays_when_that_fails() -> None:
    page = b'<meta name="citation_title" content="Growth"><meta name="citation_doi" content="10.1000/a">'
    url = "https://growth.example/7"
    fake = Fake({url: page, "https://api.crossref.org/works/10.1000/a": work("Registered", "10.1000/a")})
    paper = (await look_up(fake, ENDPOINTS, [url]))[url].paper
    assert paper is not None
    assert (paper.title, set(paper.identifiers)) == ("Registered", {("doi", "10.1000/a"), ("url", url)})
    down = Fake({url: page, "https://api.crossref.org/works/10.1000/a": FetchError("x", status=503)})
    paper = (await look_up(down, ENDPOINTS, [url]))[url].paper
    assert paper is not None
    assert paper.title == "Growth"
    assert fake.asked[0].user_url == url


async def test_semantic_scholar_by_its_own_ids() -> None:
    corpus, sha = "CorpusID:123", "b" * 40
    base = "https://api.semanticscholar.org/graph/v1/paper"
    fields = semanticscholar._FIELDS
    fake = Fake(
        {
            f"{base}/CorpusId:123?fields={fields}": {"title": "Growth"},
            f"{base}/{sha}?fields={fields}": {"title": "Decay"},
        }
    )
    found = await look_up(fake, ENDPOINTS, [corpus, sha])
    assert [one.paper.title for one in found.values() if one.paper] == ["Growth", "Decay"]


async def test_a_doi_from_semantic_scholar_is_looked_up_at_its_registry() -> None:
    sha = "c" * 40
    url = f"https://api.semanticscholar.org/graph/v1/paper/{sha}?fields={semanticscholar._FIELDS}"
    graph = {"title": "Growth", "abstract": "We look.", "externalIds": {"DOI": "10.1000/a"}}
    fake = Fake({url: graph, "https://api.crossref.org/works/10.1000/a": work("Registered", "10.1000/a")})
    paper = (await look_up(fake, ENDPOINTS, [sha]))[sha].paper
    assert paper is not None
    assert (paper.title, paper.abstract, paper.trust) == ("Registered", "We look.", Trust.REGISTRY)
    assert paper.identifiers == (("s2", sha), ("doi", "10.1000/a"))


async def test_many_are_requested_at_once() -> None:
    ids = [("arxiv", f"2401.{number:05}") for number in range(1, 502)]
    graph = "https://api.semanticscholar.org/graph/v1/paper/batch?fields=" + semanticscholar._FIELDS
    fake = Fake({graph: [None, {"title": "Growth"}]})
    found = await semanticscholar.by_identifiers(fake, ENDPOINTS, [*ids, ("url", "https://x.example")])
    assert len(fake.asked) == 2
    assert fake.asked[1].json == {"ids": ["ARXIV:2401.00501"]}
    assert set(found) == {ids[1]}


async def test_dois_in_batches_and_those_with_a_comma_alone() -> None:
    dois = [f"10.1000/{number}" for number in range(41)]
    first = ",".join(f"doi:{doi}" for doi in dois[:40])
    fake = Fake(
        {
            f"https://api.crossref.org/works?rows=40&filter={first}": {
                "message": {
                    "items": [work("Growth", "10.1000/7")["message"], work("Odd", "10.1000/unasked")["message"]]
                }
            },
            "https://api.crossref.org/works?rows=1&filter=doi:10.1000/40": {"message": {"items": []}},
            "https://api.crossref.org/works/10.1000/a,b": work("Comma", "10.1000/a,b"),
        }
    )
    found = await crossref.by_dois(fake, ENDPOINTS, [*dois, "10.1000/a,b"])
    assert {doi: paper.title for doi, paper in found.items()} == {"10.1000/7": "Growth", "10.1000/a,b": "Comma"}


async def test_a_title_cannot_end_a_filter_of_openalex() -> None:
    fake = Fake({})
    assert await openalex.by_title(fake, ENDPOINTS, "!?") == []
    assert fake.asked == []
    with contextlib.suppress(FetchError):
        await openalex.by_title(fake, ENDPOINTS, "Growth, decay|death & more: 100%")
    assert "filter=title.search:Growth%20decay%20death%20more%20100&" in fake.urls[0]


async def test_while_arxiv_refuses_datacite_has_its_papers() -> None:
    attributes = {"doi": "10.48550/arxiv.2401.00001", "titles": [{"title": "Growth"}]}
    fake = Fake({"https://api.datacite.org/dois/10.48550/arxiv.2401.00001": {"data": {"attributes": attributes}}})
    found = await look_up(fake, ENDPOINTS, ["2401.00001", "2401.00002"])
    paper = found["2401.00001"].paper
    assert paper is not None
    assert (paper.title, paper.trust, paper.identifiers) == ("Growth", Trust.ARXIV, (("arxiv", "2401.00001"),))
    assert (found["2401.00002"].paper, found["2401.00002"].final) == (None, False)


async def test_a_pubmed_id_is_completed_by_openalex_then_by_the_registry_of_its_doi() -> None:
    fake = Fake({"https://api.crossref.org/works/10.1000/a": work("Growth", "10.1000/a")})
    answer = {"id": "https://openalex.org/W1", "title": "growth", "doi": "https://doi.org/10.1000/a"}

    class ByPmid(Fake):
        async def fetch(self, request: Request) -> Response:
            if "/works/pmid:31452104?" in request.url:
                return Response(request.url, 200, json.dumps(answer).encode())
            return await fake.fetch(request)

    paper = (await look_up(ByPmid({}), ENDPOINTS, ["pmid:31452104"]))["pmid:31452104"].paper
    assert paper is not None
    assert paper.title == "Growth"
    assert {("pmid", "31452104"), ("doi", "10.1000/a")} <= set(paper.identifiers)


async def test_a_pubmed_id_that_openalex_does_not_know_is_looked_up_at_semantic_scholar() -> None:
    class Semantic(Fake):
        async def fetch(self, request: Request) -> Response:
            if "/paper/PMID:31452104?" in request.url:
                return Response(request.url, 200, json.dumps({"paperId": "0" * 40, "title": "Growth"}).encode())
            return await super().fetch(request)

    paper = (await look_up(Semantic({}), ENDPOINTS, ["PMID: 31452104"]))["PMID: 31452104"].paper
    assert paper is not None
    assert paper.title == "Growth"
