"""arXiv's feed of the day (https://rss.arxiv.org/rss/cs.LG or /atom/cs.LG): the latest announcement of a category.

Specification: https://info.arxiv.org/help/rss_specifications.html
"""

import re
from datetime import date
from typing import Any, NamedTuple

from readq.errors import ReadqError
from readq.feeds.arxiv.taxonomy import is_category
from readq.feeds.parsed_feed import ParsedFeed, abstract_of, day_of
from readq.feeds.syndication.document import Document, load
from readq.model.identifiers import arxiv_id, arxiv_pdf_url, arxiv_url, arxiv_version, doi
from readq.model.values import Appearance, Author, FetchedPaper, Rejected, Trust
from readq.text import one_line

_Object = dict[str, Any]

_ERROR = "feed error for query"
_HEAD = re.compile(r"\s*arXiv:(\S+)\s+Announce Type:\s*([a-z-]+)\s*(?:Abstract:\s*)?", re.IGNORECASE)
_TITLE_OF_FEED = re.compile(r"(?i)(\S+) updates on (?:the )?arxiv\.org.*")
_RFC_822_DAY = re.compile(r"(?i)\s*(?:[a-z]{3},\s*)?([0-9]{1,2}) ([a-z]{3}) ([0-9]{4})\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# What is announced again: papers that were new on an earlier day.
_REVISED = ("replace", "replace-cross", "absonly")


class Announcement(NamedTuple):
    """One day's list. `day` is that in US Eastern time, the announcement's own; None where the feed names none."""

    parsed: ParsedFeed
    day: date | None
    complete: bool = True


def is_arxiv(document: Document) -> bool:
    """Whether a feed is one of these: by its title, also that of an error."""
    title = str(document.feed.get("title", ""))
    return _TITLE_OF_FEED.fullmatch(title.strip()) is not None or title.strip().casefold().startswith(_ERROR)


def parse(body: bytes) -> Announcement:
    """The announced papers in their order: new ones and cross-lists as papers, replacements as revisions.

    No papers is what a weekend and a holiday look like. Raises ReadqError for the feed in which arXiv says that it does
    not know the category, and for what is no feed.
    """
    return read(load(body))


def read(document: Document) -> Announcement:
    """As `parse`, of a feed that is read already."""
    feed_title = one_line(str(document.feed.get("title", "")))
    if feed_title.casefold().startswith(_ERROR):
        raise ReadqError(f"arXiv answers: {feed_title}", "is the category spelled as on arxiv.org/category_taxonomy?")
    # The list may be that of an earlier day than the feed is: then its entries still bear theirs.
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
        (revisions if announce_type(entry) in _REVISED else papers).append(paper)
    named = _TITLE_OF_FEED.fullmatch(feed_title)
    name = f"arxiv-{named[1]}" if named else None
    return Announcement(ParsedFeed(papers, rejected, name, tuple(revisions)), day, document.complete)


def announce_type(entry: _Object) -> str:
    """`new`, `cross`, `replace` or `replace-cross`; empty where nothing says it."""
    told = entry.get("arxiv_announce_type")
    if isinstance(told, str) and told.strip():
        return told.strip().lower()
    head = _HEAD.match(str(entry.get("summary", "")))
    return head[2].lower() if head else ""


def _paper(entry: _Object, title: str, where: str, appearance: Appearance) -> FetchedPaper:
    summary = str(entry.get("summary", ""))
    head = _HEAD.match(summary)
    spellings = [str(entry.get("id", "")), head[1] if head else "", str(entry.get("link", ""))]
    identifier = next((found for text in spellings if (found := arxiv_id(text))), None)
    terms = [str(tag.get("term", "")) for tag in entry.get("tags", ()) if isinstance(tag, dict)]
    published = doi(str(entry.get("arxiv_doi", "")))
    return FetchedPaper(
        title=title,
        trust=Trust.ARXIV,
        where=where,
        abstract=abstract_of(summary[head.end() :] if head else summary),
        authors=_authors(entry),
        primary_class=next((term for term in terms if is_category(term)), None),
        url=arxiv_url(identifier) if identifier else None,
        pdf_url=arxiv_pdf_url(identifier) if identifier else None,
        identifiers=((("arxiv", identifier),) if identifier else ()) + ((("doi", published),) if published else ()),
        appearance=appearance,
        version=next((version for text in spellings if (version := arxiv_version(text))), None),
    )


def _authors(entry: _Object) -> tuple[Author, ...]:
    """All names stand in one string, separated by commas; none of them holds a comma of its own but `Jr.` and alike."""
    told = [author.get("name") for author in entry.get("authors", ()) if isinstance(author, dict)]
    names = [one_line(part) for name in told if isinstance(name, str) for part in _COMMA.split(name)]
    return tuple(Author(name) for name in names if name)


_COMMA = re.compile(r",(?!\s*(?:Jr|Sr|I{2,3}|IV)\b\.?)")


def _day(dated: _Object, key: str) -> date | None:
    """The day as it is written, in the zone it is written in: midnight there may be another day in UTC."""
    text = dated.get(key)
    if not isinstance(text, str):
        return None
    if found := _RFC_822_DAY.match(text):
        month = found[2].lower()
        text = f"{found[3]}-{_MONTHS.index(month) + 1:02}-{int(found[1]):02}" if month in _MONTHS else ""
    day = day_of(text.strip())
    return date.fromisoformat(day) if day else None
