"""Crossref, where most publishers register DOIs: https://api.crossref.org/works/DOI.

An unknown DOI is answered by 404 and a line of text. Its public pool takes five requests a second, one at a time, and
lists once a second; a `mailto:` in the User-Agent doubles that.
"""

from collections.abc import Sequence
from urllib.parse import quote

from readq.model.values import FetchedPaper
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request
from readq.registries import csl_json as csl
from readq.registries.record_fields import decoded, in_path, object_in, objects_in, registered

SERVICE = "crossref"
BATCH = 40
"""DOIs in one question: the address stays under the 8 KiB that servers read."""


def parse(body: bytes) -> list[FetchedPaper]:
    """The papers of `/works/DOI` or of a list of works; none where the answer is no record."""
    message = object_in(object_in(decoded(body)).get("message"))
    items = objects_in(message["items"]) if "items" in message else [message]
    return [paper for item in items if (paper := csl.record(item))]


async def by_doi(fetcher: Fetcher, endpoints: Endpoints, doi: str) -> FetchedPaper | None:
    """The record of one DOI; None when Crossref does not have it. Raises FetchError."""
    request = Request(f"{endpoints.crossref}/works/{in_path(doi)}", SERVICE, "application/json")
    return next(iter(parse(await registered(fetcher, request))), None)


async def by_dois(fetcher: Fetcher, endpoints: Endpoints, dois: Sequence[str]) -> dict[str, FetchedPaper]:
    """The records of many DOIs, as far as Crossref has them, by DOI. Raises FetchError."""
    # A comma ends a filter, so a DOI that holds one is asked for by itself.
    plain = [doi for doi in dois if "," not in doi]
    found: dict[str, FetchedPaper] = {}
    for start in range(0, len(plain), BATCH):
        chosen = plain[start : start + BATCH]
        names = quote(",".join(f"doi:{doi}" for doi in chosen), safe=":,/")
        request = Request(f"{endpoints.crossref}/works?rows={len(chosen)}&filter={names}", SERVICE, "application/json")
        for paper in parse((await fetcher.fetch(request)).body):
            found.update({value: paper for scheme, value in paper.identifiers if scheme == "doi" and value in chosen})
    for doi in (doi for doi in dois if "," in doi):
        if paper_with_comma := await by_doi(fetcher, endpoints, doi):
            found[doi] = paper_with_comma
    return found
