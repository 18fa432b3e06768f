"""Parse the responses of arXiv's API: Atom with additional elements, in the formats before and since November 2025.

Manual: https://info.arxiv.org/help/api/user-manual.html
"""

import re
from typing import Any, NamedTuple

from readq.errors import ReadqError
from readq.feeds.arxiv.taxonomy import is_category
from readq.feeds.parsed_feed import ParsedFeed, abstract_of, day_of
from readq.feeds.syndication.document import Document, load_document
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_id, arxiv_pdf_url, arxiv_url, arxiv_version, doi
from readq.model.values import Appearance, Author, Rejected, Trust
from readq.text import one_line

_Object = dict[str, Any]

_ERROR_PATH = "/api/errors"
_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)
_DOI_SEPARATORS = re.compile(r"(?<![\s;,])[\s;,]++(?=(?:doi:|https?:|10\.))", re.IGNORECASE)


class RefusedError(ReadqError):
    """Raised if arXiv refuses a request. `reason` is the error message in arXiv's response."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"arXiv refuses the request: {reason}")
        self.reason = reason


class Page(NamedTuple):
    """A page of search results."""

    parsed: ParsedFeed
    total: int
    """The number of papers on all pages, as stated by the server.

    If the server states no number, it is the number of entries on this page.
    """
    complete: bool = True
    """False if the response was truncated."""


def parse(body: bytes, *, seen: str = "published") -> Page:
    """Parse a response of arXiv's API. Return its papers as a Page.

    `seen` is the name of the element that has the day of appearance of each paper: `published` or `updated`. An entry
    without a title is rejected, because arXiv sends such an entry for an unknown version of a paper. Raises
    RefusedError if the response reports an error. Raises ReadqError if the response is not a feed.
    """
    return parse_document(load_document(body), seen=seen)


def is_arxiv(document: Document) -> bool:
    """Return whether a feed is a response of arXiv's API, judged by the title of the feed."""
    return str(document.feed.get("title", "")).strip().casefold().startswith("arxiv query")


def parse_document(document: Document, *, seen: str = "published") -> Page:
    """Return the Page for `document`, a response of arXiv's API that `load_document` has parsed.

    `seen` is the name of the element that has the day of appearance of each paper: `published` or `updated`. Raises
    RefusedError if the response reports an error.
    """
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    for number, entry in enumerate(document.entries, start=1):
        identifier = str(entry.get("id", ""))
        if _ERROR_PATH in identifier:
            raise RefusedError(one_line(str(entry.get("summary", ""))) or "no reason given")
        name = one_line(identifier.rpartition("/abs/")[2])
        where = f"entry {number} ({name})" if name else f"entry {number}"
        title = one_line(str(entry.get("title", "")))
        if title:
            papers.append(_paper(entry, identifier, title, where, Appearance(day_of(entry.get(seen)))))
        else:
            is_unknown_version = arxiv_version(identifier) and not entry.get("published")
            rejected.append(Rejected(where, "no such version on arXiv" if is_unknown_version else "no title"))
    declared = str(document.feed.get("opensearch_totalresults", ""))
    is_number = declared.isascii() and declared.isdigit() and len(declared) < 10
    total = int(declared) if is_number else len(document.entries)
    return Page(ParsedFeed(papers, rejected), total, document.complete)


def mentions_withdrawal(abstract: str | None) -> bool:
    """Return whether the first paragraph of an abstract contains the word `withdrawn`.

    arXiv states a withdrawal in its comment on the paper. `parse` puts such a comment before the abstract, as the first
    paragraph.
    """
    return bool(abstract and _WITHDRAWN.search(abstract.partition("\n\n")[0]))


def refusal_reason(body: bytes) -> str | None:
    """Return arXiv's error message in the body of a response with status 400. Return None if there is no message."""
    try:
        parse(body)
    except RefusedError as refused:
        return refused.reason
    except ReadqError:
        pass
    return None


def _paper(entry: _Object, address: str, title: str, where: str, appearance: Appearance) -> FetchedPaper:
    identifier = arxiv_id(address)
    primary = entry.get("arxiv_primary_category")
    term = primary.get("term") if isinstance(primary, dict) else None
    return FetchedPaper(
        title=title,
        trust=Trust.ARXIV,
        where=where,
        abstract=_abstract(entry),
        authors=tuple(
            Author(name)
            for author in entry.get("authors", ())
            if isinstance(author, dict) and (name := one_line(str(author.get("name", ""))))
        ),
        published=day_of(entry.get("published")),
        primary_class=term if isinstance(term, str) and is_category(term) else None,
        url=arxiv_url(identifier) if identifier else None,
        pdf_url=arxiv_pdf_url(identifier) if identifier else None,
        identifiers=((("arxiv", identifier),) if identifier else ()) + _dois(entry.get("arxiv_doi")),
        appearance=appearance,
        version=arxiv_version(address) if identifier else None,
    )


def _dois(field: object) -> tuple[tuple[str, str], ...]:
    """Return the DOIs of published versions. The field may hold several."""
    if not isinstance(field, str):
        return ()
    found = [name for part in _DOI_SEPARATORS.split(field) if (name := doi(part))]
    return tuple(("doi", name) for name in dict.fromkeys(found))


def _abstract(entry: _Object) -> str | None:
    """Return the abstract, after the comment if that says that the paper was withdrawn."""
    abstract = abstract_of(entry.get("summary"))
    comment = entry.get("arxiv_comment")
    if isinstance(comment, str) and _WITHDRAWN.search(comment) and comment not in (abstract or ""):
        return f"{one_line(comment)}\n\n{abstract}" if abstract else one_line(comment)
    return abstract
