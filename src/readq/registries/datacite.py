"""Look up DOIs at DataCite (https://api.datacite.org/dois/DOI), where repositories and arXiv register their DOIs."""

from readq.feeds.parsed_feed import day_of
from readq.formats.jats_text import plain_abstract, plain_title
from readq.formats.record_values import bibtex_fields
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_pdf_url, arxiv_url
from readq.model.identity.evidence import Identifier
from readq.model.values import Author, Trust
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request
from readq.registries.json_record import (
    Object,
    decoded,
    fetch_record,
    identifiers,
    in_path,
    is_preprint_server,
    object_in,
    objects_in,
    page_range,
    people,
    person,
    text_in,
    year_in,
)

SERVICE = "datacite"

_DATES = ("Submitted", "Issued", "Available", "Created")
_ENTRY_TYPES = frozenset(
    ("article", "inproceedings", "incollection", "book", "phdthesis", "mastersthesis", "techreport")
)
# Relations by which arXiv's records name the publisher's DOI. In other records a version is another file.
_PUBLISHED_VERSION = frozenset(("IsVersionOf", "IsIdenticalTo", "IsPreprintOf", "IsVariantFormOf"))


def parse(body: bytes) -> list[FetchedPaper]:
    """Parse a response or a file of DataCite, one record or a list of records, into papers.

    Return an empty list for any other data. Records without a title are left out.
    """
    value = object_in(decoded(body))
    items = objects_in(value["data"]) if "data" in value else [value]
    return [paper for item in items if (paper := _record(object_in(item.get("attributes", item))))]


async def by_doi(fetcher: Fetcher, endpoints: Endpoints, doi: str) -> FetchedPaper | None:
    """Look up a DOI. Return None if DataCite does not know the DOI. Raises FetchError if the request fails."""
    request = Request(f"{endpoints.datacite}/dois/{in_path(doi)}", SERVICE, "application/vnd.api+json")
    return next(iter(parse(await fetch_record(fetcher, request))), None)


def _record(item: Object) -> FetchedPaper | None:
    titles = [one for one in objects_in(item.get("titles")) if plain_title(one.get("title"))]
    # Subtitles, translations and other secondary titles have a type.
    main = next((one for one in titles if not one.get("titleType")), titles[0] if titles else None)
    if main is None:
        return None
    names = identifiers(item.get("doi"), item.get("id") if not item.get("doi") else None)
    arxiv = next((value for scheme, value in names if scheme == "arxiv"), None)
    doi = next((value for scheme, value in names if scheme == "doi"), None)
    container = object_in(item.get("container"))
    venue = plain_title(container.get("title"))
    return FetchedPaper(
        title=plain_title(main["title"]),
        trust=Trust.ARXIV if arxiv else Trust.REGISTRY,
        where=text_in(item.get("doi")),
        abstract=_abstract(item),
        authors=people(map(_author, objects_in(item.get("creators")))),
        published=_day(item),
        year=year_in(item.get("publicationYear")) or year_in(item.get("publication_year")),
        venue=venue if venue and not is_preprint_server(venue) else None,
        url=arxiv_url(arxiv) if arxiv else f"https://doi.org/{doi}" if doi else text_in(item.get("url")) or None,
        pdf_url=arxiv_pdf_url(arxiv) if arxiv else None,
        identifiers=tuple(dict.fromkeys((*names, *(_published_version(item) if arxiv else ())))),
        entry_type=None if arxiv else _entry_type(item),
        fields=() if arxiv else _fields(item, container),
    )


def _author(one: Object) -> Author | None:
    if text_in(one.get("nameType")).startswith("Organi"):
        return person(plain_title(one.get("name")))
    whole = plain_title(one.get("name"))
    family, comma, given = whole.partition(", ")
    if one.get("familyName"):
        return person(one["familyName"], one.get("givenName"), whole=whole)
    return person(family, given) if comma else person(None, whole=whole)


def _abstract(item: Object) -> str | None:
    kinds = {text_in(one.get("descriptionType")): one for one in reversed(objects_in(item.get("descriptions")))}
    return plain_abstract(kinds["Abstract"].get("description")) if "Abstract" in kinds else None


def _day(item: Object) -> str | None:
    days = {text_in(one.get("dateType")): text_in(one.get("date")) for one in reversed(objects_in(item.get("dates")))}
    return next((day for kind in _DATES if (day := day_of(days.get(kind)))), None)


def _published_version(item: Object) -> tuple[Identifier, ...]:
    return identifiers(
        *(
            one.get("relatedIdentifier")
            for one in objects_in(item.get("relatedIdentifiers"))
            if one.get("relatedIdentifierType") == "DOI" and text_in(one.get("relationType")) in _PUBLISHED_VERSION
        )
    )


def _entry_type(item: Object) -> str | None:
    kind = text_in(object_in(item.get("types")).get("bibtex"))
    return kind if kind in _ENTRY_TYPES else None


def _fields(item: Object, container: Object) -> tuple[tuple[str, str], ...]:
    kind = _entry_type(item)
    publisher = item.get("publisher")
    name = plain_title(publisher.get("name") if isinstance(publisher, dict) else publisher)
    return bibtex_fields(
        volume=text_in(container.get("volume")),
        number=text_in(container.get("issue")),
        pages=page_range(container.get("firstPage"), container.get("lastPage")),
        publisher=name if kind in ("book", "incollection") else "",
        school=name if kind in ("phdthesis", "mastersthesis") else "",
        institution=name if kind == "techreport" else "",
    )
