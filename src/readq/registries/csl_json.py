"""Parse CSL-JSON, and the similar records of Crossref.

doi.org returns CSL-JSON for the DOIs of every registration agency. Formats: https://github.com/CrossRef/rest-api-doc
and https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
"""

from typing import NamedTuple

from readq.formats.jats_text import plain_abstract, plain_title
from readq.formats.record_values import bibtex_fields
from readq.model.fetched_paper import FetchedPaper
from readq.model.identity.evidence import Identifier
from readq.model.values import Author, Trust
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request
from readq.registries.json_record import (
    Object,
    arxiv_identifier,
    date_parts,
    decoded,
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

ACCEPT = "application/vnd.citationstyles.csl+json"

_ENTRY_TYPES = {
    "journal-article": "article",
    "article-journal": "article",
    "article-magazine": "article",
    "proceedings-article": "inproceedings",
    "paper-conference": "inproceedings",
    "book-chapter": "incollection",
    "book-section": "incollection",
    "book-part": "incollection",
    "chapter": "incollection",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "dissertation": "phdthesis",
    "thesis": "phdthesis",
    "report": "techreport",
}
_DATE_FIELDS = ("issued", "published", "published-print", "published-online", "posted", "created")
# Relations between a preprint and its published version, https://www.crossref.org/documentation/schema-library.
_SAME_WORK = ("is-preprint-of", "has-preprint", "is-identical-to")


def parse(body: bytes) -> list[FetchedPaper]:
    """Parse CSL-JSON into papers. Records without a title are left out.

    Return an empty list for any other response, such as an HTML page for an unknown DOI.
    """
    return [paper for item in objects_in(decoded(body)) if (paper := paper_of(item))]


async def by_doi(fetcher: Fetcher, endpoints: Endpoints, doi: str) -> FetchedPaper | None:
    """Look up a DOI at doi.org, which returns the record of the agency that registered the DOI.

    Return None if the response has no usable record. Raises FetchError if the request fails.
    """
    request = Request(f"{endpoints.doi}/{in_path(doi)}", "doi", ACCEPT)
    return next(iter(parse((await fetcher.fetch(request)).body)), None)


class _Published(NamedTuple):
    year: int | None
    day: str | None


def paper_of(item: Object) -> FetchedPaper | None:
    """Convert a CSL-JSON record to a paper. Return None if the record has no title."""
    title = _title(item)
    if not title:
        return None
    published = _published(item)
    kind = _ENTRY_TYPES.get(text_in(item.get("type")))
    names = identifiers(item.get("DOI"))
    address = next((f"https://doi.org/{value}" for scheme, value in names if scheme == "doi"), None)
    return FetchedPaper(
        title=title,
        trust=Trust.REGISTRY,
        where=text_in(item.get("DOI")),
        abstract=plain_abstract(item.get("abstract")),
        authors=people(_author(one) for one in objects_in(item.get("author"))),
        published=published.day,
        year=published.year,
        venue=_venue(item) or None,
        url=address or text_in(item.get("URL")) or None,
        identifiers=tuple(dict.fromkeys((*names, *_related(item)))),
        entry_type=kind,
        fields=_fields(item, kind),
    )


def names_in(value: object) -> tuple[Author, ...]:
    """Return the names in `value`, the value of a CSL variable such as `author`.

    A name that is not split into parts is the name of a group.
    """
    named = people(map(_author, objects_in(value)))
    return tuple(author if author.family else Author(author.name, author.name) for author in named)


def _title(item: Object) -> str:
    title = next(filter(None, map(plain_title, _as_list(item.get("title")))), "")
    subtitle = next(filter(None, map(plain_title, _as_list(item.get("subtitle")))), "")
    if title and subtitle and subtitle.casefold() not in title.casefold():
        return f"{title}{' ' if title.endswith((':', '?', '!')) else ': '}{subtitle}"
    return title


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _author(one: Object) -> Author | None:
    if not one.get("family") and (group := plain_title(one.get("name"))):
        return person(group)
    particles = (one.get("dropping-particle"), one.get("non-dropping-particle"), one.get("family"))
    family = " ".join(filter(None, map(plain_title, particles)))
    return person(family, plain_title(one.get("given")), one.get("suffix"), plain_title(one.get("literal")))


def _published(item: Object) -> _Published:
    for name in _DATE_FIELDS:
        year, day = date_parts(item.get(name))
        if year:
            return _Published(year, day)
        given = object_in(item.get(name))
        if year := year_in(given.get("raw")) or year_in(given.get("literal")):
            return _Published(year, None)
    return _Published(None, None)


def _venue(item: Object) -> str:
    venue = next(filter(None, map(plain_title, _as_list(item.get("container-title")))), "")
    venue = venue or plain_title(object_in(item.get("event")).get("name"))
    return "" if is_preprint_server(venue) else venue


def _related(item: Object) -> tuple[Identifier, ...]:
    """Return the identifiers of the preprint of a published paper, or of the published version of a preprint."""
    found: list[Identifier] = []
    relations = object_in(item.get("relation"))
    for name in _SAME_WORK:
        for one in objects_in(relations.get(name)):
            kind = text_in(one.get("id-type")).lower()
            if kind == "doi":
                found += identifiers(one.get("id"))
            elif kind == "arxiv":
                found += arxiv_identifier(one.get("id"))
    return tuple(found)


def _fields(item: Object, kind: str | None) -> tuple[tuple[str, str], ...]:
    publisher = plain_title(item.get("publisher"))
    return bibtex_fields(
        volume=text_in(item.get("volume")),
        number=text_in(item.get("issue")),
        pages=pages(item.get("page")) or text_in(item.get("article-number")),
        # Articles and conference papers have a venue, so the publisher is kept for other types only.
        publisher=publisher if kind in ("book", "incollection") else "",
        school=publisher if kind == "phdthesis" else "",
        institution=publisher if kind == "techreport" else "",
    )
