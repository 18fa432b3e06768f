"""Look up a paper by a reference: an arXiv id, a DOI, an OpenReview, ACL or Semantic Scholar id, or a URL.

A DOI is looked up at Crossref, which has most DOIs. If Crossref does not know the DOI and DataCite registered it, the
DOI is looked up at DataCite. If the DOI is still not found, it is looked up at doi.org, which has the records of all
agencies as CSL-JSON.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from readq.errors import ReadqError
from readq.feeds.arxiv import api_client
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import identifiers_in
from readq.model.identity.evidence import Identifier
from readq.net.endpoints import Endpoints, service_of
from readq.net.fetcher import Fetcher, FetchError, Request
from readq.registries import citation_meta_tags, crossref, csl_json, datacite, openalex, semanticscholar
from readq.registries.json_record import decoded, in_path, objects_in, text_in

_MAX_FALLBACK = 10
"""The maximum number of papers to request from DataCite one by one when arXiv fails."""

_UNKNOWN_STATUSES = (400, 404, 406, 410)


class LookedUp(NamedTuple):
    """The result of looking up a reference."""

    paper: FetchedPaper | None
    """The paper, or None if the look-up failed."""
    error: str | None = None
    """The reason if the look-up failed, otherwise None."""
    final: bool = False
    """Whether a retry would not help, because the servers answered that they do not know the reference."""


async def look_up(fetcher: Fetcher, endpoints: Endpoints, references: Sequence[str]) -> dict[str, LookedUp]:
    """Look up several references. Return a mapping from each reference to its result.

    All arXiv ids are looked up in one request. If the look-up of a reference fails, its result has the error, and the
    other look-ups go on. This function raises no errors.
    """
    named = {reference: identifiers_in(reference) for reference in references}
    found: dict[str, LookedUp] = {}
    arxiv = {one[0][1]: reference for reference, one in named.items() if one and one[0][0] == "arxiv"}
    if arxiv:
        found.update(await _arxiv(fetcher, endpoints, arxiv))
    for reference, names in named.items():
        if reference not in found:
            found[reference] = await _look_up_one(fetcher, endpoints, reference, names)
    return {reference: found[reference] for reference in references}


async def _arxiv(fetcher: Fetcher, endpoints: Endpoints, arxiv: dict[str, str]) -> dict[str, LookedUp]:
    try:
        papers = await api_client.by_ids(fetcher, endpoints, list(arxiv))
    except ReadqError as error:
        return await _arxiv_fallback(fetcher, endpoints, arxiv, str(error))
    by_id = {value: paper for paper in papers for scheme, value in paper.identifiers if scheme == "arxiv"}
    return {
        reference: LookedUp(by_id[name]) if name in by_id else LookedUp(None, f"arXiv has no paper {name}", final=True)
        for name, reference in arxiv.items()
    }


async def _arxiv_fallback(
    fetcher: Fetcher, endpoints: Endpoints, arxiv: dict[str, str], failure: str
) -> dict[str, LookedUp]:
    """Look up arXiv papers at DataCite, which registers their DOIs. arXiv sometimes refuses requests for hours."""
    found = {reference: LookedUp(None, failure) for reference in arxiv.values()}
    try:
        for name, reference in list(arxiv.items())[:_MAX_FALLBACK]:
            if paper := await datacite.by_doi(fetcher, endpoints, f"10.48550/arxiv.{name}"):
                found[reference] = LookedUp(paper)
    except FetchError:
        return found
    return found


async def _look_up_one(fetcher: Fetcher, endpoints: Endpoints, reference: str, names: Sequence[Identifier]) -> LookedUp:
    try:
        paper = await _paper(fetcher, endpoints, reference, dict(names))
    except FetchError as error:
        return LookedUp(None, str(error), final=error.status in _UNKNOWN_STATUSES)
    if paper is None:
        return LookedUp(None, await _why_unknown(fetcher, endpoints, reference, dict(names).get("doi")), final=True)
    return LookedUp(replace(paper, identifiers=tuple(dict.fromkeys((*names, *paper.identifiers)))))


async def _why_unknown(fetcher: Fetcher, endpoints: Endpoints, reference: str, doi: str | None) -> str:
    if doi and (agency := await agency_of(fetcher, endpoints, doi)):
        return f"{agency} registered the DOI {doi}, but sent no record of the work"
    return f"no service knows {reference}"


async def _paper(fetcher: Fetcher, endpoints: Endpoints, reference: str, names: dict[str, str]) -> FetchedPaper | None:
    if "doi" in names:
        return await by_doi(fetcher, endpoints, names["doi"])
    if "acl" in names:
        return await _page(fetcher, endpoints, f"{endpoints.acl}/{names['acl']}/", "acl")
    if "openreview" in names:
        return await _page(fetcher, endpoints, f"{endpoints.openreview}/forum?id={names['openreview']}", "openreview")
    if "pmid" in names:
        found = await _by_pmid(fetcher, endpoints, names["pmid"])
        return found and await _best_record(fetcher, endpoints, found)
    if "s2" in names:
        found = await semanticscholar.by_identifier(fetcher, endpoints, ("s2", names["s2"]))
        return found and await _best_record(fetcher, endpoints, found)
    return await _page(fetcher, endpoints, reference, service_of(reference, endpoints))


async def _by_pmid(fetcher: Fetcher, endpoints: Endpoints, pmid: str) -> FetchedPaper | None:
    """Look up a PubMed id at OpenAlex, then at Semantic Scholar. DOI agencies do not know these ids."""
    if paper := await openalex.by_pmid(fetcher, endpoints, pmid):
        return paper
    return await semanticscholar.by_identifier(fetcher, endpoints, ("pmid", pmid))


async def by_doi(fetcher: Fetcher, endpoints: Endpoints, doi: str) -> FetchedPaper | None:
    """Look up a DOI at Crossref, DataCite and doi.org, one after the other.

    Return None if none of them knows the DOI. Raises FetchError if a request fails.
    """
    if paper := await crossref.by_doi(fetcher, endpoints, doi):
        return paper
    agency = await agency_of(fetcher, endpoints, doi)
    if agency in ("datacite", None) and (paper := await datacite.by_doi(fetcher, endpoints, doi)):
        return paper
    try:
        return await csl_json.by_doi(fetcher, endpoints, doi)
    except FetchError as error:
        if error.status in _UNKNOWN_STATUSES:
            return None
        raise


async def agency_of(fetcher: Fetcher, endpoints: Endpoints, doi: str) -> str | None:
    """Ask doi.org for the registration agency of a DOI. Return its name in lower case.

    Return None if there is no such DOI, or if the request fails.
    """
    request = Request(f"{endpoints.doi}/doiRA/{in_path(doi)}", "doi", "application/json")
    try:
        response = await fetcher.fetch(request)
    except FetchError:
        return None
    return next((text_in(one.get("RA")).lower() for one in objects_in(decoded(response.body))), "") or None


async def _page(fetcher: Fetcher, endpoints: Endpoints, url: str, service: str) -> FetchedPaper | None:
    """Return the paper that a page describes. If the page names a DOI, the paper comes from the registry of the DOI."""
    papers, doi = await citation_meta_tags.page(fetcher, url, service)
    if papers:
        return await _best_record(fetcher, endpoints, papers[0])
    return await by_doi(fetcher, endpoints, doi) if doi else None


async def _best_record(fetcher: Fetcher, endpoints: Endpoints, paper: FetchedPaper) -> FetchedPaper:
    """Return the record of the paper from the registry of its DOI or from arXiv, with gaps filled from `paper`.

    If there is no record, return `paper`.
    """
    names = dict(paper.identifiers)
    try:
        if "doi" in names:
            better = await by_doi(fetcher, endpoints, names["doi"])
        elif "arxiv" in names:
            better = next(iter(await api_client.by_ids(fetcher, endpoints, [names["arxiv"]])), None)
        else:
            better = None
    except ReadqError:
        better = None
    if better is None:
        return paper
    gaps = {name: getattr(paper, name) for name in ("abstract", "pdf_url") if not getattr(better, name)}
    return replace(better, **gaps, identifiers=tuple(dict.fromkeys((*better.identifiers, *paper.identifiers))))
