"""Search papers at OpenAlex (https://api.openalex.org/works), an open index of papers.

In an OpenAlex record, an abstract is a mapping from words to positions. Searches count against a small daily quota.
Requests by DOI do not count.
"""

from collections.abc import Sequence
from urllib.parse import quote

from readq.feeds.parsed_feed import day_of
from readq.formats.jats_text import plain_title
from readq.formats.record_values import bibtex_fields
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_pdf_url
from readq.model.identity.evidence import Identifier
from readq.model.values import Author, Trust
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request
from readq.registries.json_record import (
    Object,
    arxiv_identifier,
    decoded,
    fetch_record,
    identifiers,
    is_preprint_server,
    object_in,
    objects_in,
    page_range,
    people,
    person,
    text_in,
    year_in,
)
from readq.text import join_lines

SERVICE = "openalex"

_MAX_WORDS = 50_000
_ENTRY_TYPES = {"journal": "article", "conference": "inproceedings", "book series": "incollection"}
_FIELDS = (
    "id,doi,title,display_name,publication_date,publication_year,authorships,primary_location,locations,biblio,type,"
    "abstract_inverted_index"
)


def parse(body: bytes) -> list[FetchedPaper]:
    """Parse a response of OpenAlex, one work or a list of works, into papers.

    Return an empty list for any other response. Works without a title are left out.
    """
    value = object_in(decoded(body))
    items = objects_in(value["results"]) if "results" in value else [value]
    return [paper for item in items if (paper := paper_of(item))]


async def by_pmid(fetcher: Fetcher, endpoints: Endpoints, pmid: str) -> FetchedPaper | None:
    """Look up a PubMed id. Return None if OpenAlex does not know the id. Raises FetchError if the request fails."""
    url = f"{endpoints.openalex}/works/pmid:{pmid}?select={_FIELDS}"
    return next(iter(parse(await fetch_record(fetcher, Request(url, SERVICE, "application/json")))), None)


async def by_title(fetcher: Fetcher, endpoints: Endpoints, title: str, limit: int = 10) -> list[FetchedPaper]:
    """Search for a title. Return at most `limit` papers, the best match first.

    The title of each paper contains the words of `title`. Raises FetchError if the request fails.
    """
    # In a filter, a comma separates conditions and a bar means "or".
    words = " ".join("".join(char if char.isalnum() else " " for char in title).split())
    if not words:
        return []
    query = f"filter=title.search:{quote(words)}&per-page={limit}&select={_FIELDS}"
    return parse(
        (await fetcher.fetch(Request(f"{endpoints.openalex}/works?{query}", SERVICE, "application/json"))).body
    )


async def retracted(fetcher: Fetcher, endpoints: Endpoints, dois: Sequence[str]) -> set[str]:
    """Return the DOIs among `dois` whose works are retracted according to OpenAlex.

    `dois` are at most 50 DOIs, none with a comma or a vertical bar. Raises FetchError if the request fails.
    """
    names = quote("|".join(dois), safe=":/")
    url = f"{endpoints.openalex}/works?filter=is_retracted:true,doi:{names}&per-page=100&select=doi,is_retracted"
    value = object_in(decoded((await fetcher.fetch(Request(url, SERVICE, "application/json"))).body))
    items = [item for item in objects_in(value.get("results")) if item.get("is_retracted") is True]
    named = {name for item in items for scheme, name in identifiers(item.get("doi")) if scheme == "doi"}
    return named & set(dois)


def paper_of(item: Object) -> FetchedPaper | None:
    """Convert a work of OpenAlex to a paper. Return None if the work has no title."""
    title = plain_title(item.get("title")) or plain_title(item.get("display_name"))
    if not title:
        return None
    location = object_in(item.get("primary_location"))
    source = object_in(location.get("source"))
    venue = plain_title(source.get("display_name"))
    is_venue = venue and text_in(source.get("type")) in _ENTRY_TYPES and not is_preprint_server(venue)
    names = _identifiers(item, location)
    arxiv = next((value for scheme, value in names if scheme == "arxiv"), None)
    biblio = object_in(item.get("biblio"))
    return FetchedPaper(
        title=title,
        trust=Trust.AGGREGATOR,
        where=text_in(item.get("id")),
        name=text_in(item.get("id")) or None,
        abstract=_abstract(item.get("abstract_inverted_index")),
        authors=people(map(_author, objects_in(item.get("authorships")))),
        published=day_of(item.get("publication_date")),
        year=year_in(item.get("publication_year")),
        venue=venue if is_venue else None,
        url=text_in(item.get("doi")) or text_in(location.get("landing_page_url")) or None,
        pdf_url=arxiv_pdf_url(arxiv) if arxiv else text_in(location.get("pdf_url")) or None,
        identifiers=names,
        entry_type=_ENTRY_TYPES[text_in(source.get("type"))] if is_venue else None,
        fields=bibtex_fields(
            volume=text_in(biblio.get("volume")),
            number=text_in(biblio.get("issue")),
            pages=page_range(biblio.get("first_page"), biblio.get("last_page")),
        )
        if is_venue
        else (),
    )


def _identifiers(item: Object, location: Object) -> tuple[Identifier, ...]:
    landings = [one.get("landing_page_url") for one in [location, *objects_in(item.get("locations"))]]
    arxiv = dict.fromkeys(name for landing in landings for name in arxiv_identifier(landing))
    return tuple(dict.fromkeys((*identifiers(item.get("doi")), *list(arxiv)[:1])))


def _author(one: Object) -> Author | None:
    author = object_in(one.get("author"))
    return person(None, whole=author.get("display_name") or one.get("raw_author_name"))


def _abstract(index: object) -> str | None:
    """Rebuild the text from an index of words to positions."""
    if not isinstance(index, dict):
        return None
    words: dict[int, str] = {}
    for word, positions in index.items():
        if isinstance(positions, list):
            words.update({at: word for at in positions if type(at) is int and 0 <= at < _MAX_WORDS})
    return join_lines(" ".join(words[at] for at in sorted(words))) or None
