"""Parse arXiv's RSS and Atom feeds of a category, such as https://rss.arxiv.org/rss/cs.LG.

A feed contains the latest announcement. Specification: https://info.arxiv.org/help/rss_specifications.html
"""

import re
from datetime import date
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

_ERROR_TITLE = "feed error for query"
_SUMMARY_PREFIX = re.compile(r"\s*arXiv:(\S+)\s+Announce Type:\s*([a-z-]+)\s*(?:Abstract:\s*)?", re.IGNORECASE)
_FEED_TITLE = re.compile(r"(?i)(\S+) updates on (?:the )?arxiv\.org.*")
_RFC_822_DAY = re.compile(r"(?i)\s*(?:[a-z]{3},\s*)?([0-9]{1,2}) ([a-z]{3}) ([0-9]{4})\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Announcement types of new versions of papers that were announced before.
_REPLACEMENTS = ("replace", "replace-cross", "absonly")


class Announcement(NamedTuple):
    """The announcement of one day. `day` is the date in US Eastern time, or None if the feed has no date.

    `complete` is False if the feed was truncated.
    """

    parsed: ParsedFeed
    day: date | None
    complete: bool = True


def is_arxiv(document: Document) -> bool:
    """Return whether a feed is an announcement of arXiv, or the feed that arXiv sends as an error message.

    Only the title of the feed is examined.
    """
    title = str(document.feed.get("title", ""))
    return _FEED_TITLE.fullmatch(title.strip()) is not None or title.strip().casefold().startswith(_ERROR_TITLE)


def parse(body: bytes) -> Announcement:
    """Parse an announcement of arXiv.

    In the result, `parsed.papers` has the new and the cross-listed papers, and `parsed.revisions` has the replaced
    papers. On weekends and holidays the feed has no entries. Raises ReadqError if `body` is not a feed. Raises
    ReadqError if `body` is the feed that arXiv sends for an unknown category.
    """
    return parse_document(load_document(body))


def parse_document(document: Document) -> Announcement:
    """Return the Announcement in `document`, a feed that `load_document` has parsed.

    Raises ReadqError if it is the feed that arXiv sends for an unknown category.
    """
    feed_title = one_line(str(document.feed.get("title", "")))
    if feed_title.casefold().startswith(_ERROR_TITLE):
        raise ReadqError(f"arXiv reports: {feed_title}", "is the category spelled as on arxiv.org/category_taxonomy?")
    # arXiv sometimes serves an earlier announcement under a new date; its entries keep their own date.
    day = max((found for entry in document.entries if (found := _day(entry, "published"))), default=None)
    day = day or _day(document.feed, "published") or _day(document.feed, "updated")
    papers: list[FetchedPaper] = []
    revisions: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    for number, entry in enumerate(document.entries, start=1):
        title = one_line(str(entry.get("title", "")))
        if not title:
            rejected.append(Rejected(f"entry {number}", "no title"))
            continue
        paper = _paper(entry, title, f"entry {number}", Appearance(day.isoformat() if day else None, number))
        (revisions if announce_type(entry) in _REPLACEMENTS else papers).append(paper)
    named = _FEED_TITLE.fullmatch(feed_title)
    name = f"arxiv-{named[1]}" if named else None
    return Announcement(ParsedFeed(papers, rejected, name, tuple(revisions)), day, document.complete)


def announce_type(entry: _Object) -> str:
    """Return the announcement type of an entry. Return "" if the entry has no type.

    The types are `new`, `cross`, `replace`, `replace-cross` and `absonly`.
    """
    declared = entry.get("arxiv_announce_type")
    if isinstance(declared, str) and declared.strip():
        return declared.strip().lower()
    prefix = _SUMMARY_PREFIX.match(str(entry.get("summary", "")))
    return prefix[2].lower() if prefix else ""


def _paper(entry: _Object, title: str, where: str, appearance: Appearance) -> FetchedPaper:
    summary = str(entry.get("summary", ""))
    prefix = _SUMMARY_PREFIX.match(summary)
    spellings = [str(entry.get("id", "")), prefix[1] if prefix else "", str(entry.get("link", ""))]
    identifier = next((found for text in spellings if (found := arxiv_id(text))), None)
    terms = [str(tag.get("term", "")) for tag in entry.get("tags", ()) if isinstance(tag, dict)]
    published = doi(str(entry.get("arxiv_doi", "")))
    return FetchedPaper(
        title=title,
        trust=Trust.ARXIV,
        where=where,
        abstract=abstract_of(summary[prefix.end() :] if prefix else summary),
        authors=_authors(entry),
        primary_class=next((term for term in terms if is_category(term)), None),
        url=arxiv_url(identifier) if identifier else None,
        pdf_url=arxiv_pdf_url(identifier) if identifier else None,
        identifiers=((("arxiv", identifier),) if identifier else ()) + ((("doi", published),) if published else ()),
        appearance=appearance,
        version=next((version for text in spellings if (version := arxiv_version(text))), None),
    )


def _authors(entry: _Object) -> tuple[Author, ...]:
    """Split the one string that holds all names at its commas, except before `Jr.` and the like."""
    fields = [author.get("name") for author in entry.get("authors", ()) if isinstance(author, dict)]
    names = [one_line(part) for name in fields if isinstance(name, str) for part in _COMMA.split(name)]
    return tuple(Author(name) for name in names if name)


_COMMA = re.compile(r",(?!\s*(?:Jr|Sr|I{2,3}|IV)\b\.?)")


def _day(dated: _Object, key: str) -> date | None:
    """Return the day as written, in the time zone in which it is written. In UTC it may be another day."""
    text = dated.get(key)
    if not isinstance(text, str):
        return None
    if found := _RFC_822_DAY.match(text):
        month = found[2].lower()
        text = f"{found[3]}-{_MONTHS.index(month) + 1:02}-{int(found[1]):02}" if month in _MONTHS else ""
    day = day_of(text.strip())
    return date.fromisoformat(day) if day else None
