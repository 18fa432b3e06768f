"""Look up DOIs at Crossref (https://api.crossref.org/works/DOI), where most publishers register their DOIs.

For an unknown DOI, the response is 404 with plain text. An anonymous user may send one request at a time. The limit is
five requests a second for single DOIs, and one a second for lists. A user with a `mailto:` in the User-Agent may send
twice as many requests.
"""

from collections.abc import Sequence
from urllib.parse import quote

from readq.model.fetched_paper import FetchedPaper
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request
from readq.registries import csl_json
from readq.registries.json_record import Object, decoded, fetch_record, in_path, object_in, objects_in

SERVICE = "crossref"
BATCH_SIZE = 40
"""The maximum number of DOIs in one request. Many servers refuse a URL of more than 8 KiB, and 40 DOIs take less."""


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
    """Look up several DOIs. Return a mapping from DOIs to papers. DOIs that Crossref does not know are left out.

    Raises FetchError if a request fails.
    """
    # A comma separates filters, so a DOI that contains one needs a request of its own.
    plain = [doi for doi in dois if "," not in doi]
    found: dict[str, FetchedPaper] = {}
    for start in range(0, len(plain), BATCH_SIZE):
        batch = plain[start : start + BATCH_SIZE]
        for paper in filter(None, map(csl_json.paper_of, await _filtered(fetcher, endpoints, "doi", batch))):
            found.update({value: paper for scheme, value in paper.identifiers if scheme == "doi" and value in batch})
    for doi in (doi for doi in dois if "," in doi):
        if single := await by_doi(fetcher, endpoints, doi):
            found[doi] = single
    return found


async def _filtered(
    fetcher: Fetcher, endpoints: Endpoints, name: str, dois: Sequence[str], rows: int = 0
) -> list[Object]:
    """Return the works that the filter `name` finds for any of `dois`, at most BATCH_SIZE."""
    filters = quote(",".join(f"{name}:{doi}" for doi in dois), safe=":,/")
    url = f"{endpoints.crossref}/works?rows={rows or len(dois)}&filter={filters}"
    return await _items(fetcher, url)


async def _items(fetcher: Fetcher, url: str) -> list[Object]:
    answer = object_in(decoded((await fetcher.fetch(Request(url, SERVICE, "application/json"))).body))
    return objects_in(object_in(answer.get("message")).get("items"))


async def works(fetcher: Fetcher, endpoints: Endpoints, dois: Sequence[str]) -> list[Object]:
    """Return the records of the works with the DOIs `dois`, as Crossref sends them. Unknown DOIs are left out.

    `dois` are at most BATCH_SIZE DOIs, none with a comma. Raises FetchError if the request fails.
    """
    return await _filtered(fetcher, endpoints, "doi", dois)


async def notices(fetcher: Fetcher, endpoints: Endpoints, dois: Sequence[str]) -> list[Object]:
    """Return the records of notices about works with the DOIs `dois`, such as corrections and retractions.

    The records are as Crossref sends them. `dois` are at most BATCH_SIZE DOIs, none with a comma. Raises FetchError if
    the request fails.
    """
    return await _filtered(fetcher, endpoints, "updates", dois, 200)


async def work(fetcher: Fetcher, endpoints: Endpoints, doi: str) -> Object:
    """Return the record of the work with a DOI, as Crossref sends it. For an unknown DOI, return an empty object.

    Raises FetchError if the request fails in any other way.
    """
    request = Request(f"{endpoints.crossref}/works/{in_path(doi)}", SERVICE, "application/json")
    return object_in(object_in(decoded(await fetch_record(fetcher, request))).get("message"))


async def search(fetcher: Fetcher, endpoints: Endpoints, reference: str, limit: int = 5) -> list[Object]:
    """Search for a paper by its title and authors. Return at most `limit` works, the best match first.

    `reference` is a text with the title and the authors. Raises FetchError if the request fails.
    """
    query = quote(" ".join("".join(char if char.isalnum() else " " for char in reference).split())[:400])
    url = f"{endpoints.crossref}/works?rows={limit}&query.bibliographic={query}"
    return await _items(fetcher, url)
