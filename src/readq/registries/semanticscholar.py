"""Look up and search papers at Semantic Scholar (https://api.semanticscholar.org/graph/v1).

Records and most of their fields can be null. All users without an API key share one quota, so error 429 (too many
requests) is common.
"""

from collections.abc import Sequence
from urllib.parse import quote

from readq.feeds.parsed_feed import day_of
from readq.formats.jats_text import plain_abstract, plain_title
from readq.formats.record_values import bibtex_fields
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_pdf_url, arxiv_url
from readq.model.identity.evidence import Identifier
from readq.model.values import Trust
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request
from readq.registries.json_record import (
    Object,
    arxiv_identifier,
    decoded,
    fetch_record,
    identifiers,
    in_path,
    is_preprint_server,
    object_in,
    objects_in,
    pages,
    people,
    person,
    text_in,
    year_in,
)

SERVICE = "semanticscholar"
BATCH_SIZE = 500
"""The maximum number of ids in one request. The server sets this limit."""

_FIELDS = (
    "title,abstract,year,venue,publicationVenue,journal,externalIds,publicationDate,publicationTypes,authors,url,"
    "openAccessPdf"
)
_PREFIXES = {"arxiv": "ARXIV:", "doi": "DOI:", "acl": "ACL:", "pmid": "PMID:", "s2": ""}


def parse(body: bytes) -> list[FetchedPaper]:
    """Parse a response of Semantic Scholar into papers: one paper, search results or a batch.

    Records without a title are left out.
    """
    return [paper for paper in parse_batch(body) if paper]


def parse_batch(body: bytes) -> list[FetchedPaper | None]:
    """Parse the response to a batch of ids. The result has one element for each id, in the order of the ids.

    An element is the paper, or None if the id is unknown or the record has no title.
    """
    value = decoded(body)
    if isinstance(value, dict):
        value = value["data"] if isinstance(value.get("data"), list) else [value]
    return [paper_of(object_in(one)) for one in value] if isinstance(value, list) else []


def name_of(identifier: Identifier) -> str | None:
    """Return an identifier in Semantic Scholar's form, such as `DOI:10.1145/3292500`.

    Return None if Semantic Scholar does not know the scheme.
    """
    scheme, value = identifier
    if scheme == "s2" and value.startswith("corpusid:"):
        return f"CorpusId:{value.removeprefix('corpusid:')}"
    return f"{_PREFIXES[scheme]}{value}" if scheme in _PREFIXES else None


async def by_identifier(fetcher: Fetcher, endpoints: Endpoints, identifier: Identifier) -> FetchedPaper | None:
    """Look up one identifier. Return None if the server does not know it. Raises FetchError if the request fails."""
    name = name_of(identifier)
    if name is None:
        return None
    url = f"{endpoints.semanticscholar}/graph/v1/paper/{in_path(name)}?fields={_FIELDS}"
    return next(iter(parse(await fetch_record(fetcher, Request(url, SERVICE, "application/json")))), None)


async def by_identifiers(
    fetcher: Fetcher, endpoints: Endpoints, identifiers_to_find: Sequence[Identifier]
) -> dict[Identifier, FetchedPaper]:
    """Look up identifiers, BATCH_SIZE in each request. Return a mapping from identifiers to papers.

    Identifiers that the server does not know are left out. Raises FetchError if a request fails.
    """
    named = [(one, name) for one in identifiers_to_find if (name := name_of(one))]
    found: dict[Identifier, FetchedPaper] = {}
    for start in range(0, len(named), BATCH_SIZE):
        batch = named[start : start + BATCH_SIZE]
        url = f"{endpoints.semanticscholar}/graph/v1/paper/batch?fields={_FIELDS}"
        body = {"ids": [name for _, name in batch]}
        response = await fetcher.fetch(Request(url, SERVICE, "application/json", json=body))
        for (one, _), paper in zip(batch, parse_batch(response.body), strict=False):
            if paper:
                found[one] = paper
    return found


async def by_title(fetcher: Fetcher, endpoints: Endpoints, title: str, limit: int = 10) -> list[FetchedPaper]:
    """Search for a title. Return at most `limit` papers, the best match first.

    Raises FetchError if the request fails.
    """
    url = f"{endpoints.semanticscholar}/graph/v1/paper/search?query={quote(title)}&limit={limit}&fields={_FIELDS}"
    return parse((await fetcher.fetch(Request(url, SERVICE, "application/json"))).body)


def paper_of(item: Object) -> FetchedPaper | None:
    """Convert a record to a paper. Return None if the record has no title."""
    title = plain_title(item.get("title"))
    if not title:
        return None
    ids = object_in(item.get("externalIds"))
    arxiv = arxiv_identifier(ids.get("ArXiv"))
    journal = object_in(item.get("journal"))
    # Even for a published paper the journal may be `ArXiv` with the volume `abs/1706.03762`.
    journal = {} if is_preprint_server(text_in(journal.get("name"))) else journal
    venue = _venue(item, journal)
    return FetchedPaper(
        title=title,
        trust=Trust.AGGREGATOR,
        where=text_in(item.get("paperId")),
        name=text_in(item.get("paperId")) or None,
        abstract=plain_abstract(item.get("abstract")),
        authors=people(person(None, whole=one.get("name")) for one in objects_in(item.get("authors"))),
        published=day_of(item.get("publicationDate")),
        year=year_in(item.get("year")),
        venue=venue or None,
        url=arxiv_url(arxiv[0][1]) if arxiv else text_in(item.get("url")) or None,
        pdf_url=arxiv_pdf_url(arxiv[0][1]) if arxiv else None,
        identifiers=tuple(
            dict.fromkeys(
                (*arxiv, *identifiers(ids.get("DOI")), *_acl(ids.get("ACL")), *identifiers(item.get("paperId")))
            )
        ),
        entry_type=_entry_type(item) if venue else None,
        fields=bibtex_fields(volume=text_in(journal.get("volume")), pages=pages(journal.get("pages"))) if venue else (),
    )


def _venue(item: Object, journal: Object) -> str:
    candidates = (object_in(item.get("publicationVenue")).get("name"), item.get("venue"), journal.get("name"))
    names = [plain_title(name) for name in candidates]
    return next((name for name in names if name and not is_preprint_server(name)), "")


def _acl(value: object) -> tuple[Identifier, ...]:
    return tuple(one for one in identifiers(value) if one[0] == "acl")


def _entry_type(item: Object) -> str | None:
    kind = text_in(object_in(item.get("publicationVenue")).get("type"))
    types = item.get("publicationTypes")
    if kind == "conference" or (isinstance(types, list) and "Conference" in types):
        return "inproceedings"
    return "article" if kind == "journal" else None
