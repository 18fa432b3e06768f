"""One paper by what it is called: arXiv id, DOI, OpenReview, ACL, Semantic Scholar, any address. Who is asked, and how.

A DOI is asked for at Crossref, which has most of them; what it does not have, at the agency that doi.org names. Whoever
registers a DOI, doi.org itself can give it as CSL-JSON.
"""

from collections.abc import Sequence
from typing import NamedTuple

from readq.errors import ReadqError
from readq.feeds.arxiv import api_client as arxiv_asking
from readq.model.identifiers import identifiers_in
from readq.model.matching import Identifier
from readq.model.values import FetchedPaper
from readq.net.endpoints import Endpoints, service_of
from readq.net.fetcher import Fetcher, FetchError, Request
from readq.registries import citation_meta_tags as citation_meta
from readq.registries import crossref, datacite, semanticscholar
from readq.registries import csl_json as csl
from readq.registries.record_fields import decoded, in_path, objects_in, text_in

_INSTEAD = 10
"""Papers that DataCite is asked for one by one while arXiv refuses."""


class LookedUp(NamedTuple):
    """What a look-up of one reference came to: a paper, or the error; `final` when asking again would not help."""

    paper: FetchedPaper | None
    error: str | None = None
    final: bool = False


async def look_up(fetcher: Fetcher, endpoints: Endpoints, references: Sequence[str]) -> dict[str, LookedUp]:
    """The papers that references name, arXiv ids in one request; each reference has its own failure."""
    named = {reference: identifiers_in(reference) for reference in references}
    found: dict[str, LookedUp] = {}
    arxiv = {one[0][1]: reference for reference, one in named.items() if one and one[0][0] == "arxiv"}
    if arxiv:
        found.update(await _arxiv(fetcher, endpoints, arxiv))
    for reference, names in named.items():
        if reference not in found:
            found[reference] = await _caught(fetcher, endpoints, reference, names)
    return {reference: found[reference] for reference in references}


async def _arxiv(fetcher: Fetcher, endpoints: Endpoints, wanted: dict[str, str]) -> dict[str, LookedUp]:
    try:
        papers = await arxiv_asking.by_ids(fetcher, endpoints, list(wanted))
    except ReadqError as error:
        return await _instead_of_arxiv(fetcher, endpoints, wanted, str(error))
    by_id = {value: paper for paper in papers for scheme, value in paper.identifiers if scheme == "arxiv"}
    return {
        reference: LookedUp(by_id[name]) if name in by_id else LookedUp(None, f"arXiv has no paper {name}", final=True)
        for name, reference in wanted.items()
    }


async def _instead_of_arxiv(
    fetcher: Fetcher, endpoints: Endpoints, wanted: dict[str, str], failure: str
) -> dict[str, LookedUp]:
    """What DataCite has of papers at arXiv, whose DOIs it registers; arXiv refuses for hours at times."""
    found = {reference: LookedUp(None, failure) for reference in wanted.values()}
    try:
        for name, reference in list(wanted.items())[:_INSTEAD]:
            if paper := await datacite.by_doi(fetcher, endpoints, f"10.48550/arxiv.{name}"):
                found[reference] = LookedUp(paper)
    except FetchError:
        return found
    return found


async def _caught(fetcher: Fetcher, endpoints: Endpoints, reference: str, names: Sequence[Identifier]) -> LookedUp:
    try:
        paper = await _one(fetcher, endpoints, reference, dict(names))
    except FetchError as error:
        return LookedUp(None, str(error), final=error.status in (400, 404, 406, 410))
    if paper is None:
        return LookedUp(None, f"nobody knows a paper {reference}", final=True)
    return LookedUp(paper._replace(identifiers=tuple(dict.fromkeys((*names, *paper.identifiers)))))


async def _one(fetcher: Fetcher, endpoints: Endpoints, reference: str, names: dict[str, str]) -> FetchedPaper | None:
    if "doi" in names:
        return await by_doi(fetcher, endpoints, names["doi"])
    if "acl" in names:
        return await _page(fetcher, endpoints, f"{endpoints.acl}/{names['acl']}/", "acl")
    if "openreview" in names:
        return await _page(fetcher, endpoints, f"{endpoints.openreview}/forum?id={names['openreview']}", "openreview")
    if "s2" in names:
        own = await semanticscholar.by_identifier(fetcher, endpoints, ("s2", names["s2"]))
        return own and await _registered(fetcher, endpoints, own)
    return await _page(fetcher, endpoints, reference, service_of(reference, endpoints))


async def by_doi(fetcher: Fetcher, endpoints: Endpoints, doi: str) -> FetchedPaper | None:
    """What the registration agency of a DOI says of it; None when there is no such DOI. Raises FetchError."""
    if paper := await crossref.by_doi(fetcher, endpoints, doi):
        return paper
    agency = await _agency(fetcher, endpoints, doi)
    if agency in ("datacite", None) and (paper := await datacite.by_doi(fetcher, endpoints, doi)):
        return paper
    try:
        return await csl.by_doi(fetcher, endpoints, doi)
    except FetchError as error:
        if error.status in (400, 404, 406, 410):
            return None
        raise


async def _agency(fetcher: Fetcher, endpoints: Endpoints, doi: str) -> str | None:
    """The agency of a DOI by doi.org, in lower case; None when it does not say."""
    request = Request(f"{endpoints.doi}/doiRA/{in_path(doi)}", "doi", "application/json")
    try:
        answer = await fetcher.fetch(request)
    except FetchError:
        return None
    return next((text_in(one.get("RA")).lower() for one in objects_in(decoded(answer.body))), "") or None


async def _page(fetcher: Fetcher, endpoints: Endpoints, url: str, service: str) -> FetchedPaper | None:
    """The paper that a page is about, as the registry tells it when the page names its DOI."""
    papers, doi = await citation_meta.page(fetcher, url, service)
    if papers:
        return await _registered(fetcher, endpoints, papers[0])
    return await by_doi(fetcher, endpoints, doi) if doi else None


async def _registered(fetcher: Fetcher, endpoints: Endpoints, own: FetchedPaper) -> FetchedPaper:
    """What arXiv or the registry of its DOI says of a paper, for they know it better; `own` where they say nothing."""
    names = dict(own.identifiers)
    try:
        if "doi" in names:
            better = await by_doi(fetcher, endpoints, names["doi"])
        elif "arxiv" in names:
            better = next(iter(await arxiv_asking.by_ids(fetcher, endpoints, [names["arxiv"]])), None)
        else:
            better = None
    except ReadqError:
        better = None
    if better is None:
        return own
    gaps = {name: getattr(own, name) for name in ("abstract", "pdf_url") if not getattr(better, name)}
    return better._replace(**gaps, identifiers=tuple(dict.fromkeys((*better.identifiers, *own.identifiers))))
