"""Semantic Scholar: https://api.semanticscholar.org/graph/v1. Half of any record may be null, and so may records.

Without a key everybody shares one pool: 429 is common.
"""

from collections.abc import Sequence
from urllib.parse import quote

from readq.feeds.parsed_feed import day_of
from readq.model.identifiers import arxiv_pdf_url, arxiv_url
from readq.model.matching import Identifier
from readq.model.values import FetchedPaper, Trust
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request
from readq.registries.markup import plain_abstract, plain_title
from readq.registries.record_fields import (
    Object,
    arxiv_identifier,
    decoded,
    fields,
    identifiers,
    in_path,
    is_preprint_server,
    object_in,
    objects_in,
    pages,
    people,
    person,
    registered,
    text_in,
    year_in,
)

SERVICE = "semanticscholar"
BATCH = 500
"""Ids in one question, the most that the service takes."""

_FIELDS = (
    "title,abstract,year,venue,publicationVenue,journal,externalIds,publicationDate,publicationTypes,authors,url,"
    "openAccessPdf"
)
_PREFIXES = {"arxiv": "ARXIV:", "doi": "DOI:", "acl": "ACL:", "s2": ""}


def parse(body: bytes) -> list[FetchedPaper]:
    """The papers of any answer: one paper, a search, a batch; none where it holds no paper with a title."""
    return [paper for paper in parse_batch(body) if paper]


def parse_batch(body: bytes) -> list[FetchedPaper | None]:
    """The papers of an answer in their places; None for an id that is not known and for a record without a title."""
    value = decoded(body)
    if isinstance(value, dict):
        value = value["data"] if isinstance(value.get("data"), list) else [value]
    return [_paper(object_in(one)) for one in value] if isinstance(value, list) else []


def name_of(identifier: Identifier) -> str | None:
    """What Semantic Scholar calls an identifier; None for a scheme that it does not know."""
    scheme, value = identifier
    if scheme == "s2" and value.startswith("corpusid:"):
        return f"CorpusId:{value.removeprefix('corpusid:')}"
    return f"{_PREFIXES[scheme]}{value}" if scheme in _PREFIXES else None


async def by_identifier(fetcher: Fetcher, endpoints: Endpoints, identifier: Identifier) -> FetchedPaper | None:
    """One paper; None when it is not known there. Raises FetchError."""
    name = name_of(identifier)
    if name is None:
        return None
    url = f"{endpoints.semanticscholar}/graph/v1/paper/{in_path(name)}?fields={_FIELDS}"
    return next(iter(parse(await registered(fetcher, Request(url, SERVICE, "application/json")))), None)


async def by_identifiers(
    fetcher: Fetcher, endpoints: Endpoints, wanted: Sequence[Identifier]
) -> dict[Identifier, FetchedPaper]:
    """The papers of identifiers that are known there, in one request for 500. Raises FetchError."""
    known = [(one, name) for one in wanted if (name := name_of(one))]
    found: dict[Identifier, FetchedPaper] = {}
    for start in range(0, len(known), BATCH):
        chosen = known[start : start + BATCH]
        url = f"{endpoints.semanticscholar}/graph/v1/paper/batch?fields={_FIELDS}"
        question = {"ids": [name for _, name in chosen]}
        answer = await fetcher.fetch(Request(url, SERVICE, "application/json", json=question))
        for (one, _), paper in zip(chosen, parse_batch(answer.body), strict=False):
            if paper:
                found[one] = paper
    return found


async def by_title(fetcher: Fetcher, endpoints: Endpoints, title: str, limit: int = 10) -> list[FetchedPaper]:
    """Papers that a search for `title` finds, the nearest first. Raises FetchError."""
    url = f"{endpoints.semanticscholar}/graph/v1/paper/search?query={quote(title)}&limit={limit}&fields={_FIELDS}"
    return parse((await fetcher.fetch(Request(url, SERVICE, "application/json"))).body)


def _paper(item: Object) -> FetchedPaper | None:
    title = plain_title(item.get("title"))
    if not title:
        return None
    ids = object_in(item.get("externalIds"))
    arxiv = arxiv_identifier(ids.get("ArXiv"))
    journal = object_in(item.get("journal"))
    # Of a paper with a venue the journal may still be `ArXiv`, volume `abs/1706.03762`.
    journal = {} if is_preprint_server(text_in(journal.get("name"))) else journal
    venue = _venue(item, journal)
    return FetchedPaper(
        title=title,
        trust=Trust.AGGREGATOR,
        where=text_in(item.get("paperId")),
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
        fields=fields(volume=text_in(journal.get("volume")), pages=pages(journal.get("pages"))) if venue else (),
    )


def _venue(item: Object, journal: Object) -> str:
    given = (object_in(item.get("publicationVenue")).get("name"), item.get("venue"), journal.get("name"))
    names = [plain_title(name) for name in given]
    return next((name for name in names if name and not is_preprint_server(name)), "")


def _acl(value: object) -> tuple[Identifier, ...]:
    return tuple(one for one in identifiers(value) if one[0] == "acl")


def _entry_type(item: Object) -> str | None:
    kind = text_in(object_in(item.get("publicationVenue")).get("type"))
    types = item.get("publicationTypes")
    if kind == "conference" or (isinstance(types, list) and "Conference" in types):
        return "inproceedings"
    return "article" if kind == "journal" else None
