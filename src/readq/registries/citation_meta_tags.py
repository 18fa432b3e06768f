"""Read a paper's metadata from the meta tags of its web page: `citation_title`, `citation_author` and others.

Google Scholar defines these tags (https://scholar.google.com/intl/en/scholar/inclusion.html#indexing). OpenReview, the
ACL Anthology, USENIX, publishers and repositories use them. If a page has no such tags, its tags of Dublin Core and
PRISM are read.
"""

import re

from readq.feeds.parsed_feed import day_of
from readq.formats.html_reader import HtmlReader
from readq.formats.jats_text import plain_abstract, plain_title
from readq.formats.record_values import bibtex_fields
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import doi, is_safe_link
from readq.model.identity.evidence import Identifier
from readq.model.values import Author, Trust
from readq.net.fetcher import Fetcher, Request
from readq.registries.json_record import (
    arxiv_identifier,
    identifiers,
    is_preprint_server,
    page_range,
    people,
    person,
    text_in,
    year_in,
)
from readq.text import one_line

ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"

# Meta tags are in the head. The limit is in bytes.
_MAX_HEAD = 1_000_000
_MAX_TAGS = 5_000
_HEAD_END = re.compile(rb"</head\s*>", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,40})", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?(?:[T ].*)?")
_DOI_LINK = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.[0-9]{4,9}/[^\s\"'<>&#?]{1,200})", re.IGNORECASE)

_TITLE = ("citation_title", "bepress_citation_title", "eprints.title", "dc.title", "dcterms.title", "prism.title")
_AUTHOR = ("citation_author", "bepress_citation_author", "eprints.creators_name", "dc.creator", "dcterms.creator")
_ABSTRACT = ("citation_abstract", "eprints.abstract", "dcterms.abstract", "dc.description")
_DATES = (
    "citation_publication_date", "citation_date", "citation_cover_date", "citation_online_date", "citation_year",
    "prism.publicationdate", "dc.date", "dc.date.issued", "dcterms.issued",
)  # fmt: skip
_CONTAINER = {
    "citation_journal_title": "article",
    "citation_conference_title": "inproceedings",
    "citation_conference": "inproceedings",
    "citation_inbook_title": "incollection",
    "citation_dissertation_institution": "phdthesis",
    "citation_technical_report_institution": "techreport",
    "prism.publicationname": "article",
}
_DOI = ("citation_doi", "prism.doi", "dc.identifier", "dc.identifier.doi", "bepress_citation_doi")

Tags = dict[str, list[str]]


def parse(body: bytes, url: str, charset: str | None = None) -> list[FetchedPaper]:
    """Parse a web page. Return a list with the paper that the meta tags describe.

    The list is empty if the tags have no title. `url` is the URL of the page. `charset` is the encoding in the
    response headers, or None. If `charset` is None or wrong, the encoding that the page declares is used. If the page
    declares none, UTF-8 is used.
    """
    tags = _tags(_text(body, charset))
    title = next(filter(None, map(plain_title, _all(tags, _TITLE))), "")
    if not title:
        return []
    year, day = _published(tags)
    container = next((name for name in _CONTAINER if plain_title(_first(tags, name))), "")
    venue = plain_title(_first(tags, container))
    kind = _CONTAINER.get(container)
    is_thesis = kind in ("phdthesis", "techreport")
    return [
        FetchedPaper(
            title=title,
            trust=Trust.WEBSITE,
            where=url,
            abstract=next(filter(None, map(plain_abstract, _all(tags, _ABSTRACT))), None),
            authors=people(_author(name) for name in _names(tags)),
            published=day,
            year=year,
            venue=venue if venue and not is_preprint_server(venue) and not is_thesis else None,
            url=url if is_safe_link(url) else None,
            pdf_url=_pdf(tags),
            identifiers=_identifiers(tags, url),
            entry_type=kind,
            fields=bibtex_fields(
                volume=text_in(_first(tags, "citation_volume")),
                number=text_in(_first(tags, "citation_issue")),
                pages=page_range(_first(tags, "citation_firstpage"), _first(tags, "citation_lastpage")),
                school=venue if kind == "phdthesis" else "",
                institution=venue if kind == "techreport" else "",
            ),
        )
    ]


def doi_in(body: bytes) -> str | None:
    """Return the DOI that a page links to. Return None if it links to no DOI or to several DOIs."""
    text = body[:_MAX_HEAD].decode("utf-8", "replace")
    found = {name for link in _DOI_LINK.finditer(text) if (name := doi(link[1]))}
    return found.pop() if len(found) == 1 else None


async def page(fetcher: Fetcher, url: str, service: str) -> tuple[list[FetchedPaper], str | None]:
    """Fetch the web page of a paper. Return a list with the paper, and the DOI of the paper or None.

    If the meta tags describe the paper, the DOI is read from the tags. If they describe no paper, the list is empty,
    and the DOI is the result of `doi_in` for the page. `service` is the name of the web service (see
    `net.fetcher.Request`). Raises FetchError if the request fails.
    """
    response = await fetcher.fetch(Request(url, service, ACCEPT, user_url=url))
    found = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_-]+)", response.content_type, re.IGNORECASE)
    papers = parse(response.body, url, found[1] if found else None)
    tagged = next((value for paper in papers for scheme, value in paper.identifiers if scheme == "doi"), None)
    return papers, tagged or (None if papers else doi_in(response.body))


def _text(body: bytes, charset: str | None) -> str:
    end = _HEAD_END.search(body, 0, _MAX_HEAD)
    head = body[: end.start() if end else _MAX_HEAD]
    own = _CHARSET.search(head)
    for name in filter(None, (charset, own[1].decode("ascii") if own else None, "utf-8")):
        try:
            return head.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return head.decode("utf-8", "replace")


class _Reader(HtmlReader):
    """Collects `<meta name= content=>`, by name in lower case."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Tags = {}
        self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta" or self.count >= _MAX_TAGS:
            return
        values = dict(attrs)
        name, content = values.get("name") or values.get("property"), values.get("content")
        if name and content:
            self.count += 1
            self.tags.setdefault(name.strip().lower(), []).append(content)


def _tags(text: str) -> Tags:
    reader = _Reader()
    # Some sites put their tags into comments.
    reader.read(text.replace("<!--", ""))
    return reader.tags


def _all(tags: Tags, names: tuple[str, ...]) -> list[str]:
    return [value for name in names for value in tags.get(name, ())]


def _first(tags: Tags, name: str) -> str | None:
    return next(iter(tags.get(name, ())), None)


def _names(tags: Tags) -> list[str]:
    found: list[str] = next((tags[name] for name in _AUTHOR if name in tags), [])
    if not found and (joined := _first(tags, "citation_authors")):
        found = joined.split(";")
    return found


def _author(name: str) -> Author | None:
    # Both `Goyal, Prateesh` and `Prateesh Goyal` are common. A name with more commas is kept whole.
    parts = [part.strip() for part in plain_title(name).split(",")]
    return person(*parts) if len(parts) == 2 and all(parts) else person(None, whole=", ".join(filter(None, parts)))


def _published(tags: Tags) -> tuple[int | None, str | None]:
    for value in _all(tags, _DATES):
        if found := _DATE.fullmatch(one_line(value)):
            year, month, day = found[1], found[2], found[3]
            whole = day_of(f"{year}-{int(month):02}-{int(day):02}") if month and day else None
            return year_in(year), whole
        if years := re.findall(r"(?<![0-9])[12][0-9]{3}(?![0-9])", value):
            return year_in(years[-1]), None
    return None, None


def _pdf(tags: Tags) -> str | None:
    return next((url for value in tags.get("citation_pdf_url", ()) if is_safe_link(url := one_line(value))), None)


def _identifiers(tags: Tags, url: str) -> tuple[Identifier, ...]:
    dois = [name for value in _all(tags, _DOI) if (name := one_line(value)) and (doi(name) or arxiv_identifier(name))]
    arxiv = next(iter(tags.get("citation_arxiv_id", ())), None)
    return tuple(dict.fromkeys((*identifiers(*dois[:1]), *arxiv_identifier(arxiv), *identifiers(url))))
