"""Look up DOIs at Crossref (https://api.crossref.org/works/DOI), where most publishers register their DOIs.

For an unknown DOI, the response is 404 with plain text. An anonymous user may send one request at a time: at most five
a second for single DOIs, and one a second for lists. A user with a `mailto:` in the User-Agent may send twice as many.
"""

from collections.abc import Sequence
from urllib.parse import quote

from readq.model.fetched_paper import FetchedPaper
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request
from readq.registries import csl_json
from readq.registries.json_record import decoded, fetch_record, in_path, object_in, objects_in

SERVICE = "crossref"
BATCH_SIZE = 40
"""The most DOIs in one request. It keeps the URL below 8 KiB, which is the limit of many servers."""


def parse(body: bytes) -> list[FetchedPaper]:
    """Parse a response of Crossref, one work or a list of works, into papers.

    Return an empty list for any other response. Works without a title are left out.
    """
    message = object_in(object_in(decoded(body)).get("message"))
    items = objects_in(message["items"]) if "items" in message else [message]
    return [paper for item in items if (paper := csl_json.paper_of(item))]


async def by_doi(fetcher: Fetcher, endpoints: Endpoints, doi: str) -> FetchedPaper | None:
    """Look up a DOI. Return None if Crossref does not know the DOI. Raises FetchError if the request fails."""
    request = Request(f"{endpoints.crossref}/works/{in_path(doi)}", SERVICE, "application/json")
    return next(iter(parse(await fetch_record(fetcher, request))), None)


async def by_dois(fetcher: Fetcher, endpoints: Endpoints, dois: Sequence[str]) -> dict[str, FetchedPaper]:
    """Look up several DOIs. Return a mapping from DOIs to papers, without DOIs that Crossref does not know.

    Raises FetchError if a request fails.
    """
    # A comma separates filters, so a DOI that contains one needs a request of its own.
    plain = [doi for doi in dois if "," not in doi]
    found: dict[str, FetchedPaper] = {}
    for start in range(0, len(plain), BATCH_SIZE):
        batch = plain[start : start + BATCH_SIZE]
        names = quote(",".join(f"doi:{doi}" for doi in batch), safe=":,/")
        request = Request(f"{endpoints.crossref}/works?rows={len(batch)}&filter={names}", SERVICE, "application/json")
        for paper in parse((await fetcher.fetch(request)).body):
            found.update({value: paper for scheme, value in paper.identifiers if scheme == "doi" and value in batch})
    for doi in (doi for doi in dois if "," in doi):
        if single := await by_doi(fetcher, endpoints, doi):
            found[doi] = single
    return found
