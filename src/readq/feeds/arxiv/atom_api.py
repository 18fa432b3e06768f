"""What arXiv's API replies: Atom with arXiv's own elements, in the form before November 2025 and in the one since.

Manual: https://info.arxiv.org/help/api/user-manual.html
"""

import re
from typing import Any, NamedTuple

from readq.errors import ReadqError
from readq.feeds.arxiv.taxonomy import is_category
from readq.feeds.parsed_feed import ParsedFeed, abstract_of, day_of
from readq.feeds.syndication.document import Document, load
from readq.model.identifiers import arxiv_id, arxiv_pdf_url, arxiv_url, arxiv_version, doi
from readq.model.values import Appearance, Author, FetchedPaper, Rejected, Trust
from readq.text import one_line

_Object = dict[str, Any]

_ERROR = "/api/errors"
_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)
_DOI_SEPARATORS = re.compile(r"[\s;,]+(?=(?:doi:|https?:|10\.))", re.IGNORECASE)


class RefusedError(ReadqError):
    """arXiv understood the request and says what is wrong with it; `complaint` is its own sentence."""

    def __init__(self, complaint: str) -> None:
        super().__init__(f"arXiv refuses the request: {complaint}")
        self.complaint = complaint


class Page(NamedTuple):
    """A piece of a result: `total` is how many papers the whole has, as far as the server says."""

    parsed: ParsedFeed
    total: int
    complete: bool = True


def parse(body: bytes, *, seen: str = "published") -> Page:
    """The papers of an answer in its order, each seen on the day it was submitted, or with `updated` last revised.

    An unknown version of a known paper comes without a title and is rejected by its name. Raises RefusedError for a
    feed that holds an error, and ReadqError for what is no answer of the API.
    """
    return read(load(body), seen=seen)


def is_answer(document: Document) -> bool:
    """Whether a feed is an answer of the API: by its title."""
    return str(document.feed.get("title", "")).strip().casefold().startswith("arxiv query")


def read(document: Document, *, seen: str = "published") -> Page:
    """As `parse`, of a feed that is read already."""
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    for number, entry in enumerate(document.entries, start=1):
        identifier = str(entry.get("id", ""))
        if _ERROR in identifier:
            raise RefusedError(one_line(str(entry.get("summary", ""))) or "no reason given")
        where = one_line(identifier.rpartition("/abs/")[2]) or f"entry {number}"
        title = one_line(str(entry.get("title", "")))
        if title:
            papers.append(_paper(entry, identifier, title, where, Appearance(day_of(entry.get(seen)))))
        else:
            known_version = arxiv_version(identifier) and not entry.get("published")
            rejected.append(Rejected(where, "no such version on arXiv" if known_version else "no title"))
    total = str(document.feed.get("opensearch_totalresults", ""))
    known_total = int(total) if total.isascii() and total.isdigit() and len(total) < 10 else len(document.entries)
    return Page(ParsedFeed(papers, rejected), known_total, document.complete)


def complaint_of(body: bytes) -> str | None:
    """arXiv's own sentence in an answer of status 400; None if it holds none."""
    try:
        parse(body)
    except RefusedError as refused:
        return refused.complaint
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
    """The published versions' DOIs: authors write several into the one field."""
    if not isinstance(field, str):
        return ()
    found = [name for part in _DOI_SEPARATORS.split(field) if (name := doi(part))]
    return tuple(("doi", name) for name in dict.fromkeys(found))


def _abstract(entry: _Object) -> str | None:
    """The abstract; that a paper was withdrawn stands in its comment only, and is said first."""
    abstract = abstract_of(entry.get("summary"))
    comment = entry.get("arxiv_comment")
    if isinstance(comment, str) and _WITHDRAWN.search(comment) and comment not in (abstract or ""):
        return f"{one_line(comment)}\n\n{abstract}" if abstract else one_line(comment)
    return abstract
